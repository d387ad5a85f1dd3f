"""`suggest`: the frames and points of a film where one more hint would help most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from heapq import nlargest
from itertools import groupby, pairwise
from operator import attrgetter
from pathlib import Path

from huecue import video
from huecue.engine import Engine
from huecue.errors import UsageError
from huecue.pipeline import both_ways
from huecue.pipeline.film import Tally, Watch, expected_frames, single_threaded
from huecue.pipeline.frames import find_cuts, network_way, open_default_engine, seen_small
from huecue.pipeline.guidance import Guide, check_first, check_frames, load_guidance
from huecue.pipeline.options import ColorOptions
from huecue.pipeline.palettes import Palette
from huecue.pipeline.settings import settled, shot_start
from huecue.pipeline.small import Coloured, Small, color_small
from huecue.stages.cells import cells_of, look
from huecue.stages.clicks import Click, Floats, View, choose
from huecue.stages.doubt import doubt_of
from huecue.types import FilmInfo, Frame, Hint, Luma, Shot, Size

COUNT = 10
SPAN = 8
"""Frames of a shot of which the one most in doubt is kept; in long shots a span is longer."""
MOST_SPANS = 8
MOST_HINTED = 4
"""The last hinted frames of a shot; they are asked about first."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A pixel (x, y) of a frame of the film, as displayed, where a hint would help; and the frame's shot.

    `gain` is the share of the film, 0..1 of all pixels of all frames, that the hint seems to take from doubt.
    `time_s` is the frame's own time, None where the film has no times.
    """

    frame: int
    x: int
    y: int
    gain: float
    shot: Shot
    time_s: float | None


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
            best = nlargest(count, [*best, *_suggestions(shot, info, engine, count)], key=attrgetter("gain"))
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


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A frame of a shot: its working-size luma (H, W), each cell's doubt, and which cells are hinted."""

    span: int
    index: int
    time_s: float | None
    luma: Luma
    doubt: Floats
    told: tuple[int, ...] = ()

    @property
    def total(self) -> float:
        """How much doubt is in it."""
        return float(self.doubt.sum())


@dataclass(slots=True)
class Gathered:
    """A shot as far as it was seen: its first frame, hinted ones, and of each span the one most in doubt."""

    first: Kept
    last: int
    span: int = SPAN
    kept: list[Kept] = field(default_factory=list)
    hinted: list[Kept] = field(default_factory=list)

    def add(self, one: Kept) -> None:
        """See the next frame of the shot; what is kept is bounded."""
        self.last = one.index
        if one.told:
            self.hinted = [*self.hinted, one][-MOST_HINTED:]
        here = replace(one, span=(one.index - self.first.index) // self.span)
        self.kept = _most_in_doubt([*self.kept, here])
        while len(self.kept) > MOST_SPANS:
            self.span *= 2
            self.kept = _most_in_doubt([replace(kept, span=kept.span // 2) for kept in self.kept])

    @property
    def shot(self) -> Shot:
        """The frames seen."""
        return Shot(self.first.index, self.last + 1)

    def frames(self) -> list[tuple[Kept, int]]:
        """The frames to look at, in order, and how many of the shot are nearest to each."""
        by_index = {one.index: one for one in (self.first, *self.kept, *self.hinted)}
        chosen = [by_index[index] for index in sorted(by_index)]
        middles = [(one.index + other.index + 1) // 2 for one, other in pairwise(chosen)]
        edges = [self.shot.start, *middles, self.shot.stop]
        return [(one, stop - start) for one, (start, stop) in zip(chosen, pairwise(edges), strict=True)]


def _most_in_doubt(kept: Sequence[Kept]) -> list[Kept]:
    return [max(same, key=attrgetter("total")) for _, same in groupby(kept, key=attrgetter("span"))]


def gather(colored: Iterable[Timed], guide: Guide) -> Iterator[Gathered]:
    """Each shot, once all of its frames were seen."""
    shot = None
    for one in colored:
        if shot is not None and one.shot_start:
            yield shot
            shot = None
        index, doubt = one.place.index, doubt_of(one.colours.confidence, one.luma)
        here = Kept(0, index, one.frame, one.luma, doubt, _told_cells(guide, one))
        shot = shot or Gathered(here, here.index)
        shot.add(here)
    if shot is not None:
        yield shot


def _told_cells(guide: Guide, one: Timed) -> tuple[int, ...]:
    """The cells in which a frame has hints that count: of one that is given whole they are not looked at."""
    index, first = one.place.index, one.place.first
    if guide.whole(index, first=first) is not None:
        return ()
    given = guide.given(index, one.luma, first=first)
    return () if given is None else cells_of(given.mask)


def _suggestions(shot: Gathered, info: FilmInfo, engine: Engine, count: int) -> list[Suggestion]:
    """The best points of a shot; their gain counts whole frames."""
    frames = shot.frames()
    views = [
        View(kept.index, look(kept.luma, engine.likeness(kept.luma)), kept.doubt, many, kept.told)
        for kept, many in frames
    ]
    times = {kept.index: kept.time_s for kept, _ in frames}
    return [
        Suggestion(
            one.index, *_pixel(one, engine.size, info.displayed), one.gain, shot.shot, times[one.index]
        )
        for one in choose(views, count, reach=both_ways.reach(info))
    ]


def _pixel(click: Click, size: Size, displayed: Size) -> tuple[int, int]:
    """The pixel of the film under a point of the working-size frame."""
    x = round((click.x + 0.5) * displayed.width / size.width - 0.5)
    y = round((click.y + 0.5) * displayed.height / size.height - 0.5)
    return min(max(x, 0), displayed.width - 1), min(max(y, 0), displayed.height - 1)
