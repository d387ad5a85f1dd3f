"""Where one more hint would help most, among the frames of a shot.

A frame is cut into cells of 8x8 working pixels. A hint in one takes doubt from all that seems to be of its
colour, in every frame of the shot; the cell that takes the most is chosen, what it took is gone, and the next
is chosen. Source: greedy facility location, Nemhauser, Wolsey and Fisher 1978.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from huecue.color import ycc_to_rgb
from huecue.types import Luma, Mask

Floats = NDArray[np.float32]
Chosen = Sequence[int] | slice

CELL_PX = 8
LUMA_SCALE, PLACE_SCALE, LIKENESS_SCALE = 1.1, 0.8, 0.24
"""How far two pixels' colours are alike: fitted to pairs of pixels of photographs and clips."""
KNOWS_NOTHING = 0.05
"""The trust at which doubt is whole."""
LIVELY = 0.25
"""Chroma that common things have; a luma that can show it has room for colour."""
LUMA_EDGE = 10.0
"""What luma is multiplied with to find edges, as where hints are spread."""
CLEAR_PX = 5
"""The side of a hint's surroundings, in half-size pixels, that should be one thing."""
MIDDLE_PX = 8
"""How far, in half-size pixels, a point moves to the middle of its thing."""
LEAST_SPOTS = 16
"""Cells of each frame that are weighed against those of the others, at least."""
FADE_FRAMES = 250.0
"""Frames over which what a hint gives falls to 1/e."""
LEAST_DOUBT = 1e-3
LEAST_GAIN = 1e-3
"""In whole frames; a hint that gains less is not worth a click."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A frame of a shot, ready to be searched.

    `seen` (C, H/2, W/2) is luma 0..1 and the network's likeness, by which things are told apart; `doubt`
    (h, w) 0..1 is each cell's. `stands_for` counts the shot's frames that are nearest to this one,
    and `hinted` says whether hints are given for it already.
    """

    index: int
    seen: Floats
    doubt: Floats
    stands_for: int
    hinted: bool = False


@dataclass(frozen=True, slots=True)
class Click:
    """A point (x, y) of the working-size frame `index`; `gain` says how many frames' doubt a hint takes."""

    index: int
    x: float
    y: float
    gain: float


def look(luma: Luma, likeness: Floats) -> Floats:
    """(C, H/2, W/2) by which things are told apart: luma 0..1 and the likeness (C - 1, H/2, W/2)."""
    height, width = likeness.shape[1:]
    half = cv2.resize(luma, (width, height), interpolation=cv2.INTER_AREA)
    return np.concatenate([half[None].astype(np.float32) / np.float32(255), likeness])


def doubt_of(trust: Mask, luma: Luma) -> Floats:
    """(h, w) 0..1: how wrong each cell's colours seem to be, 1 where nothing is known of them.

    A colour's squared error grows as ln(trust)^2, and is the less the less colour such a luma can show.
    Trust and luma are (H, W).
    """
    unsure = np.square(np.log(np.clip(trust, KNOWS_NOTHING, 1)) / np.log(KNOWS_NOTHING))
    height, width = luma.shape
    cells = (width // CELL_PX, height // CELL_PX)
    return np.asarray(cv2.resize(unsure * room()[luma], cells, interpolation=cv2.INTER_AREA), np.float32)


@lru_cache(maxsize=1)
def room() -> Floats:
    """(256,) 0..1: the squared share of lively chroma that sRGB can show at each luma, mean of all hues."""
    luma = np.linspace(0, 1, 256, dtype=np.float32)[:, None, None]
    hue = np.linspace(0, 2 * np.pi, 24, endpoint=False, dtype=np.float32)
    lively = np.stack([np.cos(hue), np.sin(hue)], axis=-1) * np.float32(LIVELY)
    away = ycc_to_rgb(np.zeros(len(hue), np.float32), lively)  # (24, 3)
    free = np.where(away > 0, 1 - luma, luma) / np.maximum(np.abs(away), 1e-6)  # (256, 24, 3)
    return np.asarray(np.square(free.min(axis=-1).clip(0, 1)).mean(axis=1), np.float32)


def choose(views: Sequence[View], count: int, *, reach: int) -> list[Click]:
    """The best points for hints in a shot, the best first; fewer than `count` where no doubt is left.

    Hints do most side by side, and on the frame that all others follow: the points are on the hinted frames,
    or else on the first one, and others are asked about only for what these do not show. A hint counts for
    no frame more than `reach` before its own.
    """
    cells = [_cells(view) for view in views]
    homes = [number for number, view in enumerate(views) if view.hinted] or [0]
    doubts = _doubts(views, cells, homes)
    spots, takes = list[tuple[int, int]](), list[Floats]()
    for number, here in enumerate(cells):
        chosen = [cell for cell, _ in _greedy(_alike(here, here), doubts[number], max(count, LEAST_SPOTS))]
        spots += [(number, cell) for cell in chosen]
        takes.append(np.concatenate(list(_takes(views, cells, number, chosen, reach)), axis=1))  # (m, n)
    if not spots:
        return []
    shown = np.max([_shown(views, cells, doubts, home, reach) for home in homes], axis=0)  # (n,)
    weighed = [rows if number in homes else np.maximum(rows - shown, 0) for number, rows in enumerate(takes)]
    clicks = list[Click]()
    for best, gain in _greedy(np.concatenate(weighed), np.concatenate(doubts), count):
        number, cell = spots[best]
        x, y = _middle(views[number], cells[number].spots[cell])
        clicks.append(Click(views[number].index, x, y, gain))
    return clicks


def _doubts(views: Sequence[View], cells: Sequence[_Cells], homes: Sequence[int]) -> list[Floats]:
    """Of each frame (n,): the doubt of its cells, in parts of a frame, times the frames it stands for.

    What is carried through a shot seems surer than it is: it counts for no surer than where it comes from.
    """
    doubts = []
    for number, view in enumerate(views):
        doubt = view.doubt.ravel()
        for home in homes if number not in homes else ():
            alike = _alike(cells[home], cells[number])
            nearest = alike.argmax(axis=0)
            doubt = np.maximum(doubt, alike.max(axis=0) * views[home].doubt.ravel()[nearest])
        doubts.append(doubt * np.float32(view.stands_for / doubt.size))
    return doubts


def _shown(
    views: Sequence[View], cells: Sequence[_Cells], doubts: Sequence[Floats], home: int, reach: int
) -> Floats:
    """(n,) 0..1: how far one frame can answer for the cells of all of them.

    What it shows and is sure of itself is no answer to where the same thing is in doubt.
    """
    own, answers = views[home].doubt.reshape(-1, 1), list[Floats]()
    for view, doubt, part in zip(views, doubts, _takes(views, cells, home, slice(None), reach), strict=True):
        there = doubt * np.float32(doubt.size / view.stands_for)
        sure_of = (part * own).max(axis=0) / np.maximum(there, LEAST_DOUBT)
        answers.append(np.minimum(part.max(axis=0), sure_of))
    return np.concatenate(answers)


def _takes(
    views: Sequence[View], cells: Sequence[_Cells], number: int, chosen: Chosen, reach: int
) -> Iterator[Floats]:
    """(m, n) 0..1, for each frame: how much of the doubt of its cells hints in one frame's cells take."""
    for view, there in zip(views, cells, strict=True):
        later = view.index - views[number].index
        lasts = 0.0 if -later > reach else np.exp(-abs(later) / FADE_FRAMES)
        yield _alike(cells[number], there, chosen) * np.float32(lasts)


def _greedy(takes: Floats, doubt: Floats, count: int) -> list[tuple[int, float]]:
    """Rows of `takes` (m, n) one by one, each the one that takes most of the `doubt` (n,) left.

    `takes` is used up.
    """
    chosen = list[tuple[int, float]]()
    while len(chosen) < count:
        gains = takes @ doubt
        best = int(gains.argmax())
        if gains[best] < LEAST_GAIN:
            break
        chosen.append((best, float(gains[best])))
        np.subtract(takes, takes[best].copy(), out=takes)
        np.maximum(takes, 0, out=takes)
    return chosen


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Of each cell (n,): what it looks like, and where in it a hint would stand best.

    `alike` (n, D) are coordinates: cells of like colour lie close. `spots` (n, 2) are the row and column, in
    the half-size frame, of each cell's calmest pixel, `stands` (n, D) its coordinates, and `clear` 0..1 says
    how far its surroundings are one thing.
    """

    alike: Floats
    spots: NDArray[np.intp]
    stands: Floats
    clear: Floats


def _cells(view: View) -> _Cells:
    rows, columns = view.doubt.shape
    unrest, smooth = _unrest(view.seen)
    spots = _calmest(unrest, rows, columns)
    down, across = spots.T
    mean = [cv2.resize(plane, (columns, rows), interpolation=cv2.INTER_AREA).ravel() for plane in view.seen]
    middles = np.stack(np.divmod(np.arange(rows * columns), columns)) + 0.5
    stood = (spots.T + 0.5) / (CELL_PX // 2)
    return _Cells(
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


def _alike(stood: _Cells, cells: _Cells, chosen: Chosen = slice(None)) -> Floats:
    """(m, n) 0..1: how far hints in cells of one frame answer for the cells of another."""
    stands, clear = stood.stands[chosen], stood.clear[chosen]
    square = (stands**2).sum(-1)[:, None] + (cells.alike**2).sum(-1) - 2 * stands @ cells.alike.T
    return np.asarray(clear[:, None] * np.exp(-np.maximum(square, 0)), np.float32)


def _middle(view: View, spot: NDArray[np.intp]) -> tuple[float, float]:
    """The (x, y), in working pixels, in the middle of the thing that a half-size pixel is part of."""
    row, column = (int(side) for side in spot)
    top, left = max(0, row - MIDDLE_PX), max(0, column - MIDDLE_PX)
    window = view.seen[:, top : row + MIDDLE_PX + 1, left : column + MIDDLE_PX + 1]
    away = np.square(window - view.seen[:, row, column][:, None, None])
    away[0] *= LUMA_EDGE**2
    same = (away.sum(axis=0) < 1).astype(np.uint8)
    _, parts = cv2.connectedComponents(same, connectivity=4)
    own = parts == parts[row - top, column - left]
    depth = cv2.distanceTransform(np.pad(own & (same > 0), 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    down, across = np.unravel_index(int(depth.argmax()), depth.shape)
    return 2 * (left + float(across)) + 0.5, 2 * (top + float(down)) + 0.5
