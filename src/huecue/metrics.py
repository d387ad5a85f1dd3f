"""How near a coloured film is to the truth: pure functions, arrays in, numbers out.

Pictures are sRGB uint8 (H, W, 3). Chroma and Lab are passed in: `huecue.color` makes them, on the same floor.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.color import deltaE_ciede2000
from skimage.metrics import structural_similarity

from huecue.types import Chroma, Picture

Floats = NDArray[np.floating]
Flow = NDArray[np.float32]
"""(H, W, 2) x and y in pixels: the point (x, y) of one frame is at (x, y) + flow in the other."""

PSNR_TOP_DB = 100.0
CDC_STEPS = (1, 2, 4)
WARPING_FLOOR = (1 / 255) ** 2 / 12
"""The error that rounding to 8 bits alone makes: below it a warping error means nothing."""
FLOW_SIDE_PX = 32
"""Smaller sides are padded: OpenCV's DIS refuses sides under 12 pixels and crashes on long low pictures."""
_OPPONENTS = np.array([[1, -1, 0], [0.5, 0.5, -1]], np.float32)  # red - green and yellow - blue, of RGB


def psnr(picture: Picture, truth: Picture) -> float:
    """Peak signal-to-noise ratio in dB of 8-bit RGB, the error summed exactly.

    At most `PSNR_TOP_DB`, which identical pictures get, so that means stay finite.
    """
    assert picture.dtype == truth.dtype == np.uint8
    assert picture.shape == truth.shape
    # On uint8, OpenCV subtracts in wider integers; numpy would wrap.
    return _decibels(cv2.norm(picture, truth, cv2.NORM_L2SQR) / picture.size, peak=255.0)


def chroma_psnr(chroma: Chroma, truth: Chroma) -> float:
    """PSNR in dB of Cb and Cr alone, peak 2 because chroma is -1..1; at most `PSNR_TOP_DB`."""
    assert chroma.shape == truth.shape
    return _decibels(float(np.mean(np.square(chroma - truth, dtype=np.float64))), peak=2.0)


def _decibels(mean_square: float, *, peak: float) -> float:
    if mean_square <= 0:
        return PSNR_TOP_DB
    return min(PSNR_TOP_DB, 10 * math.log10(peak**2 / mean_square))


def ssim(picture: Picture, truth: Picture) -> float:
    """Structural similarity, -1..1, mean over R, G and B, with the Gaussian window of the paper.

    Wang et al., Image quality assessment: from error visibility to structural similarity, 2004. Pictures must
    be at least 11x11 pixels.
    """
    return float(
        structural_similarity(
            picture,
            truth,
            channel_axis=-1,
            data_range=255,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
        )
    )


def ciede2000(lab: Floats, truth_lab: Floats) -> NDArray[np.float64]:
    """CIEDE2000 colour difference (...,) of CIE Lab colours (..., 3). Sharma, Wu and Dalal 2005."""
    return np.asarray(deltaE_ciede2000(lab.astype(np.float64), truth_lab.astype(np.float64)), np.float64)


def color_histogram(picture: Picture) -> NDArray[np.float64]:
    """Normalised 256-bin histograms (3, 256) of R, G and B."""
    counts = [cv2.calcHist([picture], [channel], None, [256], [0, 256]).ravel() for channel in range(3)]
    pixels = picture.shape[0] * picture.shape[1]
    return np.asarray(np.stack(counts) / pixels, np.float64)


def cdc(histograms: Sequence[NDArray[np.float64]]) -> float:
    """Colour distribution consistency of a film, given each frame's `color_histogram`; 0 is no change.

    The Jensen-Shannon divergence (natural logarithm) of frames i and i + t, mean over i, then over t in
    `CDC_STEPS` and the channels. Liu et al., Temporally Consistent Video Colorization with Deep Feature
    Propagation and Self-regularization Learning, 2021. Grey and frozen colours score below the
    truth: compare with the truth's own.
    """
    stack = np.stack(list(histograms))  # (T, 3, 256)
    steps = [t for t in CDC_STEPS if t < len(stack)]
    if not steps:
        return 0.0
    return float(np.mean([_divergence(stack[:-t], stack[t:]).mean() for t in steps]))


def _divergence(p: Floats, q: Floats) -> Floats:
    """Jensen-Shannon divergence over the last axis."""
    middle = (p + q) / 2
    return (_relative_entropy(p, middle) + _relative_entropy(q, middle)) / 2


def _relative_entropy(p: Floats, q: Floats) -> Floats:
    ratio = np.divide(p, q, out=np.ones_like(p), where=p > 0)  # 0 log 0 is 0
    return np.asarray((p * np.log(ratio)).sum(axis=-1))


def flow_between(luma: NDArray[np.uint8], following: NDArray[np.uint8]) -> Flow:
    """Where each pixel of `luma` (H, W) went in `following`.

    Kroeger et al., Fast Optical Flow using Dense Inverse Search, 2016, as OpenCV has it.
    """
    height, width = luma.shape
    down, right = max(0, FLOW_SIDE_PX - height), max(0, FLOW_SIDE_PX - width)
    first, second = (
        cv2.copyMakeBorder(plane, 0, down, 0, right, cv2.BORDER_REPLICATE) for plane in (luma, following)
    )
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST).calc(first, second, None)
    return np.asarray(flow[:height, :width], np.float32)


def trusted(forward: Flow, backward: Flow) -> NDArray[np.bool_]:
    """Mask (H, W) of the pixels of frame t that are seen in t + 1 too, away from motion edges.

    `forward` is the flow w1 from t to t + 1; `backward` the flow from t + 1 to t, and w0 what it says where
    w1 points. Left out is what leaves the picture, and where |w0 + w1|^2 > 0.01 (|w0|^2 + |w1|^2) + 0.5 or
    |grad w1|^2 > 0.01 |w1|^2 + 0.002.
    Ruder, Dosovitskiy and Brox, Artistic style transfer for videos, 2016.
    """
    x, y = _targets(forward)
    returned = cv2.remap(backward, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    length = _squared(forward)
    closed = _squared(forward + returned) <= 0.01 * (length + _squared(returned)) + 0.5
    smooth = _gradient_squared(forward) <= 0.01 * length + 0.002
    height, width = x.shape
    inside = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    return np.asarray(closed & smooth & inside)


def warping_error(picture: Picture, following: Picture, forward: Flow, mask: NDArray[np.bool_]) -> float:
    """Mean squared change, of RGB in 0..1, along the motion `forward` where `mask` is true (0.0 if nowhere).

    Lai et al., Learning Blind Video Temporal Consistency, 2018.
    """
    if not mask.any():
        return 0.0
    x, y = _targets(forward)
    warped = cv2.remap(following, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    square = cv2.norm(warped, picture, cv2.NORM_L2SQR, mask.astype(np.uint8))
    return float(square / (3 * np.count_nonzero(mask) * 255**2))


def colorfulness(picture: Picture) -> float:
    """Colourfulness M3, 0 for grey and about 100 for the most vivid. Hasler and Suesstrunk 2003."""
    opponents = cv2.transform(picture.astype(np.float32), _OPPONENTS)
    (rg_mean, yb_mean), (rg_spread, yb_spread) = (
        value.ravel().tolist() for value in cv2.meanStdDev(opponents)
    )
    return math.hypot(rg_spread, yb_spread) + 0.3 * math.hypot(rg_mean, yb_mean)


def _targets(flow: Flow) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    height, width = flow.shape[:2]
    x = np.arange(width, dtype=np.float32)[None, :] + flow[..., 0]
    y = np.arange(height, dtype=np.float32)[:, None] + flow[..., 1]
    return x, y


def _squared(flow: Flow) -> NDArray[np.float32]:
    return np.asarray(flow[..., 0] ** 2 + flow[..., 1] ** 2)


def _gradient_squared(flow: Flow) -> NDArray[np.float32]:
    down = np.diff(flow, axis=0, append=flow[-1:])
    right = np.diff(flow, axis=1, append=flow[:, -1:])
    return _squared(down) + _squared(right)
