"""A frame cut into cells of 8x8 working pixels, told apart by what colour they seem to have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from huecue.types import Luma

Floats = NDArray[np.float32]
Chosen = Sequence[int] | slice

CELL_PX = 8
LUMA_SCALE, PLACE_SCALE, LIKENESS_SCALE = 1.1, 0.8, 0.24
"""How far two pixels' colours are alike: fitted to pairs of pixels of photographs and clips."""
LUMA_EDGE = 10.0
"""What luma is multiplied with to find edges, as where hints are spread."""
CLEAR_PX = 5
"""The side of a hint's surroundings, in half-size pixels, that should be one thing."""
MIDDLE_PX = 8
"""How far, in half-size pixels, a point moves to the middle of its thing."""


def look(luma: Luma, likeness: Floats) -> Floats:
    """(C, H/2, W/2) by which things are told apart: luma 0..1 and the likeness (C - 1, H/2, W/2)."""
    height, width = likeness.shape[1:]
    half = cv2.resize(luma, (width, height), interpolation=cv2.INTER_AREA)
    return np.concatenate([half[None].astype(np.float32) / np.float32(255), likeness])


def cells_of(mask: NDArray[np.bool_]) -> tuple[int, ...]:
    """The cells, counted along the rows, that hold something of a mask (H, W)."""
    rows, columns = (side // CELL_PX for side in mask.shape)
    inside = mask[: rows * CELL_PX, : columns * CELL_PX].reshape(rows, CELL_PX, columns, CELL_PX)
    return tuple(int(cell) for cell in np.flatnonzero(inside.any(axis=(1, 3))))


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A frame's cells (n,), along the rows: what each looks like, and where in it a hint would stand best.

    `alike` (n, D) are coordinates: cells of like colour lie close. `spots` (n, 2) are the row and column, in
    the half-size frame, of each cell's calmest pixel, `stands` (n, D) its coordinates, and `clear` 0..1 says
    how far its surroundings are one thing.
    """

    alike: Floats
    spots: NDArray[np.intp]
    stands: Floats
    clear: Floats


def cut(seen: Floats) -> Cells:
    """The cells of a frame of which `look` gave this (C, H/2, W/2)."""
    rows, columns = (side // (CELL_PX // 2) for side in seen.shape[1:])
    unrest, smooth = _unrest(seen)
    spots = _calmest(unrest, rows, columns)
    down, across = spots.T
    mean = [cv2.resize(plane, (columns, rows), interpolation=cv2.INTER_AREA).ravel() for plane in seen]
    middles = np.stack(np.divmod(np.arange(rows * columns), columns)) + 0.5
    stood = (spots.T + 0.5) / (CELL_PX // 2)
    return Cells(
        alike=_coordinates(np.stack(mean), middles, rows),
        spots=spots,
        stands=_coordinates(smooth[:, down, across], stood, rows),
        clear=np.exp(-unrest[down, across]),
    )


def _unrest(seen: Floats) -> tuple[Floats, Floats]:
    """How far the surroundings of each half-size pixel (H/2, W/2) differ within, and their mean."""
    window = (CLEAR_PX, CLEAR_PX)
    smooth = np.stack([cv2.blur(plane, window) for plane in seen])
    square = np.stack([cv2.blur(plane * plane, window) for plane in seen])
    spread = np.maximum(square - smooth * smooth, 0)
    spread[0] *= LUMA_EDGE**2
    return spread.sum(axis=0), smooth


def _calmest(unrest: Floats, rows: int, columns: int) -> NDArray[np.intp]:
    """(n, 2): row and column of the pixel of least unrest in each cell."""
    side = CELL_PX // 2
    inside = unrest[: rows * side, : columns * side].reshape(rows, side, columns, side)
    best = inside.transpose(0, 2, 1, 3).reshape(rows * columns, -1).argmin(axis=1)
    y, x = np.divmod(np.arange(rows * columns), columns)
    return np.stack([y * side + best // side, x * side + best % side], axis=1)


def _coordinates(seen: Floats, places: NDArray[np.float64], rows: int) -> Floats:
    """(n, D) of planes (C, n) at places (2, n) in cells: luma, place, likeness, on the scale of colour."""
    parts = seen[:1] * LUMA_SCALE, places * (PLACE_SCALE / rows), seen[1:] * LIKENESS_SCALE
    return np.ascontiguousarray(np.concatenate(parts).T, np.float32)


def alike(stood: Cells, cells: Cells, chosen: Chosen = slice(None)) -> Floats:
    """(m, n) 0..1: how far the cells of one frame are of the colour of where hints stand in another's."""
    stands = stood.stands[chosen]
    square = (stands**2).sum(-1)[:, None] + (cells.alike**2).sum(-1) - 2 * stands @ cells.alike.T
    return np.asarray(np.exp(-np.maximum(square, 0)), np.float32)


def middle(seen: Floats, spot: NDArray[np.intp]) -> tuple[float, float]:
    """The (x, y), in working pixels, in the middle of the thing that a half-size pixel is part of."""
    row, column = (int(side) for side in spot)
    top, left = max(0, row - MIDDLE_PX), max(0, column - MIDDLE_PX)
    window = seen[:, top : row + MIDDLE_PX + 1, left : column + MIDDLE_PX + 1]
    away = np.square(window - seen[:, row, column][:, None, None])
    away[0] *= LUMA_EDGE**2
    same = (away.sum(axis=0) < 1).astype(np.uint8)
    _, parts = cv2.connectedComponents(same, connectivity=4)
    own = parts == parts[row - top, column - left]
    depth = cv2.distanceTransform(np.pad(own, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    down, across = np.unravel_index(int(depth.argmax()), depth.shape)
    return 2 * (left + float(across)) + 0.5, 2 * (top + float(down)) + 0.5
