"""The bins of the ab plane, soft encoding, rebalancing and the annealed mean."""

from __future__ import annotations

import numpy as np
import torch

from huecue.color import rgb_to_lab
from huecue.networks.bins import (
    BIN_COUNT,
    EVEN,
    SPREAD_AB,
    annealed_mean,
    centres,
    count,
    encode,
    rebalance,
)


def test_there_are_313_bins_and_every_colour_of_srgb_lies_in_or_beside_one() -> None:
    assert centres().shape == (BIN_COUNT, 2)
    assert len(np.unique(centres(), axis=0)) == BIN_COUNT
    rgb = np.random.default_rng(0).integers(0, 256, (500, 3)).astype(np.uint8)
    ab = rgb_to_lab(rgb)[:, 1:]
    nearest = np.linalg.norm(ab[:, None] - centres()[None], axis=-1).min(axis=1)
    assert nearest.max() <= np.hypot(5, 5) + 1e-3


def test_encoding_equals_the_slow_way() -> None:
    ab = np.random.default_rng(1).uniform(-60, 60, (20, 2)).astype(np.float32)
    index, shares = encode(torch.from_numpy(ab))
    for place, colour in enumerate(ab):
        far = ((centres() - colour) ** 2).sum(axis=1)
        nearest = np.argsort(far)[:5]
        weights = np.exp(-far[nearest] / (2 * SPREAD_AB**2))
        assert set(index[place].tolist()) == set(nearest.tolist())
        assert np.allclose(sorted(shares[place].tolist()), sorted(weights / weights.sum()), atol=1e-4)


def test_counting_gives_each_colour_to_its_nearest_bin() -> None:
    shares = count(np.repeat(centres()[[3, 100]], (1, 3), axis=0) + 1)
    assert (shares[3], shares[100], shares.sum()) == (0.25, 0.75, 1)


def test_seldom_colours_count_more_and_the_average_is_one() -> None:
    shares = np.full(BIN_COUNT, 0.1 / (BIN_COUNT - 1), np.float32)
    grey = int(np.abs(centres()).sum(axis=1).argmin())
    shares[grey] = 0.9
    weights = rebalance(shares)
    assert weights.argmin() == grey
    assert weights.max() / weights.min() > 5
    even = rebalance(np.full(BIN_COUNT, 1 / BIN_COUNT, np.float32))
    assert 0.5 < even.min() <= even.max() < 2
    assert EVEN == 0.5


def test_the_annealed_mean_is_the_middle_of_a_sure_bin_and_lies_between_two() -> None:
    told = torch.full((1, BIN_COUNT, 1, 2), -50.0)
    told[0, 7, 0, 0] = 50
    told[0, [7, 9], 0, 1] = 50.0
    mean = annealed_mean(told)[0, :, 0]
    assert np.allclose(mean[:, 0], centres()[7], atol=1e-3)
    assert np.allclose(mean[:, 1], centres()[[7, 9]].mean(axis=0), atol=1e-3)
    tilted = torch.zeros(1, BIN_COUNT, 1, 1)
    tilted[0, 7] = 4
    cold, warm = (annealed_mean(tilted, temperature) for temperature in (0.38, 1.0))
    towards = torch.from_numpy(centres()[7])[:, None, None]
    assert (cold - towards).norm() < (warm - towards).norm()
