"""A film's frames coloured one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from huecue.engine import Engine, open_engine
from huecue.pipeline.guidance import Guidance, Guide
from huecue.pipeline.options import ColorOptions, Cuts
from huecue.pipeline.planes import finish, working_luma
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

    `confidence` (H, W), 0..1 at working size, upright: how sure the source of each colour is.
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


def color_frames(
    frames: Iterable[Frame],
    info: FilmInfo,
    guidance: Guidance,
    options: ColorOptions,
    *,
    engine: Engine | None = None,
) -> Iterator[ColoredFrame]:
    """Every frame in colour, in order, by the shipped network unless an engine of that size is given."""
    return _by_network(frames, info, guidance, options, engine, alone=False)


def still(
    frames: Iterable[Frame],
    info: FilmInfo,
    guidance: Guidance,
    options: ColorOptions,
    *,
    engine: Engine | None = None,
) -> Iterator[ColoredFrame]:
    """As `color_frames`, but each frame by itself: nothing is carried on, and hints count for their frame."""
    return _by_network(frames, info, guidance, options, engine, alone=True)


def _by_network(
    frames: Iterable[Frame],
    info: FilmInfo,
    guidance: Guidance,
    options: ColorOptions,
    engine: Engine | None,
    *,
    alone: bool,
) -> Iterator[ColoredFrame]:
    network = engine or open_default_engine(info, options)
    guide = Guide.prepare(guidance, info.displayed, network)

    def color(luma: Luma, place: Place, state: State | None) -> tuple[Colours, State]:
        here = guide.at(place.index, luma, first=place.first, shot_start=place.shot_start)
        return step(network, luma, here, State() if alone or state is None else state)

    return walk(frames, info, guide, options, size=network.size, color=color)


def walk(
    frames: Iterable[Frame],
    info: FilmInfo,
    guide: Guide,
    options: ColorOptions,
    *,
    size: Size,
    color: ColorOne[S],
) -> Iterator[ColoredFrame]:
    """Every frame, coloured one after the other at a working size: the way that all methods go.

    Cuts empty the state; hints that the guide has are kept to, whatever chroma was made.
    """
    state: S | None = None
    start, first = 0, True
    for (frame, luma), cut in find_cuts(seen_small(frames, info, size), options.cuts):
        if cut:
            state, start = None, frame.index
        colours, state = color(luma, Place(frame.index, start, first), state)
        planes, errors = finish(
            frame, info, colours.chroma, guide, first=first, saturation=options.saturation
        )
        yield ColoredFrame(frame, planes, cut or first, colours.confidence, colours.flicker, errors)
        first = False


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
