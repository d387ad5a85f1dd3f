"""Progress shows on a terminal, and nowhere else."""

from __future__ import annotations

import io
import os
import pty
import sys
import time
from types import SimpleNamespace

import pytest

from huecue.cli import progress
from huecue.cli.progress import progress_bar, step_bar
from huecue.evaluate.run import Progress as Steps
from huecue.pipeline import Progress


class Terminal(io.StringIO):
    """A stderr that a person looks at, or not."""

    def __init__(self, *, seen: bool) -> None:
        super().__init__()
        self.seen = seen

    def isatty(self) -> bool:
        return self.seen


@pytest.fixture(params=[True, False], ids=["terminal", "piped"])
def terminal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    here = Terminal(seen=request.param)
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=here))  # pytest keeps sys.stderr for itself
    monkeypatch.setattr("tqdm.std.tqdm.monitor_interval", 0)
    return here


def test_frames_speed_and_time_left_are_shown_on_a_terminal_alone(terminal: Terminal) -> None:
    with progress_bar("film.mp4") as show:
        for done in range(1, 101):
            show(Progress(done, 100, 20.0, 1.0))
            time.sleep(0.002)
    written = terminal.getvalue()
    if not terminal.seen:
        assert written == ""
        return
    assert "film.mp4" in written
    assert "/100" in written
    assert "frame/s" in written


def test_a_terminal_that_says_no_width_shows_progress_too(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()  # it has no columns until somebody says how many
    with os.fdopen(ours, "rb") as screen, os.fdopen(theirs, "w") as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        with progress_bar("film.mp4") as show:
            show(Progress(50, 100, 20.0, 1.0))
        os.set_blocking(ours, False)
        assert b"film.mp4" in (screen.read() or b"")


def test_what_is_done_before_a_film_is_coloured_is_said(terminal: Terminal) -> None:
    with progress_bar("film.mp4") as show:
        for doing in ("finding cuts", ""):
            for done in range(1, 101):
                show(Progress(done, 100, 20.0, 1.0, doing))
                time.sleep(0.002)
    written = terminal.getvalue()
    assert ("film.mp4: finding cuts:" in written) == terminal.seen
    assert ("film.mp4: " in written.replace("film.mp4: finding cuts", "")) == terminal.seen


def test_film_of_unknown_length_shows_what_is_done(terminal: Terminal) -> None:
    with progress_bar("film.mp4") as show:
        show(Progress(3, None, 20.0, None))
    assert ("film.mp4" in terminal.getvalue()) == terminal.seen


def test_evaluation_shows_what_it_does(terminal: Terminal) -> None:
    with step_bar() as show:
        for done in range(100):
            show(Steps(done, 100, "clip.mp4: grey"))
            time.sleep(0.002)
    assert ("clip.mp4: grey" in terminal.getvalue()) == terminal.seen
    assert ("/100" in terminal.getvalue()) == terminal.seen
