"""What the page and the server say to one another, as JSON: every word from the page is checked here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from huecue.errors import HintError
from huecue.project import KeyframeFile, NamedColor, ReferenceFile, color_text, parse_color
from huecue.studio.sheet import CUTS, SATURATION, Entry, PaletteColor, Patch, Sheet, is_name_of
from huecue.types import Hint, ShotSettings, Size, Stroke

MOST_POINTS = 2000
"""Of one stroke."""
MOST_ENTRIES = 200
"""Of one change."""
MOST_FRAMES = 10**8
MOST_PX = 10**6

Json = dict[str, Any]


def as_json(entry: Entry) -> Any:
    """A thing of the sheet as the page has it."""
    match entry:
        case Hint():
            place = {"x": entry.x, "y": entry.y}
            return {"kind": "hint", "frame": entry.frame, **place, **_look(entry)}
        case Stroke():
            points = [list(point) for point in entry.points]
            return {"kind": "stroke", "frame": entry.frame, "points": points, **_look(entry)}
        case ReferenceFile():
            return {"kind": "reference", "frame": entry.frame, "image": entry.image.name}
        case KeyframeFile():
            return {"kind": "keyframe", "frame": entry.frame, "image": entry.image.name}
        case NamedColor():
            return {"kind": "color", "name": entry.name, "color": color_text(entry.color)}
        case PaletteColor():
            return {"kind": "palette", "color": color_text(entry.color)}
        case ShotSettings():
            return {"kind": "shot", "frame": entry.frame, "saturation": entry.saturation}
        case tuple():
            return list(entry)
        case _:
            return entry


def _look(mark: Hint | Stroke) -> Json:
    return {"radius": mark.radius, "color": color_text(mark.color)}


def read_message(text: str) -> Json:
    """What a page says: an object with "do". Raises HintError."""
    try:
        said = json.loads(text)
    except ValueError as error:
        raise HintError("the page sent something that is no JSON; reload it") from error
    if not isinstance(said, dict) or not isinstance(said.get("do"), str):
        raise HintError("the page sent something that is not understood; reload it")
    return said


def read_patch(said: object, sheet: Sheet, size: Size) -> Patch:
    """A change of the sheet of a film of this size, as a page sent it. Raises HintError.

    A page can't name pictures on the disk: references and keyframes may be moved or taken away, and come
    by upload alone.
    """
    if not isinstance(said, dict) or len(said) > MOST_ENTRIES:
        raise HintError("a change names what is changed")
    return {str(name): _entry(str(name), value, sheet, size) for name, value in said.items()}


def _entry(name: str, value: object, sheet: Sheet, size: Size) -> Entry | None:
    if value is None:
        return None
    entry = _read(name, value, sheet, size)
    if not is_name_of(name, entry):
        raise HintError(f"{name[:20]!r} is no name for this")
    return entry


def _read(name: str, value: object, sheet: Sheet, size: Size) -> Entry:
    if name == CUTS:
        return _cuts(value)
    if name == SATURATION:
        return number_of(value, 0, 4)
    if not isinstance(value, dict):
        raise HintError(f"{name[:20]!r} must be an object")
    kind = value.get("kind")
    if kind == "color":
        return NamedColor(_text(value.get("name"))[:80], parse_color(_text(value.get("color"))))
    if kind == "palette":
        return PaletteColor(parse_color(_text(value.get("color"))))
    frame = int(number_of(value.get("frame"), 0, MOST_FRAMES))
    if kind == "shot":
        return ShotSettings(frame, number_of(value.get("saturation"), 0, 4))
    if kind in ("reference", "keyframe"):
        return _picture(sheet.entries.get(name), frame)
    color = parse_color(_text(value.get("color")))
    radius = round(number_of(value.get("radius"), 0.5, max(size.width, size.height)), 1)
    if kind == "stroke":
        return Stroke(_points(value.get("points"), size), color, frame, radius)
    x, y = _point([value.get("x"), value.get("y")], size)
    return Hint(x, y, color, frame, radius)


def _picture(known: Entry | None, frame: int) -> Entry:
    if not isinstance(known, ReferenceFile | KeyframeFile):
        raise HintError("a picture comes by dropping it on the page")
    return replace(known, frame=frame)


def _points(value: object, size: Size) -> tuple[tuple[float, float], ...]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_POINTS:
        raise HintError(f"a stroke has 1 to {MOST_POINTS} points")
    return tuple(_point(point, size) for point in value)


def _point(value: object, size: Size) -> tuple[float, float]:
    """A point, brought inside the film, to a tenth of a pixel."""
    if not isinstance(value, list) or len(value) != 2:
        raise HintError("a point is [x, y]")
    x, y = (number_of(part, -MOST_PX, MOST_PX) for part in value)
    return round(min(max(x, 0.0), size.width - 1.0), 1), round(min(max(y, 0.0), size.height - 1.0), 1)


def _cuts(value: object) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise HintError("cuts are a list of frames")
    return tuple(sorted({int(number_of(cut, 1, MOST_FRAMES)) for cut in value}))


def number_of(value: object, least: float, most: float) -> float:
    """A number from `least` to `most`. Raises HintError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise HintError(f"a number from {least:g} to {most:g} is needed, not {str(value)[:20]}")
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise HintError(f"a text is needed, not {str(value)[:20]}")
    return value


def frame_of(said: Mapping[str, object], frames: int) -> int:
    """The frame that a message is about, inside a film of so many frames. Raises HintError."""
    return min(int(number_of(said.get("frame"), 0, MOST_FRAMES)), max(0, frames - 1))
