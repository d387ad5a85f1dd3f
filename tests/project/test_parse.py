"""A hint file is read as its format says; what is wrong is said with file, place and cure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from huecue.errors import HintError
from huecue.project import KeyframeFile, NamedColor, Project, ReferenceFile, read_project
from huecue.types import Hint, ShotSettings, Size, Stroke

HINT = {"frame": 0, "x": 310, "y": 122, "radius": 3, "color": "#7a2b2b"}
STROKE = {"frame": 2, "points": [[1, 2], [3.5, 4]], "radius": 4, "color": "teal"}


def write(folder: Path, held: Any) -> Path:
    path = folder / "film.json"
    path.write_text(held if isinstance(held, str) else json.dumps(held), encoding="utf-8")
    return path


def held(**parts: Any) -> dict[str, Any]:
    """A file of these parts, without hints."""
    return {"huecue": 1, "hints": [], **parts}


def hints(**changes: Any) -> dict[str, Any]:
    """A file of one good hint, then one with these changes; None takes a key out."""
    changed = {key: value for key, value in (HINT | changes).items() if value is not None}
    return {"huecue": 1, "hints": [HINT, changed]}


def test_full_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "refs").mkdir()
    (tmp_path / "refs" / "a.png").touch()
    whole = {
        "huecue": 1,
        "film": {"size": [640, 480]},
        "cuts": [44, 134],
        "saturation": 1.2,
        "shots": [{"frame": 60, "saturation": 0.8}, {"frame": 200}],
        "colors": [{"name": "Anna's coat", "color": "#010203"}],
        "hints": [HINT, HINT | {"color": "Anna's coat"}],
        "strokes": [STROKE, STROKE | {"color": "Anna's coat"}],
        "references": [{"frame": 7, "image": "refs/a.png"}],
        "keyframes": [{"frame": 120, "image": "refs/a.png"}],
    }
    assert read_project(write(tmp_path, whole)) == Project(
        hints=(Hint(310, 122, (122, 43, 43)), Hint(310, 122, (1, 2, 3))),
        strokes=tuple(
            Stroke(((1, 2), (3.5, 4)), color, frame=2, radius=4) for color in ((0, 128, 128), (1, 2, 3))
        ),
        references=(ReferenceFile(7, tmp_path / "refs" / "a.png"),),
        keyframes=(KeyframeFile(120, tmp_path / "refs" / "a.png"),),
        cuts=(44, 134),
        size=Size(640, 480),
        saturation=1.2,
        shots=(ShotSettings(60, 0.8), ShotSettings(200)),
        colors=(NamedColor("Anna's coat", (1, 2, 3)),),
    )


def test_only_version_and_hints_are_needed(tmp_path: Path) -> None:
    assert read_project(write(tmp_path, {"huecue": 1, "hints": []})) == Project()


def test_frame_and_radius_left_out_are_those_of_the_api(tmp_path: Path) -> None:
    held = {
        "huecue": 1,
        "hints": [{"x": 1, "y": 2, "color": "red"}],
        "strokes": [{"points": [[1, 2]], "color": "red"}],
    }
    project = read_project(write(tmp_path, held))
    assert project.hints == (Hint(1, 2, (255, 0, 0)),)
    assert project.strokes == (Stroke(((1, 2),), (255, 0, 0)),)


def test_no_cuts_given_is_not_the_same_as_none_there(tmp_path: Path) -> None:
    assert read_project(write(tmp_path, {"huecue": 1, "hints": []})).cuts is None
    assert read_project(write(tmp_path, {"huecue": 1, "hints": [], "cuts": []})).cuts == ()


def test_cuts_are_put_in_order(tmp_path: Path) -> None:
    assert read_project(write(tmp_path, {"huecue": 1, "hints": [], "cuts": [9, 3, 9]})).cuts == (3, 9)


def test_color_may_be_three_numbers(tmp_path: Path) -> None:
    assert read_project(write(tmp_path, hints(color=[1, 2, 255]))).hints[1].color == (1, 2, 255)


def test_byte_order_mark_is_no_harm(tmp_path: Path) -> None:
    assert read_project(write(tmp_path, "\ufeff" + json.dumps(hints()))).hints


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (hints(color="bluw"), ["hints[1].color", "'bluw'", "'blue'"]),
        (hints(color=[1, 2]), ["hints[1].color", "three numbers"]),
        (hints(color=[1, 2, 256]), ["hints[1].color", "0 to 255"]),
        (hints(color=[1, 2, -1]), ["hints[1].color[2]", "at least 0"]),
        (hints(color=7), ["hints[1].color", "must be a text"]),
        (hints(frame=-1), ["hints[1].frame", "at least 0", "-1"]),
        (hints(frame=1.5), ["hints[1].frame", "whole number", "1.5"]),
        (hints(frame="0"), ["hints[1].frame", "must be a number", "a text"]),
        (hints(frame=True), ["hints[1].frame", "true or false"]),
        (hints(x=[1]), ["hints[1].x", "must be a number", "a list"]),
        (hints(radius=0), ["hints[1].radius", "over 0"]),
        (hints(y=None), ["hints[1]", "'y' is missing"]),
        (hints(colour="red"), ["hints[1]", "unknown key 'colour'", "did you mean 'color'"]),
        (hints(zz=1), ["hints[1]", "unknown key 'zz'", "x, y, color, frame, radius"]),
        ({"huecue": 1}, ["'hints' is missing"]),
        ({"huecue": 1, "hints": [], "hint": []}, ["unknown key 'hint'", "did you mean 'hints'"]),
        ({"huecue": 1, "hints": {}}, ["hints: must be a list", "an object"]),
        ({"huecue": 1, "hints": [3]}, ["hints[0]: must be an object", "a number"]),
        ({"huecue": 2, "hints": []}, ['"huecue" is 2', "reads 1"]),
        ({"huecue": True, "hints": []}, ['"huecue" is True']),
        ({"huecue": "1", "hints": []}, ["\"huecue\" is '1'"]),
        ({"hints": []}, ["not a hint file", '"huecue": 1']),
        ([], ["not a hint file"]),
        ("null", ["not a hint file"]),
        ({"huecue": 1, "hints": [], "cuts": [3, -1]}, ["cuts[1]", "at least 0"]),
        ({"huecue": 1, "hints": [], "cuts": None}, ["cuts: must be a list", "null"]),
        ({"huecue": 1, "hints": [], "film": {"size": [640]}}, ["film.size", "[width, height]"]),
        ({"huecue": 1, "hints": [], "film": {"size": [640, 0]}}, ["film.size[1]", "at least 1"]),
        ({"huecue": 1, "hints": [], "film": {"sizes": [1, 1]}}, ["film: unknown key 'sizes'", "'size'"]),
        (
            {"huecue": 1, "hints": [], "strokes": [STROKE | {"points": []}]},
            ["strokes[0].points", "one point"],
        ),
        ({"huecue": 1, "hints": [], "strokes": [STROKE | {"points": [[1, 2, 3]]}]}, ["strokes[0].points[0]"]),
        ({"huecue": 1, "hints": [], "references": [{"frame": 0}]}, ["references[0]", "'image' is missing"]),
        ({"huecue": 1, "hints": [], "references": [{"image": ""}]}, ["references[0].image", "an empty one"]),
        (
            {"huecue": 1, "hints": [], "references": [{"image": "gone.png"}]},
            ["references[0].image", "gone.png", "hint file's folder"],
        ),
        (held(keyframes=[{"image": "a.png"}]), ["keyframes[0]", "'frame' is missing"]),
        (held(keyframes=[{"frame": 3}]), ["keyframes[0]", "'image' is missing"]),
        (held(keyframes=[{"frame": -3, "image": "a.png"}]), ["keyframes[0].frame", "at least 0"]),
        (
            held(keyframes=[{"frame": 3, "image": "gone.png"}]),
            ["keyframes[0].image", "gone.png", "hint file's folder"],
        ),
        (
            held(keyframes=[{"frame": 3, "image": "a.png"}, {"frame": 3, "image": "b.png"}]),
            ["a.png and ", "b.png are both the keyframe of frame 3"],
        ),
        (held(keyframe=[]), ["unknown key 'keyframe'", "did you mean 'keyframes'"]),
        (held(saturation=5), ["film.json: saturation: ", "from 0 (grey) to 4, not 5"]),
        (held(saturation="much"), ["film.json: saturation: ", "must be a number", "a text"]),
        (held(shots=[{"saturation": 1}]), ["shots[0]", "'frame' is missing"]),
        (held(shots=[{"frame": 3, "saturation": -1}]), ["shots[0].saturation", "from 0 (grey) to 4"]),
        (held(shots=[{"frame": 3, "satuation": 1}]), ["shots[0]", "did you mean 'saturation'"]),
        (held(shots=[{"frame": 3}, {"frame": 3}]), ["film.json: shots[0] and shots[1] are both for frame 3"]),
        (held(colors=[{"name": "coat"}]), ["colors[0]", "'color' is missing"]),
        (held(colors=[{"name": "#coat", "color": "red"}]), ["colors[0].name", "does not begin with #"]),
        (held(colors=[{"name": "", "color": "red"}]), ["colors[0].name", "must be a text"]),
        (held(colors=[{"name": "coat", "color": "rad"}]), ["colors[0].color", "did you mean 'red'"]),
        (
            held(colors=[{"name": "a", "color": "red"}, {"name": "b", "color": "a"}]),
            ["colors[1].color", "'a' is no colour"],  # one name is not made of another
        ),
        (
            held(colors=[{"name": "a", "color": "red"}] * 2),
            ["film.json: colors[0] and colors[1] are both named 'a'"],
        ),
        (
            hints(color="Ana's coat") | {"colors": [{"name": "Anna's coat", "color": "red"}]},
            ["hints[1].color", 'did you mean "Anna\'s coat"'],
        ),
    ],
)
def test_wrong_part_is_named_with_its_place_and_cure(tmp_path: Path, held: Any, words: list[str]) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).touch()
    path = write(tmp_path, held)
    with pytest.raises(HintError) as caught:
        read_project(path)
    for word in (str(path), *words):
        assert word in str(caught.value)
    assert str(caught.value).count(str(path)) == 1


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 400, "9" * 5000])
def test_number_that_is_not_finite_is_refused(tmp_path: Path, number: str) -> None:
    path = write(tmp_path, json.dumps(hints()).replace("310", number))
    with pytest.raises(HintError, match=r"film\.json"):
        read_project(path)


def test_broken_json_is_shown_with_line_and_column(tmp_path: Path) -> None:
    path = write(tmp_path, '{"huecue": 1,\n "hints": [{"x": 1 "y": 2}]}')
    with pytest.raises(HintError, match=r"film\.json: line 2, column 20: not JSON"):
        read_project(path)


def test_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, '{"huecue": 1, "hints": [], "hints": []}')
    with pytest.raises(HintError, match="'hints' stands twice"):
        read_project(path)


@pytest.mark.parametrize("held", ["", " \n"])
def test_empty_file_is_refused(tmp_path: Path, held: str) -> None:
    with pytest.raises(HintError, match=r"film\.json: the file is empty"):
        read_project(write(tmp_path, held))


def test_endless_nesting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HintError, match="nested too deep"):
        read_project(write(tmp_path, "[" * 200_000))


def test_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "film.json"
    path.write_bytes(b"\x89PNG\xff\xfe\x00")
    with pytest.raises(HintError, match=r"film\.json: not a text file"):
        read_project(path)


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(HintError, match=r"gone\.json: can't be read: no such file"):
        read_project(tmp_path / "gone.json")
    with pytest.raises(HintError, match="can't be read"):
        read_project(tmp_path)
