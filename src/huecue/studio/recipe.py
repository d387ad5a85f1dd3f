"""What a shot's colours depend on, and which of its frames a change touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from huecue.project import KeyframeFile, Project, ReferenceFile
from huecue.types import Color, Hint, Shot, Stroke


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that a shot's colours depend on, but its luma."""

    shot: Shot
    marks: tuple[Hint | Stroke | KeyframeFile, ...]
    references: tuple[ReferenceFile, ...]
    palette: tuple[Color, ...] = ()

    @property
    def guided(self) -> tuple[int, ...]:
        """The frames that hints, strokes and keyframes are for, rising."""
        return tuple(sorted({mark.frame for mark in self.marks}))


def shots_of(cuts: Sequence[int], frames: int) -> tuple[Shot, ...]:
    """The shots of a film of so many frames; cuts outside it count for nothing."""
    starts = [0, *sorted({cut for cut in cuts if 0 < cut < frames})]
    return tuple(Shot(a, b) for a, b in pairwise([*starts, frames])) if frames else ()


def shot_at(shots: Sequence[Shot], frame: int) -> Shot | None:
    """The shot that holds a frame."""
    return next((shot for shot in shots if shot.start <= frame < shot.stop), None)


def recipe_of(project: Project, shot: Shot) -> Recipe:
    """What a project says for a shot."""
    marks: tuple[Hint | Stroke | KeyframeFile, ...] = (*project.keyframes, *project.strokes, *project.hints)
    inside = tuple(mark for mark in marks if shot.start <= mark.frame < shot.stop)
    counts = (one for one in project.references if one.frame == 0 or shot.start <= one.frame < shot.stop)
    return Recipe(shot, inside, tuple(sorted(counts, key=lambda one: one.frame)), project.palette)


def first_difference(old: Recipe, new: Recipe) -> int | None:
    """The first frame of the shot that is told something else; None where all frames are told the same.

    Both are of a shot that starts at one frame.
    """
    start = new.shot.start
    if old.palette != new.palette:
        return start
    if old.references != new.references:
        alike = [one for one in old.references if one in new.references]
        changed = [one.frame for one in (*old.references, *new.references) if one not in alike]
        return max(start, min(changed, default=start))
    told: set[int] = set()
    for frame in {*old.guided, *new.guided}:
        if _at(old, frame) != _at(new, frame):
            told.add(frame)
    return min(told, default=None)


def _at(recipe: Recipe, frame: int) -> tuple[Hint | Stroke | KeyframeFile, ...]:
    return tuple(mark for mark in recipe.marks if mark.frame == frame)


def begin_of(recipe: Recipe, frame: int, reach: int) -> int:
    """The first frame that must be gone through again where `frame` is told something else.

    Frames before a hinted one are coloured from both sides, so these are from where the waiting begins.
    """
    later = next((one for one in recipe.guided if one >= frame), None)
    if later is None:
        return frame
    before = max((one for one in recipe.guided if one < frame), default=recipe.shot.start)
    return max(before, min(frame, later - reach), recipe.shot.start)


def touched(old: Recipe, new: Recipe, reach: int) -> Shot | None:
    """The frames whose colours a change of recipe changes, as a range; None where there are none."""
    told = first_difference(old, new)
    if told is None:
        return None
    starts = [_first_changed(recipe, told, reach) for recipe in (old, new)]
    return Shot(min(starts), max(new.shot.stop, min(starts)))


def _first_changed(recipe: Recipe, told: int, reach: int) -> int:
    begin = begin_of(recipe, told, reach)
    return begin + 1 if begin < told and begin in recipe.guided else begin  # a hint's own frame stays


def changed_frames(
    old: Project, known: Sequence[Shot], new: Project, shots: Sequence[Shot], reach: int
) -> list[Shot]:
    """The frames whose colours change from a project with the shots `known` to one with `shots`: ranges."""
    now, found = {shot.start: shot for shot in shots}, list[Shot]()
    for shot in known:
        same = now.get(shot.start)
        changed = shot if same is None else touched(recipe_of(old, shot), recipe_of(new, same), reach)
        if changed is None:
            continue
        joined = bool(found) and found[-1].stop == changed.start
        start = found.pop().start if joined else changed.start
        found.append(Shot(start, changed.stop))
    return found
