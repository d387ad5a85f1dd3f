"""What the page is told of a film, its project and its colours."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from huecue.studio.history import Session
from huecue.studio.look import pixel_aspect
from huecue.studio.painter import Painted
from huecue.studio.reel import Reel
from huecue.studio.wire import Json, as_json
from huecue.types import FilmInfo, Shot


def film_words(film: Path, project: Path, info: FilmInfo, *, brought: bool) -> Json:
    """What a film is; one that was `brought` lies where its person does not look for it."""
    return {
        "say": "film",
        "name": film.name,
        "project": project.name,
        "width": info.displayed.width,
        "height": info.displayed.height,
        "aspect": pixel_aspect(info),
        "fps": float(info.rate or 24),
        "frames": info.frames,
        "sounds": info.sounds,
        "brought": brought,
    }


def other_words(why: str | None, project: Path, aside: Path | None = None) -> Json:
    """Why the project seems to be of another film; None where it does not, or is now put `aside`."""
    return {
        "say": "other",
        "why": why,
        "project": project.name,
        "aside": None if aside is None else aside.name,
    }


def reel_words(reel: Reel, shots: Sequence[Shot]) -> Json:
    """How far a film has been read."""
    return {
        "say": "read",
        "count": reel.count,
        "whole": reel.whole,
        "problem": reel.problem,
        "shots": _pairs(shots),
    }


def sheet_words(
    session: Session, shots: Sequence[Shot], windows: Sequence[str], *, edit: int, by: str
) -> Json:
    """What was given, by which window last, and which windows can undo and redo."""
    history = session.history
    return {
        "say": "sheet",
        "by": by,
        "edit": edit,
        "entries": {name: as_json(entry) for name, entry in session.sheet.entries.items()},
        "undo": [window for window in windows if history.can_undo(window)],
        "redo": [window for window in windows if history.can_redo(window)],
        "shots": _pairs(shots),
    }


def painted_words(painted: Iterable[Painted], newness: Callable[[int], float]) -> Json:
    """Which frames are in colour, how sure they are, and how much of each is new."""
    frames = [[one.index, one.final, round(one.sure, 3), round(newness(one.index), 3)] for one in painted]
    return {"say": "painted", "frames": frames}


def framed(one: Painted, picture: bytes) -> bytes:
    """A picture with words about it before it: their length in four bytes, the words as JSON, the picture."""
    head = {"frame": one.index, "final": one.final, "edit": one.edit, "step_ms": round(one.step_ms, 1)}
    words = json.dumps(head).encode()
    return len(words).to_bytes(4, "big") + words + picture


def _pairs(shots: Sequence[Shot]) -> list[list[int]]:
    return [[shot.start, shot.stop] for shot in shots]
