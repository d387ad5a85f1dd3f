"""A frame's luma and chroma as an encoder takes them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from av.video.reformatter import VideoReformatter

from huecue.color import chroma_to_planes, plane_to_luma, planes_to_chroma, to_picture, ycc_to_rgb
from huecue.types import Frame
from huecue.video.fit import coded_frame, pixels_of
from huecue.video.layout import rows_of


def frame_of(luma: np.ndarray, depth: int, *, full_range: bool = False) -> Frame:
    return Frame(0, luma, depth, full_range, 0, Fraction(1, 25))


def planes(frame: Frame, shift: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    shape = tuple(-(-side >> by) for side, by in zip(frame.luma.shape, shift[::-1], strict=True))
    chroma = np.stack([rng.uniform(-0.3, 0.3) * np.ones(shape) for _ in range(2)], axis=-1).astype(np.float32)
    return chroma_to_planes(chroma, frame.depth, frame.full_range)


@pytest.mark.parametrize("full_range", [False, True])
@pytest.mark.parametrize("depth", [10, 12])
def test_deeper_planes_keep_every_value_apart_and_its_meaning(depth, full_range):
    luma = np.arange(256, dtype=np.uint8).reshape(16, 16)
    frame = frame_of(luma, 8, full_range=full_range)
    coded = coded_frame(
        frame,
        planes(frame, (1, 1)),
        pixel_format=f"yuv420p{depth}le",
        depth=depth,
        shift=(1, 1),
        full_range=full_range,
    )
    deep = rows_of(coded.planes[0], wide=True)
    assert len(np.unique(deep)) == 256
    before, after = plane_to_luma(luma, 8, full_range), plane_to_luma(deep, depth, full_range)
    assert np.abs(before - after).max() < 0.6 / 2**depth
    if not full_range:
        assert np.array_equal(deep, luma.astype(np.uint16) << depth - 8)


@pytest.mark.parametrize(("given", "taken"), [((1, 1), (0, 0)), ((0, 0), (1, 1)), ((1, 1), (1, 0))])
def test_chroma_is_resized_and_keeps_its_mean(given, taken):
    frame = frame_of(np.zeros((16, 24), np.uint8), 8)
    name = {(0, 0): "yuv444p", (1, 1): "yuv420p", (1, 0): "yuv422p"}[taken]
    chroma = planes(frame, given)
    coded = coded_frame(frame, chroma, pixel_format=name, depth=8, shift=taken, full_range=False)
    for plane, source in zip(coded.planes[1:], chroma, strict=True):
        assert plane.width == 24 >> taken[0]
        assert np.abs(rows_of(plane, wide=False).mean() - source.mean()) < 0.51


def test_picture_type_is_left_to_the_encoder():
    frame = frame_of(np.zeros((16, 16), np.uint8), 8)
    coded = coded_frame(
        frame, planes(frame, (1, 1)), pixel_format="yuv420p", depth=8, shift=(1, 1), full_range=False
    )
    assert coded.pict_type == 0


@pytest.mark.parametrize("full_range", [False, True])
@pytest.mark.parametrize("shift", [(0, 0), (1, 1), (1, 0)])
def test_pixels_are_the_colour_modules(full_range, shift):
    rng = np.random.default_rng(2)
    luma = rng.integers(70, 180, (16, 24)).astype(np.uint8)
    frame = frame_of(luma, 8, full_range=full_range)
    chroma = planes(frame, shift)
    pixels = pixels_of(frame, chroma, shift=shift, reformatter=VideoReformatter())
    flat = planes_to_chroma(chroma, 8, full_range)[:1, :1]  # one colour everywhere
    expected = to_picture(ycc_to_rgb(plane_to_luma(luma, 8, full_range), np.broadcast_to(flat, (16, 24, 2))))
    assert np.abs(pixels.astype(int) - expected).max() <= 1


def test_grey_pixels_are_the_luma_exactly():
    luma = np.arange(256, dtype=np.uint8).reshape(16, 16)
    frame = frame_of(luma, 8, full_range=True)
    neutral = np.full((16, 16), 128, np.uint8)
    pixels = pixels_of(frame, (neutral, neutral), shift=(0, 0), reformatter=VideoReformatter())
    assert np.array_equal(pixels, np.dstack([luma] * 3))
