"""A film's frames coloured one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from huecue.engine import Engine, open_engine
from huecue.pipeline import both_ways
from huecue.pipeline.guidance import Guidance, Guide
from huecue.pipeline.options import ColorOptions, Cuts
from huecue.pipeline.planes import finish, working_luma
from huecue.pipeline.settings import saturations, shot_start
from huecue.pipeline.small import CarryBack, ColorOne, Coloured, Place, Small, Way, color_small
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
    `hint_errors` holds CIEDE2000 between each hint of this frame, as vivid as its shot is to be, and what
    came out there.
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
    way = network_way(network, guide, info, alone=alone)
    return walk(frames, info, guide, options, size=network.size, color=way.color, back=way.back)


def network_way(network: Engine, guide: Guide, info: FilmInfo, *, alone: bool = False) -> Way[State]:
    """How the network colours a film's working-size frames under guidance."""

    def color(luma: Luma, place: Place, state: State | None) -> tuple[Colours, State]:
        here = guide.at(place.index, luma, first=place.first, shot_start=place.shot_start)
        colours, left = step(network, luma, here, State() if alone or state is None else state)
        return colours if here.stands else colours.on(luma), left

    def back(lumas: Sequence[Luma], state: State) -> Sequence[Colours]:
        return both_ways.carry_back(network, lumas, state)

    return Way(guide, color, None if alone else back, both_ways.reach(info))


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
    saturation_at = saturations(guide.guidance, options)
    small = find_cuts(seen_small(frames, info, size), options.cuts)
    seen = (Small(frame, luma, frame.index, cut) for (frame, luma), cut in small)
    way = Way(guide, color, back, both_ways.reach(info))
    for one in color_small(seen, way, start_of=lambda index: shot_start(index, options.cuts)):
        yield _finished(one, info, guide, saturation_at(one.place.index))


def _finished(one: Coloured[Frame], info: FilmInfo, guide: Guide, saturation: float) -> ColoredFrame:
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
