"""Hints make colours likely by what is known beforehand: the textbook's Gaussian process."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from huecue.stages.krige import EXTRA, LEVEL, LUMA_REACH, NOISE, PART_PX, PLACE_REACH, TRAITS, Prior, krige
from slow_krige import Pixel, slow_krige

COLOUR = (0.4, -0.3)
FAR = 1000.0
"""Coordinates this far apart have nothing in common."""


def drawn(count: int, seed: int = 0) -> Prior:
    """A prior of which every part says something."""
    dice = np.random.default_rng(seed)
    return Prior(
        coordinates=dice.normal(0, 2, (5, count)).astype(np.float32),
        traits=dice.normal(0, 0.5, (TRAITS, count)).astype(np.float32),
        amplitude=np.exp(dice.normal(0, 0.5, (1, count))).astype(np.float32),
        guess=dice.uniform(-0.5, 0.5, (2, count)).astype(np.float32),
    )


def plain(*coordinates: float) -> Prior:
    """Pixels at these places on a line, of which nothing else is known."""
    count = len(coordinates)
    return Prior(
        np.array([coordinates], np.float32),
        np.zeros((TRAITS, count), np.float32),
        np.ones((1, count), np.float32),
        np.zeros((2, count), np.float32),
    )


def hints(*index: int, colour: tuple[float, float] = COLOUR) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Pixels and one colour for all of them."""
    return np.array(index, np.intp), np.full((len(index), 2), colour, np.float32)


def pixels_of(prior: Prior) -> list[Pixel]:
    parts = [getattr(prior, field.name).astype(np.float64) for field in fields(Prior)]
    return [
        Pixel(where, traits, float(amplitude[0]), guess)
        for where, traits, amplitude, guess in zip(*(part.T for part in parts), strict=True)
    ]


@pytest.mark.parametrize("count", [0, 1, 2, 12])
def test_kriging_equals_the_textbook(count: int) -> None:
    dice, prior = np.random.default_rng(count), drawn(150)
    index = dice.permutation(150)[:count]
    chroma = dice.uniform(-0.6, 0.6, (count, 2)).astype(np.float32)
    wanted, near = slow_krige(pixels_of(prior), index, chroma)
    found = krige(prior, index, chroma)
    assert found.dtype == np.float32
    assert np.abs(found[:2].T - wanted).max() < 1e-4
    assert np.abs(found[2] - near).max() < 1e-3
    assert count == 0 or np.abs(found[:2] - prior.guess).max() > 0.05


def test_without_hints_the_guess_comes_out_and_nothing_is_near() -> None:
    prior = drawn(40)
    found = krige(prior, *hints())
    assert np.array_equal(found[:2], prior.guess)
    assert not found[2].any()


def test_a_hinted_pixel_comes_close_to_its_colour_and_closer_with_more_hints() -> None:
    prior = plain(0, 0, 0, 0, 0, 0)
    lack = [np.abs(krige(prior, *hints(*range(count)))[:2, 0] - COLOUR).max() for count in (0, 1, 2, 5)]
    assert (np.diff(lack) < 0).all()
    assert lack[1] == pytest.approx(0.4 * NOISE / (1 + LEVEL + NOISE), rel=1e-3)
    assert lack[1] < 0.2 * lack[0]
    assert lack[3] < 0.05 * lack[0]


def test_a_colour_falls_off_with_distance_to_a_tint_of_the_whole_frame() -> None:
    share = krige(plain(0, 1, 2, 4, 8, 16, FAR), *hints(0))[0] / COLOUR[0]
    assert (np.diff(share) < 0).all()
    assert share[3] > 0.4
    assert share[5] < 0.15
    assert share[6] == pytest.approx(LEVEL / (1 + LEVEL + NOISE), rel=1e-3)


def test_nearness_is_that_of_the_nearest_hint() -> None:
    near = krige(plain(0, 0.5, 1, 3, 2), *hints(0, 4))[2]
    assert np.allclose(near, np.exp([0, -0.25, -1, -1, 0]), atol=1e-4)


def test_what_has_a_small_amplitude_keeps_its_guess() -> None:
    prior = replace(
        plain(0, 0, 0),
        amplitude=np.array([[1, 1, 0.01]], np.float32),
        guess=np.tile(np.array([[-0.2], [0.1]], np.float32), 3),
    )
    left = np.abs(krige(prior, *hints(0))[:2] - prior.guess).max(axis=0)
    assert left[1] > 0.4
    assert left[2] < 0.01
    stubborn = krige(prior, *hints(2))[:2]  # a hint there says little of all others
    assert np.abs(stubborn - prior.guess).max() < 0.05


def test_only_what_a_hint_says_beside_the_guess_is_carried_on() -> None:
    guess = np.array([[0.4, 0.1], [-0.3, 0.2]], np.float32)
    prior = replace(plain(0, 1), guess=guess)
    assert np.allclose(krige(prior, *hints(0))[:2], guess, atol=1e-6)  # the hint is what was guessed


def test_traits_carry_a_colour_in_proportion_to_what_is_far() -> None:
    shares = np.array([1, -1, 0, 0.5, 1, 2])
    traits = np.zeros((TRAITS, 6), np.float32)
    traits[3] = shares
    prior = replace(plain(*(FAR * n for n in range(6))), traits=traits)
    colour = krige(prior, *hints(0))[:2, 1:]
    change = (colour - colour[:, 1:2]) / np.array(COLOUR)[:, None]
    assert np.allclose(change, shares[1:] * change[0, 3], atol=1e-5)
    assert change[0, 3] == pytest.approx(1 / (2 + LEVEL + NOISE), rel=1e-3)
    other = replace(prior, traits=np.roll(traits * (np.arange(6) > 0), 1, axis=0))
    other.traits[3, 0] = 1  # the hint has one trait, what is far another
    assert np.ptp(krige(other, *hints(0))[:2, 1:], axis=1).max() < 1e-6


def test_many_pixels_give_the_same_as_few() -> None:
    count = 2 * PART_PX + 77
    prior, (index, chroma) = drawn(count), hints(3, 0, 5, 9)
    whole = krige(prior, index, chroma)
    assert whole.shape == (3, count)
    for begin in (6, PART_PX - 20, 2 * PART_PX - 20, count - 40):
        few = np.r_[:10, begin : begin + 40]
        assert np.allclose(whole[:, few], krige(prior.at(few), index, chroma), atol=1e-5)


def test_what_is_given_is_not_changed() -> None:
    prior, (index, chroma) = drawn(30), hints(1, 2)
    arrays = [*(getattr(prior, field.name) for field in fields(Prior)), index, chroma]
    kept = [array.copy() for array in arrays]
    krige(prior, index, chroma)
    assert all(np.array_equal(a, b) for a, b in zip(arrays, kept, strict=True))


def test_a_prior_knows_luma_and_place_and_what_the_network_says() -> None:
    dice = np.random.default_rng(0)
    half = dice.integers(0, 256, (6, 8)).astype(np.uint8)
    planes = dice.normal(0, 1, (4 + EXTRA, 6, 8)).astype(np.float32)
    prior, pixel = Prior.of(half, planes), 3 * 8 + 5
    own = [LUMA_REACH * half[3, 5] / 255, PLACE_REACH * 3 / 6, PLACE_REACH * 5 / 6]
    assert np.allclose(prior.coordinates[:, pixel], [*own, *planes[:4, 3, 5]])
    assert np.array_equal(prior.traits[:, pixel], planes[4 : 4 + TRAITS, 3, 5])
    assert np.array_equal(prior.amplitude[:, pixel], planes[-3:-2, 3, 5])
    assert np.array_equal(prior.guess[:, pixel], planes[-2:, 3, 5])


def test_without_a_network_only_luma_and_place_are_known() -> None:
    prior = Prior.of(np.full((6, 8), 90, np.uint8), None)
    assert [part.shape for part in (prior.coordinates, prior.traits)] == [(3, 48), (TRAITS, 48)]
    assert (prior.amplitude == 1).all()
    assert prior.amplitude.shape == (1, 48)
    assert not prior.traits.any()
    assert not prior.guess.any()
    assert prior.guess.shape == (2, 48)
