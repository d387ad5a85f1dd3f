"""A sample holds what the network is given at run time, in the declared shapes, less what is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from huecue import engine
from huecue.train.samples import (
    Habits,
    as_input,
    as_planes,
    crop_still,
    hint_planes,
    nothing,
    stack,
    still_sample,
    turned,
)
from sample_check import check, shapes_of

Photo = Callable[..., NDArray[np.uint8]]
HABITS = Habits(still_px=(32,))
CALM = replace(HABITS, turned=0.0, worn=0.0)


@pytest.mark.parametrize("seed", range(12))
def test_a_still_has_its_declared_shape(photo: Photo, seed: int) -> None:
    dice = np.random.default_rng(seed)
    check(still_sample(dice, photo(seed, 60, 80), HABITS, size=32, hinted=seed % 2 == 0), 1)


def test_samples_stack_into_batches(photo: Photo) -> None:
    dice = np.random.default_rng(0)
    batch = stack(
        [still_sample(dice, photo(seed, 60, 80), HABITS, size=32, hinted=True) for seed in range(3)]
    )
    assert {name: plane.shape for name, plane in batch.items()} == {
        name: (3, *shape) for name, shape in shapes_of(1).items()
    }


def test_hints_are_there_when_they_are_asked_for(photo: Photo) -> None:
    dice = np.random.default_rng(0)
    for hinted in (True, False):
        sample = still_sample(dice, photo(0, 60, 80), HABITS, size=32, hinted=hinted)
        assert sample.hints.any() == hinted
        assert (sample.points >= 0).any() == hinted


def test_points_are_hinted_pixels_of_the_half_size_frame(photo: Photo) -> None:
    sample = still_sample(np.random.default_rng(3), photo(0, 60, 80), CALM, size=32, hinted=True)
    covered = sample.hints[2].reshape(16, 2, 16, 2).max(axis=(1, 3)).ravel()
    kept = sample.points >= 0
    assert kept.any()
    assert covered[sample.points[kept]].all()
    assert not sample.point_chroma[~kept].any()


def test_hints_show_the_true_colours(photo: Photo) -> None:
    dice = np.random.default_rng(1)
    wrong, grey = [], []
    for _ in range(20):
        sample = still_sample(dice, photo(0, 60, 80), CALM, size=32, hinted=True)
        mask = sample.hints[2] == 1
        assert mask.any()
        assert np.array_equal(sample.hints[2], mask)
        wrong.append(np.abs(sample.hints[:2, mask] - sample.target[0][:, mask]).mean())
        grey.append(np.abs(sample.target[0][:, mask]).mean())
    assert np.mean(wrong) < 0.5 * np.mean(grey)  # a patch is the mean of up to 9x9 of the 32x32 px


def test_a_still_offers_no_motion_and_no_memory(photo: Photo) -> None:
    sample = still_sample(np.random.default_rng(2), photo(0, 60, 80), HABITS, size=32, hinted=True)
    past = ("start", "flow", "confidence", "key", "key_flow", "key_confidence", "keyed", "memory")
    for name in past:
        assert not getattr(sample, name).any(), name


@pytest.mark.parametrize("shape", [(1, 1), (1, 200), (7, 5), (300, 20)])
def test_photographs_of_any_shape_do(photo: Photo, shape: tuple[int, int]) -> None:
    dice, picture = np.random.default_rng(5), photo(0, *shape)
    assert crop_still(dice, picture, 32).shape == (32, 32, 3)
    check(still_sample(dice, picture, HABITS, size=32, hinted=True), 1)


def test_luma_goes_in_as_the_engine_takes_it() -> None:
    luma = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert np.abs(as_input(luma) - engine.as_input(luma)[0]).max() < 1e-6


def test_planes_are_the_picture_s_luma_and_chroma(photo: Photo) -> None:
    luma, chroma = as_planes(photo(0, 20, 30))
    assert (luma.shape, luma.dtype, chroma.shape, chroma.dtype) == (
        (20, 30),
        np.uint8,
        (20, 30, 2),
        np.float32,
    )
    grey = np.repeat(np.arange(256, dtype=np.uint8)[:, None, None], 3, axis=2)
    assert np.array_equal(as_planes(grey)[0][:, 0], np.arange(256))
    assert np.abs(as_planes(grey)[1]).max() < 1e-5


def test_no_hints_are_all_zeros() -> None:
    luma = np.full((32, 32), 90, np.uint8)
    planes = hint_planes(nothing(luma.shape), luma)
    assert not planes["hints"].any()
    assert not planes["point_chroma"].any()
    assert (planes["points"] == -1).all()


def test_a_turned_hue_stays_in_range() -> None:
    chroma = np.random.default_rng(0).uniform(-1, 1, (8, 8, 2)).astype(np.float32)
    assert np.abs(turned(chroma, np.float32(1.3) * np.eye(2, dtype=np.float32))).max() == 1
    quarter = np.array([[0, 1], [-1, 0]], np.float32)
    assert np.allclose(turned(chroma, quarter), np.stack([-chroma[..., 1], chroma[..., 0]], axis=-1))
