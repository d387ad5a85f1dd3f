"""Hints spread over one picture without any learning."""

from __future__ import annotations

import numpy as np

from huecue.stages.hints import Given
from huecue.stages.levin import solve
from huecue.types import Chroma, Luma

LUMA_REACH = 12.0
PLACE_REACH = 5.0
MOST_POINTS = 1024


def levin(given: Given, luma: Luma) -> Chroma:
    """Levin, Lischinski and Weiss, Colorization using optimization, 2004: the paper's own linear system."""
    return solve(given.chroma, given.mask, luma)


def nearest(given: Given, luma: Luma) -> Chroma:
    """Each pixel's chroma (H, W, 2) is the mean over all hinted pixels, near in place and luma counting most.

    The weights are exp(-(12 dY)^2 - (5 d/H)^2), dY of luma 0..1 and d in pixels.
    """
    rows, columns = np.nonzero(given.mask)
    if not len(rows):
        return np.zeros_like(given.chroma)
    step = -(-len(rows) // MOST_POINTS)
    rows, columns = rows[::step], columns[::step]
    light = luma.astype(np.float32) / 255
    x = np.arange(luma.shape[1], dtype=np.float32)
    chroma = np.empty_like(given.chroma)
    for y in range(luma.shape[0]):
        far = (x[:, None] - columns) ** 2 + np.float32(1) * (y - rows) ** 2  # (W, points)
        unlike = np.square(LUMA_REACH * (light[y][:, None] - light[rows, columns]))
        square = unlike + far * (PLACE_REACH / luma.shape[0]) ** 2
        weight = np.exp(square.min(axis=1, keepdims=True) - square)
        chroma[y] = weight @ given.chroma[rows, columns] / weight.sum(axis=1, keepdims=True)
    return chroma
