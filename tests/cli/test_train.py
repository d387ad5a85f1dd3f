"""`huecue train` trains, goes on, and exports weights that colour."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from films import Said, names

pytest.importorskip("torch", reason="training needs PyTorch")

from huecue.cli import train as command
from huecue.cli.main import build_parser
from huecue.train.run import TrainOptions

Call = Callable[..., Said]


def test_defaults_are_those_of_the_options(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(command, "train", lambda options, fresh: asked.append((options, fresh)))
    args = build_parser("train").parse_args(["train", "realtime", "photos"])
    command.run(args)
    assert asked == [(TrainOptions(data=("photos",)), False)]


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
    expected = TrainOptions(
        data=("a", "b.zip"), out=out, validation=("c",), steps=7, rate=0.01, seed=3, workers=0, threads=1
    )
    assert asked == [(expected, True)]
    assert exported == [(out / "checkpoint.pt", weights, 7)]
    assert said.out.split() == [str(out / "checkpoint.pt"), str(weights)]


@pytest.mark.parametrize(
    "words", [("bogus", "photos"), ("realtime",), ("realtime", "photos", "--precision", "9")]
)
def test_misuse_exits_with_2(words: tuple[str, ...], huecue: Call) -> None:
    assert huecue("train", *words).code == 2


def test_data_that_is_not_there_is_named(tmp_path: Path, huecue: Call) -> None:
    gone = tmp_path / "gone"
    said = huecue("train", "realtime", gone, "--out", tmp_path / "run")
    assert said.code == 2
    assert said.err.startswith(f"huecue: {gone}")
    assert names(tmp_path) <= {"run"}
