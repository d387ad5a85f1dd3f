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
"""Of a cell; what has less is sure."""
LEAST_GAIN = 1e-3
"""In whole frames; a hint that gains less is not worth a click."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A frame of a shot, ready to be searched.

    `seen` (C, H/2, W/2) is luma 0..1 and the network's likeness, by which things are told apart; `doubt`
    (h, w) 0..1 is each cell's. `stands_for` counts the shot's frames that are nearest to this one;
    `told` are its cells, counted along the rows, in which hints are given already.
    """

    index: int
    seen: Floats
    doubt: Floats
    stands_for: int
    told: tuple[int, ...] = ()


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


def cells_of(mask: NDArray[np.bool_]) -> tuple[int, ...]:
    """The cells, counted along the rows, that hold something of a mask (H, W)."""
    rows, columns = (side // CELL_PX for side in mask.shape)
    inside = mask[: rows * CELL_PX, : columns * CELL_PX].reshape(rows, CELL_PX, columns, CELL_PX)
    return tuple(int(cell) for cell in np.flatnonzero(inside.any(axis=(1, 3))))


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
    homes = [number for number, view in enumerate(views) if view.told] or [0]
    asked = [_asked(views, cells, homes, number) for number in range(len(views))]
    spots, takes = list[tuple[int, int]](), list[Floats]()
    for number, here in enumerate(cells):
        own = np.maximum(_alike(here, here) * here.clear[:, None] - asked[number].taken, 0)
        chosen = [cell for cell, _ in _greedy(own, asked[number].doubt, max(count, LEAST_SPOTS))]
        spots += [(number, cell) for cell in chosen]
        takes.append(np.concatenate(list(_takes(views, cells, number, chosen, reach)), axis=1))  # (m, n)
    if not spots:
        return []
    taken = np.concatenate([one.taken for one in asked])  # (n,)
    shown = np.max([_shown(views, cells, asked, home, reach) for home in homes], axis=0)  # (n,)
    left = [rows - (taken if number in homes else taken + shown) for number, rows in enumerate(takes)]
    doubt = np.concatenate([one.doubt for one in asked])
    clicks = list[Click]()
    for best, gain in _greedy(np.maximum(np.concatenate(left), 0), doubt, count):
        number, cell = spots[best]
        x, y = _middle(views[number], cells[number].spots[cell])
        clicks.append(Click(views[number].index, x, y, gain))
    return clicks


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """Of each cell (n,) of a frame: its doubt, in frames, and what share was asked about already."""

    doubt: Floats
    taken: Floats

    @property
    def left(self) -> Floats:
        """(n,) What is still to be asked about."""
        return self.doubt * (1 - self.taken)


def _asked(views: Sequence[View], cells: Sequence[_Cells], homes: Sequence[int], number: int) -> _Asked:
    """What is in doubt in one frame.

    What is carried seems surer than it is, and counts for no surer than where it comes from. What doubt a
    hint leaves in what is like it is past asking again; not so where its colour was lost on the way.
    """
    own = views[number].doubt.ravel()
    source, told = np.zeros_like(own), np.zeros_like(own)
    for home in homes:
        alike = _alike(cells[home], cells[number])  # (n, n)
        if views[home].told:
            told = np.maximum(told, alike[list(views[home].told)].max(axis=0))
        if home != number:
            from_there = alike.max(axis=0) * views[home].doubt.ravel()[alike.argmax(axis=0)]
            source = np.maximum(source, from_there)
    if number in homes:
        source = own
    doubt = np.maximum(own, source)
    taken = told * source / np.maximum(doubt, LEAST_DOUBT)
    parts = np.float32(views[number].stands_for / doubt.size)
    return _Asked(doubt * parts, np.asarray(taken, np.float32))


def _shown(
    views: Sequence[View], cells: Sequence[_Cells], asked: Sequence[_Asked], home: int, reach: int
) -> Floats:
    """(n,) 0..1: how far one frame can answer for the cells of all of them.

    What it shows and is sure of itself is no answer to where the same thing is in doubt.
    """
    each = [one.left / view.stands_for for one, view in zip(asked, views, strict=True)]
    answers = list[Floats]()
    for there, part in zip(each, _takes(views, cells, home, slice(None), reach), strict=True):
        sure_of = (part * each[home][:, None]).max(axis=0) / np.maximum(there, LEAST_DOUBT / len(there))
        answers.append(np.minimum(part.max(axis=0), sure_of))
    return np.concatenate(answers)


def _takes(
    views: Sequence[View], cells: Sequence[_Cells], number: int, chosen: Chosen, reach: int
) -> Iterator[Floats]:
    """(m, n) 0..1, for each frame: how much of the doubt of its cells hints in one frame's cells take."""
    for view, there in zip(views, cells, strict=True):
        later = view.index - views[number].index
        lasts = 0.0 if -later > reach else np.exp(-abs(later) / FADE_FRAMES)
        yield _alike(cells[number], there, chosen) * (cells[number].clear[chosen, None] * np.float32(lasts))


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
    """(m, n) 0..1: how far the cells of one frame are of the colour of where hints stand in another's."""
    stands = stood.stands[chosen]
    square = (stands**2).sum(-1)[:, None] + (cells.alike**2).sum(-1) - 2 * stands @ cells.alike.T
    return np.asarray(np.exp(-np.maximum(square, 0)), np.float32)


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
