"""A shot that leaves what it began with and comes back finds the colours that were said there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from huecue.engine import Engine
from huecue.pipeline.step import Colours, FrameGuidance, State, step
from huecue.stages.hints import place
from huecue.types import Hint, Luma, Size

RED, BLUE = (200, 40, 40), (40, 60, 200)
SIZE = Size(96, 64)
Pan = Callable[..., list[Luma]]


def halves(luma: Luma) -> FrameGuidance:
    """Red hints on the left, blue ones on the right."""
    left = [Hint(x, y, RED) for x in (10, 34) for y in (10, 32, 54)]
    right = [Hint(hint.x + 50, hint.y, BLUE) for hint in left]
    return FrameGuidance(place([*left, *right], (), luma, displayed=SIZE))


def run(engine: Engine, lumas: list[Luma], guided: tuple[int, ...] = (0,)) -> tuple[list[Colours], State]:
    done, state = list[Colours](), State()
    for index, luma in enumerate(lumas):
        guidance = halves(luma) if index in guided else FrameGuidance()
        colours, state = step(engine, luma, guidance, state)
        done.append(colours)
    return done, state


@pytest.fixture
def there(pan: Pan) -> list[Luma]:
    return pan(seed=1, count=4)


@pytest.fixture
def elsewhere(pan: Pan) -> list[Luma]:
    return pan(seed=2, count=3)


def test_back_where_a_shot_began_it_is_tracked_to_its_beginning(
    engine: Engine, there: list[Luma], elsewhere: list[Luma]
) -> None:
    _, gone = run(engine, [there[0], *elsewhere])
    assert gone.past is not None
    assert gone.past.keyframe.luma is elsewhere[0]
    done, back = run(engine, [there[0], *elsewhere, there[2]])
    assert back.past is not None
    assert back.past.keyframe.luma is there[0]
    assert np.median(back.past.keyframe.flow[8:-8, 8:-16, 0]) == pytest.approx(4, abs=1)
    told = done[0].chroma[8:-8, 12:-8]
    assert np.abs(done[-1].chroma[8:-8, 8:-12] - told).mean() < 0.25 * np.abs(told).mean()


def test_it_stays_tracked_to_its_beginning(engine: Engine, there: list[Luma], elsewhere: list[Luma]) -> None:
    _, back = run(engine, [there[0], *elsewhere, *there[1:]])
    assert back.past is not None
    assert back.past.keyframe.luma is there[0]


def test_where_nothing_is_like_its_beginning_a_shot_is_not_tracked_to_it(
    engine: Engine, there: list[Luma], elsewhere: list[Luma], pan: Pan
) -> None:
    third = pan(seed=3, count=3)
    _, gone = run(engine, [there[0], *elsewhere, *third])
    assert gone.past is not None
    assert gone.past.keyframe.luma is not there[0]


def test_the_last_frame_that_was_spoken_of_is_what_a_shot_returns_to(
    engine: Engine, there: list[Luma], elsewhere: list[Luma], pan: Pan
) -> None:
    third = pan(seed=3, count=2)
    _, back = run(engine, [there[0], *elsewhere, *third, elsewhere[2]], guided=(0, 1))
    assert back.past is not None
    assert back.past.keyframe.luma is elsewhere[0]
    _, first = run(engine, [there[0], *elsewhere, *third, there[1]], guided=(0, 1))
    assert first.past is not None
    assert first.past.keyframe.luma is not there[0]


def test_a_shot_without_guidance_returns_to_its_first_frame(
    engine: Engine, there: list[Luma], elsewhere: list[Luma]
) -> None:
    _, back = run(engine, [there[0], *elsewhere, there[1]], guided=())
    assert back.past is not None
    assert back.past.keyframe.luma is there[0]
