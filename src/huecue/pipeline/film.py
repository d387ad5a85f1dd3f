"""`colorize`: a film in, the same film in colour out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from threadpoolctl import threadpool_limits

from huecue import video
from huecue.errors import FilmError, FilmTruncated
from huecue.pipeline.frames import (
    ColoredFrame,
    Coloring,
    color_frames,
    find_cuts,
    open_default_engine,
    seen_small,
)
from huecue.pipeline.guidance import Guidance, check_first, check_frames, load_guidance
from huecue.pipeline.options import ColorOptions
from huecue.pipeline.palettes import Palette
from huecue.pipeline.report import Progress, Report
from huecue.pipeline.settings import needs_cuts, reaching, settled
from huecue.stages.upsample import working_size
from huecue.types import FilmInfo, Hint, Range, Shot
from huecue.video import FilmWriter, WriteOptions

Watch = Callable[[Progress], None]
OWN_METHOD = "huecue"


def colorize(
    film: str | Path,
    out: str | Path | None = None,
    *,
    hints: Sequence[Hint] | str | Path | None = None,
    first_frame: str | Path | None = None,
    keyframes: Sequence[tuple[int, str | Path]] = (),
    references: Sequence[str | Path] = (),
    palette: Palette | None = None,
    options: ColorOptions = ColorOptions(),  # noqa: B008  # frozen
    write: WriteOptions = WriteOptions(),  # noqa: B008  # frozen
    progress: Watch | None = None,
    coloring: Coloring | None = None,
) -> Report:
    """Colour a film, a GIF or a picture and write it to `out` (by default FILM with .color before its end).

    `hints` are Hint values, a project file (JSON) or a hint picture; `keyframes` are whole frames in colour,
    each (frame, picture), frames counted in the film from 0. A `palette`, colours without places, steers what
    nothing else says. Cuts and saturation that `options` leave open are the project's. Luma, sound, subtitles
    and times are carried over. `coloring` is another method than huecue's own; the network is then opened
    only if that method does so. Raises HuecueError; then nothing is left under the name of `out`. A film that
    breaks off gives a report with `complete` False and the part that could be coloured under a name that says
    so.
    """
    source = Path(film)
    target = video.default_output(source) if out is None else Path(out)
    info = video.probe(source)
    guidance, cuts = load_guidance(
        info,
        hints=hints,
        first_frame=first_frame,
        keyframes=keyframes,
        references=references,
        palette=palette,
    )
    check_first(guidance, options.frames.start)
    writer = FilmWriter(source, target, write, frames=options.frames)
    guidance, options = _with_cuts(source, info, guidance, settled(options, guidance, cuts), progress)
    color, used = _own(info, options) if coloring is None else _named(coloring)
    frames = video.prefetch(video.read_frames(source, frames=options.frames))
    colored = color(frames, info, guidance, options)
    tally, message = Tally(expected_frames(info, options.frames)), None
    with writer, single_threaded():
        try:
            write_all(video.prefetch(colored), writer, tally, progress)
            if info.frames is None and options.frames.stop is None:
                check_frames(guidance, tally.last + 1)
        except FilmTruncated as problem:
            message, target = str(problem), writer.keep_part()
    return tally.report(source, target, message, {**asdict(options), **used, "write": asdict(write)})


def _with_cuts(
    film: Path, info: FilmInfo, guidance: Guidance, options: ColorOptions, progress: Watch | None
) -> tuple[Guidance, ColorOptions]:
    """The same, with the cuts looked for where shots have settings and nothing says where they begin."""
    if not needs_cuts(guidance, options):
        return guidance, options
    part, shots = reaching(options.frames, guidance.shots)
    cuts = _look_for_cuts(film, info, part, progress)
    return replace(guidance, shots=shots), replace(options, cuts=cuts)


def find_shots(film: str | Path, *, progress: Watch | None = None) -> list[Shot]:
    """The shots of a film, from its cuts. Raises FilmError; if the film breaks off, after what is there."""
    info = video.probe(Path(film))
    starts, tally = [0], Tally(info.frames)
    for index, cut in _look_through(Path(film), info, Range()):
        tally.done = index + 1
        if cut:
            starts.append(index)
        if progress:
            progress(tally.progress())
    if not tally.done:
        raise FilmError(f"{film}: no frames; is this a film?")
    return [Shot(a, b) for a, b in zip(starts, [*starts[1:], tally.done], strict=True)]


def _look_through(film: Path, info: FilmInfo, frames: Range) -> Iterator[tuple[int, bool]]:
    """The index of each frame of a film or a part of it, and whether a new shot starts there."""
    small = seen_small(video.read_frames(film, frames=frames), info, working_size(info.displayed))
    for (frame, _), cut in find_cuts(video.prefetch(small), "auto"):
        yield frame.index, cut


def _look_for_cuts(film: Path, info: FilmInfo, frames: Range, progress: Watch | None) -> tuple[int, ...]:
    """The cuts of a film or a part of it, before it is coloured."""
    tally, cuts = Tally(expected_frames(info, frames)), list[int]()
    with suppress(FilmTruncated), single_threaded():  # colouring will say where it breaks off
        for index, cut in _look_through(film, info, frames):
            tally.done += 1
            if cut:
                cuts.append(index)
            if progress:
                progress(replace(tally.progress(), doing="finding cuts"))
    return tuple(cuts)


@contextmanager
def single_threaded() -> Iterator[None]:
    """OpenCV and BLAS keep to one thread: decoding, colouring and encoding already share the cores."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        with threadpool_limits(1, "blas"):
            yield
    finally:
        cv2.setNumThreads(threads)


def _own(info: FilmInfo, options: ColorOptions) -> tuple[Coloring, dict[str, object]]:
    """Huecue's own method with its network open, and what the report says of it."""
    engine = open_default_engine(info, options)
    used = {"engine": engine.name, "threads": engine.threads, "working_size": str(engine.size)}
    return partial(color_frames, engine=engine), {"method": OWN_METHOD, **used}


def _named(coloring: Coloring) -> tuple[Coloring, dict[str, object]]:
    return coloring, {"method": getattr(coloring, "__name__", type(coloring).__name__)}


def write_all(
    colored: Iterator[ColoredFrame], writer: FilmWriter, tally: Tally, progress: Watch | None = None
) -> None:
    """Write every frame, count it, and tell of it."""
    for one in colored:
        writer.write(one.frame, one.chroma)
        tally.add(one)
        if progress:
            progress(tally.progress())


def expected_frames(info: FilmInfo, frames: Range) -> int | None:
    """How many frames of a film are in a range; None where it does not say."""
    if info.frames is None:
        return None if frames.stop is None else frames.stop - frames.start
    return max(0, min(info.frames, frames.stop or info.frames) - frames.start)


@dataclass(slots=True)
class Tally:
    """Counts of a render in progress."""

    total: int | None
    begun_s: float = field(default_factory=time.monotonic)
    done: int = 0
    last: int = 0
    starts: list[int] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    flickers: list[float] = field(default_factory=list)

    def add(self, one: ColoredFrame) -> None:
        """Count a frame that is written."""
        self.done += 1
        self.last = one.frame.index
        self.errors.extend(one.hint_errors)
        if one.shot_start:
            self.starts.append(one.frame.index)
        elif one.flicker is not None:
            self.flickers.append(one.flicker)

    def progress(self) -> Progress:
        """How far it has come."""
        fps = self.done / max(time.monotonic() - self.begun_s, 1e-6)
        left = None if self.total is None else max(0, self.total - self.done) / fps
        return Progress(self.done, self.total, fps, left)

    def report(self, film: Path, out: Path, message: str | None, settings: dict[str, object]) -> Report:
        """What came of it; `message` says why it broke off, if it did."""
        elapsed_s = time.monotonic() - self.begun_s
        ends = [*self.starts[1:], self.last + 1] if self.starts else []
        return Report(
            film=film,
            out=out,
            frames=self.done,
            elapsed_s=elapsed_s,
            fps=self.done / max(elapsed_s, 1e-6),
            shots=tuple(Shot(a, b) for a, b in zip(self.starts, ends, strict=True)),
            hint_error_median=float(np.median(self.errors)) if self.errors else None,
            hint_error_worst=max(self.errors, default=None),
            flicker=float(np.mean(self.flickers)) if self.flickers else None,
            complete=message is None,
            message=message,
            settings=settings,
        )
