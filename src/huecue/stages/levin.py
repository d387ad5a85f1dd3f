"""Colours diffused along even luma.

Source: Levin, Lischinski and Weiss 2004, "Colorization using optimization". Each pixel's chroma is the mean
of its neighbours', weighed by likeness of luma; hinted pixels are fixed. `solve` is the paper's linear
system; `diffuse` solves it at an eighth of the size and carries the answer down to full size by a few sweeps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu

from huecue.color import Floats
from huecue.types import Chroma, Luma

SHIFTS = tuple((dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0))
SWEEPS = 3
PARTS = (8, 4, 2, 1)
LEAST_PX = 16
"""Of the short side, that a picture must keep to be solved at the smallest part of its size."""
Affinity = NDArray[np.float32]
T = TypeVar("T", bound=np.generic)


def affinity(luma: NDArray[np.uint8] | NDArray[np.float32]) -> Affinity:
    """(8, H, W): how much each neighbour counts, summing to 1; luma is 0..255.

    exp(-(Y_r - Y_s)^2 / (2 sigma_r^2)), sigma the standard deviation in the 3x3 window (Levin et al., eq. 2).
    """
    light = luma.astype(np.float32)
    mean = cv2.blur(light, (3, 3))
    variance = np.maximum(cv2.blur(light * light, (3, 3)) - mean * mean, 0) * np.float32(0.6)
    narrow = np.float32(-1) / (variance + np.float32(1))
    around = cv2.copyMakeBorder(light, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    weights = np.empty((len(SHIFTS), *light.shape), np.float32)
    for weight, by in zip(weights, SHIFTS, strict=True):
        np.subtract(_seen(around, *by), light, out=weight)
        weight *= weight
        weight *= narrow
        np.exp(weight, out=weight)
        weight += np.float32(1e-6)
        _clear_outside(weight, *by)
    weights /= np.maximum(weights.sum(axis=0), np.float32(1e-9))
    return weights


def solve(chroma: Chroma, mask: NDArray[np.bool_], luma: Luma) -> Chroma:
    """The chroma (H, W, 2) of the paper's system, hinted pixels fixed; all zero where nothing is hinted."""
    if not mask.any():
        return np.zeros_like(chroma)
    height, width = luma.shape
    count = height * width
    free = ~mask.ravel()
    index = np.pad(np.arange(count).reshape(height, width), 1, mode="edge")
    parts = [_entries(index, weight, by) for weight, by in zip(affinity(luma), SHIFTS, strict=True)]
    rows, columns, values = (np.concatenate(part) for part in zip(*parts, strict=True))
    keep = free[rows]
    around = sparse.csc_matrix((values[keep], (rows[keep], columns[keep])), shape=(count, count))
    system = sparse.eye(count, format="csc", dtype=np.float64) - around
    wanted = np.where(mask[..., None], chroma, 0).reshape(count, 2).astype(np.float64)
    # The pattern is symmetric and the diagonal rules its rows: ordered so, it takes half of the time.
    way = {"permc_spec": "MMD_AT_PLUS_A", "diag_pivot_thresh": 0.01, "options": {"SymmetricMode": True}}
    return np.asarray(splu(system, **way).solve(wanted).reshape(height, width, 2), np.float32)


def diffuse(chroma: Chroma, mask: NDArray[np.bool_], luma: Luma) -> Chroma:
    """`solve`, nearly: solved at an eighth of the size (small ones at a quarter), then swept at each size."""
    height, width = luma.shape
    levels = list[_Level]()
    for part in reversed(PARTS if min(height, width) >= PARTS[0] * LEAST_PX else PARTS[1:]):
        size = (max(1, width // part), max(1, height // part))
        chroma, mask = shrink_given(chroma, mask, size)
        light = cv2.resize(luma, size, interpolation=cv2.INTER_AREA)
        levels.append(_Level(chroma, mask, np.asarray(light, np.uint8)))
    smallest = levels.pop()
    answer = cv2.split(solve(smallest.chroma, smallest.mask, smallest.luma))
    for level in reversed(levels):
        answer = _sweep(answer, level)
    return np.asarray(cv2.merge(answer), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    """What is given and the luma at one size."""

    chroma: Chroma
    mask: NDArray[np.bool_]
    luma: Luma


def _sweep(smaller: Sequence[Floats], level: _Level) -> list[Floats]:
    """Two planes at a level's size: what is given, and all else SWEEPS times its neighbours' mean."""
    height, width = level.mask.shape
    weights = _known_affinity(level.luma.tobytes(), level.luma.shape)
    given = np.nonzero(level.mask)
    answer = list[Floats]()
    for small, fixed in zip(smaller, level.chroma[given].T, strict=True):
        padded = np.zeros((height + 2, width + 2), np.float32)
        inner = _seen(padded, 0, 0)
        inner[...] = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
        inner[given] = fixed
        for _ in range(SWEEPS):
            mean = np.zeros((height, width), np.float32)
            for weight, by in zip(weights, SHIFTS, strict=True):
                cv2.accumulateProduct(weight, _seen(padded, *by), mean)
            mean[given] = fixed
            inner[...] = mean
        answer.append(mean)
    return answer


@lru_cache(maxsize=8)
def _known_affinity(light: bytes, shape: tuple[int, int]) -> Affinity:
    """`affinity` of a luma given as bytes: a person gives one hint after the other on the same frame."""
    weights = affinity(np.frombuffer(light, np.uint8).reshape(shape))
    weights.flags.writeable = False
    return weights


def shrink_given(
    chroma: Chroma, mask: NDArray[np.bool_], size: tuple[int, int]
) -> tuple[Chroma, NDArray[np.bool_]]:
    """Hints at a smaller size: each small pixel takes the mean of the hinted pixels it covers."""
    if size == (mask.shape[1], mask.shape[0]):
        return chroma, mask
    weight = mask.astype(np.float32)
    share = cv2.resize(weight, size, interpolation=cv2.INTER_AREA)
    total = cv2.resize(chroma * weight[..., None], size, interpolation=cv2.INTER_AREA)
    known = share > 1e-6
    return np.asarray(total / np.maximum(share, 1e-6)[..., None], np.float32), known


def _entries(
    index: NDArray[np.intp], weight: NDArray[np.float32], by: tuple[int, int]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """Rows, columns and values of the system for one neighbour; `index` has a rim of one pixel."""
    keep = weight > 0
    return _seen(index, 0, 0)[keep], _seen(index, *by)[keep], weight[keep]


def _seen(padded: NDArray[T], dy: int, dx: int) -> NDArray[T]:
    """The plane inside a rim of one pixel, as seen from the neighbour at (dy, dx)."""
    height, width = padded.shape[-2] - 2, padded.shape[-1] - 2
    return padded[..., 1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width]


def _clear_outside(weight: Affinity, dy: int, dx: int) -> None:
    """Nothing counts where the neighbour at (dy, dx) lies outside."""
    if dy:
        weight[0 if dy < 0 else -1] = 0
    if dx:
        weight[:, 0 if dx < 0 else -1] = 0
