"""`huecue evaluate` prints a table and writes JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from films import Said, names
from huecue.cli import evaluate as command
from huecue.cli.main import build_parser
from huecue.evaluate.made_film import planes_of, write_film
from huecue.evaluate.run import EvaluateOptions
from huecue.types import Size
from huecue.video import WriteOptions

Call = Callable[..., Said]

SIZE = Size(64, 48)


def picture(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 255, (4, 5, 3), np.uint8)
    return cv2.resize(small, (SIZE.width, SIZE.height), interpolation=cv2.INTER_LINEAR)


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    """A folder with one colour clip of 4 frames."""
    folder = tmp_path / "clips"
    folder.mkdir()
    pictures = [planes_of(np.roll(picture(1), index, axis=1)) for index in range(4)]
    write_film(folder / "clip.mp4", pictures, size=SIZE, rate=Fraction(24), options=WriteOptions())
    return folder


def test_table_and_json_are_given(clips: Path, tmp_path: Path, huecue: Call) -> None:
    answer = tmp_path / "answer.json"
    words = ("--protocol", "first-frame", "--method", "grey", "--method", "huecue", "--json", answer)
    said = huecue("evaluate", clips, *words)
    assert said.code == 0, said.err
    assert said.err == ""
    assert said.out.startswith("| method")
    assert "clip.mp4" in said.out
    found = json.loads(answer.read_text())
    assert {one["method"] for one in found["methods"]} == {"grey", "huecue"}
    assert found["settings"]["protocol"] == "first-frame"


def test_drift_and_wear_are_told_in_the_same_way(clips: Path, tmp_path: Path, huecue: Call) -> None:
    answer = tmp_path / "answer.json"
    words = ("--protocol", "drift", "--length", 9, "--method", "grey", "--degrade", "light", "--json", answer)
    said = huecue("evaluate", clips, *words)
    assert said.code == 0, said.err
    assert said.err == ""
    assert said.out.startswith("| PSNR dB of the swing about")
    assert "grey, light wear" in said.out
    found = json.loads(answer.read_text())
    assert found["settings"]["length"] == 9
    assert [(one["method"], one["degrade"]) for one in found["methods"]] == [
        ("grey", None),
        ("grey", "light"),
    ]
    assert len(found["clips"][0]["psnr_frames"]) == 9


def test_the_report_s_table_has_no_wear_and_no_length(clips: Path, huecue: Call) -> None:
    for words in (("--degrade", "light"), ("--length", 5)):
        said = huecue("evaluate", clips, "--table", "report", "--weights", "full=x", *words)
        assert said.code == 2
        assert f"leave {words[0]} out" in said.err


def test_stills_draw_a_curve(tmp_path: Path, huecue: Call) -> None:
    still = tmp_path / "still.png"
    cv2.imwrite(str(still), picture(2))
    curve = tmp_path / "curve.png"
    said = huecue(
        "evaluate", still, "--protocol", "stills-2", "--method", "grey", "--side", 0, "--curve", curve
    )
    assert said.code == 0, said.err
    assert cv2.imread(str(curve)) is not None


def test_answer_over_another_needs_overwrite(clips: Path, tmp_path: Path, huecue: Call) -> None:
    answer = tmp_path / "answer.json"
    answer.write_text("mine")
    words = ("--method", "grey", "--json", answer)
    said = huecue("evaluate", clips, *words)
    assert said.code == 2
    assert str(answer) in said.err
    assert answer.read_text() == "mine"
    assert huecue("evaluate", clips, *words, "--overwrite").code == 0


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (("--protocol", "guess"), "guess"),
        (("--method", "magic"), "magic"),
        (("--limit-frames", 0), "frames"),
        (("--limit-clips", -1), "clips"),
        (("--curve", "curve.png"), "--curve"),
        (("--threads", 0), "threads"),
        (("--length", 5), "--length"),
        (("--protocol", "stills-2", "--degrade", "light"), "--degrade"),
        (("--protocol", "drift", "--measure", "ssim"), "--measure"),
    ],
)
def test_evaluation_that_makes_no_sense_is_refused(
    words: tuple[object, ...], word: str, clips: Path, huecue: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(clips.parent)
    said = huecue("evaluate", "clips", *words)
    assert said.code == 2
    assert said.err.startswith("huecue: ")
    assert word in said.err
    assert names(clips.parent) == {"clips"}


def test_clips_that_are_not_there_are_named(tmp_path: Path, huecue: Call) -> None:
    said = huecue("evaluate", tmp_path / "gone")
    assert said.code == 2
    assert str(tmp_path / "gone") in said.err


def test_defaults_are_those_of_the_options() -> None:
    args = build_parser("evaluate").parse_args(["evaluate", "clips"])
    assert command._options(args) == EvaluateOptions()
