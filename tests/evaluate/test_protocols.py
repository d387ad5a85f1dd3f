"""Each protocol gives what it says, the same every time, and names the frame it gave away."""

from __future__ import annotations

import numpy as np
import pytest

from huecue.evaluate.clips import Clip, true_picture
from huecue.evaluate.protocols import Protocol, Task, draw_hints, mean_color, rng_of, set_task
from huecue.types import Hint


def points(task: Task) -> list[tuple[float, float]]:
    return [(hint.x, hint.y) for hint in task.hints]


def test_auto_gives_nothing_and_scores_every_frame(clip: Clip) -> None:
    task = set_task(clip, Protocol.AUTO, seed=0)
    assert (task.hints, task.first_frame, task.reference, task.unscored) == ((), None, None, frozenset())


def test_first_frame_gives_it_and_does_not_score_it(clip: Clip) -> None:
    task = set_task(clip, Protocol.FIRST_FRAME, seed=0)
    assert task.first_frame is not None
    assert (task.first_frame == true_picture(clip.frames[0])).all()
    assert task.unscored == {0}


def test_reference_gives_the_middle_frame_and_does_not_score_it(clip: Clip) -> None:
    task = set_task(clip, Protocol.REFERENCE, seed=0)
    assert task.reference is not None
    assert (task.reference == true_picture(clip.frames[2])).all()
    assert task.unscored == {2}


def test_palette_gives_the_middle_frame_s_colours_and_scores_every_frame(clip: Clip) -> None:
    task = set_task(clip, Protocol.PALETTE, seed=0)
    assert task.palette is not None
    assert (task.palette.picture == true_picture(clip.frames[2])).all()
    assert not task.unscored
    assert task.reference is None


def test_hints_are_twenty_means_of_seven_by_seven_true_pixels_on_the_first_frame(clip: Clip) -> None:
    task = set_task(clip, Protocol.HINTS, seed=0)
    picture = true_picture(clip.frames[0]).astype(float)
    assert len(task.hints) == 20
    assert not task.unscored
    for hint in task.hints:
        x, y = int(hint.x), int(hint.y)
        assert 3 <= x < 93
        assert 3 <= y < 61
        assert hint.frame == 0
        assert hint.radius == 3
        patch = picture[y - 3 : y + 4, x - 3 : x + 4].reshape(49, 3)
        np.testing.assert_allclose(hint.color, patch.mean(axis=0), atol=0.501)


def test_hints_depend_on_the_seed_and_the_name_alone(clip: Clip) -> None:
    again = set_task(clip, Protocol.HINTS, seed=0)
    other = set_task(clip, Protocol.HINTS, seed=1)
    assert points(set_task(clip, Protocol.HINTS, seed=0)) == points(again)
    assert points(other) != points(again)
    assert rng_of("a", 0).random() != rng_of("b", 0).random()


@pytest.mark.parametrize("shape", [(1, 1), (2, 5), (6, 7), (64, 3)])
def test_hints_fall_inside_the_smallest_pictures(shape: tuple[int, int]) -> None:
    picture = np.full((*shape, 3), 7, np.uint8)
    hints: tuple[Hint, ...] = draw_hints(picture, rng_of("", 0))
    assert len(hints) == 20
    assert all(0 <= h.x < shape[1] and 0 <= h.y < shape[0] and h.color == (7, 7, 7) for h in hints)


def test_a_mean_at_the_corner_takes_what_is_there() -> None:
    picture = np.zeros((8, 8, 3), np.uint8)
    picture[0, 0] = (160, 32, 16)
    assert mean_color(picture, 0, 0, 3) == (10, 2, 1)


def test_both_ends_give_the_first_and_the_last_frame(clip: Clip) -> None:
    task = set_task(clip, Protocol.BOTH_ENDS, seed=0)
    last = len(clip.frames) - 1
    assert task.first_frame is not None
    assert np.array_equal(task.first_frame, true_picture(clip.frames[0]))
    ((index, picture),) = task.keyframes
    assert index == clip.frames[-1].index
    assert np.array_equal(picture, true_picture(clip.frames[-1]))
    assert task.unscored == {0, last}
