"""The door itself: help, misuse, and every way to fail without a traceback."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from films import Said, in_process
from huecue.cli import info
from huecue.cli.main import COMMANDS, DEBUG, build_parser, load
from huecue.errors import FilmError, HintError

Call = Callable[..., Said]

HEAVY = ("numpy", "cv2", "av", "scipy", "skimage", "onnxruntime", "openvino", "torch", "scenedetect", "tqdm")
MOST_MODULES = 180


def modules_after(lines: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{lines}\nprint('modules', *sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split()[1:])


def test_help_imports_nothing_heavy() -> None:
    loaded = modules_after(
        "from huecue.cli.main import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass"
    )
    assert not loaded.intersection(HEAVY)
    assert len(loaded) < MOST_MODULES


def test_importing_huecue_costs_next_to_nothing() -> None:
    assert not modules_after("import huecue").intersection(HEAVY)


def test_help_names_every_command(huecue: Call) -> None:
    said = huecue("--help")
    assert said.code == 0
    for name, summary in COMMANDS.items():
        assert name in said.out
        assert summary.split(",")[0] in " ".join(said.out.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_runs(command: str, huecue: Call) -> None:
    said = huecue(command, "--help")
    assert said.code == 0
    assert f"huecue {command}" in said.out
    assert callable(load(command).run)


def test_version_is_the_packages(huecue: Call) -> None:
    import huecue as package

    assert huecue("--version").out.strip() == f"huecue {package.__version__}"


@pytest.mark.parametrize(
    "words", [(), ("bogus",), ("colorize",), ("colorize", "film.mp4", "--bogus"), ("info", "a", "b")]
)
def test_misuse_exits_with_2_and_shows_the_usage(words: tuple[str, ...], huecue: Call) -> None:
    said = huecue(*words)
    assert said.code == 2
    assert "usage: huecue" in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("colorise", "film.mp4"), "colorize"),
        (("sudio",), "studio"),
        (("colorize", "film.mp4", "--frist-frame", "painted.png"), "--first-frame"),
        (("colorize", "film.mp4", "--hint=hints.jsn", "--satration=2"), "--saturation"),
        (("colorize", "film.mp4", "--engine", "openvion"), "openvino"),
    ],
)
def test_a_mistyped_word_is_named_with_what_may_have_been_meant(
    words: tuple[str, ...], meant: str, huecue: Call
) -> None:
    said = huecue(*words)
    assert said.code == 2
    assert said.err.endswith(f"; did you mean {meant}?\n")


def test_a_word_like_no_other_is_not_guessed_at(huecue: Call) -> None:
    assert "did you mean" not in huecue("qqq").err
    assert "did you mean" not in huecue("info", "film.mp4", "--qqq").err


def failing(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_args: object) -> int:
        raise error

    monkeypatch.setattr(info, "run", fail)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (HintError("hints.json: no\n good"), 2, "huecue: hints.json: no good"),
        (FilmError("film.mp4: gone"), 1, "huecue: film.mp4: gone"),
        (KeyboardInterrupt(), 130, "huecue: stopped"),
        (MemoryError("film.mp4 needs 9 GB"), 1, "huecue: film.mp4 needs 9 GB"),
        (MemoryError(), 1, "huecue: there is not enough memory"),
        (ZeroDivisionError("1/0"), 1, "huecue: this is a bug, please report it: ZeroDivisionError: 1/0"),
    ],
)
def test_error_is_one_line_and_an_exit_code(
    error: BaseException, code: int, words: str, huecue: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(DEBUG, raising=False)
    failing(error, monkeypatch)
    said = huecue("info")
    assert said.code == code
    assert said.err.startswith(words)
    assert said.err.count("\n") == 1


def test_debug_shows_where_a_bug_is(huecue: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DEBUG, "1")
    failing(ZeroDivisionError("1/0"), monkeypatch)
    with pytest.raises(ZeroDivisionError):
        huecue("info")


def test_reader_that_leaves_early_is_no_bug(tmp_path: Path) -> None:
    lines = "from huecue.cli import info\ninfo._installed = lambda: (('x', 'y' * 999) for _ in range(9999))"
    whole = f'{sys.executable} -c "$0" info | head -c 10'
    script = f"{lines}\nimport sys\nfrom huecue.cli.main import main\nsys.exit(main())"
    done = subprocess.run(
        ["sh", "-c", whole, script], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.stderr == ""


def test_command_is_found_as_a_module_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "huecue.cli", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("huecue ")


def test_options_of_other_commands_are_not_built() -> None:
    parser = build_parser("shots")
    assert parser.parse_args(["shots", "film.mp4", "--json"]).json
    with pytest.raises(SystemExit):
        parser.parse_args(["bench", "--seconds", "1"])


def test_training_without_torch_says_what_to_install() -> None:
    said = in_process("train", "realtime", "photos", before="import sys\nsys.modules['torch'] = None")
    assert said.code == 2
    assert said.err == "huecue: training needs torch; run, in the clone of huecue: pip install '.[train]'\n"
