"""The next best click: of all shots, and no shot is looked at twice as long as it stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from huecue.pipeline import Suggestion
from huecue.pipeline.gathered import Gathered, Kept
from huecue.studio.doubts import MOST_SHOTS, next_click
from huecue.studio.painter import Painted
from huecue.types import Shot

SHOTS = tuple(Shot(start, start + 10) for start in range(0, 10 * (MOST_SHOTS + 2), 10))


def painted(index: int, doubt: float) -> Painted:
    kept = Kept(index, lambda: np.zeros((16, 24), np.uint8), np.full((2, 3), doubt, np.float16))
    return Painted(index, True, 1 - doubt, kept)


def film(*doubts: float) -> dict[int, Painted]:
    """Of each shot all frames, with this doubt."""
    every = (
        painted(index, doubts[number])
        for number, shot in enumerate(SHOTS[: len(doubts)])
        for index in range(shot.start, shot.stop)
    )
    return {one.index: one for one in every}


def finder(looked: list[int]) -> Callable[[Gathered], Suggestion | None]:
    """A hint in a shot's first frame takes all of its doubt; the shots looked at are listed."""

    def find(shot: Gathered) -> Suggestion | None:
        looked.append(shot.shot.start)
        gain = sum(one.total * many for one, many in shot.frames())
        return Suggestion(shot.shot.start, 1, 2, gain, shot.shot, None) if gain else None

    return find


def test_the_shot_with_most_to_gain_comes_first() -> None:
    best, _ = next_click(film(0.1, 0.9, 0.4), SHOTS, {}, finder([]))
    assert best is not None
    assert (best.frame, best.shot) == (10, SHOTS[1])


def test_nothing_known_or_nothing_in_doubt_gives_no_point() -> None:
    assert next_click({}, SHOTS, {}, finder([])) == (None, {})
    assert next_click(film(0.0, 0.0), SHOTS, {}, finder([]))[0] is None


def test_a_shot_that_is_partly_in_colour_is_asked_about_where_it_is() -> None:
    seen = {index: one for index, one in film(0.2, 0.2).items() if index >= 14}
    best, _ = next_click(seen, SHOTS, {}, finder([]))
    assert best is not None
    assert best.shot == Shot(14, 20)


def test_only_shots_that_changed_are_looked_at_again() -> None:
    looked: list[int] = []
    seen = film(0.5, 0.4)
    _, known = next_click(seen, SHOTS, {}, finder(looked))
    again, known = next_click(seen, SHOTS, known, finder(looked))
    assert again is not None
    assert looked == [0, 10]
    best, _ = next_click({**seen, 12: painted(12, 0.0)}, SHOTS, known, finder(looked))
    assert looked == [0, 10, 10]
    assert best == again


def test_few_shots_are_looked_at_for_one_answer_those_most_in_doubt_first() -> None:
    looked: list[int] = []
    seen = film(*(0.1 * number for number in range(1, len(SHOTS) + 1)))
    _, known = next_click(seen, SHOTS, {}, finder(looked))
    rising = [shot.start for shot in SHOTS]
    assert looked == rising[::-1][:MOST_SHOTS]
    next_click(seen, SHOTS, known, finder(looked))
    assert looked == rising[::-1]


def test_a_shot_that_was_cut_anew_is_looked_at_again() -> None:
    looked: list[int] = []
    seen = film(0.5, 0.5)
    _, known = next_click(seen, SHOTS, {}, finder(looked))
    joined = [replace(SHOTS[0], stop=20)]
    best, answers = next_click(seen, joined, known, finder(looked))
    assert looked[2:] == [0]
    assert best is not None
    assert (best.shot, set(answers)) == (Shot(0, 20), {0})
