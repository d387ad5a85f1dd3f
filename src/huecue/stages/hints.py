"""Hints become a colour plane and a mask, are spread over the frame, and are kept to.

Two spreads are offered to the network, each strong where the other is weak: `diffuse` follows paths of even
luma (Levin et al. 2004), `reach_out` weighs all hints by nearness, luma and a learned likeness.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from huecue.color import hint_chroma
from huecue.stages.levin import diffuse, shrink_given
from huecue.types import Chroma, Color, Hint, Luma, Mask, Size, Stroke

MOST_POINTS = 1024
"""Hinted pixels (of the half-size frame) that are weighed; of more than these an even share is taken."""
LUMA_REACH = 10.0
PLACE_REACH = 3.0
LEAST_REACH = 0.05
HONOUR_PX = 12
MOST_HONOURED = 4096
HONOUR_LUMA = 20.0


Coordinates = NDArray[np.float32]


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


def place(hints: Sequence[Hint], strokes: Sequence[Stroke], luma: Luma, *, displayed: Size) -> Given:
    """The pixels of a working-size frame that hints and strokes cover, in the colours asked for.

    Points and radii are in pixels of the `displayed` film; a hint covers one working pixel at least.
    Later ones paint over earlier ones, hints over strokes.
    """
    chroma = np.zeros((*luma.shape, 2), np.float32)
    mask = np.zeros(luma.shape, bool)
    lines = [(stroke.points, stroke.radius, stroke.color) for stroke in strokes]
    dots = [(((hint.x, hint.y),), hint.radius, hint.color) for hint in hints]
    for points, radius, color in [*lines, *dots]:
        covered = _draw(points, radius, luma.shape, displayed)
        chroma[covered] = _wanted(color, luma[covered])
        mask |= covered
    return Given(chroma, mask)


def _wanted(color: Color, luma: Luma) -> Chroma:
    return hint_chroma(color, luma.astype(np.float32) / np.float32(255))


def _draw(
    points: Sequence[tuple[float, float]], radius: float, shape: tuple[int, ...], displayed: Size
) -> NDArray[np.bool_]:
    """(H, W) true within `radius` of the line through the points, at the working size."""
    scale = np.array([shape[1] / displayed.width, shape[0] / displayed.height])
    line = (np.array(points, np.float64) + 0.5) * scale - 0.5
    radius_px = max(0.5, radius * float(scale.mean()))
    covered = np.zeros(shape[:2], bool)
    for start, end in pairwise([line[0], *line]):
        low = np.floor(np.minimum(start, end) - radius_px).astype(int).clip(0)
        high = np.ceil(np.maximum(start, end) + radius_px).astype(int).clip(-1) + 1
        window = slice(low[1], min(high[1], shape[0])), slice(low[0], min(high[0], shape[1]))
        covered[window] |= _distance(window, start, end) <= radius_px
    column, row = np.clip(np.rint(line[0]).astype(int), 0, (shape[1] - 1, shape[0] - 1))
    covered[row, column] = True
    return covered


def _distance(
    window: tuple[slice, slice], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The distance of each pixel of a window to the line between two points (x, y)."""
    y, x = np.ogrid[window]
    (across, down), squared = end - start, float(np.square(end - start).sum())
    share = ((x - start[0]) * across + (y - start[1]) * down) / max(squared, 1e-9)
    share = np.clip(share, 0, 1)
    far = np.hypot(x - start[0] - share * across, y - start[1] - share * down)
    return np.asarray(far, np.float64)


def shrink(given: Given, size: Size) -> Given:
    """What is given at a smaller size: each pixel takes the mean of the given ones that it covers."""
    return Given(*shrink_given(given.chroma, given.mask, (size.width, size.height)))


def spread(given: Given, luma: Luma, likeness: Coordinates | None = None) -> Spread:
    """Both spreads of the given colours over a frame's luma (H, W), by a `likeness` (C, H/2, W/2) if any."""
    near, reach = reach_out(given, luma, likeness)
    return Spread(diffuse(given.chroma, given.mask, luma), near, reach, given.mask.astype(np.float32))


def reach_out(
    given: Given, luma: Luma, likeness: Coordinates | None = None, *, most: int = MOST_POINTS
) -> tuple[Chroma, Mask]:
    """Chroma (H, W, 2) averaged over the hints, and how near one is, 0.05..1 (H, W).

    Weights are exp(-(10 dY)^2 - (3 d/H)^2 - |dE|^2) with luma Y 0..1, the distance d in pixels and the
    network's coordinates E; worked at half size.
    """
    height, width = luma.shape
    points = half_points(given, most)
    half = cv2.resize(luma, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    pixel = _coordinates(half, likeness)
    total, weight = _average(pixel, pixel[points.index], points.chroma)
    shape = (*half.shape, 3)
    both = cv2.resize(np.concatenate([total, weight], axis=-1).reshape(shape), (width, height))
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


def _coordinates(half: Luma, likeness: Coordinates | None) -> NDArray[np.float32]:
    """(n, C): where each half-size pixel lies; what is near there is alike."""
    y, x = np.mgrid[: half.shape[0], : half.shape[1]].astype(np.float32)
    place = np.float32(PLACE_REACH / half.shape[0])
    planes = [
        half * np.float32(LUMA_REACH / 255),
        y * place,
        x * place,
        *(() if likeness is None else likeness),
    ]
    return np.stack([plane.ravel() for plane in planes], axis=-1).astype(np.float32)


def _sample(mask: NDArray[np.bool_], most: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    rows, columns = np.nonzero(mask)
    stride = max(1, -(-len(rows) // most))
    return rows[::stride], columns[::stride]


def _average(
    pixel: NDArray[np.float32], point: NDArray[np.float32], colour: Chroma
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weighted means (n, 2), and the largest single weight (n, 1), of points as seen from each pixel."""
    square = (pixel**2).sum(-1)[:, None] + (point**2).sum(-1)[None] - 2 * pixel @ point.T
    nearest = square.min(axis=1, keepdims=True)
    weight = np.exp(nearest - square)
    mean = weight @ colour / weight.sum(axis=1, keepdims=True)
    return mean.astype(np.float32), np.exp(-np.maximum(nearest, 0)).astype(np.float32)


def honour(chroma: Chroma, given: Given, luma: Luma) -> Chroma:
    """The chroma with every given pixel in its given colour, the correction fading out along luma edges.

    What a given pixel lacks is passed to its neighbours up to 12 px away with the weight
    exp(-(20 dY)^2 - (2.5 d/12)^2).
    """
    light = luma.astype(np.float32) / np.float32(255)
    total = np.zeros((*luma.shape, 3), np.float32)
    strongest = np.zeros(luma.shape, np.float32)
    for row, column in zip(*_sample(given.mask, MOST_HONOURED), strict=True):
        window = _window(row, column, luma.shape)
        weight = _fade(light, row, column, window)
        lack = given.chroma[row, column] - chroma[row, column]
        total[window] += weight[..., None] * np.array([*lack, 1], np.float32)
        strongest[window] = np.maximum(strongest[window], weight)
    correction = total[..., :2] / np.maximum(total[..., 2:], 1e-6) * strongest[..., None]
    return np.where(given.mask[..., None], given.chroma, chroma + correction).astype(np.float32)


def _window(row: int, column: int, shape: tuple[int, ...]) -> tuple[slice, slice]:
    return (
        slice(max(0, row - HONOUR_PX), min(shape[0], row + HONOUR_PX + 1)),
        slice(max(0, column - HONOUR_PX), min(shape[1], column + HONOUR_PX + 1)),
    )


def _fade(light: Mask, row: int, column: int, window: tuple[slice, slice]) -> Mask:
    y, x = np.ogrid[window]
    square = ((y - row) ** 2 + (x - column) ** 2) * (2.5 / HONOUR_PX) ** 2
    return np.asarray(
        np.exp(-square - np.square(HONOUR_LUMA * (light[window] - light[row, column]))), np.float32
    )
