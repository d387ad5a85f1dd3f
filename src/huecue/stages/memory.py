"""Colours looked up in keyframes and references, with a similarity.

A frame is cut into cells of 16x16 working pixels. Each cell has a key (a unit vector that the network makes
of its luma) and a value: its chroma at quarter size, 4x4x2 numbers, and its trust. A new frame's cells ask
for the values of the cells whose keys are like theirs. Source: Oh et al. 2019 (space-time memory).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from huecue.types import Chroma, Mask

Keys = NDArray[np.float32]

CELL_PX = 16
VALUE_SIDE = 4
SHARPNESS = 30.0
"""What the cosine of two keys is multiplied with before the softmax."""
DISTANCE_COUNTS = 1.0
"""What the cosine loses for one side of the frame, squared."""
LOST_TRACK = 0.3
"""Confidence below which the motion to a keyframe is given up for what looks most like it."""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """What is remembered of one picture: keys (n, 64) of length 1, and values (n, 33).

    `near` counts cells the less the further away they are: right for a frame of the same shot, where even
    sky and even sand look alike, and wrong for a picture of another scene.
    """

    keys: Keys
    values: NDArray[np.float32]
    near: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """The way to what looks most alike in another frame, by whole cells: rough, but never lost.

    `flow` is (H, W, 2) in pixels; `similarity` says how much of the frame is like something there, 0..1.
    """

    flow: NDArray[np.float32]
    similarity: float


def remember(keys: Keys, chroma: Chroma, trust: Mask | None = None, *, near: bool = True) -> Entry:
    """An entry of a picture's keys (64, H/16, W/16), its chroma (H, W, 2) and its trust (H, W), if not 1."""
    columns, rows = chroma.shape[1] // CELL_PX, chroma.shape[0] // CELL_PX
    if trust is None:
        trust = np.ones(chroma.shape[:2], np.float32)
    trusted = cv2.resize(trust, (columns, rows), interpolation=cv2.INTER_AREA).reshape(-1, 1)
    return Entry(_rows(keys), np.concatenate([cells_of(chroma), trusted], axis=1), near)


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
    """Chroma (H, W, 2) remembered for a frame's keys (64, H/16, W/16), and confidence (H, W) 0..1."""
    asked, away = _rows(keys), distances(height // CELL_PX, width // CELL_PX)
    likeness = asked @ np.concatenate([entry.keys for entry in entries]).T  # (n, cells remembered)
    likeness -= np.concatenate([away if entry.near else np.zeros_like(away) for entry in entries], axis=1)
    best = likeness.max(axis=1, keepdims=True)
    weight = np.exp(SHARPNESS * (likeness - best))
    weight /= weight.sum(axis=1, keepdims=True)
    cells = weight @ np.concatenate([entry.values for entry in entries])
    sure = (as_similarity(best) * cells[:, -1:]).reshape(height // CELL_PX, width // CELL_PX)
    grown = cv2.resize(sure, (width, height), interpolation=cv2.INTER_LINEAR)
    return picture_of(cells[:, :-1], height, width), np.asarray(grown, np.float32)


def match(keys: Keys, entry: Entry, *, height: int, width: int) -> Match:
    """Where a frame's keys (64, H/16, W/16) find what is most like them in a frame of the same shot."""
    rows, columns = height // CELL_PX, width // CELL_PX
    alike = _rows(keys) @ entry.keys.T - distances(rows, columns)
    best, own = alike.argmax(axis=1), np.arange(len(alike))
    moved = np.stack([best % columns - own % columns, best // columns - own // columns], axis=-1)
    cells = (moved * CELL_PX).astype(np.float32).reshape(rows, columns, 2)
    flow = cv2.resize(cells, (width, height), interpolation=cv2.INTER_LINEAR)
    return Match(np.asarray(flow, np.float32), float(as_similarity(alike.max(axis=1)).mean()))


@lru_cache(maxsize=8)
def distances(rows: int, columns: int) -> NDArray[np.float32]:
    """(n, n): what the distance between two cells takes off their likeness; the frame's sides are 1 long."""
    y, x = np.mgrid[:rows, :columns]
    place = np.stack([y.ravel() / rows, x.ravel() / columns], axis=-1)
    square = ((place[:, None] - place[None]) ** 2).sum(axis=-1)
    return np.asarray(DISTANCE_COUNTS * square, np.float32)


def as_similarity(cosine: NDArray[np.float32]) -> NDArray[np.float32]:
    """0..1 of a cosine: the fourth power, so that only close keys count."""
    return np.asarray(np.maximum(cosine, 0) ** 4, np.float32)


def _rows(keys: Keys) -> Keys:
    return np.ascontiguousarray(keys.reshape(keys.shape[0], -1).T)
