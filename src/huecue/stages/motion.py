"""Colours carried along the motion from one frame to the next, with a confidence.

Flow is (H, W, 2) float32 in pixels: where each pixel of THIS frame lay in the EARLIER one, relative to
itself. Source: Kroeger et al. 2016 (DIS optical flow), as OpenCV has it.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from huecue.types import Luma, Mask

Flow = NDArray[np.float32]

CONFIDENCE_LUMA = 8.0
"""The mismatch of luma (of 255) at which confidence has fallen to 1/e."""
FINEST_SCALE, STRIDE_PX, DESCENTS = 1, 6, 12
"""The search for motion: log2 of how much smaller its last frame is, a patch every so far, its steps."""
_AGREEMENT = np.exp(-np.square(np.arange(256, dtype=np.float32) / CONFIDENCE_LUMA))


def find_flow(luma: Luma, earlier: Luma, guess: Flow | None = None) -> Flow:
    """Where each pixel of `luma` lay in `earlier`; `guess` is a flow to start the search from.

    Both are (H, W) uint8; the result is (H, W, 2) float32 pixels.
    """
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
    search.setFinestScale(FINEST_SCALE)
    search.setPatchStride(STRIDE_PX)
    search.setGradientDescentIterations(DESCENTS)
    start = None if guess is None else guess.copy()
    flow: Flow = search.calc(luma, earlier, start)
    return flow


def carry(plane: NDArray[np.float32] | Luma, flow: Flow) -> NDArray[np.float32]:
    """The earlier frame's `plane` (H, W) or (H, W, 2) moved to where its pixels are now; edges repeat."""
    where = flow + _places(flow.shape[0], flow.shape[1])
    moved = cv2.remap(plane, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.float32)


def compose(step: Flow, longer: Flow) -> Flow:
    """The flow to a frame further back: one `step` back, and from there the `longer` way."""
    return step + carry(longer, step)


def find_confidence(luma: Luma, earlier: Luma, flow: Flow) -> Mask:
    """How far the moved earlier luma agrees with this frame's: 1 where it does, towards 0 where it does not.

    exp(-(blur5(|carry(earlier) - luma|) / 8)^2) in whole 8-bit levels, and 0 where the flow points outside.
    """
    where = flow + _places(flow.shape[0], flow.shape[1])
    moved = cv2.remap(earlier, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    difference = cv2.GaussianBlur(cv2.absdiff(moved, luma), (5, 5), 0)
    low, high = (-0.5, -0.5, 0, 0), (luma.shape[1] - 0.5, luma.shape[0] - 0.5, 0, 0)
    inside = cv2.inRange(where, low, high)
    return np.asarray(cv2.LUT(difference & inside | ~inside, _AGREEMENT), np.float32)


@lru_cache(maxsize=8)
def _places(height: int, width: int) -> Flow:
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.stack([x, y], axis=-1)
