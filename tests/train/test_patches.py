"""The 2017 simulation of hints has the paper's statistics."""

from __future__ import annotations

import numpy as np
import pytest

from huecue.train.patches import LEAST_RANGE, WIDEST_PX, draw_count, draw_hints, is_colourful

AB = np.random.default_rng(0).uniform(-60, 60, (64, 64, 2)).astype(np.float32)


def test_one_in_eight_has_no_point_and_the_mean_is_seven() -> None:
    dice = np.random.default_rng(1)
    counts = np.array([draw_count(dice) for _ in range(20_000)])
    assert np.mean(counts == 0) == pytest.approx(0.125, abs=0.01)
    assert counts.mean() == pytest.approx(7, abs=0.2)
    for n in (1, 4):
        assert np.mean(counts == n) == pytest.approx((7 / 8) ** n / 8, abs=0.01)


def one_patch(seed: int) -> tuple[np.ndarray, np.ndarray]:
    given = draw_hints(np.random.default_rng(seed), AB, 1)
    rows, columns = np.nonzero(given[..., 2])
    return given, np.array([rows.min(), columns.min(), np.ptp(rows) + 1, np.ptp(columns) + 1])


def test_patches_are_squares_of_1_to_9_px_in_even_shares() -> None:
    boxes = np.array([one_patch(seed)[1] for seed in range(1500)])
    assert np.array_equal(boxes[:, 2], boxes[:, 3])
    sides = np.bincount(boxes[:, 2], minlength=WIDEST_PX + 1)
    assert sides[0] == 0
    assert (np.abs(sides[1:] / len(boxes) - 1 / WIDEST_PX) < 0.03).all()


def test_corners_are_normal_around_the_centre() -> None:
    boxes = np.array([one_patch(seed)[1] for seed in range(1500)])
    share = boxes[:, :2] / (64 - boxes[:, 2:])
    assert np.allclose(share.mean(axis=0), 0.5, atol=0.02)
    assert np.allclose(share.std(axis=0), 0.25, atol=0.025)  # a little less, for it is clipped


def test_a_hint_is_its_patch_s_mean() -> None:
    given, (top, left, side, _) = one_patch(3)
    patch = AB[top : top + side, left : left + side]
    assert np.allclose(given[top, left, :2], patch.mean(axis=(0, 1)), atol=1e-4)
    assert given[..., 2].sum() == side * side
    assert not given[given[..., 2] == 0].any()


def test_one_picture_in_a_hundred_is_revealed() -> None:
    dice, small = np.random.default_rng(2), AB[:16, :16]
    whole = [np.array_equal(draw_hints(dice, small)[..., :2], small) for _ in range(4000)]
    assert np.mean(whole) == pytest.approx(0.01, abs=0.005)


def test_no_hints_are_all_zeros_and_tiny_pictures_do() -> None:
    assert not draw_hints(np.random.default_rng(0), AB, 0).any()
    assert draw_hints(np.random.default_rng(0), AB[:3, :2], 5)[..., 2].any()


def test_pictures_of_hardly_any_colour_are_known() -> None:
    flat = np.zeros((8, 8, 2), np.float32)
    assert not is_colourful(flat)
    flat[0, 0] = LEAST_RANGE / 2 - 0.1
    assert not is_colourful(flat)
    flat[0, 0] = LEAST_RANGE / 2 + 0.1
    assert is_colourful(flat)
