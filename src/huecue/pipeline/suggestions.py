"""`suggest`: the frames and points of a film where one more hint would help most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from heapq import nlargest
from operator import attrgetter
from pathlib import Path

from huecue import video
from huecue.engine import Engine
from huecue.errors import UsageError
from huecue.pipeline.film import Tally, Watch, expected_frames, single_threaded
from huecue.pipeline.frames import find_cuts, network_way, open_default_engine, seen_small
from huecue.pipeline.gathered import Gathered, Suggestion, keep, points
from huecue.pipeline.guidance import Guide, check_first, check_frames, load_guidance
from huecue.pipeline.options import ColorOptions
from huecue.pipeline.palettes import Palette
from huecue.pipeline.settings import settled, shot_start
from huecue.pipeline.small import Coloured, Small, color_small
from huecue.types import FilmInfo, Frame, Hint, Luma

COUNT = 10


def suggest(
    film: str | Path,
    *,
    hints: Sequence[Hint] | str | Path | None = None,
    first_frame: str | Path | None = None,
    keyframes: Sequence[tuple[int, str | Path]] = (),
    references: Sequence[str | Path] = (),
    palette: Palette | None = None,
    count: int = COUNT,
    options: ColorOptions = ColorOptions(),  # noqa: B008  # frozen
    progress: Watch | None = None,
) -> tuple[Suggestion, ...]:
    """The points of a film where one more hint would help most, the best first, `count` at most.

    The film is coloured with what is given, as `colorize` does, and nothing is written. Each point counts on
    those before it, so that no two are about the same thing; where no doubt is left there are fewer. Raises
    HuecueError: FilmTruncated where the film breaks off, all else as `colorize`.
    """
    if count < 1:
        raise UsageError(f"the number of suggestions must be 1 or more, not {count}")
    info = video.probe(Path(film))
    guidance, cuts = load_guidance(
        info,
        hints=hints,
        first_frame=first_frame,
        keyframes=keyframes,
        references=references,
        palette=palette,
    )
    check_first(guidance, options.frames.start)
    options = settled(options, guidance, cuts)
    engine = open_default_engine(info, options)
    tally, best = Tally(expected_frames(info, options.frames)), list[Suggestion]()
    with single_threaded():
        guide = Guide.prepare(guidance, info.displayed, engine)
        colored = _told(_colored(Path(film), info, guide, options, engine), tally, progress)
        for shot in gather(colored, guide):
            best = nlargest(count, [*best, *points(shot, info, engine, count)], key=attrgetter("gain"))
    if info.frames is None and options.frames.stop is None:
        check_frames(guidance, tally.last + 1)
    return tuple(replace(one, gain=one.gain / tally.done) for one in best)


Timed = Coloured[float | None]
"""A working-size frame in colour, and its time in seconds."""


def _colored(
    film: Path, info: FilmInfo, guide: Guide, options: ColorOptions, engine: Engine
) -> Iterator[Timed]:
    """Every frame in colour; at full size it is not needed."""
    frames = video.prefetch(video.read_frames(film, frames=options.frames))
    seen = find_cuts(seen_small(frames, info, engine.size), options.cuts)
    small = (Small(_time_s(frame), luma, frame.index, cut) for (frame, luma), cut in seen)
    way = network_way(engine, guide, info)
    return color_small(small, way, start_of=lambda index: shot_start(index, options.cuts))


def _time_s(frame: Frame) -> float | None:
    return None if frame.pts is None else float(frame.pts * frame.time_base)


def _told(colored: Iterable[Timed], tally: Tally, progress: Watch | None) -> Iterator[Timed]:
    """The same frames, each counted and told of."""
    for one in colored:
        tally.done += 1
        tally.last = one.place.index
        if progress:
            progress(tally.progress())
        yield one


def gather(colored: Iterable[Timed], guide: Guide) -> Iterator[Gathered]:
    """Each shot, once all of its frames were seen."""
    shot = None
    for one in colored:
        if shot is not None and one.shot_start:
            yield shot
            shot = None
        index, first = one.place.index, one.place.first
        luma = partial(_itself, one.luma)
        here = keep(index, one.colours, guide, luma, first=first, time_s=one.frame)
        shot = shot or Gathered(here, here.index)
        shot.add(here)
    if shot is not None:
        yield shot


def _itself(luma: Luma) -> Luma:
    return luma
