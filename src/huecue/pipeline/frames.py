"""A film's frames coloured one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from huecue.engine import Engine, open_engine
from huecue.errors import FilmTruncated
from huecue.pipeline import both_ways
from huecue.pipeline.guidance import Guidance, Guide
from huecue.pipeline.options import ColorOptions, Cuts
from huecue.pipeline.planes import finish, working_luma
from huecue.pipeline.settings import saturations, shot_start
from huecue.pipeline.step import Colours, State, step
from huecue.stages.shots import with_cuts
from huecue.stages.upsample import working_size
from huecue.types import FilmInfo, Frame, Luma, Mask, Plane, Size
from huecue.weights import load_weights

SeenFrame = tuple[Frame, Luma]
S = TypeVar("S")


@dataclass(frozen=True, slots=True, eq=False)
class ColoredFrame:
    """A frame and the two chroma planes made for it, at its own depth.

    `confidence` (H, W), 0..1 at working size, upright: how near to the truth each colour seems to be.
    `hint_errors` holds CIEDE2000 between each hint of this frame and the colour that came out there.
    """

    frame: Frame
    chroma: tuple[Plane, Plane]
    shot_start: bool
    confidence: Mask
    flicker: float | None
    hint_errors: tuple[float, ...] = ()


Coloring = Callable[[Iterable[Frame], FilmInfo, Guidance, ColorOptions], Iterator[ColoredFrame]]
"""A method: a film's frames and all that was given for it in, each frame in colour out, in order.

Its `__name__` names it in a report. It raises UsageError at once where it lacks what it needs.
"""


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
class _Held:
    """A coloured frame that waits: a later one may know better."""

    frame: Frame
    luma: Luma
    place: Place
    shot_start: bool
    colours: Colours


def color_frames(
    frames: Iterable[Frame],
    info: FilmInfo,
    guidance: Guidance,
    options: ColorOptions,
    *,
    engine: Engine | None = None,
    alone: bool = False,
) -> Iterator[ColoredFrame]:
    """Every frame in colour, in order, by the shipped network unless an engine of that size is given.

    `alone`: each frame by itself; nothing is carried on, and what is given for a frame counts for it alone.
    """
    network = engine or open_default_engine(info, options)
    guide = Guide.prepare(guidance, info.displayed, network)

    def color(luma: Luma, place: Place, state: State | None) -> tuple[Colours, State]:
        here = guide.at(place.index, luma, first=place.first, shot_start=place.shot_start)
        return step(network, luma, here, State() if alone or state is None else state)

    def back(lumas: Sequence[Luma], state: State) -> Sequence[Colours]:
        return both_ways.carry_back(network, lumas, state)

    return walk(frames, info, guide, options, size=network.size, color=color, back=None if alone else back)


def still(
    frames: Iterable[Frame],
    info: FilmInfo,
    guidance: Guidance,
    options: ColorOptions,
    *,
    engine: Engine | None = None,
) -> Iterator[ColoredFrame]:
    """As `color_frames`, but each frame alone."""
    return color_frames(frames, info, guidance, options, engine=engine, alone=True)


def walk(
    frames: Iterable[Frame],
    info: FilmInfo,
    guide: Guide,
    options: ColorOptions,
    *,
    size: Size,
    color: ColorOne[S],
    back: CarryBack[S] | None = None,
) -> Iterator[ColoredFrame]:
    """Every frame, coloured one after the other at a working size: the way that all methods go.

    Cuts empty the state; hints that the guide has are kept to, whatever chroma was made. With `back`, frames
    wait for a guided one that follows soon in their shot, and are coloured from both sides. Raises UsageError
    where shots have settings and `options` leave the cuts to be found.
    """
    state: S | None = None
    start, first, held = 0, True, list[_Held]()
    saturation_at = saturations(guide.guidance, options)

    def done(waiting: Iterable[_Held]) -> Iterator[ColoredFrame]:
        for one in waiting:
            yield _finished(one, info, guide, saturation_at(one.place.index))

    try:
        for (frame, luma), cut in find_cuts(seen_small(frames, info, size), options.cuts):
            if cut:
                yield from done(held)
                state, held = None, []
            if cut or first:
                start = frame.index if cut else shot_start(frame.index, options.cuts)
            place = Place(frame.index, start, first)
            colours, state = color(luma, place, state)
            here = _Held(frame, luma, place, cut or first, colours)
            if held and back is not None and guide.stands(frame.index, first=first):
                yield from done(_from_both_sides(held, back([one.luma for one in held], state), guide))
                held = []
            held.append(here)
            if back is None or not guide.stands_soon(frame.index, both_ways.reach(frame)):
                yield from done(held)
                held = []
            first = False
    except FilmTruncated:
        yield from done(held)
        raise
    yield from done(held)


def _from_both_sides(held: Sequence[_Held], backwards: Sequence[Colours], guide: Guide) -> Iterator[_Held]:
    begins = held[0]
    ramped = guide.stands(begins.place.index, first=begins.place.first) or not begins.shot_start
    for steps, (one, other) in enumerate(zip(held, backwards, strict=True)):
        share = steps / len(held)
        yield replace(one, colours=both_ways.blend(one.colours, other, share, ramped=ramped))


def _finished(one: _Held, info: FilmInfo, guide: Guide, saturation: float) -> ColoredFrame:
    made = one.colours
    planes, errors = finish(one.frame, info, made.chroma, guide, first=one.place.first, saturation=saturation)
    return ColoredFrame(one.frame, planes, one.shot_start, made.confidence, made.flicker, errors)


def open_default_engine(info: FilmInfo, options: ColorOptions) -> Engine:
    """The shipped network for a film's working size."""
    size = working_size(info.displayed)
    return open_engine(
        load_weights(), size, name=options.engine, device=options.device, threads=options.threads
    )


def seen_small(frames: Iterable[Frame], info: FilmInfo, size: Size) -> Iterator[SeenFrame]:
    """Each frame with its working-size luma."""
    for frame in frames:
        yield frame, working_luma(frame, info, size)


def find_cuts(frames: Iterable[SeenFrame], cuts: Cuts) -> Iterator[tuple[SeenFrame, bool]]:
    """Each frame with whether a new shot starts there."""
    if cuts == "auto":
        yield from with_cuts(frames, lambda seen: seen[1])
        return
    known = frozenset(() if cuts == "none" else cuts)
    for seen in frames:
        yield seen, seen[0].index in known
