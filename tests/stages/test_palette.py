"""Colours without places as numbers: softly counted, in bands of luma."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from huecue.stages.palette import BANDS, NUMBERS, STEP, STEPS, VIVID, no_tones, tones, vividness_of


def some_colors(seed: int, count: int = 50) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Luma (N,) and chroma (N, 2), some of it beyond the histogram's border."""
    dice = np.random.default_rng(seed)
    return dice.random(count).astype(np.float32), dice.uniform(-0.5, 0.5, (count, 2)).astype(np.float32)


def slow_histogram(luma: NDArray, chroma: NDArray, shares: NDArray) -> NDArray[np.float64]:
    """One colour and one cell after the other: a cell counts by how near it is along each axis."""
    whole = np.zeros((BANDS, STEPS, STEPS))
    most = [BANDS - 1, STEPS - 1, STEPS - 1]
    for light, (cb, cr), share in zip(luma, chroma, shares, strict=True):
        place = [light * 2, cb / STEP + 3, cr / STEP + 3]
        place = [min(max(one, 0), top) for one, top in zip(place, most, strict=True)]
        for cell in np.ndindex(whole.shape):
            near = [max(0, 1 - abs(at - one)) for at, one in zip(cell, place, strict=True)]
            whole[cell] += share * near[0] * near[1] * near[2]
    return whole / np.sum(shares)


def histogram(told: NDArray[np.float32]) -> NDArray[np.float32]:
    return told[:-3].reshape(BANDS, STEPS, STEPS)


def test_histogram_equals_a_slow_one():
    luma, chroma = some_colors(1)
    shares = np.random.default_rng(2).random(len(luma))
    wanted = slow_histogram(luma, chroma, shares)
    assert np.allclose(histogram(tones(luma, chroma, list(shares))), wanted, atol=1e-6)


def test_every_colour_counts_alike_and_all_sum_to_one():
    luma, chroma = some_colors(3)
    told = tones(luma, chroma)
    assert np.allclose(told, tones(luma, chroma, [7.0] * len(luma)), atol=1e-7)
    assert histogram(told).sum() == pytest.approx(1)
    assert told[-3] == 1


def test_bright_and_dark_colours_stand_apart():
    red = np.array([[-0.1, 0.2]], np.float32)
    dark, bright = (histogram(tones(np.array([light], np.float32), red)) for light in (0, 1))
    assert dark[0, 2, 5] == bright[2, 2, 5] == pytest.approx(1)
    assert not (dark * bright).any()


def test_vividness_stands_beside_the_colours_or_alone():
    luma, chroma = some_colors(4)
    open_, said = tones(luma, chroma), tones(luma, chroma, vividness=0.1)
    assert np.array_equal(open_[:-2], said[:-2])
    assert open_[-2:].tolist() == [0, 0]
    assert said[-2:].tolist() == pytest.approx([VIVID * 0.1, 1])
    alone = tones(luma[:0], chroma[:0], vividness=0.0)
    assert alone[:-1].tolist() == [0] * (NUMBERS - 1)
    assert alone[-1] == 1


def test_nothing_given_is_zeros():
    assert no_tones().tolist() == tones(*some_colors(5, 0)).tolist() == [0] * NUMBERS


def test_vividness_is_the_mean_length():
    assert vividness_of(np.array([[[0.3, 0.4], [0, 0]]], np.float32)) == pytest.approx(0.25)
