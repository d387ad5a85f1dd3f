"""Palettes as a person might give them, drawn from the true colours of a picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from huecue.stages.palette import Tones, no_tones, tones, vividness_of
from huecue.types import Chroma, Luma

CELLS = 16
"""A picture is seen as 16x16 mean colours."""
MOST_COLORS = 8
APART = 3
"""A colour for the palette is the most different of so many at random: people name what stands out."""
OFF_CHROMA, OFF_LUMA = 0.015, 0.1
"""How far a person's colours are off: the standard deviation."""


def draw_tones(rng: Generator, luma: Luma, chroma: Chroma, share: float) -> Tones:
    """The numbers of a palette of this picture, in `share` of the cases; else no palette.

    Half of the palettes are the picture's whole histogram, the others 1 to 8 of its colours, all alike and
    a little off. Half of all say how vivid the picture is.
    """
    if rng.random() >= share:
        return no_tones()
    light = np.asarray(_cells(luma), np.float32).ravel() / np.float32(255)
    colours = np.asarray(_cells(chroma), np.float32).reshape(-1, 2)
    vividness = vividness_of(chroma) if rng.random() < 0.5 else None
    if rng.random() < 0.5:
        chosen = _chosen(rng, colours)
        light = np.clip(light[chosen] + rng.normal(0, OFF_LUMA, len(chosen)), 0, 1).astype(np.float32)
        colours = colours[chosen] + rng.normal(0, OFF_CHROMA, (len(chosen), 2)).astype(np.float32)
    return tones(light, colours, vividness=vividness)


def _cells(plane: NDArray[np.uint8] | NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.resize(plane, (CELLS, CELLS), interpolation=cv2.INTER_AREA), np.float32)


def _chosen(rng: Generator, colours: NDArray[np.float32]) -> list[int]:
    """The indices of a few colours that differ, each the farthest of some from those before it."""
    chosen = [int(rng.integers(len(colours)))]
    for _ in range(int(rng.integers(0, MOST_COLORS))):
        some = rng.integers(0, len(colours), APART)
        away = np.linalg.norm(colours[some][:, None] - colours[chosen][None], axis=-1).min(axis=1)
        chosen.append(int(some[away.argmax()]))
    return chosen
