"""What is on offer for a frame, at another size."""

from __future__ import annotations

import numpy as np
import pytest

from huecue.engine import Engine, Tensor
from huecue.pipeline.offers import Seen, ask
from huecue.stages.hints import LEAST_REACH, Given, Spread, spread
from huecue.stages.palette import NUMBERS
from huecue.stages.upsample import coarse_size, working_size
from huecue.types import Size

SIZE, HALF = Size(64, 48), Size(32, 24)


def test_hints_are_offered_at_another_size_as_they_were() -> None:
    luma = np.full(SIZE.shape, 120, np.uint8)
    mask = np.zeros(SIZE.shape, bool)
    mask[10, 21] = mask[40:44, 50:54] = True
    chroma = np.zeros((*SIZE.shape, 2), np.float32)
    chroma[10, 21], chroma[40:44, 50:54] = (0.3, -0.2), (-0.1, 0.4)
    wide = spread(Given(chroma, mask), luma)
    small = Seen(luma, wide, None, None, None, None, None).shrunk(HALF).hinted
    assert small is not None
    assert set(zip(*(part.tolist() for part in np.nonzero(small.mask)), strict=True)) == {
        (5, 10),
        *((row, column) for row in (20, 21) for column in (25, 26)),
    }
    assert set(np.unique(small.mask)) == {0.0, 1.0}
    for plane in ("diffused", "near", "reach"):
        told, had = getattr(small, plane), getattr(wide, plane)
        assert told.shape == (*HALF.shape, *had.shape[2:])
        assert np.allclose(told[21, 26], had[42, 52], atol=0.05)


@pytest.mark.parametrize("film", [Size(640, 480), Size(1280, 600), Size(600, 1280), Size(1920, 960)])
def test_a_hint_s_mask_is_zero_or_one_at_every_size(film: Size) -> None:
    size = working_size(film)
    plane, chroma = np.ones(size.shape, np.float32), np.zeros((*size.shape, 2), np.float32)
    seen = Seen(np.full(size.shape, 120, np.uint8), Spread(chroma, chroma, plane, plane), *[None] * 5)
    small = seen.shrunk(coarse_size(size)).hinted
    assert small is not None
    assert (small.mask == 1).all()


def test_without_hints_there_are_none_at_another_size() -> None:
    luma = np.full(SIZE.shape, 120, np.uint8)
    small = Seen(luma, None, None, None, None, None, None).shrunk(HALF)
    assert small.luma.shape == HALF.shape
    assert small.hinted is None


def test_a_palette_steers_nothing_where_a_hint_is() -> None:
    def colour(inputs: dict[str, Tensor]) -> Tensor:
        return np.full((1, 3, *SIZE.shape), 0.5 if inputs["palette"].any() else 0.1, np.float32)

    luma = np.full(SIZE.shape, 120, np.uint8)
    luma[:, 32:] = 250
    mask = np.zeros(SIZE.shape, bool)
    mask[20:28, 6:14] = True
    wide = spread(Given(np.full((*SIZE.shape, 2), 0.2, np.float32), mask), luma)
    engine = Engine("test", SIZE, 1, {"colour": colour, "likeness": colour})
    tones = np.ones(NUMBERS, np.float32)
    chroma, trust = ask(engine, Seen(luma, wide, None, None, None, None, tones))
    assert np.allclose(chroma[24, 10], 0.1, atol=0.01)
    assert (chroma[24, 50] > 0.25).all()
    assert np.allclose(trust, chroma[..., 0])
    alone, _ = ask(engine, Seen(luma, None, None, None, None, None, tones))
    assert np.allclose(alone, 0.5)


def some_guess() -> Spread:
    """What a prior makes likely where no hint is: another colour on each side."""
    near, none = np.zeros((*SIZE.shape, 2), np.float32), np.zeros(SIZE.shape, np.float32)
    near[:, :32], near[:, 32:] = (0.3, -0.2), (-0.1, 0.4)
    return Spread(0 * near, near, none + np.float32(LEAST_REACH), none)


def told_by(seen: Seen) -> tuple[list[Tensor], list[Tensor]]:
    """The hints and the palettes that the network is given, one for each time it is asked."""
    hints, palettes = [], []

    def colour(inputs: dict[str, Tensor]) -> Tensor:
        hints.append(inputs["hints"][0])
        palettes.append(inputs["palette"])
        return np.zeros((1, 3, *SIZE.shape), np.float32)

    ask(Engine("test", SIZE, 1, {"colour": colour}), seen)
    return hints, palettes


def as_planes(wide: Spread) -> Tensor:
    parts = (wide.diffused, wide.near, wide.reach, wide.mask)
    return np.dstack(parts).transpose(2, 0, 1)


def test_a_guess_is_offered_where_hints_would_be() -> None:
    luma, guess = np.full(SIZE.shape, 120, np.uint8), some_guess()
    hints, _ = told_by(Seen(luma, None, guess, None, None, None, None))
    assert len(hints) == 2
    assert not hints[0].any()
    assert np.array_equal(hints[1], as_planes(guess))
    none, _ = told_by(Seen(luma, None, None, None, None, None, None))
    assert not none[0].any()


def test_the_mean_of_what_is_said_with_the_guess_and_without_it_is_taken() -> None:
    def colour(inputs: dict[str, Tensor]) -> Tensor:
        return np.full((1, 3, *SIZE.shape), 0.5 if inputs["hints"].any() else 0.1, np.float32)

    luma, engine = np.full(SIZE.shape, 120, np.uint8), Engine("test", SIZE, 1, {"colour": colour})
    chroma, trust = ask(engine, Seen(luma, None, some_guess(), None, None, None, None))
    assert np.allclose(chroma, 0.3)
    assert np.allclose(trust, 0.3)
    alone, _ = ask(engine, Seen(luma, None, None, None, None, None, None))
    assert np.allclose(alone, 0.1)


def test_hints_go_before_a_guess() -> None:
    luma, mask = np.full(SIZE.shape, 120, np.uint8), np.zeros(SIZE.shape, bool)
    mask[20:28, 6:14] = True
    wide = spread(Given(np.full((*SIZE.shape, 2), 0.2, np.float32), mask), luma)
    hints, _ = told_by(Seen(luma, wide, some_guess(), None, None, None, None))
    assert np.array_equal(hints[0], as_planes(wide))


def test_a_palette_steers_all_where_there_is_but_a_guess() -> None:
    luma, tones = np.full(SIZE.shape, 120, np.uint8), np.ones(NUMBERS, np.float32)
    hints, palettes = told_by(Seen(luma, None, some_guess(), None, None, None, tones))
    assert len(palettes) == 2  # no look without it
    assert all(palette.all() for palette in palettes)
    assert np.array_equal(hints[1], as_planes(some_guess()))


def test_a_guess_is_offered_at_another_size_as_it_was() -> None:
    luma, guess = np.full(SIZE.shape, 120, np.uint8), some_guess()
    seen = Seen(luma, None, guess, None, None, None, None).shrunk(HALF)
    assert seen.hinted is None
    assert seen.guess is not None
    assert np.allclose(seen.guess.near, guess.near[::2, ::2], atol=1e-6)
    assert np.allclose(seen.guess.reach, LEAST_REACH)
    assert seen.guess.reach.shape == HALF.shape
    assert not seen.guess.mask.any()
    assert not seen.guess.diffused.any()
