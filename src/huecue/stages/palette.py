"""A palette, colours without places, as the few numbers that tell the network what a shot may look like.

Source: Zhang et al. 2017, section 3.3 (global hints: a histogram of colours and a mean saturation, each with
whether it is given). Here each colour counts in its band of luma as well, in Cb and Cr, softly.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from huecue.types import Chroma

BANDS = 3
"""Dark, middle and bright."""
STEPS = 7
STEP = 0.1
"""Cb and Cr are told apart by 0.1, from -0.3 to 0.3; what is livelier counts at the border."""
NUMBERS = BANDS * STEPS**2 + 3
"""The histogram and whether it is given, the vividness and whether it is given."""
VIVID = 4.0
"""What a vividness is multiplied by, so that the network sees numbers of its usual size."""

Tones = NDArray[np.float32]
"""(150,): a palette as numbers; all zeros where nothing is given."""


def no_tones() -> Tones:
    """What stands for no palette."""
    return np.zeros(NUMBERS, np.float32)


def tones(
    luma: NDArray[np.float32],
    chroma: Chroma,
    shares: Sequence[float] | None = None,
    *,
    vividness: float | None = None,
) -> Tones:
    """The numbers of colours, luma (N,) 0..1 and chroma (N, 2) -1..1, each with its share (None: all alike).

    `vividness`, the mean length of the chroma that is wanted, 0..1; None leaves it open.
    """
    told = no_tones()
    if len(luma):
        told[:-3] = _histogram(
            luma, chroma, np.full(len(luma), 1.0) if shares is None else np.asarray(shares)
        )
        told[-3] = 1
    if vividness is not None:
        told[-2:] = VIVID * vividness, 1
    return told


def vividness_of(chroma: Chroma) -> float:
    """The mean length of chroma (..., 2)."""
    return float(np.hypot(chroma[..., 0], chroma[..., 1]).mean())


def _histogram(luma: NDArray[np.float32], chroma: Chroma, shares: NDArray[np.float64]) -> Tones:
    """Shares that sum to 1; each colour is split among the cells around it."""
    places = np.column_stack([luma * (BANDS - 1), chroma / STEP + (STEPS - 1) / 2])
    most = np.array([BANDS - 1, STEPS - 1, STEPS - 1])
    places = np.clip(places, 0, most)
    below = np.minimum(np.floor(places), most - 1).astype(int)
    above = places - below
    whole = np.zeros((BANDS, STEPS, STEPS))
    for corner in np.ndindex(2, 2, 2):
        part = np.where(corner, above, 1 - above).prod(axis=1)
        np.add.at(whole, tuple((below + corner).T), part * shares)
    return np.asarray(whole / shares.sum(), np.float32).ravel()
