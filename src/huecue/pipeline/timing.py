"""Where the time goes: milliseconds a frame by stage, one stage after the other."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from huecue import video
from huecue.engine import Engine, Run, Tensor
from huecue.pipeline.film import single_threaded
from huecue.pipeline.frames import color_frames, find_cuts, open_default_engine, seen_small
from huecue.pipeline.guidance import Guidance
from huecue.pipeline.options import ColorOptions
from huecue.types import Range

T = TypeVar("T")
FRAMES = 48


def stage_times(film: Path, *, frames: int = FRAMES) -> dict[str, float]:
    """Milliseconds a frame of the film's first frames: decode, cuts, network, colour (all else), encode."""
    info, options, spent = video.probe(film), ColorOptions(frames=Range(0, frames)), dict[str, float]()
    engine = open_default_engine(info, options)
    with single_threaded(), tempfile.TemporaryDirectory() as folder:
        decoded = _timed(spent, "decode", lambda: list(video.read_frames(film, frames=options.frames)))
        small = seen_small(iter(decoded), info, engine.size)
        _timed(spent, "cuts", lambda: list(find_cuts(small, "auto")))
        watched = _watched(engine, spent)
        plain = replace(options, cuts="none")
        colored = _timed(
            spent, "colour", lambda: list(color_frames(decoded, info, Guidance(), plain, engine=watched))
        )
        spent["colour"] -= spent["network"]
        with video.FilmWriter(film, Path(folder) / f"timed{film.suffix}", frames=options.frames) as writer:
            for one in colored:
                _timed(spent, "encode", partial(writer.write, one.frame, one.chroma))
    return {stage: spent_s * 1000 / len(decoded) for stage, spent_s in spent.items()}


def _timed(spent: dict[str, float], stage: str, work: Callable[[], T]) -> T:
    begun = time.perf_counter()
    answer = work()
    spent[stage] = spent.get(stage, 0.0) + time.perf_counter() - begun
    return answer


def _watched(engine: Engine, spent: dict[str, float]) -> Engine:
    """The same engine; the time inside the network is counted."""

    def watch(run: Run) -> Run:
        def timed(inputs: dict[str, Tensor]) -> Tensor:
            return _timed(spent, "network", lambda: run(inputs))

        return timed

    return replace(
        engine,
        coarse=None if engine.coarse is None else _watched(engine.coarse, spent),
        runs={part: watch(run) for part, run in engine.runs.items()},
    )
