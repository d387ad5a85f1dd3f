"""Before any hint there is a guess: a shot's first frame is offered it, and hints are kriged beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import huecue.pipeline.step as stepping
from huecue.engine import Engine, Tensor
from huecue.pipeline.step import FrameGuidance, State, step
from huecue.stages.hints import LEAST_REACH, place, reach_out
from huecue.stages.krige import EXTRA, TRAITS
from huecue.stages.memory import remember
from huecue.stages.palette import NUMBERS
from huecue.types import Hint, Luma, Size

SIZE = Size(96, 64)
RED = (200, 40, 40)
GUESS = (0.2, -0.3)
Pan = Callable[..., list[Luma]]


def prior(luma: Tensor) -> Tensor:
    """Of a luma (1, 1, H, W): a guess at every pixel, and one trait, which is how light it is."""
    half = luma[0, 0, ::2, ::2]
    planes = np.zeros((16 + EXTRA, *half.shape), np.float32)
    planes[16], planes[16 + TRAITS] = half, 1
    planes[-2:] = np.float32(GUESS)[:, None, None]
    return planes[None]


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepping, "STEADY", 2.0)  # no frame is spared the network


@pytest.fixture
def offered() -> list[Tensor]:
    """The hints that the network was offered, (6, H, W) each."""
    return []


@pytest.fixture
def guessing(engine: Engine, offered: list[Tensor]) -> Engine:
    """The plain network, but for its prior."""

    def colour(inputs: dict[str, Tensor]) -> Tensor:
        offered.append(inputs["hints"][0])
        return engine.runs["colour"](inputs)

    runs = {**engine.runs, "colour": colour, "likeness": lambda inputs: prior(inputs["luma"])}
    return replace(engine, runs=runs)


def assert_guess(hints: Tensor) -> None:
    assert not hints[:2].any()
    assert np.allclose(hints[2:4], np.float32(GUESS)[:, None, None], atol=1e-6)
    assert np.allclose(hints[4], LEAST_REACH)
    assert not hints[5].any()


def hinted(luma: Luma) -> FrameGuidance:
    return FrameGuidance(place([Hint(30, 20, RED, radius=6)], (), luma, displayed=SIZE))


def test_the_first_frame_of_a_shot_is_offered_the_guess_and_no_other(
    guessing: Engine, offered: list[Tensor], pan: Pan
) -> None:
    for _ in range(2):  # shots
        state = State()
        for luma in pan(count=3):
            _, state = step(guessing, luma, FrameGuidance(), state)
        without, first, second, third = offered
        assert not without.any()
        assert_guess(first)
        assert not second.any()
        assert not third.any()
        offered.clear()


@pytest.mark.parametrize("at", [0, 2])
def test_a_hinted_frame_is_offered_what_the_hints_make_likely(
    guessing: Engine, offered: list[Tensor], pan: Pan, at: int
) -> None:
    lumas, state = pan(count=4), State()
    for index, luma in enumerate(lumas):
        _, state = step(guessing, luma, hinted(luma) if index == at else FrameGuidance(), state)
    if at:
        assert not offered.pop(0).any()
        assert_guess(offered[0])
    given, planes = hinted(lumas[at]).given, guessing.likeness(lumas[at])
    near, reach = reach_out(given, lumas[at], planes)
    assert np.array_equal(offered[at][2:4], near.transpose(2, 0, 1))
    assert np.array_equal(offered[at][4], reach)
    assert np.array_equal(offered[at][5], given.mask)
    assert np.abs(near - GUESS).max() > 0.3
    for later in offered[at + 1 :]:
        assert not later.any()


def test_a_reference_lends_beside_the_guess(guessing: Engine, offered: list[Tensor], pan: Pan) -> None:
    luma = pan()[0]
    lent = remember(guessing.keys(luma), np.full((*SIZE.shape, 2), 0.3, np.float32))
    step(guessing, luma, FrameGuidance(references=(lent,)), State())
    without, beside = offered
    assert not without.any()
    assert_guess(beside)


def test_a_frame_that_is_given_whole_asks_for_no_guess(
    guessing: Engine, offered: list[Tensor], pan: Pan
) -> None:
    luma, whole = pan()[0], np.full((*SIZE.shape, 2), 0.1, np.float32)
    colours, _ = step(guessing, luma, FrameGuidance(whole=whole), State())
    assert np.array_equal(colours.chroma, whole)
    assert not offered


def test_a_guess_is_no_hint_to_a_palette(guessing: Engine, offered: list[Tensor], pan: Pan) -> None:
    luma, tones = pan()[0], np.ones(NUMBERS, np.float32)
    step(guessing, luma, FrameGuidance(palette=tones), State())
    assert len(offered) == 2  # all of it is steered: no look without the palette
    assert_guess(offered[1])
    step(guessing, luma, replace(hinted(luma), palette=tones), State())
    assert len(offered) == 4


def test_the_guess_is_offered_at_half_the_size_as_well(
    guessing: Engine, offered: list[Tensor], make_engine: Callable[..., Engine], pan: Pan
) -> None:
    coarse = replace(make_engine(Size(48, 32)), runs=guessing.runs)
    lumas, state = pan(count=2), State()
    for luma in lumas:
        _, state = step(replace(guessing, coarse=coarse), luma, FrameGuidance(), state)
    assert [hints.shape[1:] for hints in offered] == [(64, 96)] * 2 + [(32, 48)] * 2 + [(64, 96)]
    for hints in offered[1:4:2]:
        assert_guess(hints)
    for hints in offered[::2]:
        assert not hints.any()


def test_a_guess_gives_way_to_the_first_hints_of_a_shot(guessing: Engine, pan: Pan) -> None:
    luma = pan()[0]
    alone, guessed = step(guessing, luma, FrameGuidance(), State())
    at_once, _ = step(guessing, luma, hinted(luma), State())
    later, _ = step(guessing, luma, hinted(luma), guessed)
    assert np.array_equal(later.chroma, at_once.chroma)
    assert not np.array_equal(later.chroma, alone.chroma)
    assert not guessed.guided


@pytest.mark.parametrize("said", [True, False])
@pytest.mark.parametrize("beside", ["nothing", "a reference", "a palette"])
def test_the_hints_spread_or_the_guess_has_a_share_where_nothing_else_is_to_go_by(
    guessing: Engine, monkeypatch: pytest.MonkeyPatch, pan: Pan, beside: str, said: bool
) -> None:
    luma = pan()[0]
    lent = remember(guessing.keys(luma), np.full((*SIZE.shape, 2), 0.3, np.float32))
    more = {"a reference": {"references": (lent,)}, "a palette": {"palette": np.ones(NUMBERS, np.float32)}}
    guidance = replace(hinted(luma) if said else FrameGuidance(), **more.get(beside, {}))
    mixed, _ = step(guessing, luma, guidance, State())
    for share in ("LIKELY", "GUESSED"):
        monkeypatch.setattr(stepping, share, 0.0)
    alone, _ = step(guessing, luma, guidance, State())
    if beside != "nothing":
        assert np.array_equal(mixed.chroma, alone.chroma)
    elif guidance.given is None:
        assert np.abs(alone.chroma - GUESS).max() > 0.05
        assert np.allclose(mixed.chroma, (alone.chroma + np.float32(GUESS)) / 2, atol=1e-6)
    else:
        near, _ = reach_out(guidance.given, luma, guessing.likeness(luma))
        assert np.median(np.abs(mixed.chroma - (alone.chroma + 0.3 * (near - alone.chroma)))) < 1e-5
        mask = guidance.given.mask
        assert np.allclose(mixed.chroma[mask], alone.chroma[mask], atol=0.02)  # hints are kept to
