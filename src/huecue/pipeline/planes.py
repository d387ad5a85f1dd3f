"""A frame's working-size chroma becomes the film's chroma planes, with every hint kept to."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from huecue import color
from huecue.metrics import ciede2000
from huecue.pipeline.guidance import Guide, picture_chroma
from huecue.stages.hints import honour
from huecue.stages.upsample import grow, shrink_luma
from huecue.types import Chroma, FilmInfo, Frame, Hint, Luma, Plane, Size


def working_luma(frame: Frame, info: FilmInfo, size: Size) -> Luma:
    """The upright working-size luma (H, W), 0..255, of a frame."""
    black, white = color.luma_span(frame.depth, frame.full_range)
    return shrink_luma(frame.luma, size, turns=info.turns, black=black, white=white)


def finish(
    frame: Frame, info: FilmInfo, chroma: Chroma, guide: Guide, *, first: bool, saturation: float
) -> tuple[tuple[Plane, Plane], tuple[float, ...]]:
    """The two planes at the frame's depth, and the CIEDE2000 error of each of its hints.

    The hints are scaled by the saturation like all else, and their errors are against the scaled colours.
    """
    size = _plane_size(frame, info)
    whole = guide.whole(frame.index, first=first)
    wide = grow(chroma, size) if whole is None else picture_chroma(whole, size)
    if whole is not None or not guide.stands(frame.index, first=first):
        return _to_planes(_scaled(wide, saturation), frame, info.turns), ()
    luma = working_luma(frame, info, size)
    given = guide.given(frame.index, luma, first=first)
    if given is not None:
        wide = honour(wide, given, luma)
    hints = [hint for hint in guide.guidance.hints if hint.frame == frame.index]
    light = _light_at(frame, info, hints)
    wanted = [color.hint_chroma(hint.color, luma[None])[0] for hint, luma in zip(hints, light, strict=True)]
    step = 1 / color.chroma_scale(frame.depth, frame.full_range)[1]
    written = [_nearest(one, luma, step) for one, luma in zip(wanted, light, strict=True)]
    wide = _pin(wide, hints, written, info)
    planes = _to_planes(_scaled(wide, saturation), frame, info.turns)
    asked = [_scaled(one, saturation) for one in wanted]
    return planes, _hint_errors(frame, info, hints, light, asked, planes)


def _plane_size(frame: Frame, info: FilmInfo) -> Size:
    """The upright size of the chroma planes."""
    shift_x, shift_y = info.chroma_shift
    across, down = -(-frame.size.width // 2**shift_x), -(-frame.size.height // 2**shift_y)
    return Size(down, across) if info.turns % 2 else Size(across, down)


def _scaled(chroma: Chroma, saturation: float) -> Chroma:
    return chroma if saturation == 1 else chroma * np.float32(saturation)


def _to_planes(chroma: Chroma, frame: Frame, turns: int) -> tuple[Plane, Plane]:
    """Planes as stored: turned back, at the frame's depth and range."""
    return color.chroma_to_planes(
        np.ascontiguousarray(np.rot90(chroma, turns)), frame.depth, frame.full_range
    )


def _light_at(frame: Frame, info: FilmInfo, hints: Sequence[Hint]) -> NDArray[np.float32]:
    """(n,) luma 0..1 of the film's own pixel under each hint."""
    plane = np.rot90(frame.luma, -info.turns)
    rows, columns = _pixels(hints, plane.shape)
    return np.clip(color.plane_to_luma(plane[rows, columns], frame.depth, frame.full_range), 0, 1)


def _pixels(hints: Sequence[Hint], shape: tuple[int, ...]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    rows = np.array([round(hint.y) for hint in hints], np.intp).clip(0, shape[0] - 1)
    columns = np.array([round(hint.x) for hint in hints], np.intp).clip(0, shape[1] - 1)
    return rows, columns


def _nearest(wanted: Chroma, luma: np.float32, step: float) -> Chroma:
    """Of the nine values a plane can hold around a chroma (2,), the one that looks most like it."""
    near = np.stack(np.meshgrid([-1, 0, 1], [-1, 0, 1]), axis=-1).reshape(-1, 2)
    held = ((np.rint(wanted / step) + near) * step).astype(np.float32)
    return np.asarray(held[np.argmin(_differences(np.full(len(held), luma), wanted[None], held))], np.float32)


def _differences(luma: NDArray[np.float32], wanted: Chroma, got: Chroma) -> NDArray[np.float64]:
    """CIEDE2000 (n,) between two chromas (n, 2) on the same luma (n,)."""
    rgb = (np.clip(color.ycc_to_rgb(luma, np.broadcast_to(one, got.shape)), 0, 1) for one in (wanted, got))
    return ciede2000(*(color.rgb_to_lab(each) for each in rgb))


def _pin(wide: Chroma, hints: Sequence[Hint], written: Sequence[Chroma], info: FilmInfo) -> Chroma:
    """The chroma with the samples that make up each hint's own pixel in the hint's very colour."""
    pinned = wide.copy()
    height, width = wide.shape[:2]
    for hint, chroma in zip(hints, written, strict=True):
        x = (hint.x + 0.5) * width / info.displayed.width - 0.5
        y = (hint.y + 0.5) * height / info.displayed.height - 0.5
        rows = np.clip([np.floor(y), np.floor(y) + 1], 0, height - 1).astype(int)
        columns = np.clip([np.floor(x), np.floor(x) + 1], 0, width - 1).astype(int)
        pinned[np.ix_(rows, columns)] = chroma
    return pinned


def _hint_errors(
    frame: Frame,
    info: FilmInfo,
    hints: Sequence[Hint],
    light: NDArray[np.float32],
    wanted: Sequence[Chroma],
    planes: tuple[Plane, Plane],
) -> tuple[float, ...]:
    """CIEDE2000 of each hint: the colour it stands for at its pixel's luma, and what came out there."""
    if not hints:
        return ()
    small = np.rot90(color.planes_to_chroma(planes, frame.depth, frame.full_range), -info.turns)
    size = (info.displayed.width, info.displayed.height)
    full = cv2.resize(np.ascontiguousarray(small), size, interpolation=cv2.INTER_LINEAR)
    got = full[_pixels(hints, full.shape)]
    return tuple(float(error) for error in _differences(light, np.stack(wanted), got))
