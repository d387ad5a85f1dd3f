"""A project read from its JSON file, every part checked, every complaint with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from huecue.project.colors import parse_color
from huecue.project.cutlist import cuts_at
from huecue.project.model import KeyframeFile, NamedColor, Project, ReferenceFile
from huecue.project.place import Place, read_json
from huecue.types import Color, Hint, ShotSettings, Size, Stroke, check_saturation

VERSION = 1
LISTS = ("shots", "colors", "palette", "strokes", "references", "keyframes")
OTHER_PARTS = ("film", "cuts", "saturation", *LISTS)

OwnColors = Mapping[str, Color]


def read_project(path: Path) -> Project:
    """The project in a JSON file; its reference pictures are sought beside the file.

    Raises HintError with the file, the place ('hints[3].color') and the cure.
    """
    top = read_json(path)
    _check_version(top)
    parts = top.fields(needed=("huecue", "hints"), other=OTHER_PARTS)
    colors = tuple(_named_color(place) for place in _items(parts, "colors"))
    own = {one.name: one.color for one in colors}
    project = Project(
        hints=tuple(_hint(place, own) for place in parts["hints"].items()),
        strokes=tuple(_stroke(place, own) for place in _items(parts, "strokes")),
        references=tuple(_reference(place) for place in _items(parts, "references")),
        cuts=cuts_at(parts["cuts"]) if "cuts" in parts else None,
        size=_film_size(parts["film"]) if "film" in parts else None,
        saturation=_saturation(parts),
        palette=tuple(_color(place, own) for place in _items(parts, "palette")),
    )
    keyframes = tuple(_keyframe(place) for place in _items(parts, "keyframes"))
    shots = tuple(_shot(place) for place in _items(parts, "shots"))
    with top.complaints():  # two of these may be at odds
        return replace(project, keyframes=keyframes, shots=shots, colors=colors)


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


def _saturation(fields: dict[str, Place]) -> float | None:
    if "saturation" not in fields:
        return None
    saturation = fields["saturation"].number()
    with fields["saturation"].complaints():
        check_saturation(saturation)
    return saturation


def _shot(place: Place) -> ShotSettings:
    fields = place.fields(needed=("frame",), other=("saturation",))
    return ShotSettings(fields["frame"].whole(), _saturation(fields))


def _named_color(place: Place) -> NamedColor:
    fields = place.fields(needed=("name", "color"))
    name, color = fields["name"].text(), _color(fields["color"], {})
    with fields["name"].complaints():
        return NamedColor(name, color)


def _hint(place: Place, own: OwnColors) -> Hint:
    fields = place.fields(needed=("x", "y", "color"), other=("frame", "radius"))
    x, y = fields["x"].number(), fields["y"].number()
    return Hint(x=x, y=y, color=_color(fields["color"], own), **_frame_and_radius(fields))


def _stroke(place: Place, own: OwnColors) -> Stroke:
    fields = place.fields(needed=("points", "color"), other=("frame", "radius"))
    points = tuple(_point(point) for point in fields["points"].items())
    if not points:
        fields["points"].fail("a stroke needs at least one point [x, y]")
    return Stroke(points=points, color=_color(fields["color"], own), **_frame_and_radius(fields))


def _reference(place: Place) -> ReferenceFile:
    fields = place.fields(needed=("image",), other=("frame",))
    return ReferenceFile(fields["frame"].whole() if "frame" in fields else 0, _image(fields["image"]))


def _keyframe(place: Place) -> KeyframeFile:
    fields = place.fields(needed=("frame", "image"))
    return KeyframeFile(fields["frame"].whole(), _image(fields["image"]))


def _image(place: Place) -> Path:
    image = place.file.parent / place.text()
    if not image.is_file():
        place.fail(f"no picture at {str(image)!r}; the path counts from the hint file's folder")
    return image


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


def _color(place: Place, own: OwnColors) -> Color:
    if isinstance(place.value, list):
        parts = [part.whole() for part in place.items()]
        if len(parts) != 3 or max(parts) > 255:
            place.fail(f"{parts} is no colour; three numbers from 0 to 255 are")
        return parts[0], parts[1], parts[2]
    text = place.text()
    with place.complaints():
        return parse_color(text, own)
