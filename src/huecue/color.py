"""RGB, Lab and Y'CbCr (BT.709) into one another, and a hint's colour at a pixel's luma.

All float32. Luma is 0..1 (full range), chroma (Cb, Cr) is -1..1: the standard's -0.5..0.5 divided by 0.5.
Sources: ITU-R BT.709-6 (Y'CbCr), IEC 61966-2-1 (sRGB), CIE 15:2004 (Lab, white D65).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from huecue.types import Chroma, Color, Picture, Plane

Floats = NDArray[np.float32]

KR, KG, KB = 0.2126, 0.7152, 0.0722
_RGB_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]],
    np.float32,
)
_WHITE = _RGB_TO_XYZ.sum(axis=1)
_LAB_EDGE = 6 / 29


def rgb_to_ycc(rgb: Floats | Picture) -> tuple[Floats, Chroma]:
    """Luma (..., ) 0..1 and chroma (..., 2) -1..1 of sRGB (..., 3), uint8 0..255 or float 0..1."""
    rgb = rgb.astype(np.float32) / 255 if rgb.dtype == np.uint8 else rgb.astype(np.float32)
    luma = rgb @ np.array([KR, KG, KB], np.float32)
    cb = (rgb[..., 2] - luma) / (1 - KB)
    cr = (rgb[..., 0] - luma) / (1 - KR)
    return luma, np.stack([cb, cr], axis=-1)


def ycc_to_rgb(luma: Floats, chroma: Chroma) -> Floats:
    """sRGB (..., 3) as float, not clipped, of luma 0..1 and chroma -1..1."""
    red = luma + chroma[..., 1] * (1 - KR)
    blue = luma + chroma[..., 0] * (1 - KB)
    green = (luma - KR * red - KB * blue) / KG
    return np.stack([red, green, blue], axis=-1)


def to_picture(rgb: Floats) -> Picture:
    """Float RGB 0..1 rounded and clipped to uint8."""
    return np.clip(np.rint(rgb * 255), 0, 255).astype(np.uint8)


def rgb_to_lab(rgb: Floats | Picture) -> Floats:
    """CIE Lab (..., 3) of sRGB, uint8 or float 0..1; L is 0..100."""
    rgb = rgb.astype(np.float32) / 255 if rgb.dtype == np.uint8 else rgb.astype(np.float32)
    linear = np.where(rgb > 0.04045, ((np.maximum(rgb, 0) + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    ratio = (linear @ _RGB_TO_XYZ.T) / _WHITE
    root = np.where(ratio > _LAB_EDGE**3, np.cbrt(ratio), ratio / (3 * _LAB_EDGE**2) + 4 / 29)
    return np.stack(
        [116 * root[..., 1] - 16, 500 * (root[..., 0] - root[..., 1]), 200 * (root[..., 1] - root[..., 2])],
        axis=-1,
    ).astype(np.float32)


def lab_to_rgb(lab: Floats) -> Floats:
    """sRGB (..., 3) as float, not clipped (outside 0..1 where the colour is outside sRGB)."""
    fy = (lab[..., 0] + 16) / 116
    root = np.stack([fy + lab[..., 1] / 500, fy, fy - lab[..., 2] / 200], axis=-1)
    ratio = np.where(root > _LAB_EDGE, root**3, 3 * _LAB_EDGE**2 * (root - 4 / 29))
    linear = (ratio * _WHITE) @ np.linalg.inv(_RGB_TO_XYZ).T
    bent = 1.055 * np.maximum(linear, 0) ** (1 / 2.4) - 0.055
    return np.where(linear > 0.0031308, bent, 12.92 * linear).astype(np.float32)


def lightness_of_luma(luma: Floats) -> Floats:
    """L* of a grey pixel with luma 0..1."""
    return rgb_to_lab(np.repeat(luma[..., None], 3, axis=-1))[..., 0]


def hint_chroma(color: Color, luma: Floats, *, steps: int = 12) -> Chroma:
    """Chroma (..., 2) that shows `color` on pixels of the given luma (...,), 0..1.

    The hint's Lab a and b are set at the pixel's own L*, pulled towards grey until they are inside sRGB
    (bisection), and read as CbCr; so hue and vividness hold at any brightness and nothing clips.
    """
    wanted = rgb_to_lab(np.array(color, np.uint8))
    lightness = lightness_of_luma(luma)
    low, high = np.zeros_like(luma), np.ones_like(luma)
    for step in range(steps):
        share = np.ones_like(luma) if step == 0 else (low + high) / 2
        fits = _fits(lightness, wanted, share, luma)
        low, high = np.where(fits, share, low), np.where(fits, high, share)
    return _chroma_at(lightness, wanted, low)


def _chroma_at(lightness: Floats, wanted: Floats, share: Floats) -> Chroma:
    lab = np.stack([lightness, wanted[1] * share, wanted[2] * share], axis=-1)
    return rgb_to_ycc(lab_to_rgb(lab))[1].astype(np.float32)


def _fits(lightness: Floats, wanted: Floats, share: Floats, luma: Floats) -> NDArray[np.bool_]:
    rgb = ycc_to_rgb(luma, _chroma_at(lightness, wanted, share))
    slack = 0.5 / 255
    return np.asarray(((rgb >= -slack) & (rgb <= 1 + slack)).all(axis=-1))


def luma_span(depth: int, full_range: bool) -> tuple[float, float]:
    """The plane value of black and of white, at `depth` bits."""
    if full_range:
        return 0.0, float(2**depth - 1)
    return float(16 << (depth - 8)), float(235 << (depth - 8))


def plane_to_luma(plane: Plane, depth: int, full_range: bool) -> Floats:
    """A luma plane as float 0..1 (a little outside where the source is outside its nominal range)."""
    black, white = luma_span(depth, full_range)
    return (plane.astype(np.float32) - np.float32(black)) / np.float32(white - black)


def chroma_scale(depth: int, full_range: bool) -> tuple[float, float]:
    """(centre, half span) of a chroma plane: value = centre + half * chroma."""
    centre = float(1 << (depth - 1))
    return centre, ((2**depth - 1) / 2 if full_range else float(112 << (depth - 8)))


def chroma_to_planes(chroma: Chroma, depth: int, full_range: bool) -> tuple[Plane, Plane]:
    """The Cb and Cr planes, rounded and clipped to `depth` bits, of chroma already at the planes' size."""
    centre, half = chroma_scale(depth, full_range)
    kind = np.uint8 if depth == 8 else np.uint16
    top = 2**depth - 1
    cb, cr = (np.clip(np.rint(chroma[..., k] * half + centre), 0, top).astype(kind) for k in (0, 1))
    return cb, cr


def planes_to_chroma(planes: tuple[Plane, Plane], depth: int, full_range: bool) -> Chroma:
    """Chroma (h, w, 2) -1..1 of a film's two chroma planes, at the planes' own size."""
    centre, half = chroma_scale(depth, full_range)
    return np.stack([(plane.astype(np.float32) - centre) / half for plane in planes], axis=-1).astype(
        np.float32
    )
