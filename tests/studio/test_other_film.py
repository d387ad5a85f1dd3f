"""A project that lies beside a film and is of another one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the studio's web server is not installed")

from seat import until

from films import SIZE, make_film
from huecue.errors import HintError
from huecue.project import Project, read_project, write_project
from huecue.studio.keep import project_path
from huecue.studio.live import answer
from huecue.types import Hint, Size

FRAMES = 24
RED = (200, 40, 40)
pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return make_film(tmp_path / "film.mkv", frames=FRAMES, shots=2, codec="ffv1")


def of_another(film: Path) -> bytes:
    """A project beside the film with a hint after its end."""
    write_project(Project(hints=(Hint(5, 5, RED, FRAMES),), size=SIZE), project_path(film))
    return project_path(film).read_bytes()


def test_nothing_is_written_into_the_project_of_another_film_until_that_is_settled(
    film: Path, open_room: Any
) -> None:
    before = of_another(film)
    room, told = open_room(film)
    until(lambda: any(words["why"] for words in told.of("other")))
    assert "the project is of another film" in told.of("other")[-1]["why"]
    with pytest.raises(HintError, match="another film"):
        room.change("w1", {"h7": Hint(1, 1, RED)})
    room.take_back("w1")
    room.save()
    assert project_path(film).read_bytes() == before
    answer({"do": "other"}, room, "w1")
    assert told.of("other")[-1]["why"] is None
    room.change("w1", {"h7": Hint(1, 1, RED)})
    assert len(read_project(project_path(film)).hints) == 2


def test_the_project_of_another_film_is_put_aside_whole(film: Path, open_room: Any) -> None:
    before = of_another(film)
    taken = film.with_name(f"{film.name}.huecue.aside.json")
    taken.write_text("an older one")
    room, told = open_room(film)
    until(lambda: any(words["why"] for words in told.of("other")))
    answer({"do": "other", "aside": True}, room, "w1")
    aside = film.with_name(told.of("other")[-1]["aside"])
    assert aside.read_bytes() == before
    assert taken.read_text() == "an older one"
    assert not project_path(film).exists()
    assert told.of("sheet")[-1]["entries"] == {}
    room.change("w1", {"h7": Hint(1, 1, RED)})
    assert read_project(project_path(film)).hints == (Hint(1, 1, RED),)


def test_a_project_made_at_another_size_is_asked_about_at_once(film: Path, open_room: Any) -> None:
    write_project(
        Project(hints=(Hint(5, 5, RED),), size=Size(2 * SIZE.width, 2 * SIZE.height)), project_path(film)
    )
    _, told = open_room(film)
    assert "the project is of another film" in told.of("other")[0]["why"]
