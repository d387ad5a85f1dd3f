"""Chrominances are blended by luma-geodesic distance, as the paper has it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from huecue.evaluate import yatziv
from huecue.evaluate.yatziv import blend, luma_graph, reach
from huecue.types import Luma

RED, BLUE = (-0.2, 0.6), (0.6, -0.2)
NEIGHBOURS = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0)]


def noise(height: int = 7, width: int = 9, seed: int = 0) -> Luma:
    return np.random.default_rng(seed).integers(0, 256, (height, width)).astype(np.uint8)


def two_tone(height: int = 32, width: int = 40) -> Luma:
    """Dark on the left, light on the right, with a little grain."""
    luma = np.full((height, width), 60, np.uint8)
    luma[:, width // 2 :] = 190
    return luma + np.random.default_rng(0).integers(0, 4, luma.shape).astype(np.uint8)


def hinted(
    shape: tuple[int, ...], dots: dict[tuple[int, int], tuple[float, float]]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    chroma, mask = np.zeros((*shape, 2), np.float32), np.zeros(shape, bool)
    for place, color in dots.items():
        chroma[place], mask[place] = color, True
    return chroma, mask


def slow_distances(luma: Luma, sources: list[tuple[int, int]]) -> NDArray[np.float64]:
    """Bellman and Ford: every way is tried until none gets shorter."""
    far = np.full(luma.shape, np.inf)
    for source in sources:
        far[source] = 0
    for _ in range(luma.size):
        before = far.copy()
        for row, column in np.ndindex(luma.shape):
            for dy, dx in NEIGHBOURS:
                there = row + dy, column + dx
                if 0 <= there[0] < luma.shape[0] and 0 <= there[1] < luma.shape[1]:
                    change = abs(float(luma[row, column]) - float(luma[there]))
                    way = far[there] + change + yatziv.STEP_LUMA * np.hypot(dy, dx)
                    far[row, column] = min(far[row, column], way)
        if np.array_equal(before, far):
            break
    return far


def test_distances_are_those_of_bellman_and_ford() -> None:
    luma, sources = noise(), [(0, 0), (5, 7)]
    distance, nearest = reach(luma_graph(luma), np.array([row * 9 + column for row, column in sources]))
    slow = np.stack([slow_distances(luma, [source]) for source in sources])
    assert np.allclose(distance.reshape(7, 9), slow.min(axis=0), rtol=1e-5)
    apart = ~np.isclose(slow[0], slow[1])
    wanted = np.where(slow[0] < slow[1], 0, 5 * 9 + 7)
    assert np.array_equal(nearest.reshape(7, 9)[apart], wanted[apart])


def test_blended_colours_are_the_paper_s_sum_over_the_nearest_few() -> None:
    luma = noise(seed=1)
    dice = np.random.default_rng(2)
    places = [(0, 0), (0, 8), (6, 0), (6, 8), (3, 4), (1, 5), (5, 2), (3, 7)]
    assert len(places) > yatziv.NEAREST
    dots = {place: tuple(dice.uniform(-1, 1, 2)) for place in places}
    got = blend(*hinted(luma.shape, dots), luma)
    far = {place: slow_distances(luma, [place]) for place in places}
    for row, column in [(2, 2), (4, 6), (6, 5), (0, 3)]:
        nearest = sorted(places, key=lambda place: far[place][row, column])[: yatziv.NEAREST]
        weights = np.array([far[place][row, column] ** -yatziv.FALL for place in nearest])
        wanted = sum(w * np.array(dots[place]) for w, place in zip(weights, nearest, strict=True))
        assert np.allclose(got[row, column], wanted / weights.sum(), atol=1e-4)


def test_a_colour_given_twice_counts_once_and_by_its_nearest_pixel() -> None:
    luma = noise(seed=3)
    dots = {(0, 0): RED, (6, 8): RED, (6, 0): BLUE}
    got = blend(*hinted(luma.shape, dots), luma)
    red, blue = slow_distances(luma, [(0, 0), (6, 8)]), slow_distances(luma, [(6, 0)])
    weight = red[2, 4] ** -yatziv.FALL, blue[2, 4] ** -yatziv.FALL
    wanted = (weight[0] * np.array(RED) + weight[1] * np.array(BLUE)) / sum(weight)
    assert np.allclose(got[2, 4], wanted, atol=1e-4)


def test_a_hint_fills_its_own_side_of_an_edge() -> None:
    luma = two_tone()
    got = blend(*hinted(luma.shape, {(16, 2): RED, (16, 21): BLUE}), luma)
    assert np.abs(got[:, :20] - RED).max() < 0.1  # though BLUE is much nearer to the edge's left side
    assert np.abs(got[:, 20:] - BLUE).max() < 0.1


def test_on_even_luma_the_nearest_hint_counts_most() -> None:
    luma = np.full((9, 21), 100, np.uint8)
    got = blend(*hinted(luma.shape, {(4, 0): RED, (4, 20): BLUE}), luma)
    assert np.abs(got[4, 3] - RED).max() < 0.05
    assert np.allclose(got[4, 10], (np.array(RED) + BLUE) / 2, atol=1e-4)


def test_hints_stand_and_what_is_given_is_not_changed() -> None:
    luma = two_tone()
    chroma, mask = hinted(luma.shape, {(3, 3): RED, (4, 3): BLUE, (20, 30): RED})
    kept = [array.copy() for array in (luma, chroma, mask)]
    got = blend(chroma, mask, luma)
    assert np.array_equal(got[mask], chroma[mask])
    assert got.dtype == np.float32
    assert all(np.array_equal(a, b) for a, b in zip((luma, chroma, mask), kept, strict=True))


def test_without_hints_there_is_no_colour() -> None:
    luma = two_tone()
    assert not blend(*hinted(luma.shape, {}), luma).any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (2, 3), (5, 1)])
def test_one_hint_colours_the_smallest_pictures_whole(shape: tuple[int, int]) -> None:
    luma = noise(*shape)
    assert np.allclose(blend(*hinted(shape, {(0, 0): RED}), luma), RED, atol=1e-6)


def test_pixels_given_everywhere_stay_as_they_are() -> None:
    luma = noise()
    chroma = np.random.default_rng(0).uniform(-1, 1, (*luma.shape, 2)).astype(np.float32)
    assert np.array_equal(blend(chroma, np.ones(luma.shape, bool), luma), chroma)
