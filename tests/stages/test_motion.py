"""Colours follow the picture from frame to frame, and are doubted where the picture does not agree."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from huecue.stages.motion import CONFIDENCE_LUMA, carry, compose, find_confidence, find_flow

HEIGHT, WIDTH = 96, 128
INNER = np.s_[16:-16, 16:-16]


def texture(seed: int = 0, softness_px: float = 2.0) -> NDArray[np.uint8]:
    """A blurred noise picture over the whole range of luma."""
    noise = np.random.default_rng(seed).normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), softness_px)
    return np.clip(128 + 50 * soft / soft.std(), 0, 255).astype(np.uint8)


def even_flow(x: float, y: float) -> NDArray[np.float32]:
    return np.full((HEIGHT, WIDTH, 2), (x, y), np.float32)


def wavy_flow(strength_px: float = 3.0) -> NDArray[np.float32]:
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    return np.stack([np.sin(y / 17), np.cos(x / 23)], axis=-1) * np.float32(strength_px)


def slow_carry(plane: NDArray[np.float32], flow: NDArray[np.float32]) -> NDArray[np.float64]:
    """Bilinear, edges repeated, pixel by pixel."""
    moved = np.zeros(plane.shape)
    for row, column in np.ndindex(*plane.shape[:2]):
        x = np.clip(column + float(flow[row, column, 0]), 0, plane.shape[1] - 1)
        y = np.clip(row + float(flow[row, column, 1]), 0, plane.shape[0] - 1)
        left, top = int(x), int(y)
        right, bottom = min(left + 1, plane.shape[1] - 1), min(top + 1, plane.shape[0] - 1)
        upper = plane[top, left] * (1 - x + left) + plane[top, right] * (x - left)
        lower = plane[bottom, left] * (1 - x + left) + plane[bottom, right] * (x - left)
        moved[row, column] = upper * (1 - y + top) + lower * (y - top)
    return moved


@pytest.mark.parametrize(("x", "y"), [(3, 0), (0, -4), (-5, 2)])
def test_flow_leads_back_to_where_each_pixel_lay(x: int, y: int) -> None:
    earlier = texture()
    luma = np.roll(earlier, (y, x), axis=(0, 1))
    flow = find_flow(luma, earlier)
    assert flow.shape == (HEIGHT, WIDTH, 2)
    assert np.abs(np.median(flow[INNER], axis=(0, 1)) - (-x, -y)).max() < 0.3


def test_the_search_starts_from_the_guess_and_leaves_it_alone() -> None:
    earlier = texture(softness_px=1.0)
    luma = np.roll(earlier, 40, axis=1)
    guess = even_flow(-40, 0)
    flow = find_flow(luma, earlier, guess)
    assert np.abs(np.median(flow[:, 48:-8], axis=(0, 1)) - (-40, 0)).max() < 0.3
    assert np.abs(np.median(find_flow(luma, earlier)[:, 48:-8], axis=(0, 1)) - (-40, 0)).max() > 5
    assert np.array_equal(guess, even_flow(-40, 0))


def test_carrying_equals_the_slow_way() -> None:
    plane = np.random.default_rng(1).uniform(-1, 1, (HEIGHT, WIDTH, 2)).astype(np.float32)
    flow = wavy_flow(8.0)
    assert np.abs(carry(plane, flow) - slow_carry(plane, flow)).max() < 0.05  # OpenCV's weights have 5 bits


def test_whole_steps_carry_exactly_and_edges_repeat() -> None:
    plane = np.random.default_rng(2).uniform(-1, 1, (HEIGHT, WIDTH, 2)).astype(np.float32)
    moved = carry(plane, even_flow(-5, 0))
    assert np.array_equal(moved[:, 5:], plane[:, :-5])
    assert np.array_equal(moved[:, :5], plane[:, :1].repeat(5, axis=1))


def test_colours_follow_a_moving_picture() -> None:
    earlier = texture()
    chroma = cv2.GaussianBlur(np.dstack([earlier, 255 - earlier]).astype(np.float32) / 255, (0, 0), 3)
    luma, wanted = (np.roll(plane, (2, 5), axis=(0, 1)) for plane in (earlier, chroma))
    moved = carry(chroma, find_flow(luma, earlier))
    assert np.abs(moved - wanted)[INNER].mean() < 0.3 * np.abs(chroma - wanted)[INNER].mean()


def test_a_composed_flow_equals_following_both_steps() -> None:
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    plane = np.stack([np.sin(x / 20), np.cos(y / 15)], axis=-1)
    step, longer = wavy_flow(4.0), even_flow(-6, 3) + wavy_flow(-2.0)
    both = carry(carry(plane, longer), step)
    assert np.abs(carry(plane, compose(step, longer)) - both)[INNER].max() < 0.02
    assert np.abs(carry(plane, longer + step) - both)[INNER].max() > 0.02  # the sum would not do


def test_composing_with_standing_still_changes_nothing() -> None:
    still = even_flow(0, 0)
    assert np.allclose(compose(still, wavy_flow()), wavy_flow())
    assert np.allclose(compose(wavy_flow(), still), wavy_flow())


def test_confidence_is_full_where_the_picture_agrees() -> None:
    earlier = texture()
    assert find_confidence(earlier, earlier, even_flow(0, 0)).min() == 1
    luma = np.roll(earlier, 4, axis=1)
    assert find_confidence(luma, earlier, even_flow(-4, 0))[:, 8:].min() == 1


def test_confidence_drops_where_luma_disagrees_and_only_there() -> None:
    earlier = texture()
    luma = earlier.copy()
    luma[30:50, 40:70] = 255 - luma[30:50, 40:70]
    confidence = find_confidence(luma, earlier, even_flow(0, 0))
    assert np.median(confidence[32:48, 42:68]) < 0.05
    confidence[27:53, 37:73] = 1
    assert confidence.min() == 1


@pytest.mark.parametrize("off", [0, 4, 8, 16, 40])
def test_confidence_is_the_written_function_of_the_mismatch(off: int) -> None:
    earlier = np.full((HEIGHT, WIDTH), 100, np.uint8)
    confidence = find_confidence(earlier + np.uint8(off), earlier, even_flow(0, 0))
    assert np.allclose(confidence, np.exp(-((off / CONFIDENCE_LUMA) ** 2)), atol=1e-6)


def grainy(luma: NDArray, levels: float, seed: int) -> NDArray:
    grain = np.random.default_rng(seed).normal(0, levels, luma.shape)
    return np.clip(np.rint(luma + grain), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("gain", "rise"), [(1.0, 12), (1.0, -12), (1.2, 0), (0.8, 5)])
def test_a_frame_that_flickers_agrees_with_the_one_before(gain: float, rise: float) -> None:
    earlier = (0.5 * texture() + 60).astype(np.uint8)  # far from both ends
    luma = np.clip(np.rint((earlier - 128.0) * gain + 128 + rise), 0, 255).astype(np.uint8)
    assert find_confidence(luma, earlier, even_flow(0, 0)).min() > 0.9
    luma[20:40, 30:60] = 255 - luma[20:40, 30:60]  # what has come in does not count
    assert np.median(find_confidence(luma, earlier, even_flow(0, 0))[50:]) > 0.9


def test_what_gets_lighter_in_part_of_a_frame_is_no_flicker() -> None:
    earlier = texture()
    luma = earlier.copy()
    luma[:, :40] = np.clip(luma[:, :40].astype(int) + 40, 0, 255)
    confidence = find_confidence(luma, earlier, even_flow(0, 0))
    assert confidence[:, 44:].min() == 1
    assert np.median(confidence[:, :36]) < 0.1


def test_grain_is_no_lost_motion() -> None:
    soft = cv2.GaussianBlur(texture(), (0, 0), 2)
    luma, earlier = grainy(soft, 5, 1), grainy(soft, 5, 2)
    confidence = find_confidence(luma, earlier, even_flow(0, 0))
    assert confidence.mean() > 0.8
    luma[20:40, 30:60] = 255 - luma[20:40, 30:60]
    assert np.median(find_confidence(luma, earlier, even_flow(0, 0))[23:37, 33:57]) < 0.1


def test_lost_motion_is_no_grain() -> None:
    one, other = (cv2.GaussianBlur(texture(seed), (0, 0), 2) for seed in (1, 2))
    assert find_confidence(one, other, even_flow(0, 0)).mean() < 0.35


def test_nothing_from_outside_the_frame_is_trusted() -> None:
    flat = np.full((HEIGHT, WIDTH), 100, np.uint8)
    confidence = find_confidence(flat, flat, even_flow(-10, 0))
    assert confidence[:, :10].max() < 1e-6
    assert confidence[:, 10:].min() == 1
    assert find_confidence(flat, flat, even_flow(0, 7))[-7:].max() < 1e-6


def test_nothing_that_is_given_is_changed() -> None:
    earlier, luma, flow = texture(1), texture(2), wavy_flow()
    kept = [array.copy() for array in (earlier, luma, flow)]
    find_flow(luma, earlier, flow)
    find_confidence(luma, earlier, flow)
    compose(flow, flow)
    assert all(np.array_equal(a, b) for a, b in zip((earlier, luma, flow), kept, strict=True))
