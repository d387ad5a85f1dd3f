"""Every method by its name, and nothing imported before it is asked for."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from films import Said, make_film, names
from huecue.cli.methods import METHODS, OWN, REPORT, REPORT_NET, MethodFiles, load_method
from huecue.engine import Engine
from huecue.errors import UsageError, WeightsError
from huecue.pipeline import ColorOptions, colorize
from huecue.pipeline.film import OWN_METHOD
from huecue.stages.krige import EXTRA
from huecue.stages.upsample import working_size
from huecue.types import FilmInfo
from huecue.video import read_frames


@pytest.mark.parametrize("name", [name for name in METHODS if name != OWN])
def test_a_method_bears_its_name(name: str, request: pytest.FixtureRequest) -> None:
    weights = request.getfixturevalue("report_weights") if name in (REPORT, REPORT_NET) else None
    method = load_method(name, MethodFiles(weights))
    assert method is not None
    assert getattr(method, "__name__", None) == name


def test_huecue_s_own_is_what_colorize_does_by_itself() -> None:
    assert load_method(OWN) is None
    assert OWN == OWN_METHOD
    assert colorize.__kwdefaults__["coloring"] is None
    assert colorize.__kwdefaults__["options"] == ColorOptions()


def test_the_table_costs_no_imports() -> None:
    ask = (
        "import sys, huecue.cli.methods; print([n for n in sys.modules if n in ('numpy', 'huecue.pipeline')])"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("name", "files", "message"),
    [
        (REPORT_NET, MethodFiles(), "report-net needs a network: --weights FOLDER"),
        (OWN, MethodFiles(weights=Path("here")), "--weights goes with --method report-net and report"),
        ("levin", MethodFiles(weights=Path("here")), "not with levin"),
        (REPORT_NET, MethodFiles(Path("here"), vgg=Path("vgg.npz")), "--vgg goes with --method report"),
    ],
)
def test_files_that_do_not_go_with_a_method_are_refused(name: str, files: MethodFiles, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        load_method(name, files)


@pytest.mark.parametrize("name", [REPORT, REPORT_NET])
def test_weights_that_are_missing_are_missed_before_any_film(name: str, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="gone: no weights here"):
        load_method(name, MethodFiles(tmp_path / "gone"))


def test_the_report_needs_torch_and_its_network_does_not(report_weights: Path) -> None:
    ask = (
        "import sys\nfor name in ('torch', 'platformdirs'): sys.modules[name] = None\n"
        "from pathlib import Path\nfrom huecue.cli.methods import MethodFiles, load_method\n"
        f"files = MethodFiles(Path({str(report_weights)!r}))\n"
        "print(load_method('report-net', files).__name__)\n"
        "load_method('report', files)"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "report-net"
    assert "--method report needs torch; run, in the clone of huecue: pip install '.[train]'" in done.stderr


@pytest.fixture
def vgg(tmp_path: Path) -> Path:
    pytest.importorskip("torch", reason="transfer needs PyTorch")
    from tiny_vgg import write_npz

    return write_npz(tmp_path / "tiny.npz")


@pytest.fixture
def hints(tmp_path: Path) -> Path:
    path = tmp_path / "hints.json"
    hint = {"frame": 0, "x": 40, "y": 30, "radius": 8, "color": "#c03020"}
    path.write_text(json.dumps({"huecue": 1, "hints": [hint]}))
    return path


@pytest.mark.parametrize("name", [REPORT, REPORT_NET])
def test_the_report_s_methods_colour_a_film_and_leave_its_luma(
    name: str, report_weights: Path, hints: Path, vgg: Path, tmp_path: Path, huecue: Callable[..., Said]
) -> None:
    film, out, report = (
        make_film(tmp_path / "film.mkv", frames=2, codec="ffv1"),
        tmp_path / "out.mkv",
        tmp_path / "r.json",
    )
    given = ("--weights", report_weights, *(("--vgg", vgg) if name == REPORT else ()), "--hints", hints)
    words = ("--codec", "ffv1", "--threads", 1, "--report", report)
    said = huecue("colorize", film, "-o", out, "--method", name, *given, *words)
    assert said.code == 0, said.err
    settings = json.loads(report.read_text())["settings"]
    assert settings["method"] == name
    pairs = list(zip(read_frames(film), read_frames(out), strict=True))
    assert len(pairs) == 2
    assert all(np.array_equal(old.luma, new.luma) for old, new in pairs)
    first, second = (new.chroma[1].astype(float) - 128 for _, new in pairs)
    assert first[15, 20] > 30  # the hint
    assert np.abs(second).max() > 0


def test_without_weights_the_report_has_huecue_colour_first_frames_and_opens_it_once(
    vgg: Path, tmp_path: Path, huecue: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []

    def red(info: FilmInfo, _: ColorOptions) -> Engine:
        size = working_size(info.displayed)
        opened.append(size)
        height, width = size.shape
        shapes = {
            "colour": (3, height, width),
            "keys": (64, height // 16, width // 16),
            "likeness": (16 + EXTRA, height // 2, width // 2),
            "features": (32, height // 4, width // 4),
        }
        answers = {part: np.full((1, *shape), 0.2, np.float32) for part, shape in shapes.items()}
        return Engine("red", size, 1, {part: lambda _, one=one: one for part, one in answers.items()})

    monkeypatch.setattr("huecue.pipeline.open_default_engine", red)
    film, out = make_film(tmp_path / "film.mkv", frames=3, codec="ffv1"), tmp_path / "out.mkv"
    hints = tmp_path / "hints.json"
    marks = [{"frame": frame, "x": 5, "y": 5, "color": "red"} for frame in (0, 1)]
    hints.write_text(json.dumps({"huecue": 1, "hints": marks}))
    words = ("-o", out, "--method", REPORT, "--vgg", vgg, "--hints", hints, "--codec", "ffv1")
    said = huecue("colorize", film, *words)
    assert (said.code, len(opened)) == (0, 1), said.err
    first = next(iter(read_frames(out)))
    assert first.chroma is not None
    assert first.chroma[1][25:, 25:].mean() > 140


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--method", REPORT_NET), 2, "--weights FOLDER"),
        (("--weights", "WEIGHTS"), 2, "--weights goes with --method report-net and report"),
        (("--method", REPORT_NET, "--weights", "gone"), 1, "gone: no weights here"),
        (
            ("--method", REPORT, "--weights", "WEIGHTS", "--vgg", "gone.npz"),
            1,
            "gone.npz: no VGG-19 weights here",
        ),
    ],
)
def test_colorize_says_what_the_report_s_methods_lack(
    words: tuple[str, ...],
    code: int,
    told: str,
    report_weights: Path,
    film: Path,
    huecue: Callable[..., Said],
) -> None:
    said = huecue("colorize", film, *(word.replace("WEIGHTS", str(report_weights)) for word in words))
    assert (said.code, said.err.startswith("huecue: ")) == (code, True)
    assert told in said.err
    assert names(film.parent) == {"film.mp4"}
