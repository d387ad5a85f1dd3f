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
FINE_LEVELS, MOST_LEVELS = 2.0, 6
"""Grain that makes no greater difference between two frames is none; and the most that is allowed for."""
CURVATURE_OF_GRAIN = 0.8
"""How many times as large grain is in _CURVATURE as in the blurred difference of two frames."""
MOST_FLICKER, LEAST_CONTRAST = 1.6, 32.0
"""How much richer or poorer in contrast than the frame before a frame may be, and where that can be told:
where its lighter half is so many levels lighter than its darker one."""
_CURVATURE = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
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
    here, there = (cv2.GaussianBlur(plane, (3, 3), 0) for plane in (luma, earlier))  # grain is no motion
    flow: Flow = search.calc(here, there, start)
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

    exp(-(d / 8)^2), and 0 where the flow points outside. d is blur5(|carry(earlier) - luma|) in whole 8-bit
    levels, the earlier frame as light and as rich in contrast as this one on the whole, less what grain makes
    of it.
    """
    where = flow + _places(flow.shape[0], flow.shape[1])
    moved = cv2.remap(earlier, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    difference = cv2.GaussianBlur(cv2.absdiff(_without_flicker(moved, luma), luma), (5, 5), 0)
    difference = cv2.subtract(difference, np.full_like(difference, _grain(luma, difference)))
    low, high = (-0.5, -0.5, 0, 0), (luma.shape[1] - 0.5, luma.shape[0] - 0.5, 0, 0)
    inside = cv2.inRange(where, low, high)
    return np.asarray(cv2.LUT(difference & inside | ~inside, _AGREEMENT), np.float32)


def _grain(luma: Luma, difference: Luma) -> int:
    """Levels that a frame differs from the one before by because of grain, but for FINE_LEVELS.

    Texture is no grain, nor is lost motion: it is what the smoother quarter of the pixels differ by, and no
    more than what they differ from their neighbours by. Source: Immerkaer 1996, Fast noise variance
    estimation.
    """
    rough = np.abs(cv2.filter2D(luma, cv2.CV_16S, _CURVATURE)[::4, ::4])
    least = min(
        float(np.quantile(difference[::4, ::4], 0.25)), float(np.quantile(rough, 0.25)) / CURVATURE_OF_GRAIN
    )
    return min(MOST_LEVELS, max(0, round(least - FINE_LEVELS)))


def _without_flicker(luma: Luma, wanted: Luma) -> Luma:
    """A luma, 0..255, as light and as rich in contrast as another of the same view.

    By the medians of how the darker and the lighter half of it differ from the other: what moved or came in
    does not count.
    """
    own = luma[::4, ::4].ravel().astype(np.float32)
    apart = wanted[::4, ::4].ravel() - own
    lighter = own > np.median(own)
    if not lighter.any():
        return luma
    dark, light = (float(np.median(own[half])) for half in (~lighter, lighter))
    lower, upper = (float(np.median(apart[half])) for half in (~lighter, lighter))
    gain = 1 + (upper - lower) / max(light - dark, LEAST_CONTRAST)
    gain = min(MOST_FLICKER, max(1 / MOST_FLICKER, gain))
    middle = (dark + light) / 2
    shift = (lower + upper) / 2 - (gain - 1) * middle
    if gain == 1 and shift == 0:
        return luma
    return np.asarray(cv2.addWeighted(luma, gain, luma, 0, shift), np.uint8)


@lru_cache(maxsize=8)
def _places(height: int, width: int) -> Flow:
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.stack([x, y], axis=-1)
