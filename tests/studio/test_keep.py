"""Every change is in the project file, and nobody's hint is lost there."""

from __future__ import annotations

from pathlib import Path

import pytest

from films import names
from huecue.errors import HintError, WriteError
from huecue.project import Project, read_project, write_project
from huecue.studio.keep import OTHER, Keeper, project_path, why_other
from huecue.studio.sheet import Sheet, apply, project_of, sheet_of
from huecue.types import Hint, Size
from huecue.video import probe

RED = (200, 30, 30)


@pytest.fixture
def keeper(film: Path) -> Keeper:
    return Keeper(project_path(film), probe(film))


def with_hint(sheet: Sheet, name: str, x: float) -> Sheet:
    return apply(sheet, {name: Hint(x, 5, RED)})


def test_what_is_saved_is_read_again(film: Path, keeper: Keeper) -> None:
    assert keeper.load().hints == ()
    keeper.save(with_hint(sheet_of(keeper.load()), "h1", 5))
    assert names(film.parent) == {film.name, f"{film.name}.huecue.json"}
    assert Keeper(keeper.path, probe(film)).load().hints == (Hint(5, 5, RED),)


def test_two_programs_on_one_file_keep_each_others_hints(film: Path, keeper: Keeper) -> None:
    other = Keeper(keeper.path, probe(film))
    ours, theirs = sheet_of(keeper.load()), sheet_of(other.load())
    ours = keeper.save(with_hint(ours, "h1", 1))
    theirs = other.save(with_hint(theirs, "h1", 2))
    ours = keeper.save(with_hint(ours, "h2", 3))
    found = {hint.x for hint in read_project(keeper.path).hints}
    assert found == {1, 2, 3} == {hint.x for hint in project_of(ours).hints}
    assert {hint.x for hint in project_of(theirs).hints} == {1, 2}


def test_a_full_disk_is_said_and_what_was_there_stays(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = keeper.save(with_hint(sheet_of(keeper.load()), "h1", 5))
    before = keeper.path.read_bytes()

    def full(_self: Path, _target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(WriteError, match="No space left"):
            keeper.save(with_hint(sheet, "h2", 6))
    assert keeper.path.read_bytes() == before
    assert names(keeper.path.parent) == {keeper.path.name, keeper.path.name.removesuffix(".huecue.json")}
    keeper.save(with_hint(sheet, "h2", 6))
    assert len(read_project(keeper.path).hints) == 2


def test_a_project_of_another_film_is_refused_by_name(keeper: Keeper) -> None:
    write_project(Project(hints=(Hint(1, 1, RED),), size=Size(300, 900)), keeper.path)
    with pytest.raises(HintError, match=keeper.path.name):
        keeper.load()


@pytest.mark.parametrize(
    ("project", "frames", "said"),
    [
        (Project(hints=(Hint(1, 1, RED, 9),)), 9, "hints[0].frame is 9"),
        (Project(hints=(Hint(1, 1, RED, 9),)), 10, None),
        (Project(hints=(Hint(1, 1, RED, 9),)), None, None),
        (Project(cuts=(4, 20)), 20, "cuts[1] is 20"),
        (Project(hints=(Hint(400, 1, RED),)), None, "outside the film"),
        (Project(size=Size(192, 128)), None, "it says 192x128"),
    ],
)
def test_a_project_of_another_film_is_known_by_what_it_says(
    project: Project, frames: int | None, said: str | None
) -> None:
    why = why_other(project, Size(96, 64), frames)
    assert (why is None) == (said is None)
    if said is not None and why is not None:
        assert why.startswith(OTHER)
        assert said in why
