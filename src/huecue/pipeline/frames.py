"""A film's frames coloured one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from huecue import color
from huecue.engine import Engine, open_engine
from huecue.metrics import ciede2000
from huecue.pipeline.guidance import Guidance, Guide, picture_chroma
from huecue.pipeline.options import ColorOptions, Cuts
from huecue.pipeline.step import Colours, State, step
from huecue.stages.hints import Given, honour
from huecue.stages.shots import with_cuts
from huecue.stages.upsample import grow, shrink_luma, working_size
from huecue.types import Chroma, FilmInfo, Frame, Luma, Mask, Plane, Size
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
    """Every frame in colour, in order. Opens the shipped network unless an engine for the working size is given."""
    if engine is None:
        engine = open_default_engine(info, options)
    guide = Guide.prepare(guidance, info.displayed, engine)
    state, start, first = State(), 0, True
    for (frame, luma), cut in find_cuts(seen_small(frames, info, engine.size), options.cuts):
        if cut:
            state, start = State(), frame.index
        here = guide.at(frame.index, luma, first=first, shot_start=start)
        colours, state = step(engine, luma, here, state)
        yield _finish(frame, info, colours, guide, options, first=first, cut=cut or first)
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


def working_luma(frame: Frame, info: FilmInfo, size: Size) -> Luma:
    """The upright working-size luma (H, W), 0..255, of a frame."""
    black, white = color.luma_span(frame.depth, frame.full_range)
    return shrink_luma(frame.luma, size, turns=info.turns, black=black, white=white)


def _finish(
    frame: Frame,
    info: FilmInfo,
    colours: Colours,
    guide: Guide,
    options: ColorOptions,
    *,
    first: bool,
    cut: bool,
) -> ColoredFrame:
    """The chroma planes of a frame, and how far its hints were kept to."""
    size = _plane_size(frame, info)
    luma = working_luma(frame, info, size) if guide.stands(frame.index, first=first) else None
    given = None if luma is None else guide.given(frame.index, luma, first=first)
    whole = guide.guidance.first_frame if first else None
    wide = _grown(colours.chroma, size, luma, given) if whole is None else picture_chroma(whole, size)
    planes = _to_planes(wide * np.float32(options.saturation), frame, info.turns)
    errors = _hint_errors(frame, info, guide, planes) if given is not None and options.saturation == 1 else ()
    return ColoredFrame(frame, planes, cut, colours.confidence, colours.flicker, errors)


def _plane_size(frame: Frame, info: FilmInfo) -> Size:
    """The upright size of the chroma planes."""
    shift_x, shift_y = info.chroma_shift
    across, down = -(-frame.size.width // 2**shift_x), -(-frame.size.height // 2**shift_y)
    return Size(down, across) if info.turns % 2 else Size(across, down)


def _grown(chroma: Chroma, size: Size, luma: Luma | None, given: Given | None) -> Chroma:
    wide = grow(chroma, size)
    return wide if given is None or luma is None else honour(wide, given, luma)


def _to_planes(chroma: Chroma, frame: Frame, turns: int) -> tuple[Plane, Plane]:
    """Planes as stored: turned back, at the frame's depth and range."""
    cb, cr = color.chroma_to_planes(chroma, frame.depth, frame.full_range)
    return np.ascontiguousarray(np.rot90(cb, turns)), np.ascontiguousarray(np.rot90(cr, turns))


def _hint_errors(
    frame: Frame, info: FilmInfo, guide: Guide, planes: tuple[Plane, Plane]
) -> tuple[float, ...]:
    """CIEDE2000 of each hint of the frame: the colour it stands for at its pixel's luma, and what came out."""
    hints = [hint for hint in guide.guidance.hints if hint.frame == frame.index]
    if not hints:
        return ()
    luma = np.rot90(color.plane_to_luma(frame.luma, frame.depth, frame.full_range), -info.turns)
    small = np.rot90(color.planes_to_chroma(planes, frame.depth, frame.full_range), -info.turns)
    chroma = cv2.resize(np.ascontiguousarray(small), luma.shape[::-1], interpolation=cv2.INTER_LINEAR)
    errors = []
    for hint in hints:
        row = min(max(round(hint.y), 0), luma.shape[0] - 1)
        column = min(max(round(hint.x), 0), luma.shape[1] - 1)
        light = np.clip(luma[row : row + 1, column], 0, 1)
        errors.append(_difference(light, color.hint_chroma(hint.color, light), chroma[row : row + 1, column]))
    return tuple(errors)


def _difference(luma: NDArray[np.float32], wanted: Chroma, got: Chroma) -> float:
    both = [color.rgb_to_lab(np.clip(color.ycc_to_rgb(luma, chroma), 0, 1)) for chroma in (wanted, got)]
    return float(ciede2000(*both)[0])
