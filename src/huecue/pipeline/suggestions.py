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
from huecue.pipeline.frames import ColoredFrame, color_frames, open_default_engine
from huecue.pipeline.guidance import check_frames, load_guidance
from huecue.pipeline.options import ColorOptions
from huecue.pipeline.planes import working_luma
from huecue.stages.clicks import Click, Floats, View, choose, doubt_of, look
from huecue.types import FilmInfo, Frame, Hint, Luma, Shot, Size

COUNT = 10
SPAN = 8
"""Frames of a shot of which the one most in doubt is kept; in long shots a span is longer."""
MOST_SPANS = 8


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
    references: Sequence[str | Path] = (),
    count: int = COUNT,
    options: ColorOptions = ColorOptions(),  # noqa: B008  # frozen
    progress: Watch | None = None,
) -> tuple[Suggestion, ...]:
    """The points of a film where one more hint would help most, the best first, `count` at most.

    The film is coloured with what is given, and nothing is written. Each point counts on those before it, so
    that no two are about the same thing; where no doubt is left there are fewer. Raises HuecueError:
    FilmTruncated where the film breaks off, all else as `colorize` does.
    """
    if count < 1:
        raise UsageError(f"the number of suggestions must be 1 or more, not {count}")
    info = video.probe(Path(film))
    guidance, cuts = load_guidance(info, hints=hints, first_frame=first_frame, references=references)
    if cuts is not None and options.cuts == "auto":
        options = replace(options, cuts=tuple(cut for cut in cuts if cut > 0))
    engine = open_default_engine(info, options)
    frames = video.prefetch(video.read_frames(Path(film), frames=options.frames))
    tally, best = Tally(expected_frames(info, options.frames)), list[Suggestion]()
    with single_threaded():
        colored = _told(color_frames(frames, info, guidance, options, engine=engine), tally, progress)
        for shot in gather(colored, info, engine.size):
            best = nlargest(count, [*best, *_suggestions(shot, info, engine, count)], key=attrgetter("gain"))
    if info.frames is None and options.frames.stop is None:
        check_frames(guidance, info, tally.last + 1)
    return tuple(replace(one, gain=one.gain / tally.done) for one in best)


def _told(colored: Iterable[ColoredFrame], tally: Tally, progress: Watch | None) -> Iterator[ColoredFrame]:
    """The same frames, each counted and told of."""
    for one in colored:
        tally.add(one)
        if progress:
            progress(tally.progress())
        yield one


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A frame kept for its span of a shot: its working-size luma (H, W), and its doubt, cell by cell."""

    span: int
    index: int
    time_s: float | None
    luma: Luma
    doubt: Floats
    reach: int

    @property
    def total(self) -> float:
        """How much doubt is in it."""
        return float(self.doubt.sum())


@dataclass(slots=True)
class Gathered:
    """A shot as far as it was seen: its first frame, and of each span the frame most in doubt."""

    first: Kept
    last: int
    span: int = SPAN
    kept: list[Kept] = field(default_factory=list)

    def add(self, one: Kept) -> None:
        """See the next frame of the shot; what is kept stays MOST_SPANS at most."""
        self.last = one.index
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
        chosen = [self.first, *(kept for kept in self.kept if kept.index > self.first.index)]
        middles = [(one.index + other.index + 1) // 2 for one, other in pairwise(chosen)]
        edges = [self.shot.start, *middles, self.shot.stop]
        return [(one, stop - start) for one, (start, stop) in zip(chosen, pairwise(edges), strict=True)]


def _most_in_doubt(kept: Sequence[Kept]) -> list[Kept]:
    return [max(same, key=attrgetter("total")) for _, same in groupby(kept, key=attrgetter("span"))]


def gather(colored: Iterable[ColoredFrame], info: FilmInfo, size: Size) -> Iterator[Gathered]:
    """Each shot, once all of its frames were seen."""
    shot = None
    for one in colored:
        if shot is not None and one.shot_start:
            yield shot
            shot = None
        here = _keep(one, info, size)
        shot = shot or Gathered(here, here.index)
        shot.add(here)
    if shot is not None:
        yield shot


def _keep(one: ColoredFrame, info: FilmInfo, size: Size) -> Kept:
    luma = working_luma(one.frame, info, size)
    doubt = doubt_of(one.confidence, luma)
    return Kept(0, one.frame.index, _time_s(one.frame), luma, doubt, both_ways.reach(one.frame))


def _time_s(frame: Frame) -> float | None:
    return None if frame.pts is None else float(frame.pts * frame.time_base)


def _suggestions(shot: Gathered, info: FilmInfo, engine: Engine, count: int) -> list[Suggestion]:
    """The best points of a shot; their gain counts whole frames."""
    views = [
        View(kept.index, look(kept.luma, engine.likeness(kept.luma)), kept.doubt, many, kept.reach)
        for kept, many in shot.frames()
    ]
    times = {kept.index: kept.time_s for kept, _ in shot.frames()}
    return [
        Suggestion(
            one.index, *_pixel(one, engine.size, info.displayed), one.gain, shot.shot, times[one.index]
        )
        for one in choose(views, count)
    ]


def _pixel(click: Click, size: Size, displayed: Size) -> tuple[int, int]:
    """The pixel of the film under a point of the working-size frame."""
    x = round((click.x + 0.5) * displayed.width / size.width - 0.5)
    y = round((click.y + 0.5) * displayed.height / size.height - 0.5)
    return min(max(x, 0), displayed.width - 1), min(max(y, 0), displayed.height - 1)
