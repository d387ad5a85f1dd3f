"""A shot as far as it matters to where hints would help: few of its frames, however long it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from huecue.engine import Engine
from huecue.pipeline import both_ways
from huecue.pipeline.guidance import Guide
from huecue.pipeline.step import Colours
from huecue.stages.cells import cells_of, look
from huecue.stages.clicks import Click, View, choose
from huecue.stages.doubt import doubt_of
from huecue.stages.krige import COORDINATE
from huecue.types import FilmInfo, Luma, Shot, Size

SPAN = 8
"""Frames of a shot of which the one most in doubt is kept; in long shots a span is longer."""
MOST_SPANS = 8
MOST_HINTED = 4
"""The last hinted frames of a shot; they are asked about first."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A pixel (x, y) of a frame of the film, as displayed, where a hint would help; and the frame's shot.

    `gain` is the share of the film, 0..1 of all pixels of all frames, that the hint seems to take from doubt.
    `time_s` is the frame's own time, None where the film has no times.
    """

    frame: int
    x: int
    y: int
    gain: float
    shot: Shot
    time_s: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A frame of a shot: each cell's doubt (h, w), which cells are hinted, and how to get its luma (H, W).

    Doubt is in half precision, for a page keeps it of every frame.
    """

    index: int
    luma: Callable[[], Luma]
    doubt: NDArray[np.float16]
    told: tuple[int, ...] = ()
    time_s: float | None = None
    span: int = 0

    @property
    def total(self) -> float:
        """How much doubt is in it."""
        return float(self.doubt.sum(dtype=np.float32))


@dataclass(slots=True)
class Gathered:
    """A shot as far as it was seen: its first frame, hinted ones, and of each span the one most in doubt."""

    first: Kept
    last: int
    span: int = SPAN
    kept: list[Kept] = field(default_factory=list)
    hinted: list[Kept] = field(default_factory=list)

    def add(self, one: Kept) -> None:
        """See the next frame of the shot; what is kept is bounded."""
        self.last = one.index
        if one.told:
            self.hinted = [*self.hinted, one][-MOST_HINTED:]
        here = replace(one, span=(one.index - self.first.index) // self.span)
        self.kept = _most_in_doubt([*self.kept, here])
        while len(self.kept) > MOST_SPANS:
            self.span *= 2
            self.kept = _most_in_doubt([replace(kept, span=kept.span // 2) for kept in self.kept])

    @property
    def shot(self) -> Shot:
        """The frames seen."""
        return Shot(self.first.index, self.last + 1)

    def frames(self) -> list[tuple[Kept, int]]:
        """The frames to look at, in order, and how many of the shot are nearest to each."""
        by_index = {one.index: one for one in (self.first, *self.kept, *self.hinted)}
        chosen = [by_index[index] for index in sorted(by_index)]
        middles = [(one.index + other.index + 1) // 2 for one, other in pairwise(chosen)]
        edges = [self.shot.start, *middles, self.shot.stop]
        return [(one, stop - start) for one, (start, stop) in zip(chosen, pairwise(edges), strict=True)]


def _most_in_doubt(kept: Sequence[Kept]) -> list[Kept]:
    return [max(same, key=attrgetter("total")) for _, same in groupby(kept, key=attrgetter("span"))]


def keep(
    index: int,
    colours: Colours,
    guide: Guide,
    luma: Callable[[], Luma],
    *,
    first: bool,
    time_s: float | None = None,
) -> Kept:
    """What is kept of a frame in colour; `first` says that it is the first one coloured."""
    here = luma()
    doubt = doubt_of(colours.confidence, here).astype(np.float16)
    return Kept(index, luma, doubt, _told_cells(guide, index, here, first=first), time_s)


def gathered(frames: Sequence[Kept]) -> Gathered:
    """The shot that these frames, one at least and in order, are of."""
    shot = Gathered(frames[0], frames[0].index)
    for one in frames:
        shot.add(one)
    return shot


def _told_cells(guide: Guide, index: int, luma: Luma, *, first: bool) -> tuple[int, ...]:
    """The cells in which a frame has hints that count: of one that is given whole they are not looked at."""
    if guide.whole(index, first=first) is not None:
        return ()
    given = guide.given(index, luma, first=first)
    return () if given is None else cells_of(given.mask)


def points(shot: Gathered, info: FilmInfo, engine: Engine, count: int) -> list[Suggestion]:
    """The best points of a shot, `count` at most, the best first; their gain counts whole frames."""
    frames = shot.frames()
    views = [_view(kept, engine, many) for kept, many in frames]
    times = {kept.index: kept.time_s for kept, _ in frames}
    return [
        Suggestion(
            one.index, *_pixel(one, engine.size, info.displayed), one.gain, shot.shot, times[one.index]
        )
        for one in choose(views, count, reach=both_ways.reach(info))
    ]


def _view(kept: Kept, engine: Engine, stands_for: int) -> View:
    luma = kept.luma()
    likeness = engine.likeness(luma)[COORDINATE]
    return View(kept.index, look(luma, likeness), kept.doubt.astype(np.float32), stands_for, kept.told)


def _pixel(click: Click, size: Size, displayed: Size) -> tuple[int, int]:
    """The pixel of the film under a point of the working-size frame."""
    x = round((click.x + 0.5) * displayed.width / size.width - 0.5)
    y = round((click.y + 0.5) * displayed.height / size.height - 0.5)
    return min(max(x, 0), displayed.width - 1), min(max(y, 0), displayed.height - 1)
