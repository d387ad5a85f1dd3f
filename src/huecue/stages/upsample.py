"""Small chroma grown to the size of the film's chroma planes."""

from __future__ import annotations

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from huecue.types import Chroma, Luma, Plane, Size

T = TypeVar("T", bound=np.generic)
AREA_PX = 448 * 256
MULTIPLE = 32
SHORTEST_PX = 64


def working_size(displayed: Size) -> Size:
    """The size the network works at: the area of 448x256 in the film's shape, each side a multiple of 32."""
    return size_of_area(displayed, AREA_PX, multiple=MULTIPLE)


def size_of_area(displayed: Size, area_px: int, *, multiple: int) -> Size:
    """The size of about this area in a film's shape; each side is a multiple and 64 or more."""
    sides = _sides(displayed)
    scale = (area_px / (sides[0] * sides[1])) ** 0.5
    width, height = (max(SHORTEST_PX, round(side * scale / multiple) * multiple) for side in sides)
    return Size(width, height)


def coarse_size(size: Size) -> Size:
    """About half of a working size, each side a multiple of 32."""
    width, height = (
        max(MULTIPLE, round(side / 2 / MULTIPLE) * MULTIPLE) for side in (size.width, size.height)
    )
    return Size(width, height)


def _sides(size: Size) -> tuple[int, int]:
    # A film of one row of pixels has no shape to keep: it is held at 12 to 1.
    longest = 12 * min(size.width, size.height)
    return min(size.width, longest), min(size.height, longest)


def shrink_luma(plane: Plane, size: Size, *, turns: int, black: float, white: float) -> Luma:
    """The working-size luma, upright and full range 0..255, of a film's plane; `turns` clockwise quarters."""
    stored = (size.height, size.width) if turns % 2 else (size.width, size.height)
    while plane.shape[1] >= 4 * stored[0] and plane.shape[0] >= 4 * stored[1]:
        plane = cv2.resize(plane, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)  # exact halves are fast
    small = cv2.resize(plane, stored, interpolation=cv2.INTER_AREA).astype(np.float32)
    light = np.clip(np.rint((small - np.float32(black)) * np.float32(255 / (white - black))), 0, 255)
    return np.ascontiguousarray(np.rot90(light.astype(np.uint8), -turns))


def shrink(plane: NDArray[T], size: Size) -> NDArray[T]:
    """A plane (H, W) or (H, W, C) at a smaller size, by area."""
    small = cv2.resize(plane, (size.width, size.height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, plane.dtype)


def grow(chroma: Chroma, size: Size) -> Chroma:
    """Chroma (H, W, 2) at another size, bilinear."""
    return np.asarray(
        cv2.resize(chroma, (size.width, size.height), interpolation=cv2.INTER_LINEAR), np.float32
    )
