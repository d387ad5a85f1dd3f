"""RGB, Lab and Y'CbCr (BT.709) into one another, and a hint's colour at a pixel's luma.

All float32. Luma is 0..1 (full range), chroma (Cb, Cr) is -1..1: the standard's -0.5..0.5 divided by 0.5.
Sources: ITU-R BT.709-6 (Y'CbCr), IEC 61966-2-1 (sRGB), CIE 15:2004 (Lab, white D65).
"""

from __future__ import annotations

from functools import lru_cache

import cv2
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
_LEVELS = np.linspace(0, 1, 256, dtype=np.float32)
_LIGHTNESS = np.linspace(0, 100, 201, dtype=np.float32)
_SHARES = np.linspace(1, 0, 65, dtype=np.float32)
_HALVINGS = 10
"""Of 0..100, until L* is known to a tenth: chroma then is right to 0.007, mostly to 0.0001."""


def rgb_to_ycc(rgb: Floats | Picture) -> tuple[Floats, Chroma]:
    """Luma (..., ) 0..1 and chroma (..., 2) -1..1 of sRGB (..., 3), uint8 0..255 or float 0..1."""
    light = _as_floats(rgb)
    luma: Floats = light @ np.array([KR, KG, KB], np.float32)
    cb = (light[..., 2] - luma) / (1 - KB)
    cr = (light[..., 0] - luma) / (1 - KR)
    return luma, np.stack([cb, cr], axis=-1)


def _as_floats(rgb: Floats | Picture) -> Floats:
    """The same colours as float32 0..1."""
    return np.asarray(rgb, np.float32) / np.float32(255 if rgb.dtype == np.uint8 else 1)


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
    bent = _as_floats(rgb)
    linear = np.where(bent > 0.04045, ((np.maximum(bent, 0) + 0.055) / 1.055) ** 2.4, bent / 12.92)
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
    return np.asarray(np.where(linear > 0.0031308, bent, 12.92 * linear), np.float32)


def luma_to_lightness(luma: Floats) -> Floats:
    """L*, 0..100, of greys of the given luma (...,), 0..1."""
    lab = rgb_to_lab(np.repeat(np.asarray(luma, np.float32)[..., None], 3, axis=-1))
    return np.asarray(lab[..., 0], np.float32)


def chroma_to_ab(chroma: Chroma, luma: Floats) -> Floats:
    """The a and b (..., 2) of the sRGB colours nearest to chroma (..., 2) on luma (...,), 0..1."""
    lab = rgb_to_lab(np.clip(ycc_to_rgb(luma, chroma), 0, 1))
    return np.asarray(lab[..., 1:], np.float32)


def ab_to_chroma(ab: Floats, luma: Floats) -> Chroma:
    """Chroma (..., 2) of the colours with these a and b (..., 2) whose luma is the one given (...,), 0..1.

    Where sRGB has no such colour it is pulled towards grey until it is inside.
    """
    low, high = np.zeros_like(luma), np.full_like(luma, 100)
    for _ in range(_HALVINGS):
        light = (low + high) / 2
        lab = np.concatenate([light[..., None], ab], axis=-1)
        own, chroma = rgb_to_ycc(np.clip(lab_to_rgb(lab), 0, 1))
        dark = own < luma
        low, high = np.where(dark, light, low), np.where(dark, high, light)
    return inside_srgb(chroma, luma)


def inside_srgb(chroma: Chroma, luma: Floats) -> Chroma:
    """The chroma (..., 2), paled where sRGB has no such colour of this luma (...,), 0..1, until it has."""
    red, blue = chroma[..., 1] * np.float32(1 - KR), chroma[..., 0] * np.float32(1 - KB)
    green = (red * KR + blue * KB) / np.float32(-KG)
    above, below = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    share = np.minimum((1 - luma) / np.maximum(above, 1e-6), luma / np.maximum(-below, 1e-6))
    return np.asarray(chroma * np.clip(share, 0, 1)[..., None], np.float32)


def hint_chroma(color: Color, luma: Floats) -> Chroma:
    """Chroma (..., 2) that shows `color` on pixels of the given luma (...,), 0..1.

    Of all Lab colours with the hint's a and b, the one whose luma is the pixel's, pulled towards grey until
    it is inside sRGB; so hue and vividness hold at any brightness, nothing clips, and a pixel that has the
    colour's own luma gets the colour itself.
    """
    table = _chroma_table((int(color[0]), int(color[1]), int(color[2])))
    parts = [np.interp(luma, _LEVELS, table[:, part]) for part in (0, 1)]
    return np.stack(parts, axis=-1).astype(np.float32)


@lru_cache(maxsize=4096)
def _chroma_table(color: Color) -> Chroma:
    """(256, 2): the chroma that shows a colour at each 8-bit luma, as vivid as sRGB allows."""
    wanted = rgb_to_lab(np.array(color, np.uint8))
    lab = np.empty((len(_SHARES), len(_LIGHTNESS), 3), np.float32)
    lab[..., 0], lab[..., 1:] = _LIGHTNESS, _SHARES[:, None, None] * wanted[1:]
    luma, chroma = rgb_to_ycc(lab_to_rgb(lab))  # both rise or move smoothly with L
    at_levels = np.stack([_by_luma(*row) for row in zip(luma, chroma, strict=True)])  # (shares, 256, 2)
    rgb = ycc_to_rgb(_LEVELS, at_levels)
    slack = 0.5 / 255
    fits = np.asarray(((rgb >= -slack) & (rgb <= 1 + slack)).all(axis=-1))
    fits[-1] = True  # grey always fits
    return np.asarray(at_levels[fits.argmax(axis=0), np.arange(len(_LEVELS))], np.float32)


def _by_luma(luma: Floats, chroma: Chroma) -> Chroma:
    parts = [np.interp(_LEVELS, luma, chroma[:, part]) for part in (0, 1)]
    return np.stack(parts, axis=-1).astype(np.float32)


def luma_span(depth: int, full_range: bool) -> tuple[float, float]:
    """The plane value of black and of white, at `depth` bits."""
    if full_range:
        return 0.0, float(2**depth - 1)
    return float(16 << (depth - 8)), float(235 << (depth - 8))


def plane_to_luma(plane: Plane, depth: int, full_range: bool) -> Floats:
    """A luma plane as float 0..1 (a little outside where the source is outside its nominal range)."""
    black, white = luma_span(depth, full_range)
    return (plane.astype(np.float32) - np.float32(black)) / np.float32(white - black)


def luma_to_plane(luma: Floats, depth: int, full_range: bool) -> Plane:
    """The luma plane, rounded and clipped to the nominal range, of luma 0..1."""
    black, white = luma_span(depth, full_range)
    plane = np.clip(np.rint(luma * np.float32(white - black) + np.float32(black)), black, white)
    return np.ascontiguousarray(plane.astype(np.uint8 if depth == 8 else np.uint16))


def chroma_scale(depth: int, full_range: bool) -> tuple[float, float]:
    """(centre, half span) of a chroma plane: value = centre + half * chroma."""
    centre = float(1 << (depth - 1))
    return centre, ((2**depth - 1) / 2 if full_range else float(112 << (depth - 8)))


def chroma_to_planes(chroma: Chroma, depth: int, full_range: bool) -> tuple[Plane, Plane]:
    """The Cb and Cr planes, rounded and clipped to `depth` bits, of chroma already at the planes' size."""
    cb, cr = (_to_plane(part, depth, full_range) for part in cv2.split(chroma))
    return cb, cr


def _to_plane(part: Floats, depth: int, full_range: bool) -> Plane:
    centre, half = chroma_scale(depth, full_range)
    if depth == 8:
        # OpenCV rounds and clips in one pass, but takes the absolute value: nothing below 0 may reach it.
        above = np.maximum(part, np.float32(-centre / half))
        return np.asarray(cv2.convertScaleAbs(above, alpha=half, beta=centre), np.uint8)
    wide = np.clip(np.rint(part * half + centre), 0, 2**depth - 1)
    return np.asarray(wide, np.uint16)


def planes_to_chroma(planes: tuple[Plane, Plane], depth: int, full_range: bool) -> Chroma:
    """Chroma (h, w, 2) -1..1 of a film's two chroma planes, at the planes' own size."""
    centre, half = chroma_scale(depth, full_range)
    return np.stack([(plane.astype(np.float32) - centre) / half for plane in planes], axis=-1).astype(
        np.float32
    )
