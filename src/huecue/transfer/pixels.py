"""Frames as pictures to repaint, at the size of the work, and pictures as frames again."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from huecue.color import Floats, luma_to_plane, planes_to_chroma, rgb_to_ycc, ycc_to_rgb
from huecue.errors import UsageError
from huecue.pipeline.guidance import Guidance, Guide
from huecue.pipeline.planes import finish, working_luma
from huecue.types import Chroma, FilmInfo, Frame, Picture, Plane, Size

LEAST_PX, MOST_PX = 32, 2048
"""Sides of the work: VGG-19 halves them four times, and OpenCV's DIS flow crashes on lower pictures."""
_MOST_ASPECT = 12
"""Longer films are squeezed to this shape while they are worked on."""

ChromaPlanes = tuple[Plane, Plane]


def check_size(size_px: int) -> None:
    """Raises UsageError where this is no longest side to work at."""
    if not LEAST_PX <= size_px <= MOST_PX:
        raise UsageError(
            f"size is the longest side to work at, {LEAST_PX} to {MOST_PX} pixels, not {size_px}"
        )


def size_within(size: Size, longest_px: int) -> Size:
    """The size in the same shape whose longest side is `longest_px`; no side is under LEAST_PX."""
    longest = min(max(size.width, size.height), _MOST_ASPECT * min(size.width, size.height))
    sides = (min(side, longest) * longest_px / longest for side in (size.width, size.height))
    width, height = (max(LEAST_PX, round(side)) for side in sides)
    return Size(width, height)


def resize(picture: Floats, size: Size) -> Floats:
    """A float picture (H, W, C) at another size: area mean where it shrinks, cubic where it grows."""
    if picture.shape[:2] == size.shape:
        return picture
    shrinks = size.width * size.height < picture.shape[0] * picture.shape[1]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (size.width, size.height), interpolation=how), np.float32)


def shrink_picture(picture: Picture, longest_px: int) -> Floats:
    """A picture (H, W, 3 or 4) as float RGB 0..1, its longest side `longest_px`."""
    light = picture[..., :3].astype(np.float32) / np.float32(255)
    return resize(light, size_within(Size(picture.shape[1], picture.shape[0]), longest_px))


def upright_chroma(frame: Frame, planes: ChromaPlanes | None, info: FilmInfo) -> Chroma:
    """The chroma (h, w, 2) of stored planes, upright, at their own size; zeros where there are none."""
    if planes is None:
        return np.zeros((1, 1, 2), np.float32)
    chroma = planes_to_chroma(planes, frame.depth, frame.full_range)
    return np.ascontiguousarray(np.rot90(chroma, -info.turns))


def picture_of(frame: Frame, planes: ChromaPlanes | None, info: FilmInfo, size: Size) -> Floats:
    """RGB (H, W, 3), 0..1, upright at this size: the frame with these chroma planes (None: grey)."""
    luma = working_luma(frame, info, size).astype(np.float32) / np.float32(255)
    chroma = resize(upright_chroma(frame, planes, info), size)
    return np.asarray(np.clip(ycc_to_rgb(luma, chroma), 0, 1), np.float32)


def planes_for(frame: Frame, chroma: Chroma, info: FilmInfo) -> ChromaPlanes:
    """The planes that the writer takes, of upright chroma (h, w, 2) of any size."""
    planes, _ = finish(frame, info, chroma, Guide(Guidance(), info.displayed, ()), first=False, saturation=1)
    return planes


def repainted(frame: Frame, picture: Floats, info: FilmInfo) -> tuple[Frame, ChromaPlanes]:
    """The frame with the luma of an upright picture (H, W, 3) 0..1 of any size, and its chroma planes."""
    luma, chroma = rgb_to_ycc(picture)
    whole = resize(luma[..., None], info.displayed).reshape(info.displayed.shape)
    plane = luma_to_plane(np.rot90(whole, info.turns), frame.depth, frame.full_range)
    return replace(frame, luma=plane), planes_for(frame, chroma, info)
