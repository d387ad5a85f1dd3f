"""The promises that the house is built on, its layers and its manners."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from importlib.metadata import requires
from pathlib import Path

import numpy as np
import pytest

import huecue as package
from films import SIZE, Said, film_planes, in_process, make_film
from huecue.engine import Engine, open_engine
from huecue.pipeline import ColorOptions, Guidance, color_frames, load_guidance
from huecue.pipeline.step import FrameGuidance, State, step
from huecue.stages.upsample import working_size
from huecue.types import Hint, Luma
from huecue.video import probe, read_frames
from huecue.weights import load_weights

Call = Callable[..., Said]

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
NAMELESS = {"utils", "util", "common", "helper", "helpers", "manager", "base", "misc", "process"}
MOST_LINES, MOST_FUNCTION_LINES = 300, 50
HINT = Hint(40, 30, (192, 48, 32), radius=8)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return open_engine(load_weights(), working_size(SIZE), name="onnxruntime", threads=1)


# Promise 1


def test_luma_is_untouched(tmp_path: Path, huecue: Call) -> None:
    film = make_film(tmp_path / "film.mkv", codec="ffv1")
    hints = tmp_path / "hints.json"
    hints.write_text(json.dumps({"huecue": 1, "hints": [{"x": 40, "y": 30, "color": "red"}]}))
    assert huecue("colorize", film, "--hints", hints, "--codec", "ffv1").code == 0
    pairs = zip(read_frames(film), read_frames(tmp_path / "film.color.mkv"), strict=True)
    for before, after in pairs:
        assert np.array_equal(before.luma, after.luma)
        assert before.pts is not None
        assert before.pts * before.time_base == (after.pts or 0) * after.time_base


# Promise 2


def lumas(engine: Engine, count: int) -> list[Luma]:
    return [planes.luma.copy() for planes in film_planes(count, engine.size)]


def test_state_is_a_value(engine: Engine) -> None:
    film = lumas(engine, 4)
    states, colours = [State()], []
    for luma in film:
        chosen, state = step(engine, luma, FrameGuidance(), states[-1])
        colours.append(chosen.chroma.copy())
        states.append(state)
    for index in (3, 1, 2, 0):  # in any order, from the states that were kept
        again, _ = step(engine, film[index], FrameGuidance(), states[index])
        assert np.array_equal(again.chroma, colours[index])


def test_film_comes_out_the_same_twice(film: Path, engine: Engine) -> None:
    assert same(chroma(film, engine, Guidance()), chroma(film, engine, Guidance()))


# Promise 3


def test_guidance_is_data(film: Path, engine: Engine) -> None:
    kept = film.with_name("hints.json")
    entry = {"x": HINT.x, "y": HINT.y, "radius": HINT.radius, "color": list(HINT.color)}
    kept.write_text(json.dumps({"huecue": 1, "hints": [entry]}))
    info = probe(film)
    from_file, _ = load_guidance(info, hints=kept)
    from_code, _ = load_guidance(info, hints=[HINT])
    assert same(chroma(film, engine, from_file), chroma(film, engine, from_code))
    assert not same(chroma(film, engine, from_file), chroma(film, engine, Guidance()))


def chroma(film: Path, engine: Engine, guidance: Guidance) -> list[np.ndarray]:
    colored = color_frames(read_frames(film), probe(film), guidance, ColorOptions(), engine=engine)
    return [np.stack(one.chroma) for one in colored]


def same(first: list[np.ndarray], second: list[np.ndarray]) -> bool:
    return len(first) == len(second) and all(map(np.array_equal, first, second))


# Layers


def test_layers_hold() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_film_is_coloured_without_torch(film: Path) -> None:
    names = ("torch", "lightning_fabric", "onnx", "matplotlib")
    blocked = f"import sys\nfor name in {names}: sys.modules[name] = None"
    said = in_process("colorize", film, before=blocked)
    assert said.code == 0, said.err
    assert film.with_name("film.color.mp4").exists()


def test_torch_is_no_requirement() -> None:
    needed = [line for line in requires("huecue") or () if "extra ==" not in line]
    assert needed
    assert not [line for line in needed if line.startswith(("torch", "lightning", "onnx>", "matplotlib"))]


# Public names


@pytest.mark.parametrize("name", package.__all__)
def test_public_name_is_there(name: str) -> None:
    assert getattr(package, name) is not None
    assert name in dir(package)


def test_public_names_are_those_that_type_checkers_see() -> None:
    tree = ast.parse((ROOT / "src/huecue/__init__.py").read_text())
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    seen = [
        alias.name for node in ast.walk(guarded) if isinstance(node, ast.ImportFrom) for alias in node.names
    ]
    assert sorted(seen) == sorted(package.__all__)


def test_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="colourize"):
        _ = package.colourize


# Manners


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src/huecue")))
def test_files_and_functions_stay_small_and_have_names(source: Path) -> None:
    text = source.read_text()
    tree = ast.parse(text)
    assert source.stem not in NAMELESS
    assert len(text.splitlines()) <= MOST_LINES
    for function in functions(tree):
        assert (function.end_lineno or 0) - function.lineno < MOST_FUNCTION_LINES, function.name
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            assert not [word for word in NAMELESS if node.name.lower().endswith(word)], node.name


def test_wheel_holds_the_weights(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    leave = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "src", copy / "src", ignore=leave)
    build = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, tmp_path], cwd=copy, capture_output=True, check=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        held = set(wheel.namelist())
    assert {
        f"huecue/weights/realtime/{name}" for name in ("colour.onnx", "keys.onnx", "manifest.json")
    } <= held
    assert "huecue/py.typed" in held
    assert not [name for name in held if name.startswith("tests")]
