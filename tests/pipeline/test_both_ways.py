"""What a person says on a frame counts for the frames before it too, back to the cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from huecue.engine import Engine
from huecue.errors import FilmTruncated
from huecue.pipeline import ColoredFrame, ColorOptions, Guidance, both_ways, color_frames
from huecue.pipeline.step import Colours
from huecue.types import Frame, Hint

RED, BLUE = (200, 40, 40), (40, 60, 200)
Make = Callable[..., object]
NO_CUTS = ColorOptions(cuts="none")
LAST = 5


def hints(color: tuple[int, int, int], frame: int) -> tuple[Hint, ...]:
    return tuple(Hint(x, y, color, frame=frame) for x in (10, 48, 86) for y in (10, 32, 54))


def redness(done: list[ColoredFrame]) -> list[float]:
    """Mean Cr of each frame over grey."""
    return [float(one.chroma[1].mean()) - 128 for one in done]


@pytest.fixture
def frames(pan: Make, film: Make) -> list[Frame]:
    return film(pan(count=LAST + 1, step_px=1))


@pytest.fixture
def run(engine: Engine, frames: list[Frame], info: Make) -> Callable[..., list[ColoredFrame]]:
    def color(options: ColorOptions = NO_CUTS, **given: object) -> list[ColoredFrame]:
        return list(color_frames(frames, info(frames[0]), Guidance(**given), options, engine=engine))

    return color


def test_a_later_hint_colours_what_came_before_it(run: Callable[..., list[ColoredFrame]]) -> None:
    none, done = redness(run()), redness(run(hints=hints(RED, LAST)))
    assert max(map(abs, none)) < 2
    assert min(done) > 0.7 * done[LAST] > 10


def test_frames_come_in_order_and_once(run: Callable[..., list[ColoredFrame]], frames: list[Frame]) -> None:
    done = run(hints=(*hints(RED, 2), *hints(BLUE, 4)))
    assert all(one.frame is frame for one, frame in zip(done, frames, strict=True))
    assert [one.shot_start for one in done] == [True] + [False] * LAST


def test_it_reaches_back_no_further_than_the_cut(run: Callable[..., list[ColoredFrame]]) -> None:
    done = redness(run(ColorOptions(cuts=(3,)), hints=hints(RED, LAST)))
    assert max(map(abs, done[:3])) < 2
    assert min(done[3:]) > 10


def test_between_two_hinted_frames_the_nearer_one_counts_more(
    run: Callable[..., list[ColoredFrame]],
) -> None:
    done = redness(run(hints=(*hints(RED, 0), *hints(BLUE, LAST))))
    forwards = redness(run(hints=hints(RED, 0)))
    assert done[0] == forwards[0]
    assert done == sorted(done, reverse=True)
    assert forwards[1] - done[1] < 0.4 * (forwards[LAST - 1] - done[LAST - 1])
    assert forwards[LAST - 1] - done[LAST - 1] > 10


def test_a_whole_frame_in_colour_counts_both_ways_and_is_kept(
    run: Callable[..., list[ColoredFrame]], frames: list[Frame]
) -> None:
    picture = np.full((*frames[0].luma.shape, 3), RED, np.uint8)
    done = run(keyframes=((3, picture),))
    assert min(redness(done)) > 10
    assert np.ptp(done[3].chroma[1]) <= 1
    assert done[3].confidence.min() == 1


def test_a_hint_reaches_back_over_so_many_frames_only(
    run: Callable[..., list[ColoredFrame]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(both_ways, "MOST_FRAMES", 2)
    done = redness(run(hints=hints(RED, LAST)))
    assert max(map(abs, done[:4])) < 2
    assert 5 < done[4] <= done[LAST]  # it comes in by and by


def test_large_frames_wait_in_bounded_memory(film: Make, info: Make) -> None:
    (small,), (large,) = film([np.zeros((64, 96), np.uint8)]), film([np.zeros((4000, 8000), np.uint8)])
    assert both_ways.reach(info(small)) > 150
    assert 1 <= both_ways.reach(info(large)) < 15


def test_no_frame_waits_where_nothing_follows(engine: Engine, frames: list[Frame], info: Make) -> None:
    taken: list[int] = []

    def read() -> Iterator[Frame]:
        for frame in frames:
            taken.append(frame.index)
            yield frame

    given = Guidance(hints=hints(RED, 2))
    colored = color_frames(read(), info(frames[0]), given, NO_CUTS, engine=engine)
    seen = [(one.frame.index, len(taken)) for one in colored]
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 4), (4, 5), (5, 6)]


def test_frames_that_wait_come_out_where_the_film_breaks_off(
    engine: Engine, frames: list[Frame], info: Make
) -> None:
    def broken() -> Iterator[Frame]:
        yield from frames[:3]
        raise FilmTruncated("breaks off")

    colored = color_frames(
        broken(), info(frames[0]), Guidance(hints=hints(RED, LAST)), NO_CUTS, engine=engine
    )
    done = []
    with pytest.raises(FilmTruncated):
        done.extend(one.frame.index for one in colored)
    assert done == [0, 1, 2]


def test_both_colours_are_mixed_by_how_sure_and_how_near_they_are() -> None:
    def plain(value: float, confidence: float) -> Colours:
        plane: NDArray[np.float32] = np.full((2, 2), confidence, np.float32)
        return Colours(np.full((2, 2, 2), value, np.float32), plane, 0.5)

    def mixed(behind: float, ahead: float, share: float, *, ramped: bool = True) -> float:
        both = plain(0, behind), plain(1, ahead)
        return float(both_ways.blend(*both, share, ramped=ramped).chroma[0, 0, 0])

    assert mixed(1, 1, 0) == pytest.approx(0, abs=1e-5)
    assert mixed(1, 1, 0.5) == pytest.approx(0.5, abs=1e-5)
    assert mixed(0.2, 1, 0.5) > 0.9
    assert mixed(1, 0.2, 0.5) < 0.1
    assert mixed(0.2, 1, 0, ramped=False) > 0.9
    assert both_ways.blend(plain(0, 0.2), plain(1, 1), 0.5, ramped=True).confidence.max() > 0.9
