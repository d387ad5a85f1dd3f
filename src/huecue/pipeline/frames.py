"""A film's frames coloured one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from huecue.engine import Engine, open_engine
from huecue.pipeline.guidance import Guidance, Guide
from huecue.pipeline.options import ColorOptions, Cuts
from huecue.pipeline.planes import finish, working_luma
from huecue.pipeline.step import State, step
from huecue.stages.shots import with_cuts
from huecue.stages.upsample import working_size
from huecue.types import FilmInfo, Frame, Luma, Mask, Plane, Size
from huecue.weights import load_weights

SeenFrame = tuple[Frame, Luma]


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


def color_frames(
    frames: Iterable[Frame],
    info: FilmInfo,
    guidance: Guidance,
    options: ColorOptions,
    *,
    engine: Engine | None = None,
) -> Iterator[ColoredFrame]:
    """Every frame in colour, in order, by the shipped network unless an engine of that size is given."""
    if engine is None:
        engine = open_default_engine(info, options)
    guide = Guide.prepare(guidance, info.displayed, engine)
    state, start, first = State(), 0, True
    for (frame, luma), cut in find_cuts(seen_small(frames, info, engine.size), options.cuts):
        if cut:
            state, start = State(), frame.index
        here = guide.at(frame.index, luma, first=first, shot_start=start)
        colours, state = step(engine, luma, here, state)
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
