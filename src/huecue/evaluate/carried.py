"""A whole film from its hints: spread over the frame they stand on, then carried along the motion.

The methods `levin` and `yatziv`. Within a shot the given pixels move along too, and later hints join them;
the colours of a first frame that is given whole are carried on as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huecue.errors import UsageError
from huecue.evaluate.baselines import Flow, carry, find_confidence, find_flow
from huecue.evaluate.yatziv import blend
from huecue.pipeline import ColoredFrame, ColorOptions, Guidance
from huecue.pipeline.frames import walk
from huecue.pipeline.guidance import Guide, picture_chroma, refuse_others
from huecue.pipeline.small import Place
from huecue.pipeline.step import Colours
from huecue.stages.hints import Given, honour
from huecue.stages.levin import solve
from huecue.stages.upsample import working_size
from huecue.types import Chroma, FilmInfo, Frame, Luma, Mask, Picture, Size

Spread = Callable[[Chroma, NDArray[np.bool_], Luma], Chroma]


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Given pixels that move with the film: rows and columns (n, 2), and their chroma (n, 2)."""

    places: NDArray[np.float32]
    chroma: Chroma


@dataclass(frozen=True, slots=True, eq=False)
class Colored:
    """A frame's luma, its colours, how sure they are, and the points they come from; None: a whole frame."""

    luma: Luma
    chroma: Chroma
    confidence: Mask
    points: Points | None


def levin(
    frames: Iterable[Frame], info: FilmInfo, guidance: Guidance, options: ColorOptions
) -> Iterator[ColoredFrame]:
    """Every frame in the colours of its shot's hints, spread by the paper's linear system.

    A shot without hints stays grey. Raises UsageError where neither hints nor a first frame
    are given, or keyframes or a palette are.
    Source: Levin, Lischinski and Weiss 2004, "Colorization using optimization"; then OpenCV's DIS flow.
    """
    return _carried("levin", solve, frames, info, guidance, options)


def yatziv(
    frames: Iterable[Frame], info: FilmInfo, guidance: Guidance, options: ColorOptions
) -> Iterator[ColoredFrame]:
    """Every frame in the colours of its shot's hints, blended by luma-geodesic distance.

    A shot without hints stays grey. Raises UsageError where neither hints nor a first frame
    are given, or keyframes or a palette are.
    Source: Yatziv and Sapiro 2006, as `evaluate.yatziv` has it; then OpenCV's DIS flow.
    """
    return _carried("yatziv", blend, frames, info, guidance, options)


def _carried(
    name: str,
    spread: Spread,
    frames: Iterable[Frame],
    info: FilmInfo,
    guidance: Guidance,
    options: ColorOptions,
) -> Iterator[ColoredFrame]:
    refuse_others(guidance, name)
    marks = (*guidance.hints, *guidance.strokes)
    if not marks and guidance.hint_picture is None and guidance.first_frame is None:
        raise UsageError(f"{name} spreads given colours: give some with --hints or --first-frame")
    guide = Guide(guidance, info.displayed, ())

    def color(luma: Luma, place: Place, past: Colored | None) -> tuple[Colours, Colored | None]:
        now = None if past is None else _follow(luma, past)
        given = guide.given(place.index, luma, first=place.first)
        if place.first and guidance.first_frame is not None:
            now = _whole(guidance.first_frame, luma)
        elif given is not None:
            now = _join(given, luma, now, spread)
        return (_grey(luma) if now is None else Colours(now.chroma, now.confidence, None)), now

    return walk(frames, info, guide, options, size=working_size(info.displayed), color=color)


def _grey(luma: Luma) -> Colours:
    return Colours(np.zeros((*luma.shape, 2), np.float32), np.zeros(luma.shape, np.float32), None)


def _whole(picture: Picture, luma: Luma) -> Colored:
    chroma = picture_chroma(picture, Size(luma.shape[1], luma.shape[0]))
    return Colored(luma, chroma, np.ones(luma.shape, np.float32), None)


def _follow(luma: Luma, past: Colored) -> Colored:
    flow = find_flow(luma, past.luma)
    points = None if past.points is None else move(past.points, find_flow(past.luma, luma))
    return Colored(luma, carry(past.chroma, flow), find_confidence(luma, past.luma, flow), points)


def move(points: Points, flow: Flow) -> Points:
    """The points after the motion: `flow` (H, W, 2) says where each earlier pixel went. Those outside go."""
    rows, columns = _pixels(points.places)
    places = points.places + flow[rows, columns, ::-1]  # flow is (x, y), places are (row, column)
    inside = ((places > -0.5) & (places < np.array(flow.shape[:2]) - 0.5)).all(axis=-1)
    return Points(places[inside], points.chroma[inside])


def _pixels(places: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    rows, columns = np.rint(places).astype(np.intp).T
    return rows, columns


def _join(given: Given, luma: Luma, moved: Colored | None, spread: Spread) -> Colored:
    """The frame's colours anew from its hints and those that moved here.

    Where a whole frame's colours came along, the hints only mend them.
    """
    sure = np.ones(luma.shape, np.float32)
    if moved is not None and moved.points is None:
        return Colored(luma, honour(moved.chroma, given, luma), sure, None)
    joined = given if moved is None or moved.points is None else _add(moved.points, given)
    chroma = spread(joined.chroma, joined.mask, luma)
    points = Points(np.argwhere(joined.mask).astype(np.float32), joined.chroma[joined.mask])
    return Colored(luma, chroma, sure, points)


def _add(points: Points, given: Given) -> Given:
    """What is given, and the points where nothing else is."""
    rows, columns = _pixels(points.places)
    chroma, mask = np.zeros_like(given.chroma), given.mask.copy()
    chroma[rows, columns], mask[rows, columns] = points.chroma, True
    return Given(np.where(given.mask[..., None], given.chroma, chroma), mask)
