"""Colours flow along even luma, as the paper's linear system has it, and stop at edges."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from huecue.stages.levin import SHIFTS, affinity, diffuse, solve

RED, BLUE = (-0.2, 0.6), (0.6, -0.2)


def two_tone(height: int = 48, width: int = 64) -> NDArray[np.uint8]:
    """Dark on the left, light on the right, with a little grain."""
    luma = np.full((height, width), 60, np.uint8)
    luma[:, width // 2 :] = 190
    return luma + np.random.default_rng(0).integers(0, 4, luma.shape).astype(np.uint8)


def hinted(
    shape: tuple[int, ...], *dots: tuple[int, int, tuple[float, float]]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Chroma and mask with dots of 3x3 pixels at (row, column)."""
    chroma, mask = np.zeros((*shape, 2), np.float32), np.zeros(shape, bool)
    for row, column, color in dots:
        at = np.s_[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2]
        chroma[at], mask[at] = color, True
    return chroma, mask


def slow_affinity(luma: NDArray[np.uint8]) -> NDArray[np.float64]:
    height, width = luma.shape
    light = luma.astype(np.float64)
    mirrored = np.pad(light, 1, mode="reflect")
    weights = np.zeros((8, height, width))
    for row, column in np.ndindex(height, width):
        variance = mirrored[row : row + 3, column : column + 3].var() * 0.6
        for place, (dy, dx) in enumerate(SHIFTS):
            if 0 <= row + dy < height and 0 <= column + dx < width:
                far = light[row + dy, column + dx] - light[row, column]
                weights[place, row, column] = np.exp(-(far**2) / (variance + 1)) + 1e-6
    return weights / weights.sum(axis=0)


def test_affinity_equals_the_slow_way() -> None:
    luma = np.random.default_rng(3).integers(0, 256, (9, 11)).astype(np.uint8)
    assert np.abs(affinity(luma) - slow_affinity(luma)).max() < 1e-4


def test_affinities_sum_to_one_and_stay_inside_the_frame() -> None:
    weights = affinity(two_tone())
    assert np.allclose(weights.sum(axis=0), 1, atol=1e-5)
    assert weights.min() >= 0
    for weight, (dy, dx) in zip(weights, SHIFTS, strict=True):
        assert dy != -1 or not weight[0].any()
        assert dy != 1 or not weight[-1].any()
        assert dx != -1 or not weight[:, 0].any()
        assert dx != 1 or not weight[:, -1].any()


def test_solved_colours_are_the_mean_of_their_neighbours_and_hints_stand() -> None:
    luma = two_tone(20, 24)
    chroma, mask = hinted(luma.shape, (10, 4, RED), (10, 20, BLUE))
    answer = solve(chroma, mask, luma)
    assert np.array_equal(answer[mask], chroma[mask])
    weights, padded = affinity(luma), np.pad(answer, ((1, 1), (1, 1), (0, 0)))
    height, width = luma.shape
    around = sum(
        weight[..., None] * padded[1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width]
        for weight, (dy, dx) in zip(weights, SHIFTS, strict=True)
    )
    assert np.abs(around - answer)[~mask].max() < 1e-4


@pytest.mark.parametrize("way", [solve, diffuse])
def test_a_red_hint_stays_on_its_half(way: object) -> None:
    luma = two_tone()
    chroma, mask = hinted(luma.shape, (5, 5, RED), (40, 58, BLUE))
    answer = way(chroma, mask, luma)
    left, right = answer[:, :29], answer[:, 35:]  # all but three pixels beside the edge
    assert np.abs(left - RED).max() < 0.1
    assert np.abs(right - BLUE).max() < 0.1


@pytest.mark.parametrize("shape", [(48, 64), (64, 48), (50, 70), (33, 47)])
def test_diffusing_is_close_to_solving(shape: tuple[int, int]) -> None:
    luma = two_tone(*shape)
    height, width = shape
    chroma, mask = hinted(shape, (8, 6, RED), (height - 8, width // 2 + 8, BLUE), (height - 9, 9, (0, 0)))
    near, exact = diffuse(chroma, mask, luma), solve(chroma, mask, luma)
    assert np.abs(near - exact).mean() < 0.1 * np.abs(exact).mean()


def test_diffused_hints_stand() -> None:
    luma = two_tone()
    chroma, mask = hinted(luma.shape, (10, 10, RED), (30, 50, BLUE))
    assert np.array_equal(diffuse(chroma, mask, luma)[mask], chroma[mask])


@pytest.mark.parametrize("way", [solve, diffuse])
def test_without_hints_there_is_no_colour(way: object) -> None:
    luma = two_tone()
    answer = way(np.zeros((*luma.shape, 2), np.float32), np.zeros(luma.shape, bool), luma)
    assert answer.shape == (*luma.shape, 2)
    assert not answer.any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (2, 3), (5, 1), (31, 3)])
def test_the_smallest_pictures_can_be_coloured(shape: tuple[int, int]) -> None:
    luma = np.full(shape, 90, np.uint8)
    chroma, mask = hinted(shape, (0, 0, RED))
    assert np.allclose(diffuse(chroma, mask, luma), RED, atol=0.01)


def test_what_is_given_is_not_changed() -> None:
    luma = two_tone()
    chroma, mask = hinted(luma.shape, (10, 10, RED))
    kept = [array.copy() for array in (luma, chroma, mask)]
    diffuse(chroma, mask, luma)
    assert all(np.array_equal(a, b) for a, b in zip((luma, chroma, mask), kept, strict=True))
