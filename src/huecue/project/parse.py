"""A project read from its JSON file, every part checked, every complaint with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from huecue.errors import HintError
from huecue.project.colors import parse_color
from huecue.project.cutlist import cuts_at
from huecue.project.model import Project, ReferenceFile
from huecue.project.place import Place, read_json
from huecue.types import Color, Hint, Size, Stroke

VERSION = 1


def read_project(path: Path) -> Project:
    """The project in a JSON file; its reference pictures are sought beside the file.

    Raises HintError with the file, the place ('hints[3].color') and the cure.
    """
    top = read_json(path)
    _check_version(top)
    parts = top.fields(needed=("huecue", "hints"), other=("film", "cuts", "strokes", "references"))
    return Project(
        hints=tuple(_hint(place) for place in parts["hints"].items()),
        strokes=tuple(_stroke(place) for place in _items(parts, "strokes")),
        references=tuple(_reference(place) for place in _items(parts, "references")),
        cuts=cuts_at(parts["cuts"]) if "cuts" in parts else None,
        size=_film_size(parts["film"]) if "film" in parts else None,
    )


def _check_version(top: Place) -> None:
    if not isinstance(top.value, dict) or "huecue" not in top.value:
        top.fail(f'not a hint file: it must be an object that begins {{"huecue": {VERSION}, "hints": [..]}}')
    version = top.value["huecue"]
    if version != VERSION or isinstance(version, bool):
        top.fail(f'"huecue" is {version!r}, a version that is not known here; this huecue reads {VERSION}')


def _items(parts: dict[str, Place], name: str) -> list[Place]:
    return parts[name].items() if name in parts else []


def _film_size(place: Place) -> Size | None:
    fields = place.fields(other=("size",))
    if "size" not in fields:
        return None
    sides = fields["size"].items()
    if len(sides) != 2:
        fields["size"].fail(f"must be [width, height], not {len(sides)} numbers")
    return Size(sides[0].whole(least=1), sides[1].whole(least=1))


def _hint(place: Place) -> Hint:
    fields = place.fields(needed=("x", "y", "color"), other=("frame", "radius"))
    x, y = fields["x"].number(), fields["y"].number()
    return Hint(x=x, y=y, color=_color(fields["color"]), **_frame_and_radius(fields))


def _stroke(place: Place) -> Stroke:
    fields = place.fields(needed=("points", "color"), other=("frame", "radius"))
    points = tuple(_point(point) for point in fields["points"].items())
    if not points:
        fields["points"].fail("a stroke needs at least one point [x, y]")
    return Stroke(points=points, color=_color(fields["color"]), **_frame_and_radius(fields))


def _reference(place: Place) -> ReferenceFile:
    fields = place.fields(needed=("image",), other=("frame",))
    image = place.file.parent / fields["image"].text()
    if not image.is_file():
        fields["image"].fail(f"no picture at {str(image)!r}; the path counts from the hint file's folder")
    return ReferenceFile(frame=fields["frame"].whole() if "frame" in fields else 0, image=image)


def _point(place: Place) -> tuple[float, float]:
    parts = place.items()
    if len(parts) != 2:
        place.fail(f"a point is [x, y], not {len(parts)} numbers")
    return parts[0].number(), parts[1].number()


def _frame_and_radius(fields: dict[str, Place]) -> dict[str, Any]:
    """The two that may be left out; their defaults stand in Hint and Stroke."""
    found: dict[str, Any] = {}
    if "frame" in fields:
        found["frame"] = fields["frame"].whole()
    if "radius" in fields:
        found["radius"] = fields["radius"].number()
        if found["radius"] <= 0:
            fields["radius"].fail(f"must be over 0 pixels, not {found['radius']:g}")
    return found


def _color(place: Place) -> Color:
    if isinstance(place.value, list):
        parts = [part.whole() for part in place.items()]
        if len(parts) != 3 or max(parts) > 255:
            place.fail(f"{parts} is no colour; three numbers from 0 to 255 are")
        return parts[0], parts[1], parts[2]
    try:
        return parse_color(place.text())
    except HintError as error:
        place.fail(str(error))
