"""Every pixel format's samples, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from av import VideoFrame
from av.video.reformatter import VideoReformatter

from huecue.video.layout import is_full_range, layout_of, planes_of

RNG = np.random.default_rng(5)


def filled(pixel_format: str, kind: type, top: int, lift: int = 0) -> VideoFrame:
    """A frame of odd size whose memory is all noise below `top`, each sample moved up by `lift` bits."""
    frame = VideoFrame(37, 23, pixel_format)
    for plane in frame.planes:
        memory = np.frombuffer(plane, kind)
        memory[:] = RNG.integers(0, top, memory.size) << lift
    return frame


def first_plane(frame: VideoFrame, kind: type) -> np.ndarray:
    return np.frombuffer(frame.planes[0], kind).reshape(frame.height, -1)


@pytest.mark.parametrize(
    ("pixel_format", "kind", "depth", "lift", "first", "step"),
    [
        ("nv12", np.uint8, 8, 0, 0, 1),
        ("nv21", np.uint8, 8, 0, 0, 1),
        ("nv16", np.uint8, 8, 0, 0, 1),
        ("nv24", np.uint8, 8, 0, 0, 1),
        ("nv20le", np.uint16, 10, 0, 0, 1),
        ("p010le", np.uint16, 10, 6, 0, 1),
        ("p012le", np.uint16, 12, 4, 0, 1),
        ("p210le", np.uint16, 10, 6, 0, 1),
        ("yuyv422", np.uint8, 8, 0, 0, 2),
        ("y210le", np.uint16, 10, 6, 0, 2),
        ("yuv420p", np.uint8, 8, 0, 0, 1),
        ("yuv444p12le", np.uint16, 12, 0, 0, 1),
        ("yuv420p10be", np.dtype(">u2"), 10, 0, 0, 1),
        ("gray16be", np.dtype(">u2"), 16, 0, 0, 1),
        ("gray12le", np.uint16, 12, 0, 0, 1),
    ],
)
def test_luma_is_the_frames_own_samples(pixel_format, kind, depth, lift, first, step):
    frame = filled(pixel_format, kind, 2**depth, lift)
    layout = layout_of(pixel_format)
    luma = planes_of(frame, layout, VideoReformatter()).luma
    expected = first_plane(frame, kind)[:, first : first + 37 * step : step] >> lift
    assert layout.depth == depth
    assert np.array_equal(luma, expected)


@pytest.mark.parametrize(
    ("pixel_format", "shift"),
    [
        ("yuv420p", (1, 1)),
        ("yuvj422p", (1, 0)),
        ("yuv444p10le", (0, 0)),
        ("yuv440p", (0, 1)),
        ("yuv411p", (2, 0)),
        ("yuv410p", (2, 2)),
        ("nv12", (1, 1)),
        ("gray", None),
        ("gbrp", (0, 0)),
    ],
)
def test_chroma_shift_is_the_formats(pixel_format, shift):
    assert layout_of(pixel_format).shift == shift


def test_planes_are_copies_and_whole_lines_in_memory():
    frame = filled("yuv420p", np.uint8, 256)
    planes = planes_of(frame, layout_of("yuv420p"), VideoReformatter())
    before = planes.luma.copy()
    np.frombuffer(frame.planes[0], np.uint8)[:] = 0
    assert np.array_equal(planes.luma, before)
    assert planes.luma.flags.c_contiguous
    assert planes.luma.flags.writeable


def test_grey_with_alpha_keeps_both_exactly():
    frame = filled("ya8", np.uint8, 256)
    pairs = first_plane(frame, np.uint8)[:, : 37 * 2].reshape(23, 37, 2)
    planes = planes_of(frame, layout_of("ya8"), VideoReformatter())
    assert planes.alpha is not None
    assert np.array_equal(planes.luma, pairs[..., 0])
    assert np.array_equal(planes.alpha, pairs[..., 1])


def test_palette_colours_become_luma_and_alpha():
    frame = VideoFrame(16, 2, "pal8")
    np.frombuffer(frame.planes[0], np.uint8).reshape(2, -1)[:, :16] = np.arange(16)
    palette = np.frombuffer(frame.planes[1], np.uint8).reshape(256, 4)
    palette[:] = 255
    palette[:16, :3] = (np.arange(16) * 16)[:, None]
    palette[3, 3] = 0  # this colour can be seen through
    planes = planes_of(frame, layout_of("pal8"), VideoReformatter())
    assert np.array_equal(planes.luma[0], np.arange(16) * 16)
    assert planes.alpha is not None
    assert np.array_equal(planes.alpha[0] == 0, np.arange(16) == 3)


def test_alpha_that_hides_nothing_is_left_out():
    frame = filled("rgba", np.uint8, 256)
    first_plane(frame, np.uint8).reshape(-1)[3::4] = 255
    assert planes_of(frame, layout_of("rgba"), VideoReformatter()).alpha is None


@pytest.mark.parametrize(
    ("pixel_format", "said", "full"),
    [
        ("yuv420p", 0, False),
        ("yuv420p", 1, False),
        ("yuv420p", 2, True),
        ("yuvj420p", 0, True),
        ("gray", 0, True),
        ("gray", 1, False),
        ("gray10le", 0, True),
        ("gbrp", 0, True),
        ("pal8", 1, True),
    ],
)
def test_range_is_full_where_said_and_where_grey_or_rgb_say_nothing(pixel_format, said, full):
    assert is_full_range(layout_of(pixel_format), said) is full
