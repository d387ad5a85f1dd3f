"""The whole film rendered in a process of its own, as the command does, so that the page stays quick."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from huecue.errors import HuecueError
from huecue.studio.store import free_name
from huecue.video import WriteOptions, default_output


@dataclass(frozen=True, slots=True)
class Quality:
    """A choice of how a film is written: what it is called, what it is for, and its encoder."""

    title: str
    why: str
    suffix: str | None
    options: WriteOptions


QUALITIES: dict[str, Quality] = {
    "good": Quality("Good", "for watching; the film's own kind of file", None, WriteOptions()),
    "small": Quality("Small", "to send; some detail is lost", ".mp4", WriteOptions(codec="libx265", crf=28)),
    "edit": Quality("For editing", "ProRes in a .mov; large", ".mov", WriteOptions(codec="prores_ks")),
    "keep": Quality(
        "For keeping", "FFV1 in an .mkv; nothing is lost; largest", ".mkv", WriteOptions(codec="ffv1")
    ),
}
"""By the names that the page uses; the first is the usual one."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """How far a render has come; `out` once it is there, `problem` if it failed, `stopped` if it was."""

    done: int = 0
    total: int | None = None
    fps: float = 0.0
    left_s: float | None = None
    out: Path | None = None
    problem: str | None = None
    stopped: bool = False

    @property
    def over(self) -> bool:
        """Whether it goes on no longer."""
        return self.out is not None or self.problem is not None or self.stopped


def free_output(film: Path, quality: Quality) -> Path:
    """A name beside the film that nothing has yet."""
    usual = default_output(film)
    return free_name(usual if quality.suffix is None else usual.with_suffix(quality.suffix))


class Render:
    """A render in progress; `tell` hears how far it has come, in another thread."""

    def __init__(
        self, film: Path, project: Path, out: Path, quality: Quality, tell: Callable[[Rendering], None]
    ) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._news, theirs = spawn.Pipe()
        words = (str(film), str(project), str(out), quality.options, theirs)
        self._process = spawn.Process(target=_render, args=words, name="huecue-render", daemon=True)
        self._tell = tell
        self._process.start()
        theirs.close()
        self._listener = threading.Thread(target=self._listen, name="huecue-render", daemon=True)
        self._listener.start()

    def stop(self) -> None:
        """Stop it; nothing is left half written."""
        with suppress(OSError):
            self._news.send("stop")

    def close(self, patience_s: float = 10.0) -> None:
        """Stop it and wait."""
        self.stop()
        self._process.join(patience_s)
        if self._process.is_alive():
            self._process.terminate()

    def _listen(self) -> None:
        last = Rendering()
        try:
            while not last.over:
                last = self._news.recv()
                self._tell(last)
        except EOFError:
            self._tell(Rendering(problem="the render came to an end by itself; is there memory enough?"))


class _Stopped(Exception):
    pass


def _render(film: str, project: str, out: str, options: WriteOptions, news: Connection) -> None:
    """In the other process: what `huecue colorize FILM -o OUT --hints PROJECT` does."""
    from huecue.pipeline import Progress, colorize

    def tell(progress: Progress) -> None:
        if news.poll():
            raise _Stopped
        news.send(Rendering(progress.done, progress.total, progress.fps, progress.left_s))

    try:
        report = colorize(film, out, hints=project, write=options, progress=tell)
        done = Rendering(report.frames, report.frames, report.fps, 0.0, report.out, report.message)
    except (_Stopped, EOFError):
        done = Rendering(stopped=True)
    except HuecueError as problem:
        done = Rendering(problem=str(problem))
    with suppress(OSError):
        news.send(done)
