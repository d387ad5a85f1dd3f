"""Hints spread without learning: by Levin's system, by luma-geodesic distance, by nearness."""

from __future__ import annotations

import numpy as np
import pytest

from huecue.color import hint_chroma
from huecue.evaluate.spreads import levin, nearest, yatziv
from huecue.types import Hint, Luma, Size

SIZE = Size(40, 32)
RED, BLUE = (150, 60, 60), (80, 90, 190)


def halves() -> Luma:
    """Dark to the left of column 20, light to its right."""
    luma = np.full(SIZE.shape, 60, np.uint8)
    luma[:, 20:] = 200
    return luma


def hints(*columns: int, radius: float = 0.5) -> list[Hint]:
    return [Hint(x, 16, color, radius=radius) for x, color in zip(columns, (RED, BLUE), strict=True)]


@pytest.mark.parametrize("spread", [levin, nearest, yatziv])
def test_each_half_takes_the_colour_of_its_own_hint(spread: type) -> None:
    colored = spread(hints(4, 36), halves(), SIZE)
    dark, light = (hint_chroma(c, np.float32([v / 255]))[0] for c, v in ((RED, 60), (BLUE, 200)))
    np.testing.assert_allclose(colored[:, :18], np.broadcast_to(dark, (32, 18, 2)), atol=0.03)
    np.testing.assert_allclose(colored[:, 22:], np.broadcast_to(light, (32, 18, 2)), atol=0.03)


@pytest.mark.parametrize("spread", [levin, nearest, yatziv])
def test_without_hints_all_is_grey(spread: type) -> None:
    assert (spread((), halves(), SIZE) == 0).all()


@pytest.mark.parametrize("spread", [levin, nearest, yatziv])
def test_hints_are_in_pixels_of_the_film_as_displayed(spread: type) -> None:
    twice = [Hint(2 * h.x + 0.5, 2 * h.y + 0.5, h.color, radius=1) for h in hints(4, 36)]
    np.testing.assert_allclose(
        spread(twice, halves(), Size(80, 64)), spread(hints(4, 36), halves(), SIZE), atol=1e-5
    )


def test_nearest_is_the_weighted_mean_written_out() -> None:
    luma = np.random.default_rng(0).integers(100, 130, SIZE.shape, dtype=np.uint8)
    got = nearest(hints(10, 30, radius=1), luma, SIZE)
    light = luma.astype(np.float64) / 255
    crosses = [[(16, x), (15, x), (17, x), (16, x - 1), (16, x + 1)] for x in (10, 30)]  # radius 1
    means = [np.mean([light[place] for place in cross]) for cross in crosses]
    colors = [
        np.mean([hint_chroma(color, np.float32([light[place]]))[0] for place in cross], axis=0)
        for color, cross in zip((RED, BLUE), crosses, strict=True)
    ]
    for row, column in [(0, 0), (16, 18), (10, 22), (24, 19)]:
        weights = [
            np.exp(
                -((12 * (light[row, column] - mean)) ** 2) - (5 * np.hypot(row - 16, column - x) / 32) ** 2
            )
            for x, mean in zip((10, 30), means, strict=True)
        ]
        wanted = (weights[0] * colors[0] + weights[1] * colors[1]) / sum(weights)
        np.testing.assert_allclose(got[row, column], wanted, atol=1e-3)
