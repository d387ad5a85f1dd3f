"""Colours pass from one space into another as the standards say, and hints keep hue and stay in gamut."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import color as other

from huecue.color import (
    ab_to_chroma,
    chroma_scale,
    chroma_to_ab,
    chroma_to_planes,
    hint_chroma,
    inside_srgb,
    lab_to_rgb,
    luma_span,
    luma_to_lightness,
    luma_to_plane,
    plane_to_luma,
    planes_to_chroma,
    rgb_to_lab,
    rgb_to_ycc,
    to_picture,
    ycc_to_rgb,
)
from huecue.types import Color, Picture

DEPTHS_AND_RANGES = [(depth, full) for depth in (8, 10, 12) for full in (False, True)]
LUMAS = np.linspace(0, 1, 101, dtype=np.float32)


def some_colors(count: int = 2000) -> Picture:
    """Colours from all over sRGB, black, white, grey and the six corners among them."""
    dice = np.random.default_rng(1)
    corners = [(r, g, b) for r in (0, 255) for g in (0, 255) for b in (0, 255)]
    return np.array([*corners, (128, 128, 128), *dice.integers(0, 256, (count, 3))], np.uint8)


def slow_ycc(rgb: tuple[float, float, float]) -> tuple[float, float, float]:
    """BT.709 (ITU-R BT.709-6, items 3.2 and 3.3), chroma divided by 0.5."""
    red, green, blue = (part / 255 for part in rgb)
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return luma, (blue - luma) / 1.8556 / 0.5, (red - luma) / 1.5748 / 0.5


def hue_degrees(lab: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.degrees(np.arctan2(lab[..., 2], lab[..., 1]))


def vividness(lab: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.hypot(lab[..., 1], lab[..., 2])


def test_lab_agrees_with_scikit_image() -> None:
    rgb = some_colors()
    np.testing.assert_allclose(rgb_to_lab(rgb), other.rgb2lab(rgb), atol=0.02)
    np.testing.assert_allclose(rgb_to_lab(rgb.astype(np.float32) / 255), rgb_to_lab(rgb), atol=1e-4)


def test_rgb_of_lab_agrees_with_scikit_image() -> None:
    lab = other.rgb2lab(some_colors()).astype(np.float32)
    np.testing.assert_allclose(lab_to_rgb(lab), other.lab2rgb(lab), atol=2e-4)


def test_every_color_comes_back_from_lab() -> None:
    rgb = some_colors()
    assert (to_picture(lab_to_rgb(rgb_to_lab(rgb))) == rgb).all()


def test_lab_outside_srgb_is_not_clipped() -> None:
    assert lab_to_rgb(np.array([50, 120, 80], np.float32)).max() > 1
    assert lab_to_rgb(np.array([50, 120, 80], np.float32)).min() < 0


def test_ycc_agrees_with_the_standard_written_out() -> None:
    rgb = some_colors(300)
    luma, chroma = rgb_to_ycc(rgb)
    expected = np.array([slow_ycc(tuple(map(float, one))) for one in rgb])
    np.testing.assert_allclose(np.column_stack([luma, chroma]), expected, atol=1e-5)


def test_ycc_fills_its_range_and_no_more() -> None:
    luma, chroma = rgb_to_ycc(some_colors())
    assert luma.min() == 0
    assert luma.max() == pytest.approx(1)
    assert np.abs(chroma).max() == pytest.approx(1, abs=1e-5)


def test_every_color_comes_back_from_ycc() -> None:
    rgb = some_colors()
    assert (to_picture(ycc_to_rgb(*rgb_to_ycc(rgb))) == rgb).all()


def test_images_keep_their_shape() -> None:
    rgb = some_colors(1991).reshape(40, 50, 3)
    luma, chroma = rgb_to_ycc(rgb)
    assert luma.shape == (40, 50)
    assert chroma.shape == (40, 50, 2)
    assert {luma.dtype, chroma.dtype, rgb_to_lab(rgb).dtype} == {np.dtype(np.float32)}


def test_hint_stays_inside_srgb_at_any_luma() -> None:
    for color in some_colors(60):
        rgb = ycc_to_rgb(LUMAS, hint_chroma(tuple(color.tolist()), LUMAS))
        assert rgb.min() >= -0.51 / 255
        assert rgb.max() <= 1 + 0.51 / 255


def test_hint_keeps_its_hue_at_any_luma() -> None:
    shifts = []
    for color in some_colors(60):
        wanted = rgb_to_lab(color)
        shown = rgb_to_lab(ycc_to_rgb(LUMAS, hint_chroma(tuple(color.tolist()), LUMAS)))
        seen = (vividness(shown) > 10) & (vividness(wanted) > 10)
        turns = hue_degrees(shown) - hue_degrees(wanted)
        shifts.extend(np.abs((turns[seen] + 180) % 360 - 180))
    assert len(shifts) > 1000
    assert np.percentile(shifts, 50) < 1
    assert np.percentile(shifts, 95) < 5


@pytest.mark.parametrize("grey", [0, 1, 90, 128, 254, 255])
def test_grey_hint_gives_no_chroma(grey: int) -> None:
    assert np.abs(hint_chroma((grey, grey, grey), LUMAS)).max() < 1e-6


@pytest.mark.parametrize("color", [(122, 43, 43), (200, 150, 120), (60, 90, 160), (30, 80, 40)])
def test_hint_on_a_pixel_of_its_own_luma_is_the_color_itself(color: Color) -> None:
    luma, _ = rgb_to_ycc(np.array(color, np.uint8))
    shown = ycc_to_rgb(luma, hint_chroma(color, luma))
    assert other.deltaE_ciede2000(rgb_to_lab(shown), rgb_to_lab(np.array(color, np.uint8))) < 1


def test_hint_is_as_vivid_as_asked_wherever_srgb_has_it() -> None:
    color = (140, 110, 90)
    wanted = rgb_to_lab(np.array(color, np.uint8))
    lumas = np.linspace(0.3, 0.8, 51, dtype=np.float32)
    shown = rgb_to_lab(ycc_to_rgb(lumas, hint_chroma(color, lumas)))
    np.testing.assert_allclose(vividness(shown), vividness(wanted), rtol=0.03)


def test_hint_is_pulled_to_grey_only_where_srgb_ends() -> None:
    color, lumas = (20, 60, 220), np.linspace(0.1, 0.9, 33, dtype=np.float32)
    rgb = ycc_to_rgb(lumas, hint_chroma(color, lumas))
    at_the_edge = (rgb.min(axis=-1) < 0.02) | (rgb.max(axis=-1) > 0.98)
    kept = vividness(rgb_to_lab(rgb)) / vividness(rgb_to_lab(np.array(color, np.uint8)))
    assert (at_the_edge | (kept > 0.9)).all()
    assert (kept < 0.9).any()  # so vivid a blue is not there at every luma


@pytest.mark.parametrize(("depth", "full_range"), DEPTHS_AND_RANGES)
def test_luma_plane_runs_from_black_to_white(depth: int, full_range: bool) -> None:
    black, white = (0, 2**depth - 1) if full_range else (16 * 2 ** (depth - 8), 235 * 2 ** (depth - 8))
    assert luma_span(depth, full_range) == (black, white)
    plane = np.array([[black, white]], np.uint8 if depth == 8 else np.uint16)
    np.testing.assert_array_equal(plane_to_luma(plane, depth, full_range), [[0, 1]])


@pytest.mark.parametrize(("depth", "full_range"), DEPTHS_AND_RANGES)
def test_every_luma_code_survives_the_round_trip(depth: int, full_range: bool) -> None:
    black, white = (round(edge) for edge in luma_span(depth, full_range))
    codes = np.arange(black, white + 1, dtype=np.uint8 if depth == 8 else np.uint16)[None]
    back = luma_to_plane(plane_to_luma(codes, depth, full_range), depth, full_range)
    assert back.dtype == codes.dtype
    np.testing.assert_array_equal(back, codes)
    beyond = luma_to_plane(np.array([[-0.5, 1.5]], np.float32), depth, full_range)
    np.testing.assert_array_equal(beyond, [[black, white]])


@pytest.mark.parametrize(("depth", "full_range"), DEPTHS_AND_RANGES)
def test_every_chroma_code_survives_the_round_trip(depth: int, full_range: bool) -> None:
    kind = np.uint8 if depth == 8 else np.uint16
    codes = np.arange(2**depth, dtype=kind).reshape(16, -1)
    given = (codes, codes[::-1].copy())
    back = chroma_to_planes(planes_to_chroma(given, depth, full_range), depth, full_range)
    assert back[0].dtype == kind
    np.testing.assert_array_equal(back, given)


@pytest.mark.parametrize(("depth", "full_range"), DEPTHS_AND_RANGES)
def test_chroma_planes_agree_with_the_standard_written_out(depth: int, full_range: bool) -> None:
    centre, half = chroma_scale(depth, full_range)
    assert centre == 128 * 2 ** (depth - 8)
    assert half == ((2**depth - 1) / 2 if full_range else 112 * 2 ** (depth - 8))
    chroma = np.array([[[0, 0], [1, -1], [0.5, -0.25], [3, -3]]], np.float32)
    planes = chroma_to_planes(chroma, depth, full_range)
    top = 2**depth - 1
    for part, plane in enumerate(planes):
        expected = [min(max(round(centre + half * float(value)), 0), top) for value in chroma[0, :, part]]
        np.testing.assert_allclose(plane[0], expected, atol=0)


def test_picture_is_rounded_and_clipped() -> None:
    given = np.array([[-0.5, 0.4999 / 255, 0.5001 / 255], [1, 1.7, 254.6 / 255]], np.float32)
    np.testing.assert_array_equal(to_picture(given), [[0, 0, 1], [255, 255, 255]])


def test_lightness_is_that_of_the_grey() -> None:
    greys = np.repeat(LUMAS[:, None], 3, axis=1)
    assert np.allclose(luma_to_lightness(LUMAS), other.rgb2lab(greys)[:, 0], atol=0.02)
    assert luma_to_lightness(LUMAS.reshape(1, -1)).shape == (1, 101)


def test_every_color_comes_back_from_its_luma_and_its_a_and_b() -> None:
    luma, chroma = rgb_to_ycc(some_colors())
    ab = chroma_to_ab(chroma, luma)
    assert np.allclose(ab, other.rgb2lab(some_colors())[:, 1:], atol=0.05)
    assert np.abs(ab_to_chroma(ab, luma) - chroma).max() < 0.01


def test_a_and_b_outside_srgb_give_a_color_inside() -> None:
    dice = np.random.default_rng(2)
    ab = dice.uniform(-110, 110, (60, 101, 2)).astype(np.float32)
    chroma = ab_to_chroma(ab, np.broadcast_to(LUMAS, (60, 101)))
    rgb = ycc_to_rgb(np.broadcast_to(LUMAS, (60, 101)), chroma)
    assert -1e-5 < rgb.min() < rgb.max() < 1 + 1e-5
    assert np.abs(chroma[:, [0, -1]]).max() < 1e-5  # black and white stay so
    grey = ab_to_chroma(np.zeros((101, 2), np.float32), LUMAS)
    assert np.abs(grey).max() < 1e-3


def test_a_colour_that_srgb_has_stays_and_another_is_paled_until_it_has() -> None:
    dice = np.random.default_rng(4)
    rgb = dice.uniform(0, 1, (50, 60, 3)).astype(np.float32)
    luma, chroma = rgb_to_ycc(rgb)
    assert np.allclose(inside_srgb(chroma, luma), chroma, atol=1e-5)
    wild = dice.uniform(-1, 1, chroma.shape).astype(np.float32)
    pale = inside_srgb(wild, luma)
    shown = ycc_to_rgb(luma, pale)
    assert shown.min() > -1e-5
    assert shown.max() < 1 + 1e-5
    assert np.abs(pale[..., 0] * wild[..., 1] - pale[..., 1] * wild[..., 0]).max() < 1e-5  # its hue is kept
    assert not inside_srgb(wild, np.zeros_like(luma)).any()
    assert not inside_srgb(wild, np.ones_like(luma)).any()
