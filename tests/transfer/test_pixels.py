"""Frames become pictures and pictures frames, at any size, turn and depth."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from films import info_of
from huecue.color import to_picture, ycc_to_rgb
from huecue.errors import UsageError
from huecue.transfer.pixels import (
    check_size,
    picture_of,
    planes_for,
    repainted,
    shrink_picture,
    size_within,
    upright_chroma,
)
from huecue.types import FilmInfo, Frame, Size


@pytest.mark.parametrize(
    ("size", "longest", "expected"),
    [
        (Size(1920, 1080), 256, Size(256, 144)),
        (Size(1080, 1920), 256, Size(144, 256)),
        (Size(40, 30), 256, Size(256, 192)),
        (Size(1000, 40), 320, Size(320, 32)),
        (Size(1, 500), 256, Size(32, 256)),
        (Size(1, 500), 512, Size(43, 512)),
        (Size(1, 1), 64, Size(64, 64)),
    ],
)
def test_size_is_the_films_shape_with_its_longest_side_as_asked(
    size: Size, longest: int, expected: Size
) -> None:
    assert size_within(size, longest) == expected


@pytest.mark.parametrize("size_px", [31, 0, -1, 5000])
def test_size_that_can_not_be_worked_at_is_refused(size_px: int) -> None:
    with pytest.raises(UsageError, match="size"):
        check_size(size_px)


def test_picture_is_the_frame_in_its_colours(pan: list[Frame], info: FilmInfo) -> None:
    frame = pan[0]
    assert frame.chroma is not None
    picture = picture_of(frame, frame.chroma, info, Size(48, 40))
    light = (frame.luma.astype(np.float32) - 16) / 219
    chroma = np.broadcast_to(np.array([110 - 128, 150 - 128], np.float32) / 112, (40, 48, 2))
    assert np.allclose(picture, np.clip(ycc_to_rgb(light, chroma), 0, 1), atol=0.01)
    grey = picture_of(frame, None, info, Size(48, 40))
    assert np.allclose(grey, grey[..., :1], atol=1e-6)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize(("depth", "full_range"), [(8, False), (10, True)])
def test_frame_that_is_repainted_as_it_was_stays(turns: int, depth: int, full_range: bool) -> None:
    top = 2**depth - 1 if full_range else 235
    wide = np.uint8 if depth == 8 else np.uint16
    ramp = np.linspace(top * 0.3, top * 0.7, 48 * 40).reshape(40, 48).astype(wide)
    slope = np.linspace(-8, 8, 20 * 24).reshape(20, 24) * 2 ** (depth - 8)
    chroma = (2 ** (depth - 1) + slope).astype(wide), (2 ** (depth - 1) - slope).astype(wide)
    frame = Frame(0, ramp, depth, full_range, 0, Fraction(1, 25), chroma)
    info = info_of(frame, turns=turns)
    picture = picture_of(frame, chroma, info, info.displayed)
    made, planes = repainted(frame, picture, info)
    slack = 2 * 2 ** (depth - 8)
    assert made.luma.dtype == ramp.dtype
    assert made.luma.flags.c_contiguous
    assert np.abs(made.luma.astype(int) - ramp).max() <= slack
    for old, new in zip(chroma, planes, strict=True):
        assert new.shape == old.shape
        assert np.abs(new.astype(int) - old).max() <= slack
    assert (made.index, made.pts, made.side) == (frame.index, frame.pts, frame.side)


def test_small_painting_is_grown_to_the_film(pan: list[Frame], info: FilmInfo) -> None:
    made, planes = repainted(pan[0], np.full((32, 38, 3), (0.9, 0.3, 0.2), np.float32), info)
    assert made.luma.shape == (40, 48)
    assert planes[0].shape == (20, 24)
    assert planes[1].mean() > 150  # red
    light = 0.2126 * 0.9 + 0.7152 * 0.3 + 0.0722 * 0.2
    assert np.all(made.luma == round(16 + 219 * light))


def test_planes_are_what_the_writer_takes(pan: list[Frame]) -> None:
    wide = info_of(pan[0], chroma_shift=(0, 0))
    chroma = upright_chroma(pan[0], pan[0].chroma, wide)
    assert chroma.shape == (20, 24, 2)
    planes = planes_for(pan[0], chroma, wide)
    assert planes[0].shape == (40, 48)
    assert np.all(planes[0] == 110)
    flat = planes_for(pan[0], upright_chroma(replace(pan[0], chroma=None), None, wide), wide)
    assert np.all(flat[0] == 128)


def test_style_picture_is_shrunk_without_its_alpha() -> None:
    rgba = np.dstack([np.full((300, 600, 3), 51, np.uint8), np.zeros((300, 600, 1), np.uint8)])
    small = shrink_picture(rgba, 64)
    assert small.shape == (32, 64, 3)
    assert np.array_equal(to_picture(small), np.full((32, 64, 3), 51))
