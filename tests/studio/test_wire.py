"""Every word from the page is checked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from huecue.errors import HintError
from huecue.project import KeyframeFile, NamedColor, Project, ReferenceFile
from huecue.studio.sheet import PaletteColor, sheet_of
from huecue.studio.wire import MOST_POINTS, as_json, frame_of, read_message, read_patch
from huecue.types import Hint, ShotSettings, Size, Stroke

SIZE = Size(96, 64)
SHEET = sheet_of(
    Project(
        references=(ReferenceFile(3, Path("/somewhere/ref.png")),),
        keyframes=(KeyframeFile(8, Path("/somewhere/painted.png")),),
    )
)
RED = (200, 30, 30)


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("h4", Hint(10, 20, RED, 3, 4)),
        ("s4", Stroke(((1, 2), (3, 4)), RED, 3, 4)),
        ("r1", ReferenceFile(3, Path("/somewhere/ref.png"))),
        ("k1", KeyframeFile(8, Path("/somewhere/painted.png"))),
        ("c2", NamedColor("coat", RED)),
        ("p2", PaletteColor(RED)),
        ("t9", ShotSettings(9, 0.5)),
        ("cuts", (4, 9)),
        ("saturation", 1.5),
    ],
)
def test_what_is_sent_comes_back_the_same(name: str, entry: object) -> None:
    said = json.loads(json.dumps({name: as_json(entry)}))
    assert read_patch(said, SHEET, SIZE) == {name: entry}


@pytest.mark.parametrize("name", ["k7", "k1"])
def test_no_path_of_a_keyframe_comes_in(name: str) -> None:
    assert as_json(KeyframeFile(3, Path("/somewhere/painted.png")))["image"] == "painted.png"
    said = {name: {"kind": "keyframe", "frame": 5, "image": "/etc/passwd"}}
    if name == "k7":
        with pytest.raises(HintError, match="dropping"):
            read_patch(said, SHEET, SIZE)
    else:
        assert read_patch(said, SHEET, SIZE) == {"k1": KeyframeFile(5, Path("/somewhere/painted.png"))}


def test_no_path_goes_out_and_none_comes_in() -> None:
    assert as_json(ReferenceFile(3, Path("/somewhere/ref.png")))["image"] == "ref.png"
    said = {"r7": {"kind": "reference", "frame": 0, "image": "/etc/passwd"}}
    with pytest.raises(HintError, match="dropping"):
        read_patch(said, SHEET, SIZE)
    said = {"r1": {"kind": "reference", "frame": 5, "image": "/etc/passwd"}}
    assert read_patch(said, SHEET, SIZE) == {"r1": ReferenceFile(5, Path("/somewhere/ref.png"))}


def test_points_are_brought_inside_the_film() -> None:
    said = {"h1": {"kind": "hint", "frame": 0, "x": -5, "y": 900, "radius": 3, "color": "red"}}
    (hint,) = read_patch(said, SHEET, SIZE).values()
    assert isinstance(hint, Hint)
    assert (hint.x, hint.y) == (0, 63)


GOOD = {"kind": "hint", "frame": 0, "x": 1, "y": 1, "radius": 3, "color": "red"}


@pytest.mark.parametrize(
    "said",
    [
        {"s1": GOOD},
        {"../h1": GOOD},
        {"other": GOOD},
        {"h1": {**GOOD, "color": "no such colour"}},
        {"h1": {**GOOD, "color": 7}},
        {"h1": {**GOOD, "x": float("nan")}},
        {"h1": {**GOOD, "x": "1"}},
        {"h1": {**GOOD, "radius": 0}},
        {"h1": {**GOOD, "frame": -1}},
        {"h1": {**GOOD, "frame": True}},
        {"h1": 7},
        {"p1": {"kind": "palette"}},
        {"p1": {"kind": "palette", "color": "no such colour"}},
        {"h1": {"kind": "palette", "color": "red"}},
        {"k1": {"kind": "keyframe", "frame": -1}},
        {"s1": {**GOOD, "kind": "stroke", "points": []}},
        {"s1": {**GOOD, "kind": "stroke", "points": [[1, 1]] * (MOST_POINTS + 1)}},
        {"s1": {**GOOD, "kind": "stroke", "points": [[1, 1, 1]]}},
        {"cuts": [0]},
        {"cuts": 5},
        {"saturation": 9},
        {f"h{n}": None for n in range(1, 500)},
        "h1",
    ],
)
def test_what_makes_no_sense_is_refused(said: object) -> None:
    with pytest.raises(HintError):
        read_patch(said, SHEET, SIZE)


@pytest.mark.parametrize("text", ["", "[]", "7", '{"do": 5}', "{"])
def test_messages_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(HintError, match="reload"):
        read_message(text)


def test_a_frame_is_one_of_the_films() -> None:
    assert frame_of({"frame": 7}, 20) == 7
    assert frame_of({"frame": 70}, 20) == 19
    with pytest.raises(HintError):
        frame_of({"frame": "7"}, 20)
