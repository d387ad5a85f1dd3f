"""Imagined hints are drawn as a person draws them, imagined motion is smooth, imagined wear is wear."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from huecue.train.imagine import HintHabits, draw_hints, draw_path, draw_wear, turn_hue

SHAPE = (64, 64)
HABITS = HintHabits()
ONLY = {
    "geometric": replace(HABITS, geometric=1.0, many=0.0, strokes=0.0),
    "many": replace(HABITS, geometric=0.0, many=1.0, strokes=0.0),
    "strokes": replace(HABITS, geometric=0.0, many=0.0, strokes=1.0),
    "all": replace(HABITS, geometric=0.0, many=0.0, strokes=0.0),
}


def smooth_chroma(seed: int = 0) -> NDArray[np.float32]:
    coarse = np.random.default_rng(seed).uniform(-0.5, 0.5, (5, 5, 2)).astype(np.float32)
    return cv2.resize(coarse, SHAPE, interpolation=cv2.INTER_CUBIC)


def shares(habits: HintHabits, count: int = 200) -> NDArray[np.float64]:
    """The share of pixels hinted, for many drawings."""
    dice, chroma = np.random.default_rng(1), smooth_chroma()
    return np.array([draw_hints(dice, chroma, habits).mask.mean() for _ in range(count)])


def test_a_few_patches_are_the_usual_hint() -> None:
    covered = shares(ONLY["geometric"])
    assert covered.min() > 0
    patches = covered * 64 * 64 / 31.7  # a patch 1..9 px wide covers 31.7 px on average
    assert 5 < patches.mean() < 8.5  # 1 / chance is 8, some of them overlap
    assert np.quantile(covered, 0.9) < 0.4


def test_single_patches_are_squares_up_to_9_px_wide() -> None:
    dice, chroma = np.random.default_rng(2), smooth_chroma()
    widths = []
    for _ in range(300):
        mask = draw_hints(dice, chroma, replace(ONLY["geometric"], chance=1.0)).mask
        rows, columns = mask.any(axis=1).sum(), mask.any(axis=0).sum()
        assert rows == columns
        assert mask.sum() == rows * columns
        widths.append(int(rows))
    assert set(widths) == set(range(1, 10))
    assert abs(np.mean(widths) - 5) < 0.5


def test_patches_gather_around_the_centre() -> None:
    dice, chroma = np.random.default_rng(3), smooth_chroma()
    centres = []
    for _ in range(400):
        mask = draw_hints(dice, chroma, replace(ONLY["geometric"], chance=1.0)).mask
        centres.append([places.mean() for places in np.nonzero(mask)])
    offset = np.array(centres) - 31.5
    assert np.abs(offset.mean(axis=0)).max() < 3
    # In the middle quarter of the picture: 0.47 of a normal draw, 0.25 of an even one, 0.40 of both in turn.
    assert 0.33 < (np.abs(offset) < 15).all(axis=1).mean() < 0.47


def test_the_number_of_many_patches_spans_two_decades() -> None:
    covered = shares(replace(ONLY["many"], widest_px=1), count=300) * 64 * 64
    assert covered.min() == 1
    assert 90 < covered.max() <= 128
    assert 8 < np.median(covered) < 16  # the geometric mean of 1 and 128 is 11


def test_everything_may_be_given() -> None:
    dice, chroma = np.random.default_rng(4), smooth_chroma()
    given = draw_hints(dice, chroma, ONLY["all"])
    assert given.mask.all()
    assert np.array_equal(given.chroma, chroma)


def test_strokes_stay_on_one_colour() -> None:
    dice, chroma = np.random.default_rng(5), np.zeros((*SHAPE, 2), np.float32)
    chroma[:, 32:] = 0.5
    covered = []
    for _ in range(100):
        given = draw_hints(dice, chroma, ONLY["strokes"])
        assert np.allclose(given.chroma[given.mask], chroma[given.mask])
        covered.append(given.mask.mean())
    assert 0.01 < np.mean(covered) < 0.2


def test_the_kinds_come_in_their_shares() -> None:
    full = (shares(HABITS, count=600) == 1).mean()
    assert abs(full - (1 - HABITS.geometric - HABITS.many - HABITS.strokes)) < 0.02
    few = (shares(replace(HABITS, chance=1.0, widest_px=1)) * 64 * 64 == 1).mean()
    assert HABITS.geometric < few < HABITS.geometric + 0.15  # all of these, and some of the others


@pytest.mark.parametrize("kind", ["geometric", "many"])
def test_patches_have_the_true_mean_colour_but_for_a_little_noise(kind: str) -> None:
    dice, chroma = np.random.default_rng(6), np.full((*SHAPE, 2), (0.3, -0.2), np.float32)
    noise = [
        given.chroma[given.mask] - (0.3, -0.2)
        for given in (draw_hints(dice, chroma, ONLY[kind]) for _ in range(200))
    ]
    spread = np.concatenate([part[:1] for part in noise]).std()
    assert 0.5 * HABITS.noise < spread < 2 * HABITS.noise


@pytest.mark.parametrize("kind", list(ONLY))
def test_what_is_not_hinted_has_no_colour_and_the_picture_is_untouched(kind: str) -> None:
    dice, chroma = np.random.default_rng(7), smooth_chroma()
    for _ in range(20):
        given = draw_hints(dice, chroma, ONLY[kind])
        assert not given.chroma[~given.mask].any()
        assert np.isfinite(given.chroma).all()
    assert np.array_equal(chroma, smooth_chroma())


@pytest.mark.parametrize("shape", [(1, 1), (5, 3), (9, 64)])
def test_hints_fit_the_smallest_pictures(shape: tuple[int, int]) -> None:
    dice, chroma = np.random.default_rng(8), np.zeros((*shape, 2), np.float32)
    for _ in range(50):
        assert draw_hints(dice, chroma, replace(HABITS, widest_px=min(shape))).mask.shape == shape


def test_the_same_seed_draws_the_same_hints() -> None:
    first, second = (draw_hints(np.random.default_rng(9), smooth_chroma(), HABITS) for _ in range(2))
    assert np.array_equal(first.chroma, second.chroma)


def test_a_path_is_smooth_in_time_and_space() -> None:
    for seed in range(20):
        path = draw_path(np.random.default_rng(seed), 128, (200, 240), 6)
        places = np.stack([path.at(time, 128) for time in range(6)])
        assert places.shape == (6, 128, 128, 2)
        steps = np.diff(places, axis=0)
        assert np.abs(steps).max() < 12  # px a frame
        assert np.abs(np.diff(steps, axis=0)).max() < 1.5
        assert np.abs(np.diff(places, axis=2)[..., 0] - 1).mean() < 0.3


def test_a_path_starts_inside_the_picture() -> None:
    for seed in range(50):
        start = draw_path(np.random.default_rng(seed), 64, (100, 120), 6).at(0, 64)
        assert start.min() > -1
        assert start[..., 0].max() < 121
        assert start[..., 1].max() < 101


def test_wear_comes_in_its_share() -> None:
    dice = np.random.default_rng(10)
    worn = [draw_wear(dice, 0.2) is not None for _ in range(1000)]
    assert abs(np.mean(worn) - 0.2) < 0.04
    assert draw_wear(dice, 0.0) is None
    assert draw_wear(dice, 1.0) is not None


def test_wear_is_mild_and_of_every_strength() -> None:
    drawn = [wear for seed in range(300) if (wear := draw_wear(np.random.default_rng(seed), 1.0))]
    for name, least, most in (("flicker", 0.0, 0.06), ("grain", 0.0, 7.1), ("blur_px", 0.0, 2.5)):
        values = [getattr(wear, name) for wear in drawn]
        assert least <= min(values) < 0.1 * most
        assert 0.5 * most < max(values) <= most
    assert {(wear.scratches, wear.specks, wear.weave_px, wear.contrast) for wear in drawn} == {(0.2, 0, 0, 1)}


def test_turning_the_hue_keeps_colours_apart() -> None:
    for seed in range(20):
        turn = turn_hue(np.random.default_rng(seed))
        scale = np.sqrt(np.linalg.det(turn))
        assert 0.5 <= scale <= 1.3
        assert np.allclose(turn @ turn.T, np.eye(2) * scale**2, atol=1e-5)
