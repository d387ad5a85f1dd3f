"""A project written to its JSON file, whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from huecue.errors import WriteError
from huecue.project.colors import color_text
from huecue.project.model import KeyframeFile, Project, ReferenceFile
from huecue.project.parse import VERSION
from huecue.types import Color, Hint, ShotSettings, Stroke

Words = Mapping[tuple[int, ...], str]


def write_project(project: Project, path: Path) -> None:
    """Puts the project at `path`, over what is there; pictures are named from the file's folder.

    A hint or stroke in one of the project's named colours is written with that name. A write that fails, or
    is cut short by a crash, leaves what was there. Raises WriteError.
    """
    target = Path(os.path.realpath(path))  # a link stays one
    part = target.with_name(f".{target.name}.{token_hex(4)}.part")
    try:
        with part.open("x", encoding="utf-8") as file:
            file.write(_text(_as_json(project, path.parent)))
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        reason = error.strerror or error
        raise WriteError(
            f"{path}: can't be written: {reason}; choose another folder or free some space"
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Has the new name reach the disk too, where a system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _as_json(project: Project, folder: Path) -> dict[str, object]:
    found: dict[str, object] = {"huecue": VERSION}
    words = {tuple(one.color): one.name for one in reversed(project.colors)}
    if project.size is not None:
        found["film"] = {"size": [project.size.width, project.size.height]}
    if project.cuts is not None:
        found["cuts"] = list(project.cuts)
    if project.saturation is not None:
        found["saturation"] = _short(project.saturation)
    lists = {
        "shots": [_shot(shot) for shot in project.shots],
        "colors": [{"name": one.name, "color": color_text(one.color)} for one in project.colors],
        "palette": [_color(color, words) for color in project.palette],
        "hints": [_hint(hint, words) for hint in project.hints],
        "strokes": [_stroke(stroke, words) for stroke in project.strokes],
        "references": [_picture(reference, folder) for reference in project.references],
        "keyframes": [_picture(keyframe, folder) for keyframe in project.keyframes],
    }
    return found | {name: items for name, items in lists.items() if items or name == "hints"}


def _shot(shot: ShotSettings) -> dict[str, object]:
    own = {} if shot.saturation is None else {"saturation": _short(shot.saturation)}
    return {"frame": shot.frame, **own}


def _hint(hint: Hint, words: Words) -> dict[str, object]:
    x, y, radius = (_short(number) for number in (hint.x, hint.y, hint.radius))
    return {"frame": hint.frame, "x": x, "y": y, "radius": radius, "color": _color(hint.color, words)}


def _stroke(stroke: Stroke, words: Words) -> dict[str, object]:
    points = [[_short(x), _short(y)] for x, y in stroke.points]
    radius, color = _short(stroke.radius), _color(stroke.color, words)
    return {"frame": stroke.frame, "points": points, "radius": radius, "color": color}


def _color(color: Color, words: Words) -> str:
    return words.get(tuple(color)) or color_text(color)


def _picture(given: ReferenceFile | KeyframeFile, folder: Path) -> dict[str, object]:
    try:
        image = Path(os.path.relpath(given.image, folder))
    except ValueError:  # another drive, on Windows
        image = given.image.absolute()
    return {"frame": given.frame, "image": image.as_posix()}


def _short(number: float) -> float:
    return int(number) if float(number).is_integer() else float(number)


def _text(found: dict[str, object]) -> str:
    """JSON with one hint a line, so that a person can read and compare it."""
    return "{" + ",\n ".join(f"{json.dumps(key)}: {_value(value)}" for key, value in found.items()) + "}\n"


def _value(value: object) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n  " + ",\n  ".join(_json(item) for item in value) + "]"
    return _json(value)


def _json(value: object) -> str:
    return json.dumps(value, allow_nan=False, default=int)  # NumPy's whole numbers are no int
