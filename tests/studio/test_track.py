"""One shot coloured for the page: the same colours as a render's, and no more work than needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from films import RATE, SIZE, film_planes, info_of
from huecue.pipeline import ColoredFrame, ColorOptions, both_ways, color_frames
from huecue.pipeline.guidance import Guide, guidance_of
from huecue.pipeline.planes import finish, working_luma
from huecue.pipeline.step import Colours
from huecue.project import Project
from huecue.studio import track as tracks
from huecue.studio.recipe import recipe_of, shot_at, shots_of
from huecue.studio.track import Studio, Track
from huecue.types import Frame, Hint, Shot, Stroke
from plain_engine import plain_engine

COUNT, CUTS = 24, (9,)
RED, BLUE = (200, 40, 40), (40, 60, 200)
HINTS = (Hint(30, 20, RED, frame=3, radius=6), Hint(60, 40, BLUE, frame=12, radius=6))
PROJECT = Project(hints=(*HINTS, Hint(20, 50, RED, frame=18, radius=4)), cuts=CUTS)


@dataclass(frozen=True)
class Film:
    """A made film of two shots, and what colours it."""

    frames: list[Frame]
    studio: Studio

    def track(self, project: Project, shot: Shot) -> Track:
        return Track(self.studio, recipe_of(project, shot), self.guide(project))

    def guide(self, project: Project) -> Guide:
        given = guidance_of(project, self.studio.info)
        return Guide.prepare(given, self.studio.info.displayed, self.studio.engine)

    def render(self, project: Project) -> list[ColoredFrame]:
        options = ColorOptions(cuts=project.cuts or ())
        info, engine = self.studio.info, self.studio.engine
        given = guidance_of(project, info)
        return list(color_frames(self.frames, info, given, options, engine=engine))

    def planes(self, index: int, colours: Colours, project: Project) -> np.ndarray:
        guide, info = self.guide(project), self.studio.info
        made, _ = finish(self.frames[index], info, colours.chroma, guide, first=index == 0, saturation=1.0)
        return np.stack(made)


@pytest.fixture(scope="module")
def film() -> Film:
    planes = film_planes(COUNT, SIZE, shots=2)
    frames = [Frame(n, one.luma, 8, False, n, 1 / RATE) for n, one in enumerate(planes)]
    info = info_of(frames[0], count=COUNT)
    engine = plain_engine(SIZE)
    lumas = [working_luma(frame, info, engine.size) for frame in frames]
    return Film(frames, Studio(engine, info, lumas.__getitem__))


def nothing() -> None:
    pass


def painted(track: Track) -> dict[int, Colours]:
    return {one.place.index: one.colours for one in track.through(nothing)}


def assert_as_rendered(film: Film, project: Project, made: dict[int, Colours]) -> None:
    rendered = film.render(project)
    for index, colours in made.items():
        assert np.array_equal(film.planes(index, colours, project), np.stack(rendered[index].chroma)), index
        assert np.array_equal(colours.confidence, rendered[index].confidence), index


@pytest.mark.parametrize("most", [10**9, 400_000], ids=["every state kept", "few states kept"])
def test_the_page_shows_what_a_render_gives(film: Film, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracks, "MOST_STATES_BYTES", most)
    made: dict[int, Colours] = {}
    for shot in shots_of(CUTS, COUNT):
        made |= painted(film.track(PROJECT, shot))
    assert sorted(made) == list(range(COUNT))
    assert_as_rendered(film, PROJECT, made)


Change = Callable[[Project], Project]
CHANGES: dict[str, Change] = {
    "a hint is added": lambda one: replace(one, hints=(*one.hints, Hint(50, 30, RED, frame=15))),
    "a hint is taken away": lambda one: replace(one, hints=(one.hints[0], one.hints[2])),
    "a hint is moved": lambda one: replace(
        one, hints=(*one.hints[:2], replace(one.hints[2], x=80.0, color=BLUE))
    ),
    "a stroke is drawn": lambda one: replace(one, strokes=(Stroke(((5, 5), (60, 9)), BLUE, 20),)),
    "nothing is left": lambda one: replace(one, hints=()),
    "a palette is given": lambda one: replace(one, palette=(RED, BLUE)),
}


@pytest.mark.parametrize("reach", [300, 4])
@pytest.mark.parametrize("name", CHANGES)
def test_after_a_change_it_is_as_if_it_had_always_been_so(
    film: Film, name: str, reach: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(both_ways, "MOST_FRAMES", reach)
    shot = Shot(9, COUNT)
    track = film.track(PROJECT, shot)
    made = painted(track)
    changed = CHANGES[name](PROJECT)
    touched = track.retell(recipe_of(changed, shot), film.guide(changed))
    assert touched is not None
    again = painted(track)
    assert sorted(again) == list(range(touched.start, touched.stop))
    assert_as_rendered(film, changed, made | again)


def test_a_hinted_frame_costs_one_step(film: Film) -> None:
    shot = Shot(9, COUNT)
    track = film.track(PROJECT, shot)
    painted(track)
    changed = replace(PROJECT, hints=(*PROJECT.hints, Hint(50, 30, RED, frame=20)))
    track.retell(recipe_of(changed, shot), film.guide(changed))
    before = track.steps
    colours, final = track.at_once(20)
    assert track.steps == before + 1
    assert final
    assert_as_rendered(film, changed, {20: colours})


@pytest.mark.parametrize("reach", [300, 3])
def test_frames_before_a_far_hint_are_not_touched(
    film: Film, reach: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(both_ways, "MOST_FRAMES", reach)
    shot = Shot(9, COUNT)
    track = film.track(PROJECT, shot)
    changed = replace(PROJECT, hints=(*PROJECT.hints, Hint(50, 30, RED, frame=22)))
    touched = track.retell(recipe_of(changed, shot), film.guide(changed))
    assert touched == Shot(19, COUNT)  # frame 18 is hinted itself, and stays; 19 is 3 before the new one


def test_what_was_known_before_a_change_is_not_taken_for_right_after_it(film: Film) -> None:
    shot = Shot(9, COUNT)
    track = film.track(PROJECT, shot)
    painted(track)
    changed = replace(PROJECT, hints=(PROJECT.hints[0], replace(PROJECT.hints[1], color=RED)))
    track.retell(recipe_of(changed, shot), film.guide(changed))
    colours, final = track.at_once(23)
    rendered = np.stack(film.render(changed)[23].chroma)
    assert not final or np.array_equal(film.planes(23, colours, changed), rendered)


def test_far_into_a_shot_a_draft_is_shown_and_then_what_a_render_gives(film: Film) -> None:
    track = film.track(PROJECT, Shot(9, COUNT))
    _, final = track.at_once(23)
    assert not final
    assert track.steps == 1
    made = painted(track)
    assert_as_rendered(film, PROJECT, made)


def test_a_prepared_frame_costs_one_step(film: Film) -> None:
    track = film.track(PROJECT, Shot(9, COUNT))
    track.prepare(17)
    before = track.steps
    colours, _ = track.at_once(18)
    assert track.steps - before <= 2
    assert_as_rendered(film, PROJECT, {18: colours})


def test_other_shots_are_told_nothing(film: Film) -> None:
    first, second = shots_of(CUTS, COUNT)
    changed = replace(PROJECT, hints=PROJECT.hints[1:])
    track = film.track(PROJECT, second)
    painted(track)
    assert track.retell(recipe_of(changed, second), film.guide(changed)) is None
    assert track.missing() is None
    assert film.track(PROJECT, first).retell(recipe_of(changed, first), film.guide(changed)) is not None
    assert shot_at((first, second), 9) == second


def test_work_can_be_broken_off_and_gone_on_with(film: Film) -> None:
    class StopIt(Exception):
        pass

    def soon() -> None:
        counted.append(1)
        if len(counted) > 12:
            raise StopIt

    def gone_through() -> None:
        made.update((one.place.index, one.colours) for one in track.through(soon))

    track, counted, made = film.track(PROJECT, Shot(9, COUNT)), list[int](), dict[int, Colours]()
    with pytest.raises(StopIt):
        gone_through()
    made |= painted(track)
    assert sorted(made) == list(range(9, COUNT))
    assert_as_rendered(film, PROJECT, made)


def test_frames_that_were_lost_come_again_at_their_own_cost(film: Film) -> None:
    track = film.track(PROJECT, Shot(9, COUNT))
    painted(track)
    track.final -= {19, 20}
    before = track.steps
    again = painted(track)
    assert sorted(again) == [19, 20]
    assert track.steps - before == 2  # not to the end of the shot
    assert_as_rendered(film, PROJECT, again)
