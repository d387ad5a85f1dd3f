"""The methods by name: a grey clip and its task in, chroma planes for each frame out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from huecue.color import chroma_to_planes, rgb_to_ycc
from huecue.engine import Engine, ReportEngine
from huecue.errors import UsageError
from huecue.evaluate import baselines
from huecue.evaluate.baselines import Baseline
from huecue.evaluate.borrowed import welsh
from huecue.evaluate.clips import ChromaPlanes, Clip, luma_at, resize_chroma, true_planes
from huecue.evaluate.protocols import Protocol, Task
from huecue.evaluate.spreads import levin, nearest, yatziv
from huecue.pipeline import Coloring, ColorOptions, Guidance, color_frames, open_default_engine, still
from huecue.pipeline.report_net import NAME, open_report_net, report_net, report_size
from huecue.stages.upsample import working_size
from huecue.types import Chroma, Hint, Luma, Reference, Size
from huecue.weights import load_report

Spread = Callable[[Sequence[Hint], Luma, Size], Chroma]
Colored = Iterator[ChromaPlanes]
ReportNetworks = tuple[tuple[str, Path], ...]
"""Networks of the report's, each by the name that its method is given, and the folder it lies in."""

HUECUE, STILL, FORWARDS = "huecue", "still", "huecue-forwards"
NETWORKED = frozenset({HUECUE, STILL, FORWARDS})
"""The methods that run the network."""
ABLE: dict[Protocol, tuple[str, ...]] = {
    Protocol.AUTO: ("grey", STILL, HUECUE),
    Protocol.PALETTE: ("grey", STILL, HUECUE),
    Protocol.REFERENCE: ("grey", "welsh", STILL, HUECUE),
    Protocol.FIRST_FRAME: ("grey", "frozen", "dis", "dis-refill", "welsh", HUECUE),
    Protocol.BOTH_ENDS: ("grey", "frozen", "dis", "dis-refill", FORWARDS, HUECUE),
    Protocol.DRIFT: ("grey", "frozen", "dis", "dis-refill", HUECUE),
    Protocol.HINTS: ("grey", "frozen", "spread", "levin", "yatziv", "dis-refill", STILL, HUECUE),
}
"""The methods that can act under each protocol.

With `hints20` frozen and dis-refill, like levin, begin with the first frame as Levin 2004 colours it. A first
frame is no help to still: it counts on that frame alone, which is not scored. With `both-ends` all but huecue
know the first frame alone.
"""
ABLE_STILLS = ("grey", "spread", "levin", "yatziv", HUECUE)
SPREADS: dict[str, Spread] = {"spread": nearest, "yatziv": yatziv}
CARRIERS: dict[str, Baseline] = {
    "frozen": baselines.frozen,
    "dis": baselines.dis,
    "levin": baselines.dis,
    "spread": baselines.dis,
    "yatziv": baselines.dis,
    "dis-refill": baselines.dis_refill,
}


def check_methods(methods: tuple[str, ...], *, able: tuple[str, ...], protocol: str) -> None:
    """Raises UsageError, naming those that can, where a method can't act under a protocol."""
    for method in methods:
        if method not in able:
            choice = ", ".join(able)
            raise UsageError(f"no method {method!r} with the protocol {protocol}; choose from {choice}")


def check_networks(networks: ReportNetworks, *, methods: tuple[str, ...], protocol: str) -> None:
    """Raises UsageError where a network of the report's has no name of its own, can't act, or is missing."""
    names = [name for name, _ in networks]
    taken = {*ABLE_STILLS, *(name for able in ABLE.values() for name in able)}
    for name in names:
        if names.count(name) > 1 or name in taken:
            raise UsageError(f"{name!r} is the name of another method; write --weights NAME=FOLDER")
    if networks and protocol in {*Protocol} - {Protocol.AUTO, Protocol.HINTS}:
        raise UsageError(
            "the report's networks take no first frame, reference or palette: --weights does not go with "
            f"the protocol {protocol}"
        )
    if NAME in methods and NAME not in names:
        raise UsageError(f"{NAME} needs a network: --weights FOLDER")


def start(
    method: str,
    clip: Clip,
    task: Task,
    *,
    options: ColorOptions,
    engine: Engine | None,
    report: ReportEngine | None = None,
) -> Colored:
    """The clip's chroma planes by a method, frame by frame.

    `engine` is for those that run the network; where `report` is given, the method is that network.
    """
    if method == "grey":
        return _grey(clip)
    if method in CARRIERS:
        return _baseline(clip, task, CARRIERS[method], SPREADS.get(method, levin))
    films: dict[str, Coloring] = {
        HUECUE: partial(color_frames, engine=engine),
        FORWARDS: partial(color_frames, engine=engine),
        STILL: partial(still, engine=engine),
        "welsh": welsh,
    }
    color = films[method] if report is None else partial(report_net, engine=report)
    known = replace(task, keyframes=()) if method == FORWARDS else task
    colored = color(clip.grey_frames(), clip.info, _guidance(known), options)
    return (one.chroma for one in colored)


def engine_for(clip: Clip, options: ColorOptions, opened: Engine | None) -> Engine:
    """The network for a clip's size: the one already open if it fits."""
    if opened is not None and opened.size == working_size(clip.info.displayed):
        return opened
    return open_default_engine(clip.info, options)


def reports_for(
    clip: Clip, networks: ReportNetworks, options: ColorOptions, opened: Mapping[str, ReportEngine]
) -> dict[str, ReportEngine]:
    """Networks of the report's for a clip's size, by name: those already open if they fit."""
    size = report_size(clip.info.displayed)
    kept = {name: engine for name, engine in opened.items() if engine.size == size}
    return {
        name: kept.get(name) or open_report_net(load_report(folder), clip.info.displayed, options)
        for name, folder in networks
    }


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


def _guidance(task: Task) -> Guidance:
    references = () if task.reference is None else (Reference(task.reference),)
    return Guidance(
        hints=task.hints,
        references=references,
        first_frame=task.first_frame,
        keyframes=task.keyframes,
        palette=task.palette,
    )
