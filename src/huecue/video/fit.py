"""A frame's luma and its new chroma as an encoder takes them: a coded frame, or pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import cv2
import numpy as np
from av import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, VideoReformatter
from numpy.typing import NDArray

from huecue.color import chroma_to_planes, luma_span, plane_to_luma, planes_to_chroma
from huecue.types import Frame, Plane
from huecue.video.layout import lines_of, rows_of
from huecue.video.picture import FINE

Chroma = tuple[Plane, Plane]


def coded_frame(
    frame: Frame, chroma: Chroma, *, pixel_format: str, depth: int, shift: tuple[int, int], full_range: bool
) -> VideoFrame:
    """The frame in `pixel_format`, tagged BT.709; luma is untouched unless depth or range have to grow."""
    height, width = frame.luma.shape
    size = (-(-width >> shift[0]), -(-height >> shift[1]))
    luma, planes = _at(frame, chroma, depth, full_range)
    coded = VideoFrame(width, height, pixel_format)
    _fill(coded, [luma, *(_at_size(plane, size) for plane in planes)])
    tag(coded, full_range)
    return coded


def tag(coded: VideoFrame, full_range: bool) -> None:
    """Mark a frame as BT.709."""
    coded.color_range = ColorRange.JPEG if full_range else ColorRange.MPEG
    coded.colorspace = Colorspace.ITU709
    coded.color_primaries = ColorPrimaries.BT709
    coded.color_trc = ColorTrc.BT709


def _fill(coded: VideoFrame, planes: Sequence[Plane]) -> None:
    for target, plane in zip(coded.planes, planes, strict=True):
        rows_of(target, wide=plane.dtype == np.uint16)[...] = plane


def _at_size(plane: Plane, size: tuple[int, int]) -> Plane:
    """A chroma plane at (width, height): averaged where it shrinks, grown smoothly."""
    height, width = plane.shape
    if (width, height) == size:
        return plane
    shrinks = width * height > size[0] * size[1]
    resized: Plane = cv2.resize(plane, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return resized


def _at(frame: Frame, chroma: Chroma, depth: int, full_range: bool) -> tuple[Plane, Chroma]:
    """Planes at a greater or equal depth and the encoder's range; each value stays apart from every other."""
    if (depth, full_range) == (frame.depth, frame.full_range):
        return frame.luma, chroma
    black, white = luma_span(depth, full_range)
    luma = plane_to_luma(frame.luma, frame.depth, frame.full_range) * np.float32(white - black) + np.float32(
        black
    )
    deep: Plane = np.clip(np.rint(luma), 0, 2**depth - 1).astype(np.uint16 if depth > 8 else np.uint8)
    floats = [planes_to_chroma((plane, plane), frame.depth, frame.full_range) for plane in chroma]
    made = [chroma_to_planes(plane, depth, full_range)[0] for plane in floats]
    return deep, (made[0], made[1])


def pixels_of(
    frame: Frame, chroma: Chroma, *, shift: tuple[int, int], reformatter: VideoReformatter
) -> Plane:
    """sRGB pixels (H, W, 3), or (H, W, 4) where the frame has alpha; uint8, or uint16 above 8 bits."""
    height, width = frame.luma.shape
    tail = "" if frame.depth == 8 else f"{frame.depth}le"
    name = {(1, 1): "yuv420p", (1, 0): "yuv422p", (0, 0): "yuv444p"}[shift] + tail
    coded = VideoFrame(width, height, name)
    _fill(coded, [frame.luma, *chroma])
    tag(coded, frame.full_range)
    wide = frame.depth > 8
    mixed = reformatter.reformat(
        coded,
        format="rgb48le" if wide else "rgb24",
        interpolation=FINE,
        dst_color_range=ColorRange.JPEG,
        threads=1,
    )
    rgb: Plane = lines_of(mixed.planes[0], wide=wide)[:, : width * 3].reshape(height, width, 3)
    alpha = getattr(frame.side, "alpha", None)
    if alpha is None:
        return rgb
    return cast("Plane", np.dstack([rgb, _full_scale(alpha, frame.depth)]))  # (H, W, 4)


def _full_scale(alpha: Plane, depth: int) -> Plane:
    """Alpha over all values of uint8 or uint16."""
    if depth in (8, 16):
        return alpha
    scaled: Plane = np.rint(alpha * np.float32(65535 / (2**depth - 1))).astype(np.uint16)
    return scaled


def to_bytes(pixels: Plane) -> NDArray[np.uint8]:
    """Pixels as uint8."""
    scaled = pixels if pixels.dtype == np.uint8 else np.rint(pixels * np.float32(255 / 65535))
    return scaled.astype(np.uint8, copy=False)
