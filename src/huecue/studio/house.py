"""The films that are open in this studio, each in a room of its own."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from huecue.errors import FilmError, UsageError
from huecue.studio.keep import ENDING, project_path
from huecue.studio.render import QUALITIES, Render, Rendering, free_output
from huecue.studio.room import Room
from huecue.studio.wire import Json

MOST_ROOMS = 3
"""Films that are kept at hand; the one that was opened longest ago goes first."""
WORK = "huecue-studio-"
"""What the work folder's name begins with; the number of its process follows."""
Say = Callable[[str, str | None, Json | bytes], None]
"""Sends a message to a window of a room, or to all of its windows (None); from any thread."""


class House:
    """Opens films and closes them. `films` is where films that were dropped on the page are kept."""

    def __init__(self, films: Path, say: Say) -> None:
        self.films, self._say = films, say
        _clear_up(Path(tempfile.gettempdir()))
        self._work = Path(tempfile.mkdtemp(prefix=f"{WORK}{os.getpid()}-"))
        self._rooms: dict[str, Room] = {}
        self._renders: dict[str, Render] = {}
        self._rendered: dict[str, Rendering] = {}
        self._lock = threading.Lock()

    def open(self, film: Path, project: Path | None = None) -> str:
        """The name of a film's room, opened if it was not. Raises HuecueError, saying what is wrong."""
        film = film.resolve()
        kept = (project or project_path(film)).resolve()
        key = hashlib.sha256(f"{film}\n{kept}".encode()).hexdigest()[:16]
        with self._lock:
            if key not in self._rooms:
                work = self._work / key
                work.mkdir(exist_ok=True)
                brought = film.is_relative_to(self.films.resolve())
                room = Room(film, kept, work, partial(self._say, key), brought=brought)
                room.start()
                self._rooms[key] = room
            for old in list(self._rooms)[:-MOST_ROOMS]:
                self._close(old)
        return key

    def room(self, key: str) -> Room | None:
        """A room by its name."""
        return self._rooms.get(key)

    def render(self, key: str, quality: str) -> Path:
        """Render a room's film; gives where the result will be. Raises UsageError, WriteError."""
        room = self._rooms[key]
        now = self._rendered.get(key)
        if now is not None and not now.over:
            raise UsageError("this film is being rendered already; wait for it or cancel it")
        if quality not in QUALITIES:
            raise UsageError(f"there is no quality {quality[:20]!r}")
        room.save()
        out = free_output(room.film, QUALITIES[quality])
        self._rendered[key] = Rendering()
        tell = partial(self._is_rendered, key)
        project = room.keeper.path
        self._renders[key] = Render(room.film, project, out, QUALITIES[quality], tell)
        return out

    def stop_render(self, key: str) -> None:
        """Stop a room's render, if there is one."""
        if key in self._renders:
            self._renders[key].stop()

    def rendered(self, key: str) -> Rendering | None:
        """How far a room's render has come."""
        return self._rendered.get(key)

    def close(self) -> None:
        """Close every room; the work folder goes."""
        for render in self._renders.values():
            render.close()
        with self._lock:
            for key in list(self._rooms):
                self._close(key)
        shutil.rmtree(self._work, ignore_errors=True)

    def _close(self, key: str) -> None:
        self._rooms.pop(key).close()
        shutil.rmtree(self._work / key, ignore_errors=True)

    def _is_rendered(self, key: str, how: Rendering) -> None:
        self._rendered[key] = how
        self._say(key, None, render_words(how))


def _clear_up(temporary: Path) -> None:
    """Remove the work folders of studios that were killed."""
    for folder in temporary.glob(f"{WORK}*-*"):
        owner = folder.name.removeprefix(WORK).partition("-")[0]
        if owner.isdecimal() and not _runs(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _runs(owner: int) -> bool:
    if sys.platform == "win32":
        return True  # asking there would end the process
    try:
        os.kill(owner, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def render_words(how: Rendering) -> Json:
    """How far a render has come, for the page."""
    return {
        "say": "render",
        "done": how.done,
        "total": how.total,
        "left_s": how.left_s,
        "out": None if how.out is None else how.out.name,
        "problem": how.problem,
        "stopped": how.stopped,
        "over": how.over,
    }


def find_film(project: Path) -> Path:
    """The film that a project stands beside. Raises FilmError where it is not there."""
    film = project.with_name(project.name.removesuffix(ENDING))
    if film == project or not film.exists():
        raise FilmError(f"the film of {project.name} is missing: {film.name} is not beside it")
    return film
