"""Working-size frames coloured one after the other, waiting where a later one may know better.

The full-size frames play no part: a render and a page that shows a single shot go the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from huecue.errors import FilmTruncated
from huecue.pipeline import both_ways
from huecue.pipeline.guidance import Guide
from huecue.pipeline.step import Colours
from huecue.types import Luma

S = TypeVar("S")
F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a frame stands: its index, the index its shot starts at, and whether it is the first coloured."""

    index: int
    shot_start: int
    first: bool


ColorOne = Callable[[Luma, Place, S | None], tuple[Colours, S]]
"""One working-size frame's colours and the state for the next; a shot starts from the state None."""
CarryBack = Callable[[Sequence[Luma], S], Sequence[Colours]]
"""The colours of the frames before one that a person guided, from the state that this one left."""


@dataclass(frozen=True, slots=True, eq=False)
class Small(Generic[F]):
    """A frame's working-size luma, and the `frame` it is of, which is handed on untouched."""

    frame: F
    luma: Luma
    index: int
    cut: bool


@dataclass(frozen=True, slots=True, eq=False)
class Coloured(Generic[F]):
    """A frame with its working-size colours."""

    frame: F
    luma: Luma
    place: Place
    shot_start: bool
    colours: Colours


@dataclass(frozen=True, slots=True)
class Way(Generic[S]):
    """How frames are coloured: one by one and, if at all, backwards over as many as `reach` from a hint."""

    guide: Guide
    color: ColorOne[S]
    back: CarryBack[S] | None = None
    reach: int = 0


def color_small(
    frames: Iterable[Small[F]],
    way: Way[S],
    *,
    start_of: Callable[[int], int],
    state: S | None = None,
    first: bool = True,
) -> Iterator[Coloured[F]]:
    """Every frame in colour, in order.

    The first one need not begin a shot: `start_of` says where its shot starts, `state` is what the frame
    before it left, and not `first` that there was one. Cuts empty the state. With `way.back`, frames wait for
    a guided one that follows soon in their shot, and are coloured from both sides. Where the film breaks off,
    those that wait are given first.
    """
    start: int | None = None
    held = list[Coloured[F]]()
    try:
        for one in frames:
            if one.cut:
                yield from held
                state, held = None, []
            if one.cut or start is None:
                start = one.index if one.cut else start_of(one.index)
            place = Place(one.index, start, first)
            colours, state = way.color(one.luma, place, state)
            here = Coloured(one.frame, one.luma, place, one.cut or first, colours)
            if held and way.back is not None and way.guide.stands(one.index, first=first):
                yield from _from_both_sides(held, way.back([each.luma for each in held], state), way.guide)
                held = []
            held.append(here)
            if way.back is None or not way.guide.stands_soon(one.index, way.reach):
                yield from held
                held = []
            first = False
    except FilmTruncated:
        yield from held
        raise
    yield from held


def _from_both_sides(
    held: Sequence[Coloured[F]], backwards: Sequence[Colours], guide: Guide
) -> Iterator[Coloured[F]]:
    begins = held[0]
    ramped = guide.stands(begins.place.index, first=begins.place.first) or not begins.shot_start
    for steps, (one, other) in enumerate(zip(held, backwards, strict=True)):
        share = steps / len(held)
        yield replace(one, colours=both_ways.blend(one.colours, other, share, ramped=ramped))
