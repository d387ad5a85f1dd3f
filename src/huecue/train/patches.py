"""The report's imagined hints, to the letter.

Source: Zhang et al. 2017, section 3.2: the number of points is geometric, P(n = k) = (7/8)^k / 8, a patch is
1 to 9 px wide, its corner normal around the centre with a standard deviation of a quarter of the span, its
colour the mean; one picture in a hundred is revealed whole; pictures of hardly any colour are left out.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Floats = NDArray[np.float32]

CHANCE = 1 / 8
WIDEST_PX = 9
REVEALED = 0.01
LEAST_RANGE = 5.0


def is_colourful(ab: Floats) -> bool:
    """Whether the ranges of a and of b, (H, W, 2), add up to 5 or more."""
    spread = ab.reshape(-1, 2)
    return bool((spread.max(axis=0) - spread.min(axis=0)).sum() >= LEAST_RANGE)


def draw_count(rng: Generator) -> int:
    """How many points: none in one of eight, seven on average."""
    return int(rng.geometric(CHANCE)) - 1


def draw_hints(rng: Generator, ab: Floats, count: int | None = None) -> Floats:
    """Hints (H, W, 3) on a picture's ab (H, W, 2): the patches' mean ab and a mask; 0 where nothing is given.

    `count` None draws how many there are, and reveals one picture in a hundred.
    """
    height, width = ab.shape[:2]
    given = np.zeros((height, width, 3), np.float32)
    if count is None and rng.random() < REVEALED:
        given[..., :2], given[..., 2] = ab, 1
        return given
    for _ in range(draw_count(rng) if count is None else count):
        side = min(int(rng.integers(1, WIDEST_PX + 1)), height, width)
        span = np.array([height - side, width - side])
        top, left = np.clip(rng.normal(span / 2, span / 4), 0, span).astype(int)
        at = np.s_[top : top + side, left : left + side]
        given[at] = (*ab[at].mean(axis=(0, 1)), 1)
    return given
