"""A film's frames in the style of a picture, steady in time. Luma IS repainted here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from huecue.color import Floats
from huecue.networks.vgg import Vgg
from huecue.pipeline import ColoredFrame, Guidance, color_frames
from huecue.pipeline.frames import find_cuts, seen_small
from huecue.pipeline.planes import working_luma
from huecue.stages import motion
from huecue.transfer.options import StyleOptions
from huecue.transfer.pixels import (
    ChromaPlanes,
    picture_of,
    planes_for,
    repainted,
    shrink_picture,
    size_within,
    upright_chroma,
)
from huecue.transfer.transfer import Held, Look, Watch, open_vgg, read_look, repaint
from huecue.types import FilmInfo, Frame, Luma, Mask, Picture

FIRST_TIMES = 2
"""A shot's first frame starts from nothing, and takes so many times the iterations."""

Source = tuple[Frame, ChromaPlanes | None, bool]
"""A frame, the chroma it has before it is repainted, and whether a shot starts there."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Iterations done, of how many as far as is known (None: not at all), and what they are done on."""

    done: int
    total: int | None
    doing: str


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """What one painted frame leaves to the next: its own luma (H, W), 0..255, and the painting (H, W, 3)."""

    luma: Luma
    painting: Floats


def style_frames(
    frames: Iterable[Frame],
    info: FilmInfo,
    style: Picture,
    options: StyleOptions = StyleOptions(),  # noqa: B008  # frozen
    *,
    vgg: Vgg | None = None,
    expected: int | None = None,
    watch: Callable[[Steps], None] | None = None,
) -> Iterator[ColoredFrame]:
    """Every frame repainted in the style of a picture (H, W, 3), in order: luma and chroma are new.

    `flicker` is the mean change of the painting along the motion, in 8-bit levels. `watch` is told of every
    iteration; with `expected` frames it knows how many there will be. Raises what `transfer` raises, when the
    first frame is asked for.
    """
    eyes = vgg or open_vgg(options.painting)
    look = read_look(eyes, shrink_picture(style, options.size_px), options.painting)
    size, past = size_within(info.displayed, options.size_px), None
    spent = 0
    for number, (frame, chroma, starts) in enumerate(_sources(frames, info, options)):
        steps = options.transfer.iterations * (FIRST_TIMES if starts else 1)
        rest = None if expected is None else max(0, expected - number - 1) * options.transfer.iterations
        tell = None if watch is None else _teller(watch, frame, spent, steps, rest)
        content, luma = picture_of(frame, chroma, info, size), working_luma(frame, info, size)
        painting, trust, flicker = paint(
            eyes, content, luma, look, options, None if starts else past, watch=tell
        )
        past, spent = Past(luma, painting), spent + steps
        made, planes = repainted(frame, painting, info)
        if options.keep_colors:
            planes = planes_for(frame, upright_chroma(frame, chroma, info), info)
        yield ColoredFrame(made, planes, starts, trust, flicker)


def _teller(watch: Callable[[Steps], None], frame: Frame, spent: int, steps: int, rest: int | None) -> Watch:
    """Tells of the whole film's iterations when it is told of a frame's; `rest` are those of later frames."""
    total = None if rest is None else spent + steps + rest

    def tell(done: int) -> None:
        watch(Steps(spent + done, total, f"frame {frame.index}"))

    return tell


def paint(
    vgg: Vgg,
    content: Floats,
    luma: Luma,
    look: Look,
    options: StyleOptions,
    past: Past | None,
    *,
    watch: Watch | None = None,
) -> tuple[Floats, Mask, float | None]:
    """The painting (H, W, 3) of a frame, how far (H, W) it could follow the last one, and its flicker.

    It starts from the last painting, moved along the motion; where that can't be trusted, from the content.
    """
    if past is None:
        steps = FIRST_TIMES * options.painting.iterations
        painting = repaint(vgg, content, look, options.painting, iterations=steps, watch=watch)
        return painting, np.zeros(luma.shape, np.float32), None
    flow = motion.find_flow(luma, past.luma)
    trust = motion.find_confidence(luma, past.luma, flow)
    carried = motion.carry(past.painting, flow)
    start = content + trust[..., None] * (carried - content)
    held = Held(carried, trust, options.temporal) if options.temporal else None
    painting = repaint(vgg, content, look, options.painting, start=start, held=held, watch=watch)
    return painting, trust, _flicker(painting, carried, trust)


def _sources(frames: Iterable[Frame], info: FilmInfo, options: StyleOptions) -> Iterator[Source]:
    """Each frame with the colours to paint in, its own or Huecue's."""
    if options.colorize:
        for one in color_frames(frames, info, Guidance(), options.color):
            yield one.frame, one.chroma, one.shot_start
        return
    size, first = size_within(info.displayed, options.size_px), True
    for (frame, _), cut in find_cuts(seen_small(frames, info, size), options.color.cuts):
        yield frame, frame.chroma, cut or first
        first = False


def _flicker(painting: Floats, carried: Floats, trust: Mask) -> float | None:
    sure = trust > 0.5
    return float(np.abs(painting - carried)[sure].mean()) * 255 if sure.any() else None
