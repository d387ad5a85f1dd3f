"""What a method has to beat: a first frame's colours carried through a film by old and simple means.

Each takes the working-size luma (H, W) of every frame and the first frame's chroma (H, W, 2), and yields a
chroma for each frame. Their lines of motion are their own, so that the measure stays when the method moves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, map_coordinates

from huecue.types import Chroma, Luma, Mask

Baseline = Callable[[Iterable[Luma], Chroma], Iterator[Chroma]]
Flow = NDArray[np.float32]

CONFIDENCE_LUMA = 8.0
"""The mismatch of luma, of 255, at which confidence has fallen to 1/e."""
KEEP_POWER = 0.5
"""Warped chroma is kept with the confidence to this power. As all here, chosen on training clips alone."""
FINE_PX, COARSE_PX, BIN_LUMA = 4, 12, 6
"""Cells of the two bilateral grids, in pixels and in luma of 255."""
ENOUGH = 0.01
"""The confident pixels in a fine cell at which it weighs as much as the coarse one."""


def frozen(lumas: Iterable[Luma], first: Chroma) -> Iterator[Chroma]:
    """The first frame's chroma stays where it is."""
    for _ in lumas:
        yield first


def dis(lumas: Iterable[Luma], first: Chroma) -> Iterator[Chroma]:
    """The first frame's chroma carried along OpenCV's DIS FAST flow, frame by frame."""
    chroma = first
    yield chroma
    for earlier, luma in pairwise(lumas):
        chroma = carry(chroma, find_flow(luma, earlier))
        yield chroma


def dis_refill(lumas: Iterable[Luma], first: Chroma) -> Iterator[Chroma]:
    """As `dis`; where the moved luma disagrees, chroma comes from confident pixels near in place and luma."""
    chroma = first
    yield chroma
    for earlier, luma in pairwise(lumas):
        flow = find_flow(luma, earlier)
        confidence = find_confidence(luma, earlier, flow)
        moved = carry(chroma, flow)
        keep = confidence[..., None] ** np.float32(KEEP_POWER)
        chroma = keep * moved + (1 - keep) * refill(moved, confidence, luma)
        yield chroma


def find_flow(luma: Luma, earlier: Luma) -> Flow:
    """Where each pixel (H, W, 2) of a frame lay in the earlier one, in pixels, relative to itself."""
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST).calc(luma, earlier, None)
    return np.asarray(flow, np.float32)


def carry(plane: Chroma | Luma, flow: Flow) -> NDArray[np.float32]:
    """The earlier frame's plane moved to where its pixels are now; edges repeat."""
    moved = cv2.remap(plane, _sources(flow), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.float32)


def find_confidence(luma: Luma, earlier: Luma, flow: Flow) -> Mask:
    """exp(-(blur5(|moved earlier luma - luma|) / 8)^2) in 8-bit luma, 0 where the flow leaves the picture."""
    mismatch = cv2.GaussianBlur(cv2.absdiff(carry(earlier, flow), luma.astype(np.float32)), (5, 5), 0)
    height, width = luma.shape
    x, y = np.moveaxis(_sources(flow), -1, 0)
    inside = (x >= -0.5) & (x <= width - 0.5) & (y >= -0.5) & (y <= height - 0.5)
    return np.asarray(np.exp(-np.square(mismatch / CONFIDENCE_LUMA)) * inside, np.float32)


def _sources(flow: Flow) -> Flow:
    height, width = flow.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return flow + np.stack([x, y], axis=-1)


def refill(chroma: Chroma, confidence: Mask, luma: Luma) -> Chroma:
    """Chroma (H, W, 2) as the confident pixels near each pixel, in place and in luma, would have it."""
    fine, weight = bilateral(chroma, confidence, luma, cell_px=FINE_PX)
    coarse, _ = bilateral(chroma, confidence, luma, cell_px=COARSE_PX)
    share = (weight / (weight + ENOUGH))[..., None]
    return np.asarray(share * fine + (1 - share) * coarse, np.float32)


def bilateral(chroma: Chroma, confidence: Mask, luma: Luma, *, cell_px: int) -> tuple[Chroma, Mask]:
    """The mean chroma near each pixel in place and luma, weighed by confidence, and the confidence there.

    A bilateral grid, its cells softened by a Gaussian of one cell. Chen, Paris and Durand, Real-time
    edge-aware image processing with the bilateral grid, 2007.
    """
    places = _grid_places(luma, cell_px)  # (3, H, W)
    trust = confidence + np.float32(1e-6)
    cb, cr, weight = _through_grid((chroma[..., 0] * trust, chroma[..., 1] * trust, trust), places)
    mean = np.stack([cb, cr], axis=-1) / np.maximum(weight, np.float32(1e-12))[..., None]
    return mean.astype(np.float32), weight


def _grid_places(luma: Luma, cell_px: int) -> NDArray[np.float32]:
    y, x = np.mgrid[: luma.shape[0], : luma.shape[1]]
    return np.stack([y / cell_px, x / cell_px, luma / BIN_LUMA]).astype(np.float32)


def _through_grid(planes: Sequence[Mask], places: NDArray[np.float32]) -> list[Mask]:
    """Each plane (H, W) summed into the grid's cells, softened there, and read back where it came from."""
    cells = np.rint(places).astype(np.intp)
    shape = tuple(int(axis.max()) + 1 for axis in cells)
    index = np.ravel_multi_index(tuple(cells), shape).ravel()
    sums = (np.bincount(index, plane.ravel(), math.prod(shape)).reshape(shape) for plane in planes)
    soft = (gaussian_filter(grid.astype(np.float32), 1.0, truncate=2.5) for grid in sums)
    return [np.asarray(map_coordinates(grid, places, order=1, mode="nearest"), np.float32) for grid in soft]
