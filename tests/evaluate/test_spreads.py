"""Hints spread without learning: by Levin's system, and by nearness in place and luma."""

from __future__ import annotations

import numpy as np
import pytest

from huecue.evaluate.spreads import levin, nearest
from huecue.stages.hints import Given
from huecue.types import Luma

RED, BLUE = (-0.2, 0.8), (0.8, -0.2)


def halves() -> Luma:
    """Dark to the left of column 20, light to its right."""
    luma = np.full((32, 40), 60, np.uint8)
    luma[:, 20:] = 200
    return luma


def two_hints(*, at: tuple[int, int] = (4, 36)) -> Given:
    chroma, mask = np.zeros((32, 40, 2), np.float32), np.zeros((32, 40), bool)
    for column, color in zip(at, (RED, BLUE), strict=True):
        chroma[16, column], mask[16, column] = color, True
    return Given(chroma, mask)


@pytest.mark.parametrize("spread", [levin, nearest])
def test_each_half_takes_the_colour_of_its_own_hint(spread: type) -> None:
    colored = spread(two_hints(), halves())
    np.testing.assert_allclose(colored[:, :18], np.broadcast_to(RED, (32, 18, 2)), atol=0.06)
    np.testing.assert_allclose(colored[:, 22:], np.broadcast_to(BLUE, (32, 18, 2)), atol=0.06)


@pytest.mark.parametrize("spread", [levin, nearest])
def test_without_hints_all_is_grey(spread: type) -> None:
    empty = Given(np.zeros((32, 40, 2), np.float32), np.zeros((32, 40), bool))
    assert (spread(empty, halves()) == 0).all()


def test_nearest_is_the_weighted_mean_written_out() -> None:
    rng = np.random.default_rng(0)
    luma = rng.integers(100, 130, (32, 40), dtype=np.uint8)
    given = two_hints(at=(10, 30))
    got = nearest(given, luma)
    for row, column in [(0, 0), (16, 18), (10, 22), (24, 19)]:
        weights = [
            np.exp(
                -((12 * (float(luma[row, column]) - float(luma[16, x])) / 255) ** 2)
                - (5 * np.hypot(row - 16, column - x) / 32) ** 2
            )
            for x in (10, 30)
        ]
        wanted = (weights[0] * np.array(RED) + weights[1] * np.array(BLUE)) / sum(weights)
        np.testing.assert_allclose(got[row, column], wanted, atol=1e-3)
