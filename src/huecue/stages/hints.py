"""Hints become a colour plane and a mask, are spread over the frame, and are kept to.

Two spreads are offered to the network, each strong where the other is weak: `diffuse` follows paths of even
luma (Levin et al. 2004), `reach_out` kriges all hints by what the network knows of the frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from huecue.color import hint_chroma
from huecue.stages.krige import Planes, Prior, krige
from huecue.stages.levin import diffuse, shrink_given
from huecue.types import Chroma, Color, Hint, Luma, Mask, Size, Stroke

MOST_POINTS = 160
"""Hinted pixels (of the half-size frame) that are weighed; of more than these an even share is taken."""
LEAST_REACH = 0.05
HONOUR_PX = 12
AROUND_PX = 7
HONOUR_LUMA = 20.0


Window = tuple[slice, slice]


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """Colours that stand fixed: chroma (H, W, 2) where mask (H, W) is true."""

    chroma: Chroma
    mask: NDArray[np.bool_]

    @property
    def empty(self) -> bool:
        """Whether no pixel is given."""
        return not self.mask.any()


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Hints spread over a frame: two chroma planes (H, W, 2) and how near a hint is, 0..1 (H, W)."""

    diffused: Chroma
    near: Chroma
    reach: Mask
    mask: Mask

    @property
    def sway(self) -> Mask:
        """(H, W) 0..1: how far hints go before all that is none: the fourth root of their reach."""
        return np.sqrt(np.sqrt(self.reach))


def place(hints: Sequence[Hint], strokes: Sequence[Stroke], luma: Luma, *, displayed: Size) -> Given:
    """The pixels of a working-size frame that hints and strokes cover, in the colours asked for.

    Points and radii are in pixels of the `displayed` film; a hint covers one working pixel at least.
    Later ones paint over earlier ones, hints over strokes.
    """
    chroma, mask = np.zeros((*luma.shape, 2), np.float32), np.zeros(luma.shape, bool)
    lines = [(tuple(map(tuple, stroke.points)), stroke.radius, stroke.color) for stroke in strokes]
    dots = [(((hint.x, hint.y),), hint.radius, hint.color) for hint in hints]
    for points, radius, color in [*lines, *dots]:
        window, covered = _draw(points, radius, luma.shape, displayed)
        chroma[window][covered] = _wanted(color, luma[window][covered])
        mask[window] |= covered
    return Given(chroma, mask)


def _wanted(color: Color, luma: Luma) -> Chroma:
    return hint_chroma(color, luma.astype(np.float32) / np.float32(255))


@lru_cache(maxsize=256)
def _draw(
    points: tuple[tuple[float, float], ...], radius: float, shape: tuple[int, ...], displayed: Size
) -> tuple[Window, NDArray[np.bool_]]:
    """A window of the frame, and where in it (h, w) is within `radius` of the line through the points."""
    scale = np.array([shape[1] / displayed.width, shape[0] / displayed.height])
    line = (np.array(points, np.float64) + 0.5) * scale - 0.5
    radius_px = max(0.5, radius * float(scale.mean()))
    column, row = np.clip(np.rint(line[0]).astype(int), 0, (shape[1] - 1, shape[0] - 1))
    whole = _window(np.vstack([line, (column, row)]), radius_px, shape)
    down, across = (part.start for part in whole)
    covered = np.zeros([part.stop - part.start for part in whole], bool)
    for start, end in pairwise([line[0], *line]):
        rows, columns = _window(np.stack([start, end]), radius_px, shape)
        if rows.start < rows.stop and columns.start < columns.stop:
            here = (
                slice(rows.start - down, rows.stop - down),
                slice(columns.start - across, columns.stop - across),
            )
            covered[here] |= _distance((rows, columns), start, end) <= radius_px
    covered[row - down, column - across] = True
    covered.flags.writeable = False  # it is given again for the same hint
    return whole, covered


def _window(line: NDArray[np.float64], reach_px: float, shape: tuple[int, ...]) -> Window:
    """The rows and columns of a frame that hold all that is so near to the points (x, y) of a line."""
    low = np.floor(line.min(axis=0) - reach_px).astype(int).clip(0)
    high = np.ceil(line.max(axis=0) + reach_px).astype(int).clip(-1) + 1
    return slice(low[1], min(high[1], shape[0])), slice(low[0], min(high[0], shape[1]))


def _distance(window: Window, start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """The distance of each pixel of a window to the line between two points (x, y)."""
    y, x = np.ogrid[window]
    (across, down), squared = end - start, float(np.square(end - start).sum())
    share = ((x - start[0]) * across + (y - start[1]) * down) / max(squared, 1e-9)
    share = np.clip(share, 0, 1)
    far = np.hypot(x - start[0] - share * across, y - start[1] - share * down)
    return np.asarray(far, np.float64)


def spread(given: Given, luma: Luma, planes: Planes | None = None) -> Spread:
    """Both spreads of the given colours over a luma (H, W), by a prior's `planes` (C + 11, H/2, W/2)."""
    with ThreadPoolExecutor(1) as beside:
        diffused = beside.submit(diffuse, given.chroma, given.mask, luma)
        near, reach = reach_out(given, luma, planes)
        return Spread(diffused.result(), near, reach, given.mask.astype(np.float32))


def guessed(luma: Luma, planes: Planes) -> Spread:
    """What a prior's `planes` (C + 11, H/2, W/2) make likely where no hint is: a spread of none."""
    none = Given(np.zeros((*luma.shape, 2), np.float32), np.zeros(luma.shape, bool))
    near, reach = reach_out(none, luma, planes)
    return Spread(none.chroma, near, reach, none.mask.astype(np.float32))


def reach_out(
    given: Given, luma: Luma, planes: Planes | None = None, *, most: int = MOST_POINTS
) -> tuple[Chroma, Mask]:
    """Chroma (H, W, 2) kriged from the hints, and how near one is, 0.05..1 (H, W); worked at half size.

    `planes` (C + 11, H/2, W/2) are the network's prior, see `stages.krige`.
    """
    height, width = luma.shape
    points = half_points(given, most)
    half = cv2.resize(luma, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    found = krige(Prior.of(half, planes), points.index, points.chroma)
    both = cv2.resize(cv2.merge(list(found.reshape(3, *half.shape))), (width, height))
    reach = LEAST_REACH + (1 - LEAST_REACH) * np.clip(both[..., 2], 0, 1)
    return np.ascontiguousarray(both[..., :2]), np.asarray(reach, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Hinted pixels of the half-size frame: their places (n,), counted along the rows, and chroma (n, 2)."""

    index: NDArray[np.intp]
    chroma: NDArray[np.float32]


def half_points(given: Given, most: int) -> Points:
    """The half-size pixels that hold something given; an even share of them if they are too many."""
    height, width = given.mask.shape
    chroma, known = shrink_given(given.chroma, given.mask, (width // 2, height // 2))
    index = np.flatnonzero(known)
    index = index[:: max(1, -(-len(index) // most))]
    return Points(index, chroma.reshape(-1, 2)[index])


def honour(chroma: Chroma, given: Given, luma: Luma) -> Chroma:
    """The chroma with every given pixel in its given colour, the correction fading out along luma edges.

    What the given pixels lack passes to those up to 12 px away, from the nearest one and what lies around it,
    with the weight exp(-(20 dY)^2 - (2.5 d/12)^2).
    """
    if given.empty:
        return chroma.copy()
    told = np.flatnonzero(given.mask)
    wanted, honoured = given.chroma.reshape(-1, 2)[told], chroma.reshape(-1, 2).copy()
    lack = _around(told, wanted - honoured[told], luma.shape)
    near, far, source = _near(given.mask, told)
    light = luma.ravel()
    apart = (light[near].astype(np.float32) - light[source]) * np.float32(HONOUR_LUMA / 255)
    weight = np.exp(-np.square(apart) - np.square(far * np.float32(2.5 / HONOUR_PX)))
    total = lack[source]
    honoured[near] += (weight / total[:, 2])[:, None] * total[:, :2]
    honoured[told] = wanted
    return honoured.reshape(chroma.shape)


def _near(
    mask: NDArray[np.bool_], told: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.intp]]:
    """(n,): the pixels up to HONOUR_PX from a given one, how far that is, and which one is the nearest.

    Places are counted along the rows; `told` are the given ones'.
    """
    free = (~mask).astype(np.uint8)
    far, name = cv2.distanceTransformWithLabels(free, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    far, name = far.ravel(), name.ravel()
    near = np.flatnonzero((far > 0) & (far <= HONOUR_PX))
    place = np.zeros(len(told) + 1, np.intp)
    place[name[told]] = told
    return near, far[near], place[name[near]]


def _around(told: NDArray[np.intp], lack: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """(n, 3) for each pixel of a frame: what the given ones around it lack in sum, and their number."""
    both = np.zeros((shape[0] * shape[1], 3), np.float32)
    both[told, :2], both[told, 2] = lack, 1
    total = cv2.boxFilter(both.reshape(*shape, 3), -1, (AROUND_PX, AROUND_PX), normalize=False)
    return np.asarray(total, np.float32).reshape(-1, 3)
