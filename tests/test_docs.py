"""What the documents say is so: every option is there, and every example runs."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest

from films import Said, make_film
from huecue.cli.main import COMMANDS, build_parser
from huecue.project import read_project
from huecue.types import Size

Call = Callable[..., Said]

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
REFERENCE = ROOT / "docs/reference/cli.md"
PICTURE = ROOT / "docs/images/before_after.png"
FILM_SIZE = Size(640, 360)
RUN = ("colorize", "shots", "suggest", "info")
"""Commands that examples are run of; of the others the options are checked."""
MOST_PICTURE_BYTES = 300_000
FIRST_SCREEN_LINES = 25
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def blocks(page: Path) -> list[tuple[str, str]]:
    """(language, text) of every example on a page."""
    return BLOCK.findall(page.read_text(encoding="utf-8"))


WITH_EXAMPLES = [page for page in PAGES if blocks(page)]


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_cli", ROOT / "docs/reference/write_cli.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_reference_is_what_the_command_says(writer: ModuleType) -> None:
    assert REFERENCE.read_text(encoding="utf-8") == writer.reference(), "run: make reference"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_documented(command: str, writer: ModuleType) -> None:
    page = REFERENCE.read_text(encoding="utf-8")
    section = page.split(f"## huecue {command}\n")[1].split("\n## ")[0]
    for action in writer.actions_of(command):
        assert action.help
        for name in action.option_strings or [str(action.metavar or "realtime")]:
            assert name in section


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"`huecue {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_first_screen_shows_what_it_does_and_how_to_get_it() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:FIRST_SCREEN_LINES]
    first = "\n".join(lines)
    for words in ("docs/images/before_after.png", "pip install", "huecue colorize", "make demo", "make test"):
        assert words in first
    assert PICTURE.stat().st_size < MOST_PICTURE_BYTES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: page.name)
def test_examples_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, huecue: Call) -> None:
    monkeypatch.chdir(tmp_path)
    make_film(tmp_path / "film.mp4", size=FILM_SIZE)
    for name in ("painted.png", "painted_0005.png", "painted_0120.png", "postcard.jpg", "ref.png"):
        cv2.imwrite(name, np.full((*FILM_SIZE.shape, 3), (60, 120, 180), np.uint8))
    for language, text in blocks(page):
        TRY[language](text, huecue)


def try_shell(text: str, huecue: Call) -> None:
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        if words[0] == "huecue":
            try_command(words[1:], huecue)
        elif words[0] == "make":
            assert f"\n{words[1]}:" in (ROOT / "Makefile").read_text()
        elif words[0] == "python":
            assert words[1].startswith("recipes/")
            assert (ROOT / words[1]).is_file()
        else:
            assert words[:2] == ["pip", "install"]


def try_command(words: list[str], huecue: Call) -> None:
    """Runs it, with `> FILE`; long ones are only parsed."""
    target = words[words.index(">") + 1] if ">" in words else None
    words = words[: words.index(">")] if ">" in words else words
    if words[0] not in RUN:
        build_parser(words[0]).parse_args(words)
        return
    said = huecue(*words)
    assert said.code == 0, said.err
    if target is not None:
        Path(target).write_text(said.out)


def try_json(text: str, _huecue: Call) -> None:
    Path("hints.json").write_text(json.dumps(json.loads(text)))
    assert read_project(Path("hints.json")).hints


def try_python(text: str, _huecue: Call) -> None:
    exec(compile(text, "example", "exec"), {"__name__": "example"})


TRY: dict[str, Callable[[str, Call], None]] = {"sh": try_shell, "json": try_json, "python": try_python}
