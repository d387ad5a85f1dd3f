"""The main job, called as a person calls it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from films import SIZE, Said, in_process, make_film, names
from huecue.cli import colorize as command
from huecue.cli.film import write_options
from huecue.cli.methods import METHODS
from huecue.pipeline import ColorOptions
from huecue.pipeline.settings import USUAL_SATURATION
from huecue.video import WriteOptions, probe, read_frames

Call = Callable[..., Said]

HINTS = {"huecue": 1, "hints": [{"frame": 0, "x": 40, "y": 30, "radius": 8, "color": "#c03020"}]}


def chroma_of(film: Path) -> np.ndarray:
    """(T, 2) mean Cb and Cr of each frame, 0 for grey."""
    return np.array([[plane.mean() - 128 for plane in frame.chroma or ()] for frame in read_frames(film)])


@pytest.fixture
def hints(tmp_path: Path) -> Path:
    path = tmp_path / "hints.json"
    path.write_text(json.dumps(HINTS))
    return path


def test_one_word_colours_a_film_beside_it(film: Path, huecue: Call) -> None:
    said = huecue("colorize", film)
    assert said.code == 0
    assert names(film.parent) == {"film.mp4", "film.color.mp4"}
    assert probe(film.with_name("film.color.mp4")).frames == 6
    assert np.abs(chroma_of(film.with_name("film.color.mp4"))).max() > 0.5


def test_answer_is_one_line_and_piped_progress_is_silent(film: Path) -> None:
    said = in_process("colorize", film)
    assert said.code == 0
    assert said.err == ""
    assert said.out.count("\n") == 1
    assert said.out.startswith(f"{film.with_name('film.color.mp4')}: 6 frames, 1 shot, ")


def test_hints_colour_the_film(film: Path, hints: Path, huecue: Call) -> None:
    out = film.with_name("red.mp4")
    assert huecue("colorize", film, "-o", out, "--hints", hints).code == 0
    assert chroma_of(out)[:, 1].min() > 2


def test_painted_first_frame_and_reference_are_taken(film: Path, huecue: Call) -> None:
    picture = np.full((*SIZE.shape, 3), (40, 60, 200), np.uint8)  # OpenCV's order: a red
    red = film.with_name("red.png")
    cv2.imwrite(str(red), picture)
    out = film.with_name("first.mp4")
    assert huecue("colorize", film, "-o", out, "--first-frame", red, "--reference", red).code == 0
    assert chroma_of(out)[0, 1] > 10


def paint(path: Path, color: tuple[int, int, int]) -> Path:
    """A picture of the film's shape in one colour, RGB."""
    cv2.imwrite(str(path), np.full((*SIZE.shape, 3), color[::-1], np.uint8))
    return path


def test_keyframes_colour_their_shots_both_ways_as_a_project_s_do(tmp_path: Path, huecue: Call) -> None:
    film = make_film(tmp_path / "film.mkv", frames=24, shots=2, codec="ffv1")
    paint(tmp_path / "red.png", (200, 60, 40))
    paint(tmp_path / "blue.png", (40, 60, 200))
    given = [{"frame": 20, "image": "red.png"}, {"frame": 3, "image": "blue.png"}]
    project = tmp_path / "film.json"
    project.write_text(json.dumps({"huecue": 1, "hints": [], "keyframes": given}))
    ways = {
        "none": (),
        "named": ("--keyframe", f"20={tmp_path / 'red.png'}", "--keyframe", f"3={tmp_path / 'blue.png'}"),
        "kept": ("--hints", project),
        "later": ("--keyframe", f"20={tmp_path / 'red.png'}"),
    }
    for name, words in ways.items():
        out = ("-o", tmp_path / f"{name}.mkv", "--codec", "ffv1", "--engine", "onnxruntime", "--threads", 1)
        assert huecue("colorize", film, *words, *out).code == 0
    frames = {name: list(read_frames(tmp_path / f"{name}.mkv")) for name in ways}
    for old, *new in zip(read_frames(film), *frames.values(), strict=True):
        assert all(np.array_equal(old.luma, one.luma) for one in new)
    for one, other in zip(frames["named"], frames["kept"], strict=True):
        assert np.array_equal(np.stack(one.chroma), np.stack(other.chroma))
    chroma = {name: chroma_of(tmp_path / f"{name}.mkv") for name in ways}
    assert (chroma["named"] - chroma["none"])[:12, 0].min() > 5  # bluer
    assert (chroma["named"] - chroma["none"])[12:, 1].min() > 5  # redder, before frame 20 too
    assert np.abs(chroma["later"] - chroma["none"])[:12].max() == 0
    assert np.abs(chroma["later"] - chroma["named"])[12:].max() == 0


def test_keyframes_count_in_the_film_whatever_the_range(film: Path, huecue: Call) -> None:
    red, out = paint(film.with_name("red.png"), (200, 60, 40)), film.with_name("some.mp4")
    words = ("--method", "still", "--range", "3:6", "--keyframe", f"4={red}")
    assert huecue("colorize", film, "-o", out, *words).code == 0
    redness = chroma_of(out)[:, 1]
    assert redness[1] > 30
    assert max(redness[0], redness[2]) < 20


@pytest.mark.parametrize("method", ["levin", "yatziv", "welsh"])
def test_method_that_takes_no_keyframes_refuses_them(
    method: str, film: Path, hints: Path, huecue: Call
) -> None:
    red = paint(film.with_name("red.png"), (200, 60, 40))
    given = ("--hints", hints, "--reference", red, "--keyframe", f"4={red}")
    said = huecue("colorize", film, "--method", method, *given)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"huecue: {method} takes no keyframes")
    assert names(film.parent) == {"film.mp4", "hints.json", "red.png"}


@pytest.mark.parametrize("method", ["levin", "yatziv", "welsh"])
def test_another_method_colours_without_the_network(
    method: str, film: Path, hints: Path, huecue: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("the weights were loaded")

    monkeypatch.setattr("huecue.pipeline.frames.load_weights", fail)
    red, report = film.with_name("red.png"), film.with_name("report.json")
    cv2.imwrite(str(red), np.full((*SIZE.shape, 3), (40, 60, 200), np.uint8))
    given = ("--reference", red) if method == "welsh" else ("--hints", hints)
    out = film.with_name("red.mp4")
    said = huecue("colorize", film, "-o", out, "--method", method, *given, "--report", report)
    assert said.code == 0, said.err
    assert chroma_of(out)[:, 1].min() > 2
    assert json.loads(report.read_text())["settings"]["method"] == method


@pytest.mark.parametrize(
    ("method", "word"), [("levin", "--hints"), ("yatziv", "--first-frame"), ("welsh", "--reference")]
)
def test_method_that_lacks_what_it_needs_says_what_to_give(
    method: str, word: str, film: Path, huecue: Call
) -> None:
    said = huecue("colorize", film, "--method", method)
    assert said.code == 2
    assert said.err.startswith(f"huecue: {method} ")
    assert word in said.err
    assert names(film.parent) == {"film.mp4"}


def test_method_that_is_none_is_refused_with_those_that_are(film: Path, huecue: Call) -> None:
    said = huecue("colorize", film, "--method", "magic")
    assert said.code == 2
    assert all(name in said.err for name in METHODS)
    assert names(film.parent) == {"film.mp4"}


def test_range_colours_those_frames_alone(film: Path, huecue: Call) -> None:
    out = film.with_name("some.mp4")
    assert huecue("colorize", film, "-o", out, "--range", "2:5").code == 0
    assert probe(out).frames == 3


def test_saturation_of_nothing_is_grey(film: Path, huecue: Call) -> None:
    out = film.with_name("grey.mp4")
    assert huecue("colorize", film, "-o", out, "--saturation", "0").code == 0
    assert np.abs(chroma_of(out)).max() < 0.5


def test_project_s_saturations_are_obeyed_and_the_film_s_one_may_be_overruled(
    tmp_path: Path, huecue: Call
) -> None:
    film = make_film(tmp_path / "film.mkv", frames=24, shots=2, codec="ffv1")
    hints = [{"frame": frame, "x": 40, "y": 30, "radius": 30, "color": "#c03020"} for frame in (0, 12)]
    project = tmp_path / "film.json"
    kept = {"huecue": 1, "hints": hints, "saturation": 0, "shots": [{"frame": 15, "saturation": 0.5}]}
    project.write_text(json.dumps(kept))
    strength = {}
    for name, words in {"kept": (), "asked": ("--saturation", 1)}.items():
        out = tmp_path / f"{name}.mkv"
        given = ("--hints", project, "--method", "yatziv", "--codec", "ffv1")  # no network: quick
        assert huecue("colorize", film, "-o", out, *given, *words).code == 0
        strength[name] = np.abs(chroma_of(out)).max(axis=1)
    assert strength["kept"][:12].max() == 0
    assert strength["asked"][:12].min() > 20
    assert np.array_equal(strength["kept"][12:], strength["asked"][12:])
    assert strength["kept"][12:].min() > 10
    assert strength["kept"][12:].max() < 0.7 * strength["asked"][:12].min()


def test_codec_and_engine_are_those_asked_for(film: Path, huecue: Call) -> None:
    out = film.with_name("film.color.mkv")
    report = film.with_name("report.json")
    words = ("--codec", "ffv1", "--engine", "onnxruntime", "--threads", 1, "--report", report)
    assert huecue("colorize", film, "-o", out, *words).code == 0
    assert probe(out).codec == "ffv1"
    settings = json.loads(report.read_text())["settings"]
    assert settings["engine"] == "onnxruntime"
    assert settings["threads"] == 1


def test_report_says_what_came_of_it(film: Path, hints: Path, huecue: Call) -> None:
    report = film.with_name("report.json")
    assert huecue("colorize", film, "--hints", hints, "--report", report).code == 0
    found = json.loads(report.read_text())
    assert found["frames"] == 6
    assert found["fps"] > 0
    assert found["shots"] == [{"start": 0, "stop": 6}]
    assert found["complete"] is True
    assert found["hint_error_worst"] >= found["hint_error_median"] >= 0
    assert found["settings"]["saturation"] == USUAL_SATURATION


def test_report_over_another_needs_overwrite(film: Path, huecue: Call) -> None:
    report = film.with_name("report.json")
    report.write_text("mine")
    said = huecue("colorize", film, "--report", report)
    assert said.code == 2
    assert str(report) in said.err
    assert report.read_text() == "mine"
    assert names(film.parent) == {"film.mp4", "report.json"}
    assert huecue("colorize", film, "--report", report, "--overwrite").code == 0
    assert json.loads(report.read_text())["frames"] == 6


@pytest.mark.parametrize("taken", ["film.mp4", "film.color.mp4", "hints.json"])
def test_report_never_takes_the_place_of_a_file_in_use(
    taken: str, film: Path, hints: Path, huecue: Call
) -> None:
    said = huecue("colorize", film, "--hints", hints, "--report", film.with_name(taken), "--overwrite")
    assert said.code == 2
    assert taken in said.err
    assert names(film.parent) == {"film.mp4", "hints.json"}


def test_cuts_are_found_ignored_or_read_from_a_file(tmp_path: Path, huecue: Call) -> None:
    film = make_film(tmp_path / "two.mp4", frames=24, shots=2)
    cuts = tmp_path / "cuts.txt"
    cuts.write_text("0\n7 # here\n15\n")
    starts = {}
    for way in ("auto", "none", cuts):
        report = tmp_path / "report.json"
        words = ("--cuts", way, "--report", report, "--overwrite", "-o", tmp_path / "out.mp4")
        assert huecue("colorize", film, *words).code == 0
        starts[str(way)] = [shot["start"] for shot in json.loads(report.read_text())["shots"]]
    assert starts == {"auto": [0, 12], "none": [0], str(cuts): [0, 7, 15]}


def test_several_films_go_into_a_folder(film: Path, tmp_path: Path, huecue: Call) -> None:
    other = make_film(tmp_path / "other.mkv", frames=3)
    folder = tmp_path / "out"
    folder.mkdir()
    report = tmp_path / "report.json"
    said = huecue("colorize", film, other, "-o", folder, "--report", report)
    assert said.code == 0
    assert said.out.count("\n") == 2
    assert names(folder) == {"film.color.mp4", "other.color.mkv"}
    assert [one["frames"] for one in json.loads(report.read_text())] == [6, 3]


def test_film_that_fails_does_not_stop_the_others(film: Path, tmp_path: Path, huecue: Call) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    said = huecue("colorize", empty, film)
    assert said.code == 1
    assert said.err.startswith(f"huecue: {empty}")
    assert film.with_name("film.color.mp4").exists()


def test_several_films_refuse_what_is_for_one(film: Path, hints: Path, tmp_path: Path, huecue: Call) -> None:
    other = make_film(tmp_path / "other.mp4", frames=3)
    before = names(tmp_path)
    assert huecue("colorize", film, other, "-o", tmp_path / "out.mp4").code == 2
    assert huecue("colorize", film, other, "--hints", hints).code == 2
    assert huecue("colorize", film, other, "--keyframe", f"0={hints}").code == 2
    assert huecue("colorize", film, film).code == 2
    assert names(tmp_path) == before


def test_defaults_are_those_of_the_options() -> None:
    from huecue.cli.main import build_parser

    args = build_parser("colorize").parse_args(["colorize", "film.mp4"])
    assert command._options(args) == ColorOptions()
    assert write_options(args) == WriteOptions()


@pytest.mark.parametrize("text", ["5", "a:b", "9:3", "-1:3", "1:2:3", ""])
def test_range_that_is_none_is_misuse(text: str, film: Path, huecue: Call) -> None:
    said = huecue("colorize", film, f"--range={text}")
    assert said.code == 2
    assert "--range" in said.err
    assert names(film.parent) == {"film.mp4"}
