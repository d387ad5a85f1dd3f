"""The working size keeps a film's shape, luma arrives in it upright and full range, chroma grows out."""

from __future__ import annotations

import numpy as np
import pytest

from huecue.stages.motion import find_flow
from huecue.stages.upsample import (
    AREA_PX,
    MULTIPLE,
    SHORTEST_PX,
    coarse_size,
    grow,
    shrink,
    shrink_luma,
    size_of_area,
    working_size,
)
from huecue.types import Size

SHAPES = [(1920, 1080), (640, 480), (720, 576), (854, 480), (2048, 858), (4096, 4096), (33, 17), (7680, 4320)]
EXTREMES = [(1, 1), (1, 2), (3, 1), (1, 5000), (60000, 1), (5000, 301)]


@pytest.mark.parametrize(("width", "height"), SHAPES + EXTREMES)
def test_working_sides_are_multiples_of_32_in_the_area_of_448x256(width: int, height: int) -> None:
    size = working_size(Size(width, height))
    assert size.width % MULTIPLE == size.height % MULTIPLE == 0
    assert min(size.width, size.height) >= SHORTEST_PX
    assert AREA_PX * 0.9 < size.width * size.height < AREA_PX * 1.1


@pytest.mark.parametrize(("width", "height"), SHAPES)
def test_the_working_size_keeps_the_shape(width: int, height: int) -> None:
    size = working_size(Size(width, height))
    ideal_width = (AREA_PX * width / height) ** 0.5
    assert abs(size.width - ideal_width) <= MULTIPLE / 2
    assert abs(size.height - AREA_PX / ideal_width) <= MULTIPLE / 2


@pytest.mark.parametrize(("width", "height"), SHAPES + EXTREMES)
def test_a_turned_film_works_at_the_turned_size(width: int, height: int) -> None:
    size = working_size(Size(width, height))
    assert working_size(Size(height, width)) == Size(size.height, size.width)


def test_the_usual_film_works_at_448x256() -> None:
    assert working_size(Size(1920, 1080)) == Size(448, 256)


@pytest.mark.parametrize(("width", "height"), EXTREMES)
def test_motion_can_be_found_at_the_most_extreme_working_sizes(width: int, height: int) -> None:
    luma = np.random.default_rng(0).integers(0, 256, working_size(Size(width, height)).shape).astype(np.uint8)
    assert np.isfinite(find_flow(luma, luma)).all()


@pytest.mark.parametrize(("kind", "black", "white"), [(np.uint8, 16, 235), (np.uint16, 64, 940)])
def test_luma_arrives_in_full_range(kind: type, black: int, white: int) -> None:
    for value, wanted in [(black, 0), (white, 255), ((black + white) / 2, 128), (0, 0), (white * 1.05, 255)]:
        plane = np.full((50, 70), round(value), kind)
        luma = shrink_luma(plane, Size(64, 32), turns=0, black=black, white=white)
        assert luma.dtype == np.uint8
        assert luma.shape == (32, 64)
        assert np.abs(luma.astype(int) - wanted).max() <= 1


def test_luma_is_the_mean_of_the_pixels_it_stands_for() -> None:
    plane = np.random.default_rng(1).integers(0, 256, (24, 36)).astype(np.uint8)
    luma = shrink_luma(plane, Size(12, 8), turns=0, black=0, white=255)
    slow = plane.reshape(8, 3, 12, 3).mean(axis=(1, 3))
    assert np.abs(luma - slow).max() <= 1


def test_a_far_larger_film_is_still_averaged() -> None:
    plane = np.random.default_rng(2).integers(0, 256, (32 * 8, 64 * 8)).astype(np.uint8)
    luma = shrink_luma(plane, Size(64, 32), turns=0, black=0, white=255)
    slow = plane.reshape(32, 8, 64, 8).mean(axis=(1, 3))
    assert np.abs(luma - slow).max() <= 1.5  # halved in two steps, rounded in each


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_luma_is_upright(turns: int) -> None:
    upright = np.add.outer(np.arange(32), 4 * np.arange(48)).astype(np.uint8)  # (H, W), brightest lower right
    stored = np.rot90(upright, turns)
    luma = shrink_luma(stored, Size(48, 32), turns=turns, black=0, white=255)
    assert np.array_equal(luma, upright)


def test_the_film_s_plane_is_untouched() -> None:
    plane = np.random.default_rng(3).integers(0, 256, (300, 300)).astype(np.uint8)
    before = plane.copy()
    shrink_luma(plane, Size(64, 64), turns=2, black=16, white=235)
    assert np.array_equal(plane, before)


@pytest.mark.parametrize("size", [Size(40, 24), Size(1, 1), Size(7, 301), Size(16, 8)])
def test_chroma_grows_to_any_size_without_changing_a_flat_colour(size: Size) -> None:
    chroma = np.full((8, 16, 2), (0.25, -0.5), np.float32)
    grown = grow(chroma, size)
    assert grown.shape == (*size.shape, 2)
    assert np.allclose(grown, (0.25, -0.5), atol=1e-6)


def test_chroma_grows_in_straight_lines() -> None:
    ramp = np.repeat(np.arange(16, dtype=np.float32)[None, :, None], 4, axis=0).repeat(2, axis=2)
    grown = grow(ramp, Size(64, 4))
    places = (np.arange(64) + 0.5) / 4 - 0.5
    assert np.allclose(grown[0, :, 0], places.clip(0, 15), atol=1e-4)


@pytest.mark.parametrize(("width", "height"), SHAPES + EXTREMES)
def test_the_coarse_size_is_about_half_in_multiples_of_32(width: int, height: int) -> None:
    size = working_size(Size(width, height))
    coarse = coarse_size(size)
    assert coarse.width % MULTIPLE == coarse.height % MULTIPLE == 0
    assert abs(coarse.width - size.width / 2) <= MULTIPLE / 2
    assert abs(coarse.height - size.height / 2) <= MULTIPLE / 2
    assert min(coarse.width, coarse.height) >= MULTIPLE


def test_planes_shrink_by_area_and_keep_their_kind() -> None:
    luma = np.array([[0, 100], [100, 200]], np.uint8).repeat(8, 0).repeat(8, 1)
    assert shrink(luma, Size(2, 2)).tolist() == [[0, 100], [100, 200]]
    assert shrink(luma, Size(1, 1)).tolist() == [[100]]
    chroma = np.random.default_rng(0).normal(0, 1, (8, 12, 2)).astype(np.float32)
    assert np.allclose(shrink(chroma, Size(6, 4))[1, 2], chroma[2:4, 4:6].mean(axis=(0, 1)), atol=1e-6)
    assert (shrink(luma, Size(4, 4)).dtype, shrink(chroma, Size(6, 4)).dtype) == (np.uint8, np.float32)


@pytest.mark.parametrize(("width", "height"), SHAPES + EXTREMES)
def test_other_areas_and_multiples_can_be_had(width: int, height: int) -> None:
    size = size_of_area(Size(width, height), 256 * 256, multiple=8)
    assert size.width % 8 == size.height % 8 == 0
    assert 256 * 256 * 0.93 < size.width * size.height < 256 * 256 * 1.07
