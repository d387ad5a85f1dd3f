"""The methods by name: a grey clip and its task in, chroma planes for each frame out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from huecue.color import chroma_to_planes, rgb_to_ycc
from huecue.engine import Engine
from huecue.errors import UsageError
from huecue.evaluate import baselines
from huecue.evaluate.baselines import Baseline
from huecue.evaluate.clips import ChromaPlanes, Clip, luma_at, resize_chroma, true_planes
from huecue.evaluate.protocols import Protocol, Task
from huecue.evaluate.spreads import levin, nearest
from huecue.pipeline import ColorOptions, Guidance, color_frames, open_default_engine
from huecue.stages.upsample import working_size
from huecue.types import Chroma, Hint, Luma, Reference, Size

Spread = Callable[[Sequence[Hint], Luma, Size], Chroma]
Colored = Iterator[ChromaPlanes]

HUECUE = "huecue"
ABLE: dict[Protocol, tuple[str, ...]] = {
    Protocol.AUTO: ("grey", HUECUE),
    Protocol.REFERENCE: ("grey", HUECUE),
    Protocol.FIRST_FRAME: ("grey", "frozen", "dis", "dis-refill", HUECUE),
    Protocol.HINTS: ("grey", "frozen", "spread", "levin", "dis-refill", HUECUE),
}
"""The methods that can act under each protocol.

With `hints20` all but grey, spread and huecue begin with the first frame as Levin 2004 colours it.
"""
ABLE_STILLS = ("grey", "spread", "levin", HUECUE)
CARRIERS: dict[str, Baseline] = {
    "frozen": baselines.frozen,
    "dis": baselines.dis,
    "levin": baselines.dis,
    "spread": baselines.dis,
    "dis-refill": baselines.dis_refill,
}


def check_methods(methods: tuple[str, ...], *, able: tuple[str, ...], protocol: str) -> None:
    """Raises UsageError, naming those that can, where a method can't act under a protocol."""
    for method in methods:
        if method not in able:
            choice = ", ".join(able)
            raise UsageError(f"no method {method!r} with the protocol {protocol}; choose from {choice}")


def start(method: str, clip: Clip, task: Task, *, options: ColorOptions, engine: Engine | None) -> Colored:
    """The clip's chroma planes by a method, frame by frame. `engine` is for huecue alone."""
    if method == HUECUE:
        return _huecue(clip, task, options, engine)
    if method == "grey":
        return _grey(clip)
    return _baseline(clip, task, CARRIERS[method], nearest if method == "spread" else levin)


def engine_for(clip: Clip, options: ColorOptions, opened: Engine | None) -> Engine:
    """The network for a clip's size: the one already open if it fits."""
    if opened is not None and opened.size == working_size(clip.info.displayed):
        return opened
    return open_default_engine(clip.info, options)


def _grey(clip: Clip) -> Colored:
    for frame in clip.frames:
        size = _plane_size(clip)
        yield chroma_to_planes(np.zeros((*size.shape, 2), np.float32), frame.depth, frame.full_range)


def _baseline(clip: Clip, task: Task, baseline: Baseline, spread: Spread) -> Colored:
    size = _baseline_size(clip)
    first = _first_chroma(clip, task, size, spread)
    lumas = (luma_at(frame, size) for frame in clip.frames)
    for frame, chroma in zip(clip.frames, baseline(lumas, first), strict=True):
        grown = resize_chroma(chroma, _plane_size(clip))
        yield chroma_to_planes(grown, frame.depth, frame.full_range)


def _baseline_size(clip: Clip) -> Size:
    """The working size; a still that is smaller is not blown up to it, for nothing moves there."""
    working = working_size(clip.size)
    smaller = clip.size.width * clip.size.height < working.width * working.height
    return clip.size if len(clip.frames) == 1 and smaller else working


def _first_chroma(clip: Clip, task: Task, size: Size, spread: Spread) -> Chroma:
    if task.first_frame is not None:
        return resize_chroma(rgb_to_ycc(task.first_frame)[1].astype(np.float32), size)
    return spread(task.hints, luma_at(clip.frames[0], size), clip.size)


def _plane_size(clip: Clip) -> Size:
    height, width = true_planes(clip.frames[0])[0].shape
    return Size(width, height)


def _huecue(clip: Clip, task: Task, options: ColorOptions, engine: Engine | None) -> Colored:
    references = () if task.reference is None else (Reference(task.reference),)
    guidance = Guidance(hints=task.hints, references=references, first_frame=task.first_frame)
    colored = color_frames(clip.grey_frames(), clip.info, guidance, options, engine=engine)
    return (one.chroma for one in colored)
