"""How a decoder's pixel format lies in memory, and its planes as arrays, bit for bit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from av import VideoFrame
from av.video.format import VideoFormat
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

from huecue.color import chroma_to_planes, rgb_to_ycc
from huecue.types import Plane

EXACT = Interpolation.POINT | Interpolation.ACCURATE_RND
"""Flags under which the reformats used here move samples and never change them."""

_TAGS = {(1, 1): "420", (1, 0): "422", (0, 0): "444", (0, 1): "440", (2, 0): "411", (2, 2): "410"}


@dataclass(frozen=True, slots=True)
class Layout:
    """One decoder's pixel format.

    `reads` is the format its planes are taken from: itself, or the planar or RGB one that holds the same
    samples. `shift` is (log2 horizontal, log2 vertical) of its chroma, None for a grey format.
    """

    name: str
    reads: str
    depth: int
    shift: tuple[int, int] | None
    rgb: bool
    alpha: bool

    @property
    def wide(self) -> bool:
        """Whether a sample of `reads` takes two bytes."""
        return self.reads.endswith("le")


@dataclass(frozen=True, slots=True, eq=False)
class Planes:
    """A frame's samples at one depth: luma (H, W), two chroma planes or None, alpha (H, W) or None."""

    luma: Plane
    chroma: tuple[Plane, Plane] | None
    alpha: Plane | None = None


@cache
def layout_of(name: str) -> Layout:
    """The layout of an FFmpeg pixel format."""
    form = VideoFormat(name, 64, 64)
    parts = form.components
    alpha = form.has_palette or any(part.is_alpha for part in parts)
    if _is_colour_mix(form) or (alpha and len(parts) == 2):
        return _rgb_layout(name, max(part.bits for part in parts), alpha)
    depth = parts[0].bits
    ending = "" if depth == 8 else f"{depth}le"
    if len(parts) == 1:
        return Layout(name, f"gray{ending}", depth, None, rgb=False, alpha=False)
    shift = (_log2(64 // parts[1].width), _log2(64 // parts[1].height))
    own = [part.plane for part in parts[:3]] == [0, 1, 2] and not form.is_big_endian
    return Layout(name, name if own else f"yuv{_TAGS[shift]}p{ending}", depth, shift, rgb=False, alpha=False)


def _is_colour_mix(form: VideoFormat) -> bool:
    """Whether no plane of the format is luma in whole numbers: RGB, palettes, Bayer, bits, floats, XYZ."""
    odd = form.is_rgb or form.has_palette or form.is_bayer or form.is_bit_stream
    return odd or form.components[0].bits > 16 or form.name.startswith("xyz")


def _rgb_layout(name: str, bits: int, alpha: bool) -> Layout:
    depth = min(max(bits, 8), 16)
    reads = ("rgba" if alpha else "rgb24") if depth == 8 else ("rgba64le" if alpha else "rgb48le")
    return Layout(name, reads, depth, (0, 0), rgb=True, alpha=alpha)


def _log2(ratio: int) -> int:
    return ratio.bit_length() - 1


def is_full_range(layout: Layout, color_range: int) -> bool:
    """Whether luma spans all values; a grey format that doesn't say does, and so does all that was RGB."""
    if layout.rgb or layout.name.startswith("yuvj"):
        return True
    if layout.shift is None and color_range == ColorRange.UNSPECIFIED:
        return True
    return color_range == ColorRange.JPEG


def planes_of(frame: VideoFrame, layout: Layout, reformatter: VideoReformatter) -> Planes:
    """The frame's planes, copied once out of the decoder's memory."""
    if frame.format.name != layout.reads:
        frame = reformatter.reformat(frame, format=layout.reads, interpolation=EXACT, threads=1)
    if layout.rgb:
        return _planes_of_rgb(_pixels(frame, layout), layout)
    planes: list[Plane] = [rows_of(plane, wide=layout.wide).copy() for plane in frame.planes[:3]]
    return Planes(planes[0], None if layout.shift is None else (planes[1], planes[2]))


def rows_of(plane: VideoPlane, *, wide: bool) -> Plane:
    """A writable view (H, W) of a plane, without the padding at the end of its lines."""
    rows = lines_of(plane, wide=wide)[:, : plane.width]
    return rows if plane.line_size > 0 else rows[::-1]


def lines_of(plane: VideoPlane, *, wide: bool) -> Plane:
    """A writable view (H, line size) of a plane's whole memory, as uint8 or uint16."""
    memory = memoryview(plane)
    if wide:
        return np.frombuffer(memory, np.uint16).reshape(plane.height, -1)
    return np.frombuffer(memory, np.uint8).reshape(plane.height, -1)


def _pixels(frame: VideoFrame, layout: Layout) -> Plane:
    plane = frame.planes[0]
    channels = 4 if layout.alpha else 3
    used = lines_of(plane, wide=layout.wide)[:, : plane.width * channels]
    return used.reshape(plane.height, plane.width, channels)


def _planes_of_rgb(pixels: Plane, layout: Layout) -> Planes:
    """BT.709 planes (H, W), full range, of RGB or RGBA pixels (H, W, 3 or 4); exact where R = G = B."""
    seen_through = layout.alpha and pixels[..., 3].min() < np.iinfo(pixels.dtype).max
    alpha = _at_depth(pixels[..., 3], layout) if seen_through else None
    red, green, blue = (pixels[..., channel] for channel in range(3))
    if np.array_equal(red, green) and np.array_equal(green, blue):
        return Planes(_at_depth(red, layout), None, alpha)
    luma, chroma = rgb_to_ycc(pixels[..., :3].astype(np.float32) / np.float32(np.iinfo(pixels.dtype).max))
    values = np.rint(luma * (2**layout.depth - 1))
    deep: Plane = values.astype(np.uint16) if layout.wide else values.astype(np.uint8)
    return Planes(deep, chroma_to_planes(chroma, layout.depth, True), alpha)


def _at_depth(values: Plane, layout: Layout) -> Plane:
    """Samples over all 8 or 16 bits, at the format's own depth."""
    if layout.depth in (8, 16):
        return values.copy()
    scaled: Plane = np.rint(values * np.float32((2**layout.depth - 1) / 65535)).astype(np.uint16)
    return scaled
