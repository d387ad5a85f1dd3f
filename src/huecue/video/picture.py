"""Single pictures: read as RGBA, read as a frame, written in colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from av import VideoFrame
from av.codec import Codec
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

from huecue.errors import FilmError
from huecue.types import Plane
from huecue.video.ending import is_cut_off
from huecue.video.layout import lines_of
from huecue.video.source import kind_of, open_film, unreadable
from huecue.video.turn import Matrix, matrix_of, upright

FINE = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
"""Flags for the reformats that mix colours: chroma grown smoothly, sums rounded."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How pictures of one suffix are encoded: the encoder, its pixel format by (depth over 8, alpha)."""

    codec: str
    formats: Mapping[tuple[bool, bool], str]
    options: Mapping[str, str]


def _kind(codec: str, *formats: str, **options: str) -> Kind:
    cases = [(False, False), (False, True), (True, False), (True, True)]
    return Kind(codec, dict(zip(cases, formats, strict=True)), options)


_PNG = _kind("png", "rgb24", "rgba", "rgb48be", "rgba64be")
_JPEG = _kind("mjpeg", "yuvj444p", "yuvj444p", "yuvj444p", "yuvj444p", qmin="2", qmax="2", huffman="optimal")
_TIFF = _kind("tiff", "rgb24", "rgba", "rgb48le", "rgba64le", compression_algo="deflate")
KINDS: Mapping[str, Kind] = {
    ".png": _PNG,
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".webp": _kind("libwebp", "bgra", "bgra", "bgra", "bgra", quality="95"),
    ".tif": _TIFF,
    ".tiff": _TIFF,
    ".bmp": _kind("bmp", "bgr24", "bgra", "bgr24", "bgra"),
}


def read_picture(path: Path) -> NDArray[np.uint8]:
    """The picture upright, as sRGB and alpha, uint8 (H, W, 4); alpha is 255 where the picture has none.

    Raises UsageError where the file is missing or a folder, FilmError where it can't be read.
    """
    frame, matrix = decode_picture(path)
    rgba = VideoReformatter().reformat(
        frame, format="rgba", interpolation=FINE, dst_color_range=ColorRange.JPEG, threads=1
    )
    lines = np.frombuffer(memoryview(rgba.planes[0]), np.uint8).reshape(rgba.height, -1, 4)
    return np.ascontiguousarray(upright(lines[:, : rgba.width], matrix))


def decode_picture(path: Path) -> tuple[VideoFrame, Matrix | None]:
    """The first picture in a file as stored, and how it is turned to stand upright."""
    with open_film(path, "picture") as (container, stream):
        try:
            frame = next(container.decode(stream), None)
        except FFmpegError as error:
            raise unreadable(path, error, "picture") from error
        if frame is None or frame.is_corrupt or (kind_of(container) == "picture" and is_cut_off(path)):
            raise FilmError(f"{path} is cut off or damaged; copy it again from where it came")
        return frame, matrix_of(frame)


def encode_picture(pixels: Plane, suffix: str) -> bytes:
    """A whole picture file of RGB or RGBA pixels (H, W, 3 or 4), uint8 or uint16 over the full range."""
    kind = KINDS[suffix]
    deep, alpha = pixels.dtype == np.uint16, pixels.shape[2] == 4
    frame = packed_frame(pixels)
    wanted = kind.formats[deep, alpha]
    if frame.format.name != wanted:
        frame = _as_format(frame, wanted)
    context = Codec(kind.codec, "w").create("video")
    _set_up(context, frame, kind)
    packets = [*context.encode(frame), *context.encode(None)]
    return b"".join(bytes(packet) for packet in packets)


def packed_frame(pixels: Plane) -> VideoFrame:
    """An RGB or RGBA frame of pixels (H, W, 3 or 4), uint8 or uint16."""
    height, width, channels = pixels.shape
    name = ("rgb" if channels == 3 else "rgba") + {(1, 3): "24", (1, 4): "", (2, 3): "48le", (2, 4): "64le"}[
        pixels.dtype.itemsize, channels
    ]
    frame = VideoFrame(width, height, name)
    lines = lines_of(frame.planes[0], wide=pixels.dtype == np.uint16)
    lines[:, : width * channels] = pixels.reshape(height, -1)
    return frame


def _as_format(frame: VideoFrame, wanted: str) -> VideoFrame:
    """Between RGB formats nothing changes but the order; a JPEG's own matrix is BT.601, full range."""
    return VideoReformatter().reformat(
        frame,
        format=wanted,
        interpolation=FINE,
        dst_colorspace=Colorspace.ITU601 if wanted.startswith("yuv") else None,
        dst_color_range=ColorRange.JPEG,
        threads=1,
    )


def _set_up(context: VideoCodecContext, frame: VideoFrame, kind: Kind) -> None:
    context.width, context.height = frame.width, frame.height
    context.pix_fmt = frame.format.name
    context.time_base = Fraction(1, 25)  # every encoder wants one
    context.options = dict(kind.options)
