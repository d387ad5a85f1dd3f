"""What is kept of a shot, however long it is, to say where hints would help."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from huecue.pipeline.gathered import MOST_HINTED, MOST_SPANS, SPAN, Gathered, Kept, gathered
from huecue.pipeline.guidance import Guidance, Guide
from huecue.pipeline.small import Coloured, Place
from huecue.pipeline.step import Colours
from huecue.pipeline.suggestions import gather
from huecue.types import Hint, Shot, Size

RED = (200, 40, 40)


def kept(index: int, doubt: float = 0.5) -> Kept:
    return Kept(index, lambda: np.zeros((16, 24), np.uint8), np.full((2, 3), doubt, np.float16))


def shot_of(count: int, doubts: dict[int, float] | None = None, start: int = 0) -> Gathered:
    return gathered([kept(index, (doubts or {}).get(index, 0.5)) for index in range(start, start + count)])


@pytest.mark.parametrize("count", [1, 2, SPAN, SPAN + 1, 100, 1000, 5000])
def test_few_frames_stand_for_a_shot_of_any_length(count: int) -> None:
    shot = shot_of(count, start=7)
    frames = shot.frames()
    assert shot.shot == Shot(7, 7 + count)
    assert len(frames) <= MOST_SPANS + 1
    assert frames[0][0].index == 7
    assert sum(many for _, many in frames) == count
    gaps = [later.index - earlier.index for (earlier, _), (later, _) in pairwise(frames)]
    assert all(gap > 0 for gap in gaps)
    assert max(gaps, default=0) <= 2 * shot.span
    assert shot.span <= max(SPAN, 2 * -(-count // MOST_SPANS))


@pytest.mark.parametrize("count", [60, 600])
def test_the_frames_most_in_doubt_are_kept(count: int) -> None:
    where = count * 2 // 3
    frames = shot_of(count, {where: 0.9}).frames()
    assert where in [one.index for one, _ in frames]


def test_each_kept_frame_stands_for_those_nearest_to_it() -> None:
    frames = shot_of(20, {5: 0.9, 15: 0.9, 17: 0.9}).frames()
    assert [(one.index, many) for one, many in frames] == [(0, 3), (5, 7), (15, 6), (17, 4)]


def test_the_last_hinted_frames_are_kept() -> None:
    told = dict.fromkeys((33, 35, 37, 39, 41), (3,))
    shot = gathered([replace(kept(index), told=told.get(index, ())) for index in range(100)])
    hinted = [one.index for one, _ in shot.frames() if one.told]
    assert set(hinted) >= {35, 37, 39, 41}
    assert len(shot.frames()) <= 1 + MOST_SPANS + MOST_HINTED


def test_hints_on_a_frame_that_is_given_whole_do_not_count() -> None:
    luma, picture = np.full((64, 96), 120, np.uint8), np.zeros((64, 96, 3), np.uint8)
    hints = tuple(Hint(20, 12, RED, frame=frame) for frame in (1, 2))
    guide = Guide(Guidance(hints=hints, keyframes=((2, picture),)), Size(96, 64), ())
    colours = Colours(np.zeros((64, 96, 2), np.float32), np.full((64, 96), 0.2, np.float32), None)
    frames = [Coloured(None, luma, Place(n, 0, n == 0), n == 0, colours) for n in range(3)]
    (shot,) = gather(frames, guide)
    assert [(one.index, one.told) for one in shot.hinted] == [(1, (12 + 2,))]  # the second row of 12 cells
