"""All that can be wrong with what is asked for: one clear line, the right exit code, nothing left behind."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from films import SIZE, Said, assert_refused, names
from huecue.video import probe

Call = Callable[..., Said]


# Hints


def hint(**change: object) -> dict[str, object]:
    return {"frame": 0, "x": 10, "y": 10, "color": "teal", **change}


BAD_HINTS = {
    "outside": (json.dumps({"huecue": 1, "hints": [hint(x=500)]}), "hints[0]"),
    "beyond_the_end": (json.dumps({"huecue": 1, "hints": [hint(), hint(frame=6)]}), "hints[1].frame"),
    "broken_json": ('{"huecue": 1, "hints": [', "line 1"),
    "empty": ("", "empty"),
    "unknown_key": (json.dumps({"huecue": 1, "hints": [hint(size=3)]}), "size"),
    "unknown_top_key": (json.dumps({"huecue": 1, "hints": [], "hinst": []}), "hinst"),
    "wrong_version": (json.dumps({"huecue": 2, "hints": []}), "version"),
    "no_version": (json.dumps({"hints": []}), "huecue"),
    "no_colour": (json.dumps({"huecue": 1, "hints": [hint(color="bleu")]}), "bleu"),
    "no_place": (json.dumps({"huecue": 1, "hints": [{"x": 3, "color": "red"}]}), "hints[0]"),
    "no_number": (json.dumps({"huecue": 1, "hints": [hint(x="left")]}), "hints[0].x"),
    "not_finite": ('{"huecue": 1, "hints": [{"x": NaN, "y": 1, "color": "red"}]}', "NaN"),
    "no_radius": (json.dumps({"huecue": 1, "hints": [hint(radius=0)]}), "radius"),
    "no_reference": (
        json.dumps({"huecue": 1, "hints": [], "references": [{"image": "gone.png"}]}),
        "gone.png",
    ),
    "no_keyframe": (
        json.dumps({"huecue": 1, "hints": [], "keyframes": [{"frame": 3, "image": "gone.png"}]}),
        "gone.png",
    ),
    "saturation": (json.dumps({"huecue": 1, "hints": [], "saturation": 9}), "saturation"),
    "saturation_of_a_shot": (
        json.dumps({"huecue": 1, "hints": [], "shots": [{"frame": 3, "saturation": 9}]}),
        "shots[0].saturation",
    ),
    "settings_beyond_the_end": (
        json.dumps({"huecue": 1, "hints": [], "shots": [{"frame": 6}]}),
        "shots[0].frame",
    ),
    "no_colour_of_its_own": (
        json.dumps(
            {"huecue": 1, "hints": [hint(color="coat")], "colors": [{"name": "goat", "color": "tan"}]}
        ),
        "did you mean 'goat'",
    ),
    "other_shape": (json.dumps({"huecue": 1, "film": {"size": [64, 640]}, "hints": []}), "film.size"),
}


@pytest.mark.parametrize("name", BAD_HINTS)
def test_hints_that_can_not_be_used_are_refused(name: str, film: Path, huecue: Call) -> None:
    content, word = BAD_HINTS[name]
    hints = film.with_name("hints.json")
    hints.write_text(content)
    assert_refused(huecue("colorize", film, "--hints", hints), 2, hints, word)
    assert names(film.parent) == {"film.mp4", "hints.json"}


@pytest.mark.parametrize("option", ["--hints", "--first-frame", "--reference", "--cuts"])
def test_guidance_that_is_not_there_is_refused(option: str, film: Path, huecue: Call) -> None:
    gone = film.with_name("gone.png")
    assert_refused(huecue("colorize", film, option, gone), 2, gone)
    assert names(film.parent) == {"film.mp4"}


@pytest.mark.parametrize("option", ["--hints", "--first-frame", "--keyframe"])
def test_picture_of_another_shape_is_refused(option: str, film: Path, huecue: Call) -> None:
    picture = film.with_name("tall.png")
    cv2.imwrite(str(picture), np.full((90, 30, 3), (0, 0, 200), np.uint8))
    value = f"2={picture}" if option == "--keyframe" else picture
    assert_refused(huecue("colorize", film, option, value), 2, picture, "30x90", SIZE)
    assert names(film.parent) == {"film.mp4", "tall.png"}


@pytest.mark.parametrize(
    "text", ["red.png", "=red.png", "2=", "-1=red.png", "1.5=red.png", "x=red.png", "٣=red.png"]
)
def test_keyframe_that_is_none_is_misuse(text: str, film: Path, huecue: Call) -> None:
    said = huecue("colorize", film, f"--keyframe={text}")
    assert said.code == 2
    assert f"{text!r} is no keyframe; write N=IMAGE" in said.err
    assert names(film.parent) == {"film.mp4"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--keyframe", "6=red.png"), ("red.png: the frame of this keyframe is 6", "ends with frame 5")),
        (("--keyframe", "3=gone.png"), ("gone.png",)),
        (("--keyframe", "3=film.json"), ("film.json",)),
        (("--keyframe", "3=red.png", "--keyframe", "3=blue.png"), ("red.png and blue.png", "frame 3")),
        (("--hints", "film.json", "--keyframe", "4=blue.png"), ("red.png and blue.png", "frame 4")),
        (("--first-frame", "red.png", "--keyframe", "0=blue.png"), ("frame 0 is given whole twice",)),
        (("--first-frame", "red.png", "--hints", "film.json", "--range", "4:"), ("frame 4 is given whole",)),
    ],
)
def test_keyframe_that_can_not_be_used_is_refused(
    words: tuple[str, ...], told: tuple[str, ...], film: Path, huecue: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(film.parent)
    for name, color in (("red.png", (0, 0, 200)), ("blue.png", (200, 0, 0))):
        cv2.imwrite(name, np.full((*SIZE.shape, 3), color, np.uint8))
    kept = {"huecue": 1, "hints": [], "keyframes": [{"frame": 4, "image": "red.png"}]}
    Path("film.json").write_text(json.dumps(kept))
    before = names(film.parent)
    said = huecue("colorize", "film.mp4", *words)
    assert_refused(said, 1 if "3=film.json" in words else 2, *told)
    assert names(film.parent) == before


def test_hint_picture_without_hints_is_refused(film: Path, huecue: Call) -> None:
    picture = film.with_name("grey.png")
    cv2.imwrite(str(picture), np.full((*SIZE.shape, 3), 90, np.uint8))
    assert_refused(huecue("colorize", film, "--hints", picture), 2, "hint")
    assert names(film.parent) == {"film.mp4", "grey.png"}


def test_cuts_that_are_no_numbers_are_refused(film: Path, huecue: Call) -> None:
    cuts = film.with_name("cuts.txt")
    cuts.write_text("12\nsoon\n")
    assert_refused(huecue("colorize", film, "--cuts", cuts), 2, cuts, "line 2")
    assert names(film.parent) == {"film.mp4", "cuts.txt"}


# Targets


def test_output_that_is_the_film_is_refused(film: Path, huecue: Call) -> None:
    whole = film.read_bytes()
    assert_refused(huecue("colorize", film, "-o", film, "--overwrite"), 2, film)
    assert film.read_bytes() == whole


def test_output_that_is_there_is_kept(film: Path, huecue: Call) -> None:
    out = film.with_name("film.color.mp4")
    out.write_text("mine")
    assert_refused(huecue("colorize", film), 2, out, "--overwrite")
    assert out.read_text() == "mine"
    assert huecue("colorize", film, "--overwrite").code == 0
    assert probe(out).frames == 6


def test_output_that_guides_is_refused(tmp_path: Path, huecue: Call) -> None:
    grey, red = tmp_path / "grey.png", tmp_path / "red.png"
    for path, color in ((grey, 90), (red, (0, 0, 200))):
        cv2.imwrite(str(path), np.full((*SIZE.shape, 3), color, np.uint8))
    whole = red.read_bytes()
    for given in (("--reference", red), ("--keyframe", f"0={red}")):
        said = huecue("colorize", grey, *given, "-o", red, "--overwrite")
        assert_refused(said, 2, red)
        assert red.read_bytes() == whole


def test_target_folder_that_is_not_there_is_named(film: Path, huecue: Call) -> None:
    out = film.parent / "gone" / "out.mp4"
    assert_refused(huecue("colorize", film, "-o", out), 2, out.parent)
    assert_refused(huecue("colorize", film, "--report", out), 2, out.parent)
    assert names(film.parent) == {"film.mp4"}


def test_target_folder_that_can_not_be_written_is_named(film: Path, huecue: Call) -> None:
    closed = film.parent / "closed"
    closed.mkdir()
    closed.chmod(0o555)
    if os.access(closed, os.W_OK):  # the administrator may write anywhere, but not here
        closed.rmdir()
        closed = Path("/proc")
    if not closed.is_dir():
        pytest.skip("no folder here that can't be written")
    assert_refused(huecue("colorize", film, "-o", closed / "out.mp4"), 2, closed)


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (("-o", "out.txt"), "out.txt"),
        (("-o", "out.png"), "out.png"),
        (("--codec", "bogus"), "bogus"),
        (("--codec", "aac"), "aac"),
        (("--preset", "warp"), "warp"),
        (("--crf", 99), "99"),
        (("--threads", 0), "threads"),
        (("--saturation", 9), "saturation"),
        (("--saturation", "nan"), "saturation"),
        (("--range", "50:60"), "film.mp4"),
        (("--cuts", "soon"), "soon"),
    ],
)
def test_option_that_makes_no_sense_is_refused(
    words: tuple[object, ...], word: str, film: Path, huecue: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(film.parent)
    assert_refused(huecue("colorize", "film.mp4", *words), 2, word)
    assert names(film.parent) == {"film.mp4"}
