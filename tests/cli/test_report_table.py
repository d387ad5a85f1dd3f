"""`huecue evaluate --table report` prints the report's table and draws its figures."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("torch", reason="the transfer needs PyTorch")

from blank_engine import blank_engine
from films import Said, names
from huecue.cli import report_table as command
from huecue.engine import Engine
from huecue.evaluate.made_film import planes_of, write_film
from huecue.evaluate.report_figures import FIGURE_3, FIGURE_5
from huecue.types import Size
from huecue.video import WriteOptions
from tiny_report import write_manifest
from tiny_vgg import write_npz

Call = Callable[..., Said]
SIZE = Size(80, 64)
QUICK = ("--table", "report", "--frames", 2, "--side", 64, "--iterations", 1, "--transfer-size", 48)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A colour clip of 3 frames, alone in its folder."""
    small = np.random.default_rng(1).integers(0, 255, (4, 5, 3), np.uint8)
    wide = cv2.resize(small, (SIZE.width, SIZE.height), interpolation=cv2.INTER_LINEAR)
    path = tmp_path / "clips" / "clip.mp4"
    path.parent.mkdir()
    pictures = [planes_of(np.roll(wide, index, axis=1)) for index in range(3)]
    write_film(path, pictures, size=SIZE, rate=Fraction(24), options=WriteOptions())
    return path


@pytest.fixture(scope="module")
def vgg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_npz(tmp_path_factory.mktemp("vgg") / "tiny.npz")


@pytest.fixture(autouse=True)
def _plain_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Huecue's own network gives no colours here."""

    def opened(*_: object) -> Engine:
        return blank_engine(Size(64, 64))

    monkeypatch.setattr("huecue.evaluate.report_table.engine_for", opened)


def test_table_json_and_figures_are_given(
    clip: Path, tmp_path: Path, report_weights: Path, vgg: Path, huecue: Call
) -> None:
    answer, figures = tmp_path / "answer.json", tmp_path / "figures"
    figures.mkdir()
    weights = ("--weights", f"full={report_weights}", "--weights", f"squeezed={report_weights}")
    given = (*weights, "--vgg", vgg, "--json", answer, "--figures", figures, "--threads", 1)
    said = huecue("evaluate", clip, *QUICK, *given)
    assert said.code == 0, said.err
    assert said.err == ""
    assert said.out.startswith("| method")
    assert "13.04 +- 0.18" in said.out
    found = json.loads(answer.read_text())
    assert len(found["rows"]) == len(found["clips"]) == 6
    assert found["settings"]["iterations"] == 1
    assert names(figures) == {FIGURE_3, FIGURE_5}
    assert [cv2.imread(str(figures / name)).shape[1] for name in (FIGURE_3, FIGURE_5)] == [276, 344]
    assert huecue("evaluate", clip, *QUICK, *weights, "--figures", figures).code == 2  # they are there


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (QUICK, "--weights full=FOLDER"),
        ((*QUICK, "--weights", "WEIGHTS"), "--weights full=FOLDER"),
        ((*QUICK, "--weights", "full=WEIGHTS", "--method", "grey"), "--method"),
        ((*QUICK, "--weights", "full=WEIGHTS", "--measure", "ssim"), "--measure"),
        ((*QUICK, "--weights", "full=WEIGHTS", "--curve", "curve.png"), "--curve"),
        ((*QUICK, "--weights", "full=WEIGHTS", "--protocol", "auto"), "--protocol"),
        ((*QUICK, "--weights", "full=WEIGHTS", "--figures", "gone"), "gone"),
        ((*QUICK, "--weights", "full=WEIGHTS", "--vgg", "VGG", "--iterations", 0), "iterations"),
        ((*QUICK, "--weights", "full=WEIGHTS", "--vgg", "VGG", "--transfer-size", 8), "size"),
        (("--figures", "gone"), "--table report"),
        (("--vgg", "VGG"), "--table report"),
    ],
)
def test_what_makes_no_sense_is_refused(
    words: tuple[object, ...],
    word: str,
    clip: Path,
    report_weights: Path,
    vgg: Path,
    huecue: Call,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(clip.parent)
    said = huecue(
        "evaluate",
        clip,
        *(str(one).replace("WEIGHTS", str(report_weights)).replace("VGG", str(vgg)) for one in words),
    )
    assert said.code == 2, said
    assert said.err.startswith("huecue: ")
    assert word in said.err
    assert names(clip.parent) == {"clip.mp4"}


def test_weights_and_vgg_that_are_missing_are_named(
    clip: Path, tmp_path: Path, report_weights: Path, huecue: Call
) -> None:
    said = huecue("evaluate", clip, *QUICK, "--weights", f"full={tmp_path / 'gone'}")
    assert (said.code, "gone: no weights here" in said.err) == (1, True)
    own = write_manifest(tmp_path / "own", "realtime")
    said = huecue("evaluate", clip, *QUICK, "--weights", f"full={own}")
    assert (said.code, "weights of the realtime network" in said.err) == (1, True)
    said = huecue(
        "evaluate", clip, *QUICK, "--weights", f"full={report_weights}", "--vgg", tmp_path / "gone.npz"
    )
    assert (said.code, "gone.npz: no VGG-19 weights here" in said.err) == (1, True)


def test_a_network_of_the_report_runs_beside_the_methods(
    clip: Path, report_weights: Path, huecue: Call
) -> None:
    words = ("--protocol", "auto", "--method", "grey", "--measure", "cdc", "--engine", "onnxruntime")
    said = huecue("evaluate", clip, *words, "--method", "report-net", "--weights", report_weights)
    assert said.code == 0, said.err
    assert "| report-net |" in said.out
    named = huecue(
        "evaluate", clip, *words, "--method", "zhang2016", "--weights", f"zhang2016={report_weights}"
    )
    assert named.code == 0, named.err
    assert "| zhang2016 " in named.out


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (("--protocol", "auto", "--method", "report-net"), "report-net needs a network: --weights FOLDER"),
        (("--protocol", "first-frame", "--weights", "here"), "take no first frame, reference or palette"),
        (("--protocol", "auto", "--weights", "here", "--weights", "there"), "--weights NAME=FOLDER"),
        (("--protocol", "auto", "--weights", "huecue=here"), "'huecue' is the name of another method"),
    ],
)
def test_networks_that_can_not_run_are_refused(
    words: tuple[object, ...], word: str, clip: Path, huecue: Call
) -> None:
    said = huecue("evaluate", clip, *words)
    assert said.code == 2
    assert word in said.err


def test_defaults_are_those_of_the_options() -> None:
    from huecue.cli.main import build_parser

    args = build_parser("evaluate").parse_args(["evaluate", "clips", "--table", "report"])
    usual = command.USUAL
    assert command._options(args, usual.networks, usual.color) == usual
