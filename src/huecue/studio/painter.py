"""The one thread that runs the network: first what a person looks at, then its shot, then what follows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from huecue.errors import HuecueError
from huecue.pipeline.gathered import Kept, keep
from huecue.pipeline.guidance import Guidance, Guide, guidance_of
from huecue.pipeline.small import Coloured
from huecue.pipeline.step import Colours
from huecue.project import Project
from huecue.studio.look import colour_jpeg, coloured, luma_of_jpeg, shown_chroma
from huecue.studio.pictures import Pictures
from huecue.studio.quick import Attention, CalledOff, quick
from huecue.studio.recipe import recipe_of, shot_at
from huecue.studio.reel import Reel
from huecue.studio.track import Studio, Track
from huecue.types import Shot

AHEAD = 1500
"""Frames around the playhead whose shots are coloured while there is nothing else to do."""
PREPARED = ("references", "keyframes", "palette")
"""Parts of a project that take work before they can be used."""
MOST_TRACKS = 2
"""Shots whose states are kept at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Painted:
    """A frame in colour: `final` where a render gives the same; how sure it is on average, 0..1.

    `kept` says what of it is in doubt; `edit` is the last change that it shows.
    """

    index: int
    final: bool
    sure: float
    kept: Kept
    step_ms: float = 0.0
    edit: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to colour: what was given, the shots known so far, and where the person is."""

    project: Project = field(default_factory=Project)
    shots: tuple[Shot, ...] = ()
    playhead: int = 0
    edit: int = 0


class Painter:
    """Colours a film's frames in a thread of its own; `painted` is told of each, `fails` of failures."""

    def __init__(
        self,
        open_studio: Callable[[], Studio],
        reel: Reel,
        folder: Path,
        *,
        painted: Callable[[Painted], None],
        fails: Callable[[str], None],
    ) -> None:
        self._open_studio, self._reel, self._pictures = open_studio, reel, Pictures(folder)
        self._painted, self._fails = painted, fails
        self._plan = Plan()
        self._asked: list[int] = []
        self._news = threading.Condition()
        self._renewed = False
        self._closed = False
        self._attention = Attention(self._unwanted)
        self._tracks: dict[int, Track] = {}
        self._studio: Studio
        self._guide: Guide
        self._told = Plan()
        self._thread = threading.Thread(target=self._work, name="huecue-painter", daemon=True)

    def start(self) -> None:
        """Begin to colour."""
        self._thread.start()

    def close(self) -> None:
        """Stop, and wait for it."""
        with self._news:
            self._closed = True
            self._news.notify()
        if self._thread.is_alive():
            self._thread.join()

    def follow(self, plan: Plan, at_once: Sequence[int] = ()) -> None:
        """Colour by this plan from now on, and these frames before all else."""
        with self._news:
            self._renewed = self._renewed or _is_other(self._plan, plan)
            self._plan = plan
            self._pictures.playhead = plan.playhead
            self._asked = list(at_once)
            self._news.notify()

    def picture(self, index: int) -> tuple[bytes, bool] | None:
        """A frame in colour as JPEG, and whether it is final; None where there is none yet."""
        return self._pictures.get(index)

    @property
    def steps(self) -> int:
        """Steps of the network taken for the shots at hand."""
        return sum(track.steps for track in self._tracks.values())

    def _work(self) -> None:
        try:
            studio = self._open_studio()
            self._studio = replace(studio, engine=quick(studio.engine, self._attention))
        except HuecueError as problem:
            self._fails(str(problem))
            return
        self._guide = Guide(Guidance(), self._studio.info.displayed, ())
        self._renewed = True
        passing: Iterator[Coloured[None]] | None = None
        while self._wait(idle=passing is None):
            try:
                passing = self._go_on(passing)
            except (CalledOff, IndexError):  # IndexError: the reel has not come so far
                passing = None
            except (HuecueError, OSError) as problem:
                passing = None
                self._fails(str(problem))

    def _wait(self, *, idle: bool) -> bool:
        """Rest while there is nothing to do; False once all is over."""
        with self._news:
            while idle and not (self._closed or self._renewed or self._asked):
                self._news.wait()
            return not self._closed

    def _go_on(self, passing: Iterator[Coloured[None]] | None) -> Iterator[Coloured[None]] | None:
        """One frame further; gives what is being gone through, None where nothing is left to colour."""
        if self._take_news():
            passing = None  # it would go on by what was told before
        passing = passing or self._next_pass()
        if passing is None:
            return None
        with self._works(behind=True):
            one = next(passing, None)
        if one is None:
            return self._next_pass()
        self._show(one.place.index, one.colours, final=True)
        return passing

    def _between(self) -> None:
        """Called at each step of the network: what a person waits for comes first."""
        self._attention.check()
        self._answer()

    @contextmanager
    def _works(self, *, behind: bool) -> Iterator[None]:
        """What is done meanwhile happens `behind` the page, or before a person's eyes."""
        before, self._attention.behind = self._attention.behind, behind
        try:
            yield
        finally:
            self._attention.behind = before

    def _unwanted(self) -> bool:
        return self._closed or self._renewed

    def _take_news(self) -> bool:
        """Colour by the latest plan; whether what was under way under the one before is not wanted."""
        with self._news:
            renewed, plan = self._renewed, self._plan
            self._renewed = False
        if plan.project is not self._told.project or plan.shots is not self._told.shots:
            self._retell(plan)
            self._told = plan
        self._answer()
        return renewed

    def _answer(self) -> None:
        while self._asked and not self._renewed:
            with self._news:
                index = self._asked.pop(0)
            track = self._track_at(index)
            if track is not None and not self._pictures.is_final(index):
                self._miss(track, index)
                begun_s = time.perf_counter()
                with self._works(behind=False):
                    colours, final = track.at_once(index)
                self._show(index, colours, final=final, step_ms=(time.perf_counter() - begun_s) * 1000)

    def _miss(self, track: Track, index: int) -> None:
        """Frames around this one that were in colour, but whose pictures had to go, are coloured again."""
        gone = {each for each in track.final if each not in self._pictures}
        track.final -= {each for each in gone if abs(each - index) < AHEAD}

    def _retell(self, plan: Plan) -> None:
        """Every shot is told what the plan says for it; pictures that are no longer right are forgotten."""
        if plan.project is not self._told.project:
            self._guide = self._guide_for(plan.project)
        shots = {shot.start: shot for shot in plan.shots}
        for start, track in list(self._tracks.items()):
            if start not in shots:
                self._pictures.forget(track.shot)
                del self._tracks[start]
                continue
            changed = track.retell(recipe_of(plan.project, shots[start]), self._guide)
            if changed is not None:
                self._pictures.forget(changed)

    def _guide_for(self, project: Project) -> Guide:
        """The guidance, ready for use; pictures and palette are looked at again only where they changed."""
        told = self._told.project
        same = all(getattr(told, part) == getattr(project, part) for part in PREPARED)
        if same:
            said = replace(self._guide.guidance, hints=project.hints, strokes=project.strokes)
            return replace(self._guide, guidance=said)
        whole = guidance_of(project, self._studio.info)
        return Guide.prepare(whole, self._studio.info.displayed, self._studio.engine)

    def _track_at(self, index: int) -> Track | None:
        shot = shot_at(self._plan.shots, index)
        return None if shot is None else self._track(shot)

    def _track(self, shot: Shot) -> Track:
        if shot.start not in self._tracks:
            self._tracks[shot.start] = Track(self._studio, recipe_of(self._plan.project, shot), self._guide)
        track = self._tracks.pop(shot.start)
        self._tracks[shot.start] = track  # the last one used stands last
        for other in list(self._tracks.values())[:-MOST_TRACKS]:
            other.rest()
        return track

    def _next_pass(self) -> Iterator[Coloured[None]] | None:
        """The shot to colour next: the person's own, then those that follow it, then those before."""
        here = self._plan.playhead
        own = shot_at(self._plan.shots, here)
        after = [shot for shot in self._plan.shots if here < shot.start < here + AHEAD]
        before = [shot for shot in self._plan.shots if here - AHEAD < shot.stop <= here]
        for shot in [*([own] if own else []), *after, *reversed(before)]:
            known = self._tracks.get(shot.start)
            if known is None or known.missing() is not None:
                return self._track(shot).through(self._between)
        if own is not None and self._tracks[own.start].spacing > 1:
            self._track(own).prepare(here)
        return None

    def _show(self, index: int, colours: Colours, *, final: bool, step_ms: float = 0.0) -> None:
        luma = luma_of_jpeg(self._reel.look(index))
        picture = coloured(luma, shown_chroma(luma, colours.chroma, self._guide, index))
        self._pictures.put(index, colour_jpeg(picture), final=final)
        kept = keep(index, colours, self._guide, partial(self._reel.luma, index), first=index == 0)
        sure = float(colours.confidence.mean())
        self._painted(Painted(index, final, sure, kept, step_ms, self._told.edit))


def _is_other(old: Plan, new: Plan) -> bool:
    """Whether what is being coloured under the old plan is not worth going on with."""
    here, before = shot_at(new.shots, new.playhead), shot_at(old.shots, old.playhead)
    moved = here is not None and (before is None or here.start != before.start)
    return new.project is not old.project or moved
