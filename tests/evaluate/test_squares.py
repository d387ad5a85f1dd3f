"""A clip squared keeps its frames, and gets 15 to 20 hints in its own colours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from huecue.evaluate.clips import Clip, true_picture
from huecue.evaluate.squares import given_for, hints_for, lumas_of, square_clip


def test_frames_become_squares_in_order(clip: Clip) -> None:
    square = square_clip(clip, 64)
    assert [frame.index for frame in square.frames] == [0, 1, 2, 3]
    assert {true_picture(frame).shape for frame in square.frames} == {(64, 64, 3)}
    assert square.info.frames == 4
    assert square.info.displayed == square.size
    middle = [true_picture(one.frames[0]).mean(axis=(0, 1)) for one in (clip, square)]
    assert np.abs(middle[0] - middle[1]).max() < 2
    assert all(
        np.array_equal(luma, frame.luma) for luma, frame in zip(lumas_of(square), square.frames, strict=True)
    )
    assert {luma.dtype for luma in lumas_of(square)} == {np.dtype(np.uint8)}


def test_hints_are_15_to_20_and_depend_on_name_and_seed_alone(clip: Clip) -> None:
    square = square_clip(clip, 64)
    counts = {len(hints_for(replace(square, path=Path(f"{n}.mkv")), seed=0).hints) for n in range(60)}
    assert counts == {15, 16, 17, 18, 19, 20}
    assert hints_for(square, seed=1).hints == hints_for(square, seed=1).hints
    assert hints_for(square, seed=1).hints != hints_for(square, seed=2).hints


def test_hints_stand_on_the_first_frame(clip: Clip) -> None:
    square = square_clip(clip, 64)
    task = hints_for(square, seed=0)
    given = given_for(square, task)
    assert given.mask.shape == (64, 64)
    assert 15 < given.mask.sum() < 20 * 36
    assert all(given.mask[round(hint.y), round(hint.x)] for hint in task.hints)
