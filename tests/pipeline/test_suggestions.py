"""Where one more hint would help: the best first, on the film as displayed, shot by shot."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from huecue.engine import Engine, Tensor
from huecue.errors import FilmTruncated, HintError, UsageError
from huecue.pipeline import ColorOptions, Progress, Suggestion, suggest
from huecue.stages.upsample import working_size
from huecue.types import FilmInfo, Hint, Range, Shot
from plain_engine import as_prior

WIDTH, HEIGHT = 192, 128
GROUND, LARGE, SMALL = 60, 120, 180
BOXES = {LARGE: (16, 16, 80, 96), SMALL: (120, 40, 56, 56)}
"""x, y, width and height of two things, each of its own luma."""
UNKNOWN = 0.05
RED = (200, 40, 40)
PLAIN = ColorOptions(cuts="none")

Suggest = Callable[..., tuple[Suggestion, ...]]
Luma = NDArray[np.uint8]


def scene(*things: int, ground: int = GROUND) -> Luma:
    """A luma plane, full range, that shows these of the things."""
    luma = np.full((HEIGHT, WIDTH), ground, np.uint8)
    for thing in things:
        x, y, width, height = BOXES[thing]
        luma[y : y + height, x : x + width] = thing
    return luma


def write_film(path: Path, lumas: Sequence[Luma], turn: float | None = None) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=Fraction(25))
        stream.height, stream.width = lumas[0].shape
        stream.pix_fmt = "gray"
        if turn is not None:
            stream.set_display_rotation(turn)
        for luma in lumas:
            frame = av.VideoFrame.from_ndarray(luma, format="gray")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def thing_at(one: Suggestion) -> int:
    """The thing that a point lies in, at least two pixels from its edge."""
    for thing, (x, y, width, height) in BOXES.items():
        if x + 2 <= one.x < x + width - 2 and y + 2 <= one.y < y + height - 2:
            return thing
    return GROUND


def strange(luma: Tensor) -> Tensor:
    """A prior for which each luma is a colour of its own: waves of it, (1, 4 + 11, h, w)."""
    angle = luma[0, 0] * np.float32(9)
    waves = [turn(angle * speed) * 8 for turn in (np.sin, np.cos) for speed in (1, 2)]
    return as_prior(np.stack(waves))[None]


@pytest.fixture(autouse=True)
def opened(make_engine: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that is sure of what it was told alone, sees each luma as a thing, and knows the ground."""

    def open_plain(info: FilmInfo, _options: ColorOptions) -> Engine:
        engine = make_engine(working_size(info.displayed))
        likeness = {"likeness": lambda inputs: strange(inputs["luma"][:, :, ::2, ::2])}

        def colour(inputs: dict[str, Tensor]) -> Tensor:
            answer = engine.runs["colour"](inputs)
            ground = np.abs(inputs["luma"][0, 0] + 0.5 - GROUND / 255) < 0.06
            answer[0, 2] = np.where(ground, 1, np.maximum(answer[0, 2], UNKNOWN))
            return answer

        return replace(engine, runs={**engine.runs, **likeness, "colour": colour})

    monkeypatch.setattr("huecue.pipeline.suggestions.open_default_engine", open_plain)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Ten frames of both things."""
    return write_film(tmp_path / "film.mkv", [scene(LARGE, SMALL)] * 10)


def test_the_larger_thing_in_doubt_comes_first(film: Path) -> None:
    first, second = suggest(film, count=2, options=PLAIN)
    assert (thing_at(first), thing_at(second)) == (LARGE, SMALL)
    assert first.gain > second.gain > 0
    share = 80 * 96 / (WIDTH * HEIGHT)
    assert 0.3 * share < first.gain < share


def test_no_two_points_are_about_the_same_thing(film: Path) -> None:
    found = suggest(film, count=10, options=PLAIN)
    gains = [one.gain for one in found]
    assert len(found) <= 10
    assert gains == sorted(gains, reverse=True)
    assert sum(gains) <= 1
    assert gains[2:] == [] or gains[2] < 0.2 * gains[1]


def test_points_lie_inside_the_film_and_say_where_they_stand(film: Path) -> None:
    for one in suggest(film, options=PLAIN):
        assert 0 <= one.x < WIDTH
        assert 0 <= one.y < HEIGHT
        assert one.shot == Shot(0, 10)
        assert one.shot.start <= one.frame < one.shot.stop
        assert one.time_s == pytest.approx(one.frame / 25, abs=1e-3)


@pytest.mark.parametrize(("turn", "turns"), [(-90.0, 1), (180.0, 2), (90.0, 3)])
def test_points_of_a_turned_film_are_those_that_a_person_sees(
    tmp_path: Path, turn: float, turns: int
) -> None:
    stored = np.ascontiguousarray(np.rot90(scene(LARGE, SMALL), turns))
    found = suggest(write_film(tmp_path / "turned.mkv", [stored] * 3, turn), count=2, options=PLAIN)
    assert [thing_at(one) for one in found] == [LARGE, SMALL]


def test_each_shot_gets_points_of_its_own(tmp_path: Path) -> None:
    lumas = [*[scene(LARGE)] * 6, *[scene(SMALL)] * 12]
    film = write_film(tmp_path / "two.mkv", lumas)
    found = suggest(film, count=2, options=ColorOptions(cuts=(6,)))
    assert {(one.shot, thing_at(one)) for one in found} == {(Shot(0, 6), LARGE), (Shot(6, 18), SMALL)}


def test_the_cuts_of_a_project_count(film: Path) -> None:
    hints = film.with_name("hints.json")
    hints.write_text(json.dumps({"huecue": 1, "hints": [], "cuts": [4]}))
    assert {one.shot for one in suggest(film, hints=hints)} == {Shot(0, 4), Shot(4, 10)}


def test_what_comes_into_a_shot_is_asked_about_where_it_is_seen(tmp_path: Path) -> None:
    film = write_film(tmp_path / "late.mkv", [*[scene(LARGE)] * 20, *[scene(LARGE, SMALL)] * 20])
    found = suggest(film, count=2, options=PLAIN)
    late = next(one for one in found if thing_at(one) == SMALL)
    assert late.frame >= 20
    assert late.time_s == pytest.approx(late.frame / 25, abs=1e-3)


def test_a_hint_that_is_given_takes_its_thing_off_the_list(film: Path) -> None:
    x, y, width, height = BOXES[LARGE]
    hints = [Hint(x + width / 2, y + height / 2, RED, radius=60)]
    before, after = suggest(film, options=PLAIN), suggest(film, hints=hints, options=PLAIN)
    assert thing_at(before[0]) == LARGE
    assert thing_at(after[0]) == SMALL
    assert after[0].gain < before[0].gain


def test_points_go_beside_the_hints_that_are_given(film: Path) -> None:
    x, y, width, height = BOXES[LARGE]
    hint = Hint(x + width / 2, y + height / 2, RED, frame=6, radius=30)
    assert {one.frame for one in suggest(film, options=PLAIN)} == {0}
    first = suggest(film, hints=[hint], options=PLAIN)[0]
    assert (first.frame, thing_at(first)) == (6, SMALL)


def test_a_film_whose_first_frame_is_given_has_little_left_to_gain(film: Path, tmp_path: Path) -> None:
    painted = tmp_path / "painted.png"
    cv2.imwrite(str(painted), np.full((HEIGHT, WIDTH, 3), (60, 60, 200), np.uint8))
    before, after = suggest(film, options=PLAIN), suggest(film, first_frame=painted, options=PLAIN)
    assert sum(one.gain for one in after) < 0.1 * sum(one.gain for one in before)


def test_a_range_counts_frames_from_the_film_s_start(tmp_path: Path) -> None:
    film = write_film(tmp_path / "late.mkv", [*[scene(LARGE)] * 6, *[scene(SMALL)] * 6])
    found = suggest(film, count=1, options=ColorOptions(cuts="none", frames=Range(6, 10)))
    assert [(thing_at(one), one.shot) for one in found] == [(SMALL, Shot(6, 10))]
    assert 6 <= found[0].frame < 10


def test_progress_counts_every_frame(film: Path) -> None:
    seen: list[Progress] = []
    suggest(film, options=PLAIN, progress=seen.append)
    assert [one.done for one in seen] == list(range(1, 11))


def test_nothing_is_written(film: Path) -> None:
    suggest(film, options=PLAIN)
    assert list(film.parent.iterdir()) == [film]


def test_a_picture_is_a_film_of_one_frame(tmp_path: Path) -> None:
    picture = tmp_path / "old.png"
    cv2.imwrite(str(picture), scene(LARGE, SMALL))
    found = suggest(picture, count=2)
    assert [thing_at(one) for one in found] == [LARGE, SMALL]
    assert {one.shot for one in found} == {Shot(0, 1)}


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"count": 0}, UsageError, "1 or more, not 0"),
        ({"hints": [Hint(5, 5, RED, frame=10)]}, HintError, "frame"),
        ({"hints": [Hint(500, 5, RED)]}, HintError, "outside"),
        ({"first_frame": "nowhere.png"}, UsageError, "nowhere"),
        ({"options": ColorOptions(frames=Range(50, 60))}, UsageError, "range"),
    ],
)
def test_what_makes_no_sense_is_refused(
    film: Path, given: dict[str, object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        suggest(film, **given)


def test_a_first_frame_that_is_given_twice_is_refused(film: Path, tmp_path: Path) -> None:
    painted = tmp_path / "painted.png"
    cv2.imwrite(str(painted), np.full((HEIGHT, WIDTH, 3), (60, 60, 200), np.uint8))
    with pytest.raises(HintError, match="twice"):
        suggest(film, first_frame=painted, keyframes=[(0, painted)], options=PLAIN)


def test_a_film_that_breaks_off_is_said_to(tmp_path: Path) -> None:
    dice = np.random.default_rng(0)
    noise = [dice.integers(0, 255, (HEIGHT, WIDTH)).astype(np.uint8) for _ in range(12)]
    film = write_film(tmp_path / "long.mkv", noise)
    film.write_bytes(film.read_bytes()[: film.stat().st_size // 2])
    with pytest.raises(FilmTruncated, match=r"long\.mkv"):
        suggest(film, options=PLAIN)
