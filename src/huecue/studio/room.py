"""One film that is being worked on: what was given for it, its frames, its colours, and who looks at it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from huecue import video
from huecue.engine import Engine
from huecue.errors import HuecueError
from huecue.pipeline import ColorOptions, Suggestion, both_ways, open_default_engine
from huecue.pipeline.gathered import Gathered, points
from huecue.pipeline.guidance import guidance_of
from huecue.project import KeyframeFile, Project, ReferenceFile, color_text
from huecue.stages.upsample import working_size
from huecue.studio import swatches, wire, words
from huecue.studio.arrivals import lag_of, newness
from huecue.studio.doubts import Answers, next_click
from huecue.studio.history import Session, make, redo, undo
from huecue.studio.keep import Keeper
from huecue.studio.look import luma_of_jpeg
from huecue.studio.painter import Painted, Painter, Plan
from huecue.studio.recipe import changed_frames, shot_at, shots_of
from huecue.studio.reel import Reel
from huecue.studio.sheet import Patch, Sheet, complete, new_name, project_of, sheet_of
from huecue.studio.track import Studio
from huecue.types import Hint, Luma, Shot

Tell = Callable[[str | None, wire.Json | bytes], None]
"""Sends a message to a window, or to all of them (None); from any thread."""
TICK_S = 0.08


class Room:
    """A film with its project. Every method may be called from any thread; `tell` carries what is new."""

    def __init__(self, film: Path, project: Path, work: Path, tell: Tell, *, brought: bool = False) -> None:
        """Raises FilmError and HintError, saying what is wrong with the film or its project."""
        self.film, self.info, self._tell, self._brought = film, video.probe(film), tell, brought
        self.keeper = Keeper(project, self.info)
        self.session = Session(sheet_of(self.keeper.load()))
        self._lock, self._stale_lock = threading.RLock(), threading.Lock()
        self._stale: list[tuple[Shot, int]] = []
        self._windows: dict[str, int] = {}
        self._seen: dict[int, Painted] = {}
        self._fresh: dict[int, Painted] = {}
        self._engine: Engine | None = None
        self._answers: Answers = {}
        self._made_of: Sheet | None = None
        self._made = Project()
        self._edit = 0
        self._last = ""
        self._unsaved: str | None = None
        self._shots: tuple[Shot, ...] = ()
        self._over, self._grown = threading.Event(), threading.Event()
        size = working_size(self.info.displayed)
        self.reel = Reel(film, self.info, size, work, grown=self._grown.set)
        self._painter = Painter(self._studio, self.reel, work, painted=self._is_painted, fails=self._fails)
        self._news = threading.Thread(target=self._carry_news, name="huecue-news", daemon=True)

    def _studio(self) -> Studio:
        options = ColorOptions(threads=os.cpu_count())  # all: a person waits
        self._engine = open_default_engine(self.info, options)
        return Studio(self._engine, self.info, self.reel.luma)

    def start(self) -> None:
        """Begin to read and to colour."""
        self._news.start()
        self.reel.start()
        self._painter.start()

    def close(self) -> None:
        """Stop all work; what was given is on the disk already."""
        self._over.set()
        self._painter.close()
        self.reel.close()

    def enter(self, window: str) -> None:
        """A window opens: it is told everything."""
        with self._lock:
            self._windows[window] = 0
            self._renew_shots()
            project = self.keeper.path
            self._tell(window, words.film_words(self.film, project, self.info, brought=self._brought))
            self._tell(window, words.reel_words(self.reel, self._shots))
            self._tell(window, self._sheet_words())
            self._tell(window, words.other_words(self.keeper.other, project))
            self._tell(window, words.painted_words(list(self._seen.values()), self._newness))
        self._follow(first=window)

    def leave(self, window: str) -> None:
        """A window has gone."""
        self._windows.pop(window, None)

    def look_at(self, window: str, frame: int) -> None:
        """A window's playhead moves."""
        self._windows[window] = frame
        self._last = window
        self.reel.playhead = frame
        self._follow(first=window)

    def change(self, window: str, patch: Patch, *, joins: bool = False) -> None:
        """Make a change; one that `joins` is undone with the last. Raises HintError: nothing has changed."""
        with self._lock:
            before, reel = self.session.sheet, self.reel
            self.keeper.check_own()
            patch = complete(before, patch, reel.count, reel.cuts if reel.whole else None)
            after = make(self.session, window, patch, joins=joins)
            project_of(after.sheet)
            self.session = after
            self._changed(window, before)

    def take_back(self, window: str, *, again: bool = False) -> None:
        """Undo the window's last change; `again`: redo what it undid last."""
        with self._lock:
            before = self.session.sheet
            self.session = redo(self.session, window) if again else undo(self.session, window)
            self._changed(window, before)

    def add_reference(self, window: str, image: Path, frame: int) -> None:
        """A picture to borrow colours from, from a frame on."""
        name = new_name(self.session.sheet, "r")
        self.change(window, {name: ReferenceFile(frame, image)})

    def add_keyframe(self, window: str, image: Path, frame: int) -> None:
        """A picture of this very frame in colour; it takes the place of one that the frame had."""
        sheet = self.session.sheet
        had = (name for name, entry in sheet.of_kind(KeyframeFile) if entry.frame == frame)
        self.change(window, {next(had, new_name(sheet, "k")): KeyframeFile(frame, image)})

    def check_keyframe(self, image: Path) -> None:
        """Raises FilmError where it is no picture, HintError where it has another shape than the film."""
        guidance_of(Project(keyframes=(KeyframeFile(0, image),)), self.info)

    def picture(self, frame: int) -> tuple[bytes, bool] | None:
        """A frame in colour as JPEG, and whether it is final; None where its colours are on their way."""
        found = self._painter.picture(frame)
        return None if found is None else (found[0], found[1] and not self._is_stale(frame))

    def offers(self, frame: int, x: float, y: float) -> wire.Json:
        """Colours for a point of a frame, (x, y) each 0..1, and how light it is, 0..255."""
        luma = swatches.luma_at(self._look(frame), x, y)
        found = self._painter.picture(frame)
        own = None if found is None else swatches.color_at(found[0], x, y)
        sheet = self.session.sheet
        hints = [hint for _, hint in sheet.of_kind(Hint) if hint.frame < self.reel.count]
        alike = swatches.hints_alike(hints, luma, frame, self._look, self.info.displayed)
        named = [(one.name, one.color) for one in project_of(sheet).colors]
        some = swatches.offers(luma, own, alike, named)
        colors = [{"color": color_text(one.color), "why": one.why} for one in some]
        return {"luma": luma, "colors": colors}

    def next_click(self) -> wire.Json:
        """Where a click would help most: a frame and a point, each 0..1; empty where that is not known."""
        best, self._answers = next_click(dict(self._seen), self._shots, self._answers, self._best_point)
        if best is None:
            return {}
        size = self.info.displayed
        return {"frame": best.frame, "x": best.x / size.width, "y": best.y / size.height}

    def _best_point(self, shot: Gathered) -> Suggestion | None:
        assert self._engine is not None  # without it no frame is in colour
        return next(iter(points(shot, self.info, self._engine, 1)), None)

    def _look(self, frame: int) -> Luma:
        return luma_of_jpeg(self.reel.look(frame))

    def _changed(self, window: str, before: Sheet) -> None:
        """After a change: colour anew what it touches, tell everybody, and write it down."""
        self._edit += 1
        self._tell_touched(before, self.session.sheet)
        self._follow(first=window)
        self._tell(None, self._sheet_words(by=window))
        self.save()

    def save(self) -> None:
        """Write the project; what another program wrote into it meanwhile joins ours."""
        with self._lock:
            before = self.session.sheet
            try:
                sheet = self.keeper.save(before)
            except HuecueError as problem:
                self._unsaved = str(problem)
                self._tell(None, {"say": "unsaved", "why": self._unsaved})
                return
            self._unsaved = None
            self._tell(None, {"say": "saved"})
            if sheet is not before:
                self._take(replace(self.session, sheet=sheet))

    def settle(self, *, aside: bool) -> None:
        """What a person says of a project of another film: put it `aside`, or use it. Raises WriteError."""
        with self._lock:
            gone = self.keeper.settle(aside=aside)
            self._tell(None, words.other_words(None, self.keeper.path, gone))
            if gone is not None:
                self._take(Session(sheet_of(Project(size=self.info.displayed))))

    def _take(self, session: Session) -> None:
        """Go on with what the file brought."""
        before, self.session = self.session.sheet, session
        self._edit += 1
        self._tell_touched(before, session.sheet)
        self._follow()
        self._tell(None, self._sheet_words())

    def _heed_end(self) -> None:
        """Once the whole film has been read: whether what was given lies beyond its end."""
        if self.reel.whole and self.reel.problem is None:
            self.keeper.heed_end(self._project(), self.reel.count)
            self._tell(None, words.other_words(self.keeper.other, self.keeper.path))

    def _tell_touched(self, before: Sheet, after: Sheet) -> None:
        """Say which frames are coloured again, and how many."""
        self._renew_shots()
        old, new = project_of(before), project_of(after)
        for frames in changed_frames(old, self._cut(before), new, self._shots, both_ways.reach(self.info)):
            self._is_touched(frames)

    def _is_touched(self, frames: Shot) -> None:
        with self._stale_lock:
            self._stale.append((frames, self._edit))
            for old in (self._seen, self._fresh):
                for frame in [each for each in old if frames.start <= each < frames.stop]:
                    del old[frame]
        self._tell(None, {"say": "stale", "from": frames.start, "to": frames.stop, "edit": self._edit})

    def _cut(self, sheet: Sheet) -> tuple[Shot, ...]:
        cuts = self.reel.cuts if sheet.cuts is None else sheet.cuts
        return shots_of(cuts, self.reel.count)

    def _renew_shots(self) -> None:
        shots = self._cut(self.session.sheet)
        if shots != self._shots:
            self._shots = shots

    def _plan(self, frame: int) -> Plan:
        return Plan(self._project(), self._shots, frame, self._edit)

    def _project(self) -> Project:
        """The sheet as a project, the same object as long as the sheet is the same."""
        if self._made_of is not self.session.sheet:
            self._made, self._made_of = project_of(self.session.sheet), self.session.sheet
        return self._made

    def _follow(self, first: str | None = None) -> None:
        with self._lock:
            self._renew_shots()
            order = sorted(self._windows, key=lambda window: window != first)
            frames = [self._windows[window] for window in order if self._windows[window] < self.reel.count]
            here = frames[0] if frames else 0
            self._painter.follow(self._plan(here), list(dict.fromkeys(frames)))

    def _is_painted(self, one: Painted) -> None:
        with self._stale_lock:
            self._stale = [(shot, edit) for shot, edit in self._stale if edit > one.edit]
            if self._is_stale(one.index):
                return
            self._seen[one.index] = self._fresh[one.index] = one
        watching = [window for window, frame in list(self._windows.items()) if frame == one.index]
        found = self._painter.picture(one.index) if watching else None
        if found is not None:
            for window in watching:
                self._tell(window, words.framed(one, found[0]))

    def _is_stale(self, index: int) -> bool:
        """Whether a change that has not reached the painter yet touches a frame."""
        return any(shot.start <= index < shot.stop for shot, _ in self._stale)

    def _newness(self, index: int) -> float:
        shot = shot_at(self._shots, index) or Shot(0, 0)
        return newness(self._seen, index, shot_start=shot.start, lag=lag_of(self.info))

    def _sheet_words(self, by: str = "") -> wire.Json:
        return words.sheet_words(self.session, self._shots, list(self._windows), edit=self._edit, by=by)

    def _fails(self, why: str) -> None:
        self._tell(None, {"say": "trouble", "why": why})

    def _carry_news(self) -> None:
        """What comes in small pieces is told by the handful."""
        while not self._over.wait(TICK_S):
            if self._grown.is_set():
                self._grown.clear()
                with self._lock:
                    self._follow(self._last)
                    self._tell(None, words.reel_words(self.reel, self._shots))
                    self._heed_end()
            with self._stale_lock:
                fresh, self._fresh = self._fresh, {}
            if fresh:
                self._tell(None, words.painted_words(fresh.values(), self._newness))
