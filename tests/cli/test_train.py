"""`huecue train` trains, goes on, and exports weights that colour."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from films import Said, names

pytest.importorskip("torch", reason="training needs PyTorch")

from huecue.cli import train as command
from huecue.cli.main import build_parser
from huecue.networks.report import ReportShape
from huecue.train.realtime import RealtimeCourse
from huecue.train.report import ReportCourse
from huecue.train.run import TrainOptions
from huecue.train.teacher import TeacherCourse

Call = Callable[..., Said]


def test_defaults_are_those_of_the_options(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(command, "train", lambda options, fresh: asked.append((options, fresh)))
    args = build_parser("train").parse_args(["train", "realtime", "photos"])
    command.run(args)
    assert asked == [(TrainOptions(RealtimeCourse(("photos",))), False)]


def test_options_reach_the_run_and_weights_are_exported(
    tmp_path: Path, huecue: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huecue.train import export as exporting

    asked, exported = [], []

    def train(options: TrainOptions, fresh: bool) -> Path:
        asked.append((options, fresh))
        return options.out / "checkpoint.pt"

    def export(checkpoint: Path, target: Path, *, settings: dict[str, object]) -> Path:
        exported.append((checkpoint, target, settings["steps"]))
        return target

    monkeypatch.setattr(command, "train", train)
    monkeypatch.setattr(exporting, "export", export)
    out, weights = tmp_path / "run", tmp_path / "weights"
    words = (
        "--out",
        out,
        "--steps",
        7,
        "--rate",
        0.01,
        "--seed",
        3,
        "--workers",
        0,
        "--threads",
        1,
        "--fresh",
    )
    said = huecue("train", "realtime", "a", "b.zip", *words, "--validation", "c", "--export", weights)
    assert said.code == 0
    course = RealtimeCourse(("a", "b.zip"), ("c",))
    expected = TrainOptions(course, out=out, steps=7, rate=0.01, seed=3, workers=0, threads=1)
    assert asked == [(expected, True)]
    assert exported == [(out / "checkpoint.pt", weights, 7)]
    assert said.out.split() == [str(out / "checkpoint.pt"), str(weights)]


@pytest.mark.parametrize(
    "words",
    [
        ("bogus", "photos"),
        ("realtime",),
        ("report",),
        ("realtime", "photos", "--precision", "9"),
        ("realtime", "photos", "--rate", "fast"),
        ("realtime", "photos", "--epochs", "2"),
        ("report", "photos", "--variant", "huge"),
        ("report", "photos", "--side", "30"),
        ("realtime", "photos", "--taught", "lessons.zip"),
        ("teacher", "photos", "--export", "weights"),
        ("teacher", "photos", "--epochs", "2"),
    ],
)
def test_misuse_exits_with_2(words: tuple[str, ...], huecue: Call) -> None:
    assert huecue("train", *words).code == 2


def test_data_that_is_not_there_is_named(tmp_path: Path, huecue: Call) -> None:
    gone = tmp_path / "gone"
    said = huecue("train", "realtime", gone, "--out", tmp_path / "run")
    assert said.code == 2
    assert said.err.startswith(f"huecue: {gone}")
    assert names(tmp_path) <= {"run"}


def test_the_report_s_network_is_trained_by_the_same_command(
    tmp_path: Path, huecue: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(command, "train", lambda options, **_: asked.append(options) or tmp_path)
    words = ("--variant", "squeezed", "--side", 32, "--batch", 8, "--task", "classify", "--no-rebalance")
    assert huecue("train", "report", "--data", "photos", *words).code == 0
    shape = ReportShape("squeezed")
    course = ReportCourse(("photos",), shape=shape, side=32, batch=8, task="classify", rebalance=False)
    assert asked == [TrainOptions(course, out=Path("runs/report-squeezed"))]


def test_rounds_are_counted_in_pictures(
    tmp_path: Path, huecue: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(command, "train", lambda options, **_: asked.append(options) or tmp_path)
    for place in range(10):
        cv2.imwrite(str(tmp_path / f"{place}.png"), np.full((8, 8, 3), place, np.uint8))
    assert huecue("train", "report", tmp_path, "--epochs", 2, "--batch", 4).code == 0
    assert asked[0].steps == 5


def test_the_rate_can_be_searched_for(tmp_path: Path, huecue: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(command, "train", lambda options, **_: asked.append(options) or tmp_path)
    monkeypatch.setattr(command, "search_rate", lambda _: 0.25)
    assert huecue("train", "report", "photos", "--rate", "search").code == 0
    assert asked[0].rate == 0.25


def test_a_teacher_and_its_pupil_are_trained_by_the_same_command(
    tmp_path: Path, huecue: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(command, "train", lambda options, **_: asked.append(options) or tmp_path)
    assert huecue("train", "teacher", "photos", "--vgg", "vgg.npz").code == 0
    assert (
        huecue(
            "train", "realtime", "photos", "--stage", "priors", "--taught", "a.zip", "--taught", "b.zip"
        ).code
        == 0
    )
    teacher, pupil = asked
    assert teacher == TrainOptions(TeacherCourse(("photos",), vgg=Path("vgg.npz")), out=Path("runs/teacher"))
    assert (pupil.course.taught, pupil.course.only) == (("a.zip", "b.zip"), "likeness")
