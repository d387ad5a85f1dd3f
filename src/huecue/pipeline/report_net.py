"""The report's network as a method: each frame coloured by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from huecue import color
from huecue.engine import ReportEngine, open_report
from huecue.pipeline.frames import ColoredFrame, Coloring, walk
from huecue.pipeline.guidance import Guidance, Guide, refuse_others
from huecue.pipeline.options import ColorOptions
from huecue.pipeline.small import Place
from huecue.pipeline.step import Colours
from huecue.stages.hints import Given
from huecue.stages.upsample import size_of_area
from huecue.types import Chroma, FilmInfo, Frame, Luma, Size
from huecue.weights import ReportWeights, load_report

AREA_PX = 256 * 256
MULTIPLE = 8
NAME = "report-net"


def report_size(displayed: Size) -> Size:
    """The size the network works at: the area of 256x256 in the film's shape, each side a multiple of 8."""
    return size_of_area(displayed, AREA_PX, multiple=MULTIPLE)


def open_report_net(weights: ReportWeights, displayed: Size, options: ColorOptions) -> ReportEngine:
    """The network, ready for films of this size. Raises EngineError."""
    size = report_size(displayed)
    return open_report(weights, size, name=options.engine, device=options.device, threads=options.threads)


def report_net(
    frames: Iterable[Frame],
    info: FilmInfo,
    guidance: Guidance,
    options: ColorOptions,
    *,
    engine: ReportEngine,
) -> Iterator[ColoredFrame]:
    """Every frame coloured by itself: hints count for their own frame, references for none.

    Raises UsageError where keyframes or a palette are given.
    Source: Zhang et al. 2017; with weights that were trained to classify, Zhang et al. 2016.
    """
    refuse_others(guidance, NAME)
    guide = Guide(replace(guidance, references=()), info.displayed, ())

    def color_one(luma: Luma, place: Place, _: None) -> tuple[Colours, None]:
        given = guide.given(place.index, luma, first=place.first)
        return Colours(report_chroma(engine, luma, given), np.ones(luma.shape, np.float32), None), None

    return walk(frames, info, guide, options, size=engine.size, color=color_one)


def report_coloring(folder: Path, name: str = NAME) -> Coloring:
    """`report_net` with the weights of a folder, under a name. Raises WeightsError at once."""
    weights = load_report(folder)

    def coloring(
        frames: Iterable[Frame], info: FilmInfo, guidance: Guidance, options: ColorOptions
    ) -> Iterator[ColoredFrame]:
        engine = open_report_net(weights, info.displayed, options)
        return report_net(frames, info, guidance, options, engine=engine)

    coloring.__name__ = name
    return coloring


def report_chroma(engine: ReportEngine, luma: Luma, given: Given | None = None) -> Chroma:
    """The chroma (H, W, 2) that the network gives a luma (H, W), 0..255, of its own size, and hints."""
    light = luma.astype(np.float32) / np.float32(255)
    ab = engine.ab(color.luma_to_lightness(light), _hints_of(given, light))
    return color.ab_to_chroma(ab, light)


def _hints_of(given: Given | None, light: color.Floats) -> color.Floats:
    """(H, W, 3): a and b where something is given, and where that is."""
    hints = np.zeros((*light.shape, 3), np.float32)
    if given is not None:
        hints[given.mask, :2] = color.chroma_to_ab(given.chroma[given.mask], light[given.mask])
        hints[..., 2] = given.mask
    return hints
