"""Where something new seems to have come into a shot: the colours of a part of the frame are sure no longer."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from huecue.types import FilmInfo, Mask

COLUMNS, ROWS = 26, 14
FALL = 0.15
"""A cell that is so much less sure than it was, of 1, shows what neither motion nor memory explains."""
AGO_S = 1 / 3

Cells = bytes
"""How sure the frame's cells are, row by row, 0..255 each; its edges, where things come and go, left out."""


def cells_of(confidence: Mask) -> Cells:
    """The cells of a frame's confidence (H, W) 0..1."""
    return bytes(np.rint(255 * inner(confidence)).astype(np.uint8))


def inner(confidence: Mask) -> NDArray[np.float32]:
    """The mean confidence of each cell (ROWS, COLUMNS), 0..1."""
    whole = cv2.resize(confidence, (COLUMNS + 2, ROWS + 2), interpolation=cv2.INTER_AREA)
    return np.asarray(whole[1:-1, 1:-1], np.float32)


def lag_of(info: FilmInfo) -> int:
    """How many frames before a frame it is compared with."""
    return max(1, round(AGO_S * float(info.rate or 24)))


def newness(cells_at: Callable[[int], Cells | None], index: int, *, shot_start: int, lag: int) -> float:
    """The share of a frame, 0..1, whose colours are much less sure than `lag` frames before in its shot.

    0 where these frames are not known. Every other frame may rest, surer of itself: two stand for each.
    """
    if index - lag - 1 < shot_start:
        return 0.0
    now, before = (_pair(cells_at(frame), cells_at(frame - 1)) for frame in (index, index - lag))
    if now is None or before is None:
        return 0.0
    return float((before - now > 255 * FALL).mean())


def _pair(one: Cells | None, other: Cells | None) -> NDArray[np.float32] | None:
    if one is None or other is None:
        return None
    return (np.frombuffer(one, np.uint8).astype(np.float32) + np.frombuffer(other, np.uint8)) / 2
