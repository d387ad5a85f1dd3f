"""A film painted in the style of a picture, called as a person calls it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from films import SIZE, Said, in_process, make_film, names, program

pytest.importorskip("torch", reason="styling needs PyTorch")

from huecue.cli import stylize as command
from huecue.cli.main import build_parser
from huecue.networks.vgg_layers import VARIABLE
from huecue.transfer.options import StyleOptions, TransferOptions
from huecue.types import Range, Size
from huecue.video import WriteOptions, probe, read_frames
from tiny_vgg import write_npz

Call = Callable[..., Said]
QUICK = ("--iterations", 2, "--size", 48, "--threads", 1)


@pytest.fixture
def vgg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_npz(tmp_path_factory.mktemp("vgg") / "tiny.npz")


@pytest.fixture
def style(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("styles") / "style.png"
    cv2.imwrite(str(path), np.random.default_rng(0).integers(0, 255, (40, 50, 3), np.uint8))
    return path


def test_one_word_paints_a_film_beside_it(film: Path, style: Path, vgg: Path, huecue: Call) -> None:
    said = huecue("stylize", film, style, "--vgg", vgg, *QUICK)
    out = film.with_name("film.style.mp4")
    assert said.code == 0, said.err
    assert said.out.startswith(f"{out}: 6 frames, 1 shot, ")
    assert said.err == ""
    assert names(film.parent) == {"film.mp4", "film.style.mp4"}
    assert probe(out).size == SIZE
    pairs = list(zip(read_frames(film), read_frames(out), strict=True))
    assert all(old.pts * old.time_base == new.pts * new.time_base for old, new in pairs)
    assert min(np.abs(old.luma.astype(int) - new.luma).mean() for old, new in pairs) > 1


def test_weights_may_be_named_by_the_environment(
    film: Path, style: Path, vgg: Path, huecue: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(vgg))
    assert huecue("stylize", film, style, "--range", ":1", *QUICK).code == 0


def test_range_folder_codec_and_report(film: Path, style: Path, vgg: Path, huecue: Call) -> None:
    folder, report = film.parent / "out", film.with_name("report.json")
    folder.mkdir()
    words = ("-o", folder, "--range", "1:4", "--crf", 30, "--cuts", "none", "--report", report)
    assert huecue("stylize", film, style, "--vgg", vgg, *QUICK, *words).code == 0
    assert probe(folder / "film.style.mp4").frames == 3
    found = json.loads(report.read_text())
    assert found["shots"] == [{"start": 1, "stop": 4}]
    assert found["settings"]["transfer"]["iterations"] == 2
    assert found["settings"]["write"]["crf"] == 30


def test_defaults_are_those_of_the_options() -> None:
    args = build_parser("stylize").parse_args(["stylize", "film.mp4", "style.png"])
    assert command._options(args) == StyleOptions()
    assert command.write_options(args) == WriteOptions()


def test_options_reach_the_painting() -> None:
    words = "--strength 2 --temporal 0 --colorize --keep-colors --range 1:5 --size 64 --iterations 9 --seed 4"
    more = "--optimizer adam --pooling max --content-loss changed --device cuda --threads 3 --vgg a.npz"
    args = build_parser("stylize").parse_args(["stylize", "f.mp4", "s.png", *words.split(), *more.split()])
    transfer = TransferOptions(
        iterations=9,
        seed=4,
        optimizer="adam",
        pooling="max",
        content_loss="changed",
        device="cuda",
        threads=3,
        vgg=Path("a.npz"),
    )
    options = command._options(args)
    assert options.transfer == transfer
    assert (options.strength, options.temporal, options.size_px) == (2.0, 0.0, 64)
    assert (options.colorize, options.keep_colors, options.color.frames) == (True, True, Range(1, 5))


@pytest.mark.parametrize(
    ("words", "code", "word"),
    [
        (("--vgg", "gone.npz"), 1, "gone.npz"),
        (("--vgg", "film.mp4"), 1, ".npz or .pth"),
        (("--strength", -1), 2, "strength"),
        (("--temporal", "nan"), 2, "temporal"),
        (("--size", 8), 2, "size"),
        (("--iterations", 0), 2, "iterations"),
        (("--threads", 0), 2, "threads"),
        (("--range", "50:60"), 2, "film.mp4"),
        (("--cuts", "soon"), 2, "soon"),
        (("-o", "out.png"), 2, "out.png"),
        (("-o", "film.mp4"), 2, "film.mp4"),
        (("--report", "film.mp4"), 2, "film.mp4"),
        (("--codec", "bogus"), 2, "bogus"),
    ],
)
def test_what_makes_no_sense_is_refused(
    words: tuple[object, ...],
    code: int,
    word: str,
    film: Path,
    style: Path,
    vgg: Path,
    huecue: Call,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(film.parent)
    monkeypatch.setenv(VARIABLE, str(vgg))
    assert_refused(huecue("stylize", "film.mp4", style, "--iterations", 2, "--size", 48, *words), code, word)
    assert names(film.parent) == {"film.mp4"}


def assert_refused(said: Said, code: int, word: str) -> None:
    """One line on stderr that has the word, and the exit code."""
    assert (said.code, said.out) == (code, "")
    assert said.err.startswith("huecue: ")
    assert said.err.count("\n") == 1
    assert word in said.err


@pytest.mark.parametrize(("content", "code"), [(None, 2), ("", 1), ("no picture", 1)])
def test_style_that_can_not_be_read_is_refused(
    content: str | None, code: int, film: Path, vgg: Path, huecue: Call
) -> None:
    style = film.with_name("style.png")
    if content is not None:
        style.write_text(content)
    before = names(film.parent)
    assert_refused(huecue("stylize", film, style, "--vgg", vgg, *QUICK), code, str(style))
    assert names(film.parent) == before


def test_damaged_weights_say_where_to_get_others(film: Path, style: Path, vgg: Path, huecue: Call) -> None:
    vgg.write_bytes(vgg.read_bytes()[:300])
    said = huecue("stylize", film, style, "--vgg", vgg, *QUICK)
    assert_refused(said, 1, "https://download.pytorch.org/models/vgg19-dcbb9e9d.pth")
    assert "--vgg FILE" in said.err


NO_TORCH = "import sys\nsys.modules['torch'] = None"


def test_without_torch_it_says_what_to_install(film: Path, style: Path) -> None:
    said = in_process("stylize", film, style, before=NO_TORCH)
    assert said.code == 2
    assert said.err == "huecue: styling needs torch; run, in the clone of huecue: pip install '.[train]'\n"


def test_help_needs_no_torch() -> None:
    said = in_process("stylize", "--help", before=NO_TORCH)
    assert (said.code, said.err) == (0, "")
    assert "--keep-colors" in said.out


def test_lack_of_memory_says_what_to_do(
    film: Path, style: Path, huecue: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise MemoryError

    monkeypatch.setattr("huecue.transfer.stylize.stylize", fail)
    assert_refused(huecue("stylize", film, style), 1, "--size")


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_run_that_is_stopped_leaves_nothing(tmp_path: Path, style: Path, vgg: Path) -> None:
    film = make_film(tmp_path / "film.mp4", frames=24, size=Size(320, 240))
    heard = program("import signal; signal.signal(signal.SIGINT, signal.default_int_handler)")
    words = ["stylize", film, style, "--vgg", vgg, "--iterations", 20_000, "--threads", 1]
    with subprocess.Popen(
        [sys.executable, "-c", heard, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        end_s = time.monotonic() + 60
        while len(names(tmp_path)) == 1 and running.poll() is None and time.monotonic() < end_s:
            time.sleep(0.02)
        assert len(names(tmp_path)) == 2
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert_refused(Said(running.returncode, out, err), 130, "stopped")
    assert names(tmp_path) == {"film.mp4"}
