"""`huecue demo` shows a newcomer what it does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

from films import Said, names
from huecue.evaluate import demo, demo_film
from huecue.project import read_project
from huecue.video import probe

Call = Callable[..., Said]

FRAMES = 5


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shots of a few frames."""
    for module in (demo, demo_film):
        monkeypatch.setattr(module, "SHOT_FRAMES", FRAMES)


@pytest.mark.usefixtures("short")
def test_demo_makes_a_film_colours_it_and_scores_it(tmp_path: Path, huecue: Call) -> None:
    folder = tmp_path / "new" / "demo"
    said = huecue("demo", "-o", folder)
    assert said.code == 0
    assert names(folder) == set(demo.FILES)
    for name in demo.FILES:
        assert str(folder / name) in said.out
    values = [float(line.split()[-2]) for line in said.out.splitlines() if line.endswith(" dB")]
    grey_db, _, hinted_db = values
    assert hinted_db > grey_db
    for name in (demo.TRUTH, demo.GREY, demo.HINTED, demo.AUTOMATIC):
        assert probe(folder / name).frames == FRAMES * len(demo_film.PANS)
    assert len(read_project(folder / demo.HINTS).hints) == 12 * len(demo_film.PANS)
    sheet = cv2.imread(str(folder / demo.SHEET))
    assert sheet.shape[1] == 3 * demo.TILE_PX[0]


@pytest.mark.parametrize("name", demo.FILES)
def test_demo_writes_over_nothing_unasked(name: str, tmp_path: Path, huecue: Call) -> None:
    (tmp_path / name).write_text("mine")
    said = huecue("demo", "-o", tmp_path)
    assert said.code == 2
    assert str(tmp_path / name) in said.err
    assert "--overwrite" in said.err
    assert names(tmp_path) == {name}
    assert (tmp_path / name).read_text() == "mine"


def test_demo_folder_that_can_not_be_made_is_named(tmp_path: Path, huecue: Call) -> None:
    (tmp_path / "file").touch()
    said = huecue("demo", "-o", tmp_path / "file" / "demo")
    assert said.code == 2
    assert str(tmp_path / "file") in said.err
