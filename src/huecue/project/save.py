"""A project written to its JSON file, whole or not at all."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from huecue.errors import WriteError
from huecue.project.colors import color_text
from huecue.project.model import Project, ReferenceFile
from huecue.project.parse import VERSION
from huecue.types import Hint, Stroke


def write_project(project: Project, path: Path) -> None:
    """Puts the project at `path`, over what is there; reference pictures are named from the file's folder.

    A write that fails leaves what was there. Raises WriteError.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(_text(_as_json(project, path.parent)), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        reason = error.strerror or error
        raise WriteError(
            f"{path}: can't be written: {reason}; choose another folder or free some space"
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _as_json(project: Project, folder: Path) -> dict[str, object]:
    found: dict[str, object] = {"huecue": VERSION}
    if project.size is not None:
        found["film"] = {"size": [project.size.width, project.size.height]}
    if project.cuts is not None:
        found["cuts"] = list(project.cuts)
    found["hints"] = [_hint(hint) for hint in project.hints]
    if project.strokes:
        found["strokes"] = [_stroke(stroke) for stroke in project.strokes]
    if project.references:
        found["references"] = [_reference(reference, folder) for reference in project.references]
    return found


def _hint(hint: Hint) -> dict[str, object]:
    x, y, radius = (_short(number) for number in (hint.x, hint.y, hint.radius))
    return {"frame": hint.frame, "x": x, "y": y, "radius": radius, "color": color_text(hint.color)}


def _stroke(stroke: Stroke) -> dict[str, object]:
    points = [[_short(x), _short(y)] for x, y in stroke.points]
    radius = _short(stroke.radius)
    return {"frame": stroke.frame, "points": points, "radius": radius, "color": color_text(stroke.color)}


def _reference(reference: ReferenceFile, folder: Path) -> dict[str, object]:
    try:
        image = Path(os.path.relpath(reference.image, folder))
    except ValueError:  # another drive, on Windows
        image = reference.image.absolute()
    return {"frame": reference.frame, "image": image.as_posix()}


def _short(number: float) -> float:
    return int(number) if float(number).is_integer() else float(number)


def _text(found: dict[str, object]) -> str:
    """JSON with one hint a line, so that a person can read and compare it."""
    return "{" + ",\n ".join(f"{json.dumps(key)}: {_value(value)}" for key, value in found.items()) + "}\n"


def _value(value: object) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n  " + ",\n  ".join(json.dumps(item, allow_nan=False) for item in value) + "]"
    return json.dumps(value, allow_nan=False)
