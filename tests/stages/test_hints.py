"""Hints land where they are put, in the colour asked for; they reach along luma and are kept to."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from huecue.color import hint_chroma
from huecue.stages.hints import (
    HONOUR_PX,
    LEAST_REACH,
    Given,
    guessed,
    honour,
    place,
    reach_out,
    spread,
)
from huecue.stages.krige import EXTRA, LUMA_REACH, PLACE_REACH
from huecue.types import Color, Hint, Luma, Size, Stroke
from plain_engine import as_prior
from slow_krige import Pixel, slow_krige

RED, BLUE, GREEN = (200, 40, 40), (40, 60, 200), (40, 160, 60)
SIZE = Size(64, 48)


def grey(level: int = 110, size: Size = SIZE) -> Luma:
    return np.full(size.shape, level, np.uint8)


def two_tone(size: Size = SIZE) -> Luma:
    """Dark on the left, light on the right, with a little grain."""
    luma = grey(60, size)
    luma[:, size.width // 2 :] = 190
    return luma + np.random.default_rng(0).integers(0, 4, luma.shape).astype(np.uint8)


def dots(luma: Luma, *hints: Hint, displayed: Size = SIZE) -> Given:
    return place(hints, (), luma, displayed=displayed)


def shown(color: Color, luma: Luma) -> NDArray[np.float32]:
    return hint_chroma(color, luma.astype(np.float32) / np.float32(255))


def middle(mask: NDArray[np.bool_]) -> tuple[float, float]:
    """(x, y) of the centre of a mask."""
    rows, columns = np.nonzero(mask)
    return float(columns.mean()), float(rows.mean())


# Placing


@pytest.mark.parametrize("radius", [3.0, 5.0, 8.5])
def test_a_hint_covers_its_disc(radius: float) -> None:
    mask = dots(grey(), Hint(30, 20, RED, radius=radius)).mask
    assert np.abs(np.array(middle(mask)) - (30, 20)).max() < 0.2
    y, x = np.mgrid[: SIZE.height, : SIZE.width]
    far = np.hypot(x - 30, y - 20)
    assert mask[far <= radius].all()
    assert not mask[far > radius].any()


def test_hints_shrink_with_the_film() -> None:
    given = dots(grey(), Hint(300, 200, RED, radius=50), displayed=Size(640, 480))
    assert np.abs(np.array(middle(given.mask)) - (29.55, 19.55)).max() < 0.2  # pixel centres, not corners
    assert given.mask[20].sum() == 10


@pytest.mark.parametrize(("x", "y"), [(0, 0), (7679, 0), (0, 4319), (7679, 4319), (3000, 2000)])
def test_the_smallest_hint_on_the_largest_film_covers_a_pixel(x: int, y: int) -> None:
    given = dots(grey(), Hint(x, y, RED, radius=0.1), displayed=Size(7680, 4320))
    assert 1 <= given.mask.sum() <= 4
    assert np.abs(np.array(middle(given.mask)) - (x / 120, y / 90)).max() <= 1


def test_a_hint_shows_its_colour_at_the_luma_of_each_pixel() -> None:
    luma = np.add.outer(np.arange(48), 2 * np.arange(64)).astype(np.uint8)
    given = dots(luma, Hint(30, 20, RED, radius=9))
    assert np.allclose(given.chroma[given.mask], shown(RED, luma[given.mask]), atol=1e-6)
    assert not given.chroma[~given.mask].any()
    assert np.ptp(given.chroma[given.mask], axis=0).max() > 0.005


def test_later_hints_paint_over_earlier_ones_and_hints_over_strokes() -> None:
    luma = grey()
    stroke = Stroke(((5, 20), (60, 20)), GREEN, radius=4)
    hints = [Hint(30, 20, RED, radius=6), Hint(32, 20, BLUE, radius=2)]
    given = place(hints, [stroke], luma, displayed=SIZE)
    assert np.allclose(given.chroma[20, 32], shown(BLUE, luma[20, 32]))
    assert np.allclose(given.chroma[20, 26], shown(RED, luma[20, 26]))
    assert np.allclose(given.chroma[20, 10], shown(GREEN, luma[20, 10]))


def test_a_stroke_covers_the_line_through_its_points() -> None:
    stroke = Stroke(((10, 10), (50, 10), (50, 40)), RED, radius=2)
    mask = place((), [stroke], grey(), displayed=SIZE).mask
    assert mask[10, 10:51].all()
    assert mask[10:41, 50].all()
    assert not mask[20:, :45].any()
    assert mask[:, 20].sum() == 5


def test_a_stroke_of_one_point_is_a_dot() -> None:
    stroke, hint = Stroke(((20, 20),), RED, radius=4), Hint(20, 20, RED, radius=4)
    as_stroke = place((), [stroke], grey(), displayed=SIZE)
    assert np.array_equal(as_stroke.mask, dots(grey(), hint).mask)


def test_without_hints_nothing_is_given() -> None:
    assert dots(grey()).empty
    assert not dots(grey(), Hint(1, 1, RED)).empty


# Spreading


def slow_reach_out(
    given: Given, luma: Luma, planes: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Every pixel of the half-size frame, as the textbook kriges those that hold a hint, one by one."""
    height, width = luma.shape
    half = cv2.resize(luma, (width // 2, height // 2), interpolation=cv2.INTER_AREA) / 255
    pixels = []
    for row, column in np.ndindex(*half.shape):
        place = 2 * PLACE_REACH / height * row, 2 * PLACE_REACH / height * column
        told = planes[:, row, column].astype(np.float64)
        coordinates = np.array([LUMA_REACH * half[row, column], *place, *told[:-EXTRA]])
        pixels.append(Pixel(coordinates, told[-EXTRA:-3], float(told[-3]), told[-2:]))
    points = sorted({(row // 2, column // 2) for row, column in np.argwhere(given.mask)})
    blocks = [np.s_[2 * y : 2 * y + 2, 2 * x : 2 * x + 2] for y, x in points]
    wanted = [given.chroma[block][given.mask[block]].mean(axis=0) for block in blocks]
    index = np.array([y * half.shape[1] + x for y, x in points], np.intp)
    chroma, nearness = slow_krige(pixels, index, np.array(wanted).reshape(-1, 2))
    size = (width, height)
    reach = 0.05 + 0.95 * cv2.resize(nearness.reshape(half.shape), size)
    return cv2.resize(chroma.reshape(*half.shape, 2), size), reach


def drawn_prior() -> NDArray[np.float32]:
    """Three coordinates and all that is known beside, (3 + 11, 24, 32)."""
    planes = np.random.default_rng(2).normal(0, 0.5, (3 + EXTRA, 24, 32)).astype(np.float32)
    planes[-3] = np.exp(planes[-3])
    return planes


def halves(far: float) -> NDArray[np.float32]:
    """A prior that has the right side of the frame lie far from the left one, but for an island in it."""
    likeness = np.zeros((1, 24, 32), np.float32)
    likeness[:, :, 20:] = far
    likeness[:, 8:16, 20:26] = 0
    return as_prior(likeness)


@pytest.mark.parametrize("radii", [(), (1, 2), (0.5, 4)])
def test_reaching_out_equals_the_slow_way(radii: tuple[float, ...]) -> None:
    luma = np.random.default_rng(1).integers(80, 140, SIZE.shape).astype(np.uint8)
    hints = [Hint(10, 10, RED), Hint(50, 30, BLUE)][: len(radii)]
    given = dots(luma, *(replace(hint, radius=radius) for hint, radius in zip(hints, radii, strict=True)))
    chroma, reach = reach_out(given, luma, drawn_prior())
    slow_chroma, slow_reach = slow_reach_out(given, luma, drawn_prior())
    assert np.abs(chroma - slow_chroma).max() < 1e-3
    assert np.abs(reach - slow_reach).max() < 1e-3


def test_without_a_network_luma_and_place_alone_are_reached_by() -> None:
    luma = np.random.default_rng(1).integers(80, 140, SIZE.shape).astype(np.uint8)
    given = dots(luma, Hint(10, 10, RED, radius=1), Hint(50, 30, BLUE, radius=2))
    slow = slow_reach_out(given, luma, as_prior(np.zeros((0, 24, 32), np.float32)))
    for found, wanted in zip(reach_out(given, luma), slow, strict=True):
        assert np.abs(found - wanted).max() < 1e-3


def test_what_is_guessed_is_the_slow_way_s_without_hints() -> None:
    luma = np.random.default_rng(1).integers(80, 140, SIZE.shape).astype(np.uint8)
    wide = guessed(luma, drawn_prior())
    wanted, _ = slow_reach_out(dots(luma), luma, drawn_prior())
    assert np.abs(wide.near - wanted).max() < 1e-5
    assert np.ptp(wide.near) > 0.5
    assert not wide.diffused.any()
    assert not wide.mask.any()
    assert np.allclose(wide.reach, LEAST_REACH)


def test_what_is_alike_is_reached_across_the_frame() -> None:
    luma = grey()
    given = dots(luma, Hint(4, 24, RED), Hint(60, 24, BLUE))
    near, _ = reach_out(given, luma, halves(far=40))  # the island near the blue hint is like what is red
    for (row, column), color in {(24, 46): RED, (4, 46): BLUE}.items():
        wanted = shown(color, luma[row, column])
        share = near[row, column] @ wanted / (wanted @ wanted)
        assert share > 0.7  # the rest is distance
        assert np.abs(near[row, column] - share * wanted).max() < 0.02


@pytest.mark.parametrize("plane", ["diffused", "near"])
def test_a_red_hint_stays_on_its_half(plane: str) -> None:
    luma = two_tone()
    given = dots(luma, Hint(8, 40, RED), Hint(20, 10, RED), Hint(56, 6, BLUE), Hint(44, 38, BLUE))
    colours = getattr(spread(given, luma), plane)
    left, right = colours[:, :29], colours[:, 35:]  # all but three pixels beside the edge
    assert np.abs(left - shown(RED, luma[:, :29])).max() < 0.12
    assert np.abs(right - shown(BLUE, luma[:, 35:])).max() < 0.12


def test_reach_is_full_at_a_hint_falls_with_distance_and_at_edges() -> None:
    luma = two_tone()
    reach = spread(dots(luma, Hint(8, 24, RED)), luma).reach
    assert reach[24, 8] > 0.98
    assert (np.diff(reach[24, 12:28:4]) < 0).all()
    assert reach[24, 36] < reach[24, 28] / 2
    assert 0.049 < reach.min() < reach.max() <= 1


def test_the_spread_s_mask_is_where_hints_are() -> None:
    given = dots(grey(), Hint(20, 20, RED))
    assert np.array_equal(spread(given, grey()).mask, given.mask.astype(np.float32))


def test_a_hint_that_was_placed_before_covers_the_same_on_another_luma() -> None:
    dark, light = (dots(grey(level), Hint(20, 20, RED, radius=4)) for level in (60, 190))
    assert np.array_equal(dark.mask, light.mask)
    assert np.allclose(light.chroma[20, 20], shown(RED, grey(190)[20, 20]), atol=1e-5)
    assert not np.allclose(light.chroma[20, 20], dark.chroma[20, 20], atol=1e-3)


def test_points_of_a_stroke_may_come_as_lists() -> None:
    points = [[10, 10], [30, 20]]
    loose, strict = Stroke(points, BLUE), Stroke(tuple(map(tuple, points)), BLUE)  # type: ignore[arg-type]
    one, other = (place((), (stroke,), grey(), displayed=SIZE) for stroke in (loose, strict))
    assert np.array_equal(one.mask, other.mask)


def test_an_even_share_of_many_hinted_pixels_stands_for_all() -> None:
    luma, likeness = grey(), np.zeros((1, 24, 32), np.float32)
    likeness[:, 12:] = 40
    hints = [Hint(x, y, RED if y < 24 else BLUE) for x in range(4, 64, 8) for y in range(4, 48, 8)]
    given = dots(luma, *hints)
    every, few = (reach_out(given, luma, as_prior(likeness), most=most)[0] for most in (10**6, 100))
    assert given.mask.sum() > 1000
    assert np.abs(every - few).mean() < 0.02


# Keeping to them


def start(luma: Luma) -> NDArray[np.float32]:
    """Some other colours, as a network may give them."""
    return np.full((*luma.shape, 2), (0.1, -0.1), np.float32)


@pytest.mark.parametrize("radius", [0.5, 3, 20, 60])
def test_every_given_pixel_comes_out_exactly_as_asked(radius: float) -> None:
    luma = two_tone()
    given = dots(luma, Hint(20, 20, RED, radius=radius), Hint(60, 40, BLUE))
    assert np.array_equal(honour(start(luma), given, luma)[given.mask], given.chroma[given.mask])


def test_every_one_of_very_many_given_pixels_comes_out_as_asked() -> None:
    size = Size(120, 100)
    luma = two_tone(size)
    given = Given(np.random.default_rng(2).uniform(-0.5, 0.5, (*size.shape, 2)).astype(np.float32), luma > 0)
    assert np.array_equal(honour(start(luma), given, luma), given.chroma)


def test_a_hint_fades_out_beyond_its_radius() -> None:
    luma = grey()
    given = dots(luma, Hint(32, 24, RED))
    change = np.linalg.norm(honour(start(luma), given, luma) - start(luma), axis=-1)
    row = change[24, 35 : 35 + HONOUR_PX + 2]  # from the hint's rim outwards
    assert row[0] > 0.9 * change[24, 32]
    assert (np.diff(row) <= 1e-6).all()
    assert row[-1] == 0
    assert 0.1 < row[4] / row[0] < 0.9


def test_a_hint_fades_along_luma_edges() -> None:
    luma = two_tone()
    given = dots(luma, Hint(28, 24, RED, radius=2))
    change = np.linalg.norm(honour(start(luma), given, luma) - start(luma), axis=-1)
    assert change[24, 28 - 5] > 10 * change[24, 28 + 5]
    assert change[24, 32] < 0.05 * change[24, 28]


def test_far_from_every_hint_nothing_is_changed() -> None:
    luma = two_tone()
    given = dots(luma, Hint(10, 10, RED))
    after = honour(start(luma), given, luma)
    assert np.array_equal(after[30:], start(luma)[30:])
    assert np.array_equal(after[:, 30:], start(luma)[:, 30:])


def test_honouring_what_is_so_already_changes_nothing() -> None:
    luma = two_tone()
    chroma = start(luma)
    given = Given(chroma.copy(), dots(luma, Hint(30, 20, RED, radius=6)).mask)
    assert np.allclose(honour(chroma, given, luma), chroma, atol=1e-6)


def test_what_is_given_is_not_changed() -> None:
    luma = two_tone()
    given, chroma = dots(luma, Hint(30, 20, RED)), start(luma)
    arrays = (luma, chroma, given.chroma, given.mask)
    kept = [array.copy() for array in arrays]
    honour(chroma, given, luma)
    spread(given, luma)
    assert all(np.array_equal(a, b) for a, b in zip(arrays, kept, strict=True))
