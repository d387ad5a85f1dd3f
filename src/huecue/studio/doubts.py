"""Where a click would help most: what `huecue suggest` says, of as much of the film as is in colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from huecue.pipeline import Suggestion
from huecue.pipeline.gathered import Gathered, gathered
from huecue.studio.painter import Painted
from huecue.types import Shot

MOST_SHOTS = 3
"""Shots that are looked at anew for one answer, those most in doubt first: each takes about half a second."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The best point of a shot, None where no doubt is left, as its frames were."""

    frames: tuple[Painted, ...]
    best: Suggestion | None


Answers = Mapping[int, Answer]
"""By the frame that the shot starts at."""


def next_click(
    seen: Mapping[int, Painted],
    shots: Sequence[Shot],
    known: Answers,
    find: Callable[[Gathered], Suggestion | None],
) -> tuple[Suggestion | None, Answers]:
    """The best point of all shots, and the answers to hand in the next time.

    `find` gives a shot's best point. Shots whose frames are as they were keep their answers. None where
    nothing is in colour yet, or no doubt is left.
    """
    frames = {shot.start: _frames_of(shot, seen) for shot in shots}
    same = {start: one for start, one in known.items() if frames.get(start) == one.frames}
    new = [start for start, painted in frames.items() if painted and start not in same]
    new.sort(key=lambda start: -sum(one.kept.total for one in frames[start]))
    looked = {
        start: Answer(frames[start], find(gathered([one.kept for one in frames[start]])))
        for start in new[:MOST_SHOTS]
    }
    answers = {**same, **looked}
    found = (one.best for one in answers.values() if one.best is not None)
    return max(found, key=attrgetter("gain"), default=None), answers


def _frames_of(shot: Shot, seen: Mapping[int, Painted]) -> tuple[Painted, ...]:
    return tuple(seen[index] for index in range(shot.start, shot.stop) if index in seen)
