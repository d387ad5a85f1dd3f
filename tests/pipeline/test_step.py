"""One frame at a time, and all that is kept between two frames is the state that is handed on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

import huecue.pipeline.step as stepping
from huecue.engine import Engine, Tensor
from huecue.pipeline.step import MOST_ENTRIES, Colours, FrameGuidance, State, step
from huecue.stages import memory
from huecue.stages.hints import LEAST_REACH, Given, place
from huecue.types import Hint, Luma, Size

RED, BLUE = (200, 40, 40), (40, 60, 200)
SIZE = Size(96, 64)
Pan = Callable[..., list[Luma]]


def arrays_in(value: object) -> Iterator[NDArray]:
    """Every array inside a state, however deep."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from arrays_in(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from arrays_in(getattr(value, field.name))


def with_colour(engine: Engine, run: Callable[[dict[str, Tensor]], Tensor]) -> Engine:
    return replace(engine, runs={**engine.runs, "colour": run})


def hinted(luma: Luma, *hints: Hint) -> FrameGuidance:
    return FrameGuidance(place(hints, (), luma, displayed=SIZE))


def halves(luma: Luma) -> FrameGuidance:
    """Red hints on the left, blue ones on the right."""
    left = [Hint(x, y, RED) for x in (10, 34) for y in (10, 32, 54)]
    return hinted(luma, *left, *(Hint(hint.x + 50, hint.y, BLUE) for hint in left))


def run(
    engine: Engine, lumas: list[Luma], state: State, guidance: dict[int, FrameGuidance] | None = None
) -> tuple[list[Colours], State]:
    done = []
    for index, luma in enumerate(lumas):
        colours, state = step(engine, luma, (guidance or {}).get(index, FrameGuidance()), state)
        done.append(colours)
    return done, state


def assert_same(first: object, second: object) -> None:
    both = list(arrays_in(first)), list(arrays_in(second))
    assert len(both[0]) == len(both[1]) > 0
    assert all(np.array_equal(a, b) for a, b in zip(*both, strict=True))


def test_a_step_from_the_same_state_gives_the_same_answer_twice(engine: Engine, pan: Pan) -> None:
    lumas = pan(count=4)
    _, state = run(engine, lumas[:3], State(), {0: halves(lumas[0])})
    first = step(engine, lumas[3], FrameGuidance(), state)
    step(engine, pan(seed=9)[0], halves(lumas[0]), state)  # another step from it in between
    assert_same(first, step(engine, lumas[3], FrameGuidance(), state))


def test_a_step_changes_nothing_that_it_is_given(engine: Engine, pan: Pan) -> None:
    lumas = pan(count=3)
    _, state = run(engine, lumas[:2], State(), {0: halves(lumas[0])})
    guidance = halves(lumas[2])
    given = [*arrays_in(state), *arrays_in(guidance), lumas[2]]
    before = [array.copy() for array in given]
    step(engine, lumas[2], guidance, state)
    step(engine, lumas[2], FrameGuidance(), state)
    assert all(np.array_equal(a, b) for a, b in zip(given, before, strict=True))


@pytest.mark.parametrize("at", [1, 3, 5])
def test_two_runs_that_pass_the_state_on_equal_one(engine: Engine, pan: Pan, at: int) -> None:
    lumas = pan(count=6)
    guidance = {0: halves(lumas[0]), 4: hinted(lumas[4], Hint(50, 30, BLUE))}
    whole, last = run(engine, lumas, State(), guidance)
    first, state = run(engine, lumas[:at], State(), guidance)
    run(engine, pan(seed=5), State(), {0: halves(lumas[0])})  # another film in between
    rest, end = run(engine, lumas[at:], state, {n - at: one for n, one in guidance.items() if n >= at})
    assert_same(tuple(whole), (*first, *rest))
    assert_same(last, end)


def test_earlier_states_can_be_gone_back_to(engine: Engine, pan: Pan) -> None:
    lumas, states = pan(count=4), [State()]
    forwards = []
    for luma in lumas:
        colours, state = step(engine, luma, FrameGuidance() if forwards else halves(luma), states[-1])
        forwards.append(colours)
        states.append(state)
    for index in (3, 1, 2):
        again, _ = step(engine, lumas[index], FrameGuidance(), states[index])
        assert np.array_equal(again.chroma, forwards[index].chroma)


def test_hinted_pixels_are_kept_to(engine: Engine, pan: Pan) -> None:
    luma = pan()[0]
    guidance = halves(luma)
    colours, _ = step(engine, luma, guidance, State())
    assert np.array_equal(colours.chroma[guidance.given.mask], guidance.given.chroma[guidance.given.mask])
    assert colours.confidence[guidance.given.mask].min() == 1
    assert colours.confidence.min() < 0.5


def test_colours_move_with_the_picture(engine: Engine, pan: Pan) -> None:
    lumas = pan(count=6, step_px=4)
    done, _ = run(engine, lumas, State(), {0: halves(lumas[0])})
    first, last = done[0].chroma, done[-1].chroma
    moved = last[8:-8, 8:-28] - first[8:-8, 28:-8]  # 20 px to the left
    still = last[8:-8, 8:-28] - first[8:-8, 8:-28]
    assert np.abs(moved).mean() < 0.5 * np.abs(still).mean()
    assert np.abs(last).mean() > 0.5 * np.abs(first).mean()


def test_a_still_film_keeps_its_colours(engine: Engine, pan: Pan) -> None:
    luma = pan()[0]
    done, _ = run(engine, [luma] * 8, State(), {0: halves(luma)})
    assert np.abs(done[-1].chroma - done[1].chroma).mean() < 0.03
    assert done[0].flicker is None
    assert max(one.flicker for one in done[2:]) < 1.5


def test_flicker_is_the_mean_change_along_the_motion_in_8_bit_levels(engine: Engine, pan: Pan) -> None:
    luma = pan()[0]
    grey, red = np.zeros((*SIZE.shape, 2), np.float32), np.full((*SIZE.shape, 2), 0.25, np.float32)
    done, _ = run(engine, [luma] * 2, State(), {0: FrameGuidance(whole=grey), 1: FrameGuidance(whole=red)})
    assert done[1].flicker == pytest.approx(0.25 * 112, rel=1e-3)


def test_a_whole_first_frame_is_taken_as_it_is(engine: Engine, pan: Pan) -> None:
    luma = pan()[0]
    whole = np.random.default_rng(0).uniform(-0.5, 0.5, (*SIZE.shape, 2)).astype(np.float32)
    colours, _ = step(engine, luma, FrameGuidance(whole=whole), State())
    assert np.array_equal(colours.chroma, whole)
    assert colours.confidence.min() == 1


def test_a_reference_lends_its_colours_to_what_looks_alike(
    engine: Engine, texture: Callable[..., Luma]
) -> None:
    luma, other = (texture(seed, softness_px=0.8) for seed in (1, 2))
    chroma = np.full((*SIZE.shape, 2), (0.3, -0.2), np.float32)
    entry = memory.remember(engine.keys(luma), chroma)
    alike, state = step(engine, luma, FrameGuidance(references=(entry,)), State())
    unlike, _ = step(engine, other, FrameGuidance(references=(entry,)), State())
    assert np.abs(alike.chroma - (0.3, -0.2)).max() < 0.05
    assert np.abs(unlike.chroma).mean() < 0.5 * np.abs(alike.chroma).mean()
    assert len(state.entries) == 1  # its own first frame: the reference itself is not the state's


def test_guided_frames_are_remembered_within_bounds(engine: Engine, pan: Pan) -> None:
    lumas = pan(count=MOST_ENTRIES + 6)
    state, first = State(), None
    for index, luma in enumerate(lumas):
        _, state = step(engine, luma, hinted(luma, Hint(40, 30, RED)), state)
        first = first or state.entries[0]
        assert len(state.entries) == min(index + 1, MOST_ENTRIES)
        assert state.entries[0] is first


def test_unguided_frames_are_not_remembered(engine: Engine, pan: Pan) -> None:
    lumas = pan(count=5)
    _, state = run(engine, lumas, State(), {0: halves(lumas[0])})
    assert len(state.entries) == 1


def test_a_guided_frame_becomes_the_keyframe(engine: Engine, pan: Pan) -> None:
    lumas = pan(count=4)
    _, state = run(engine, lumas, State(), {0: halves(lumas[0]), 2: hinted(lumas[2], Hint(40, 30, RED))})
    assert state.past.keyframe.luma is lumas[2]
    assert np.median(state.past.keyframe.flow[..., 0]) == pytest.approx(2, abs=0.5)  # two pixels in one frame


def test_the_flow_to_the_keyframe_is_followed_over_many_frames(engine: Engine, pan: Pan) -> None:
    lumas = pan(count=8, step_px=3)
    _, state = run(engine, lumas, State(), {0: halves(lumas[0])})
    assert state.past.keyframe.luma is lumas[0]
    assert np.median(state.past.keyframe.flow[8:-8, 8:-32, 0]) == pytest.approx(21, abs=1)


def test_a_keyframe_that_is_lost_is_left_behind(engine: Engine, pan: Pan) -> None:
    lumas = [*pan(seed=1, count=2), *pan(seed=2, count=2)]
    _, state = run(engine, lumas[:3], State(), {0: halves(lumas[0])})
    assert state.past.keyframe.luma is lumas[2]
    assert not state.past.keyframe.flow.any()


def test_where_motion_is_lost_confidence_is_low(engine: Engine, pan: Pan) -> None:
    lumas = [pan(seed=1)[0], pan(seed=2)[0]]
    done, _ = run(engine, [lumas[0], lumas[0]], State(), {0: halves(lumas[0])})
    lost, _ = run(engine, lumas, State(), {0: halves(lumas[0])})
    assert done[1].confidence.mean() > 0.95
    assert lost[1].confidence.mean() < 0.5


def test_without_anything_on_offer_confidence_is_a_guess_s(engine: Engine, pan: Pan) -> None:
    colours, _ = step(engine, pan()[0], FrameGuidance(), State())
    assert np.allclose(colours.confidence, LEAST_REACH)  # half of both spreads of no hints
    assert colours.chroma.shape == (*SIZE.shape, 2)
    assert not colours.chroma.any()


def test_an_empty_hint_picture_stands_but_says_nothing(engine: Engine, pan: Pan) -> None:
    luma = pan()[0]
    empty = Given(np.zeros((*SIZE.shape, 2), np.float32), np.zeros(SIZE.shape, bool))
    plain, _ = step(engine, luma, FrameGuidance(), State())
    assert empty.empty
    assert FrameGuidance(given=empty).stands
    assert not FrameGuidance().stands
    assert np.isfinite(plain.chroma).all()


def test_frames_that_the_motion_explains_spare_the_network_every_other_time(engine: Engine, pan: Pan) -> None:
    asked: list[int] = []

    def count(inputs: dict[str, Tensor]) -> Tensor:
        asked.append(1)
        return engine.runs["colour"](inputs)

    watched = with_colour(engine, count)
    luma, state, calls = pan()[0], State(), list[int]()
    for guidance in (halves(luma), *[FrameGuidance()] * 4, hinted(luma, Hint(20, 20, (200, 40, 40)))):
        before = len(asked)
        _, state = step(watched, luma, guidance, state)
        calls.append(len(asked) - before)
    assert calls[1:] == [0, 1, 0, 1, 1]


def two_sizes(engine: Engine, coarse: Engine) -> tuple[Engine, list[tuple[int, ...]]]:
    """An engine whose own answer is 0 and whose coarse one's is 0.4, and the sizes that were coloured."""
    asked: list[tuple[int, ...]] = []

    def answer(value: float) -> Callable[[dict[str, Tensor]], Tensor]:
        def run(inputs: dict[str, Tensor]) -> Tensor:
            sizes = {plane.shape[2:] for name, plane in inputs.items() if name != "palette"}
            assert len(sizes) == 1
            asked.append(sizes.pop())
            return np.full((1, 3, *asked[-1]), value, np.float32)

        return run

    small = with_colour(coarse, answer(0.4))
    return replace(with_colour(engine, answer(0.0)), coarse=small), asked


def test_what_others_follow_is_seen_at_two_sizes(
    engine: Engine, make_engine: Callable[..., Engine], pan: Pan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stepping, "STEADY", 2.0)  # no frame is spared the network
    for share in ("LIKELY", "GUESSED"):
        monkeypatch.setattr(stepping, share, 0.0)  # all is the network's
    both, asked = two_sizes(engine, make_engine(Size(64, 32)))
    lumas = pan(count=4)
    done, _ = run(both, lumas, State(), {2: hinted(lumas[2], Hint(50, 30, BLUE))})
    full, half = (64, 96), (32, 64)
    assert asked == [full, full, half, half, full, full, half, full]  # the first with the guess and without
    assert np.allclose(done[0].chroma, 0.2)
    assert np.allclose(done[1].chroma[done[1].confidence == 0], 0.0)
    assert np.allclose(done[2].chroma[:5, :5], 0.2)


def test_where_the_motion_is_sure_its_colours_are_kept(
    engine: Engine, pan: Pan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stepping, "STEADY", 2.0)  # no frame is spared the network
    luma = pan()[0]
    wild = with_colour(engine, lambda inputs: np.full((1, 3, *inputs["luma"].shape[2:]), 0.9, np.float32))
    whole = np.full((*luma.shape, 2), (0.2, -0.1), np.float32)
    _, state = step(engine, luma, FrameGuidance(whole=whole), State())
    torn = luma.copy()
    torn[20:40, 40:60] = 255 - torn[20:40, 40:60]
    after, _ = step(wild, torn, FrameGuidance(), state)
    calm = after.confidence > 0.999
    assert calm.sum() > 1000
    assert np.abs(after.chroma - whole)[calm].max() < 0.02
    own = np.isclose(after.confidence, 0.9, atol=1e-5)
    assert own[22:38, 42:58].any()
    assert np.allclose(after.chroma[own], 0.9, atol=1e-3)


def test_colours_that_were_unsure_are_not_held_on_to(
    engine: Engine, pan: Pan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stepping, "STEADY", 2.0)  # no frame is spared the network
    monkeypatch.setattr(stepping, "GUESSED", 0.0)  # all is the network's
    luma = pan()[0]

    def after_trust(trust: float) -> float:
        """How far the second frame's colours are from the first one's, in a network that wants others."""
        answer = np.array([0.1, 0.1, trust], np.float32)[None, :, None, None]
        first = with_colour(engine, lambda _: np.broadcast_to(answer, (1, 3, *luma.shape)))
        other = with_colour(engine, lambda _: np.broadcast_to(answer + 0.5, (1, 3, *luma.shape)))
        _, state = step(first, luma, FrameGuidance(), State())
        return float(np.abs(step(other, luma, FrameGuidance(), state)[0].chroma - 0.1).mean())

    assert after_trust(1.0) < 0.01
    assert after_trust(0.1) > 0.4


def test_what_was_guessed_gives_way_to_the_first_hints_of_a_shot(engine: Engine, pan: Pan) -> None:
    luma = pan()[0]
    _, guessed = step(engine, luma, FrameGuidance(), State())
    at_once, _ = step(engine, luma, halves(luma), State())
    later, told = step(engine, luma, halves(luma), guessed)
    assert np.array_equal(later.chroma, at_once.chroma)
    assert told.guided
    assert not guessed.guided


def test_a_reference_that_is_like_a_later_frame_corrects_what_is_carried_there(
    engine: Engine, pan: Pan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stepping, "STEADY", 2.0)  # no frame is spared the network
    luma, lent = pan()[0], np.full((*SIZE.shape, 2), (0.3, -0.2), np.float32)
    answer = np.array([0, 0, 0.3], np.float32)[None, :, None, None]
    grey = with_colour(engine, lambda _: np.broadcast_to(answer, (1, 3, *luma.shape)))
    _, state = step(grey, luma, FrameGuidance(), State())
    entry = memory.remember(engine.keys(luma), lent)
    with_it, _ = step(grey, luma, FrameGuidance(references=(entry,)), state)
    assert np.abs(step(grey, luma, FrameGuidance(), state)[0].chroma).max() < 0.01
    assert (with_it.chroma / lent).mean() > 0.1


def test_what_the_motion_lost_is_looked_for_where_it_looks_alike(
    engine: Engine, pan: Pan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A jump that no motion follows: the flow that is handed on leads to the cell that moved."""
    monkeypatch.setattr(stepping, "LOST", 0.0)  # no keyframe is left behind
    luma = pan()[0]
    _, state = step(engine, luma, halves(luma), State())
    jumped = np.roll(luma, 32, axis=1)
    _, state = step(engine, jumped, FrameGuidance(), state)
    assert state.past is not None
    key = state.past.keyframe
    middle = key.flow[16:48, 48:80, 0]
    assert np.median(np.abs(middle + 32)) < 4
