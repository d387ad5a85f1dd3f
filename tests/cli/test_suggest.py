"""`huecue suggest` prints where one more hint would help, and writes nothing unasked."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from films import SIZE, Said, make_film, names, program
from huecue.cli import suggest as command
from huecue.cli.suggest import as_table
from huecue.pipeline import Suggestion
from huecue.types import Shot

Call = Callable[..., Said]
HEAD = ["frame", "time", "x", "y", "gain"]


def rows(said: Said) -> list[list[str]]:
    return [line.replace(" %", "%").split() for line in said.out.splitlines()]


def gains(said: Said) -> list[float]:
    assert said.code == 0
    return [float(row[-1].rstrip("%")) for row in rows(said)[1:]]


def test_points_are_printed_and_nothing_is_written(film: Path, huecue: Call) -> None:
    said = huecue("suggest", film, "--count", 3)
    assert (said.code, said.err) == (0, "")
    head, *points = rows(said)
    assert head == HEAD
    assert 1 <= len(points) <= 3
    for frame, time, x, y, gain in points:
        assert 0 <= int(frame) < 6
        assert time.startswith("0:00:00.")
        assert 0 <= int(x) < SIZE.width
        assert 0 <= int(y) < SIZE.height
        assert 0 < float(gain.rstrip("%")) <= 100
    assert gains(said) == sorted(gains(said), reverse=True)
    assert names(film.parent) == {"film.mp4"}


def test_json_holds_the_same_points(film: Path, huecue: Call) -> None:
    answer = film.with_name("points.json")
    said = huecue("suggest", film, "--count", 2, "--json", answer)
    found = json.loads(answer.read_text())
    assert found["film"] == str(film)
    points = found["suggestions"]
    assert len(points) == len(rows(said)) - 1
    for point, (frame, _, x, y, gain) in zip(points, rows(said)[1:], strict=True):
        assert [point["frame"], point["x"], point["y"]] == [int(frame), int(x), int(y)]
        assert point["gain"] * 100 == pytest.approx(float(gain.rstrip("%")), rel=0.01)
        assert point["shot"] == [0, 6]
        assert point["time_s"] == pytest.approx(point["frame"] / 24, abs=1e-3)
    assert names(film.parent) == {"film.mp4", "points.json"}


def test_json_that_is_there_is_kept_unless_told_otherwise(film: Path, huecue: Call) -> None:
    answer = film.with_name("points.json")
    answer.write_text("mine")
    said = huecue("suggest", film, "--json", answer)
    assert said.code == 2
    assert "--overwrite" in said.err
    assert answer.read_text() == "mine"
    assert huecue("suggest", film, "--json", answer, "--overwrite").code == 0
    assert json.loads(answer.read_text())["suggestions"]


@pytest.mark.parametrize("option", ["--hints", "--first-frame", "--reference", "--palette"])
def test_json_is_not_put_over_what_is_given(option: str, film: Path, huecue: Call) -> None:
    given = film.with_name("given.json")
    given.write_text(json.dumps({"huecue": 1, "hints": []}))
    before = given.read_bytes()
    assert huecue("suggest", film, option, given, "--json", given, "--overwrite").code == 2
    assert huecue("suggest", film, "--json", film, "--overwrite").code == 2
    assert given.read_bytes() == before


def test_cuts_and_range_are_taken(tmp_path: Path, huecue: Call) -> None:
    film = make_film(tmp_path / "two.mp4", frames=12)
    cuts, answer = tmp_path / "cuts.txt", tmp_path / "points.json"
    cuts.write_text("8\n")
    said = huecue("suggest", film, "--cuts", cuts, "--range", "4:12", "--json", answer)
    assert said.code == 0
    shots = {tuple(point["shot"]) for point in json.loads(answer.read_text())["suggestions"]}
    assert shots == {(4, 8), (8, 12)}


def test_what_is_known_is_taken(film: Path, huecue: Call) -> None:
    painted = film.with_name("painted.png")
    cv2.imwrite(str(painted), np.full((*SIZE.shape, 3), (60, 120, 180), np.uint8))
    for words in (
        ("--first-frame", painted),
        ("--keyframe", f"3={painted}"),
        ("--reference", painted),
        ("--palette", "#aa8855"),
    ):
        assert gains(huecue("suggest", film, *words)) != gains(huecue("suggest", film))
    whole = huecue("suggest", film, "--first-frame", painted)
    assert sum(gains(whole)) < 0.2 * sum(gains(huecue("suggest", film)))


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (("--count", 0), "1 or more"),
        (("--hints", "gone.json"), "gone.json"),
        (("--first-frame", "gone.png"), "gone.png"),
        (("--reference", "gone.png"), "gone.png"),
        (("--keyframe", "3=gone.png"), "gone.png"),
        (("--cuts", "soon"), "soon"),
        (("--range", "50:60"), "film.mp4"),
        (("--json", "gone/points.json"), "gone"),
    ],
)
def test_what_makes_no_sense_is_refused(
    words: tuple[object, ...], word: str, film: Path, huecue: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(film.parent)
    said = huecue("suggest", "film.mp4", *words)
    assert (said.code, said.out) == (2, "")
    assert word in said.err
    assert said.err.count("\n") == 1
    assert names(film.parent) == {"film.mp4"}


def test_a_film_that_can_not_be_read_is_named(tmp_path: Path, huecue: Call) -> None:
    film = tmp_path / "film.mp4"
    film.write_text("no film at all\n" * 20)
    said = huecue("suggest", film)
    assert said.code == 1
    assert str(film) in said.err


def test_lack_of_memory_says_what_the_film_needs(
    film: Path, huecue: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise RuntimeError("OpenCV: Insufficient memory")

    monkeypatch.setattr(command, "suggest", fail)
    said = huecue("suggest", film)
    assert said.code == 1
    assert "GB of memory" in said.err


def test_a_film_without_doubt_is_said_to_be(
    film: Path, huecue: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "suggest", lambda *_args, **_named: ())
    said = huecue("suggest", film)
    assert said.code == 0
    assert rows(said) == [HEAD]
    assert "no hint would help" in said.err


def test_table_lines_up() -> None:
    shot = Shot(0, 9000)
    lines = as_table(
        [
            Suggestion(7, 31, 1022, 0.1234, shot, 0.28),
            Suggestion(8999, 1900, 5, 0.00056, shot, 3725.5),
            Suggestion(12, 1, 2, 0.0001, shot, None),
        ]
    )
    assert lines == [
        "frame         time     x     y     gain",
        "    7  0:00:00.280    31  1022   12.3 %",
        " 8999  1:02:05.500  1900     5  0.056 %",
        "   12            -     1     2   0.01 %",
    ]


def test_progress_is_silent_where_stderr_is_piped(film: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", program(), "suggest", str(film), "--count", "1"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
