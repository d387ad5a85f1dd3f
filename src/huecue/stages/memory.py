"""Colours looked up in keyframes and references, with a similarity.

A frame is cut into cells of 16x16 working pixels. Each cell has a key (a unit vector that the network makes
of its luma) and a value: its chroma at quarter size, 4x4x2 numbers. A new frame's cells ask for the values of
the cells whose keys are like theirs. Source: Oh et al. 2019 (space-time memory), here without positions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from huecue.types import Chroma, Mask

Keys = NDArray[np.float32]

CELL_PX = 16
VALUE_SIDE = 4
SHARPNESS = 30.0
"""What the cosine of two keys is multiplied with before the softmax."""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """What is remembered of one picture: keys (n, 64) of length 1, and values (n, 32)."""

    keys: Keys
    values: NDArray[np.float32]


def remember(keys: Keys, chroma: Chroma) -> Entry:
    """An entry of a picture's keys (64, H/16, W/16) and its chroma (H, W, 2)."""
    return Entry(_rows(keys), cells_of(chroma))


def cells_of(chroma: Chroma) -> NDArray[np.float32]:
    """(n, 32): each cell's chroma at quarter size, rows first, Cb and Cr last."""
    height, width = chroma.shape[0] // CELL_PX, chroma.shape[1] // CELL_PX
    small = cv2.resize(chroma, (width * VALUE_SIDE, height * VALUE_SIDE), interpolation=cv2.INTER_AREA)
    cells = small.reshape(height, VALUE_SIDE, width, VALUE_SIDE, 2).transpose(0, 2, 1, 3, 4)
    return np.ascontiguousarray(cells.reshape(height * width, -1))


def picture_of(cells: NDArray[np.float32], height: int, width: int) -> Chroma:
    """The chroma (H, W, 2) that cells (n, 32) describe, grown bilinearly."""
    rows, columns = height // CELL_PX, width // CELL_PX
    small = cells.reshape(rows, columns, VALUE_SIDE, VALUE_SIDE, 2).transpose(0, 2, 1, 3, 4)
    small = np.ascontiguousarray(small.reshape(rows * VALUE_SIDE, columns * VALUE_SIDE, 2))
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def look_up(keys: Keys, entries: Sequence[Entry], *, height: int, width: int) -> tuple[Chroma, Mask]:
    """Chroma (H, W, 2) remembered for a frame's keys (64, H/16, W/16), and similarity (H, W) 0..1."""
    asked = _rows(keys)
    likeness = asked @ np.concatenate([entry.keys for entry in entries]).T  # (n, cells remembered)
    best = likeness.max(axis=1, keepdims=True)
    weight = np.exp(SHARPNESS * (likeness - best))
    weight /= weight.sum(axis=1, keepdims=True)
    cells = weight @ np.concatenate([entry.values for entry in entries])
    similarity = as_similarity(best).reshape(height // CELL_PX, width // CELL_PX)
    grown = cv2.resize(similarity, (width, height), interpolation=cv2.INTER_LINEAR)
    return picture_of(cells, height, width), np.asarray(grown, np.float32)


def as_similarity(cosine: NDArray[np.float32]) -> NDArray[np.float32]:
    """0..1 of a cosine: the fourth power, so that only close keys count."""
    return np.asarray(np.maximum(cosine, 0) ** 4, np.float32)


def _rows(keys: Keys) -> Keys:
    return np.ascontiguousarray(keys.reshape(keys.shape[0], -1).T)
