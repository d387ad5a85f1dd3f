"""A project is written whole or not at all, and comes back as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from huecue.errors import WriteError
from huecue.project import Project, ReferenceFile, read_project, write_project
from huecue.types import Hint, Size, Stroke


def full_project(folder: Path) -> Project:
    for name in ("beside.png", "refs/below.png"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    return Project(
        hints=(Hint(310, 122.25, (122, 43, 43)), Hint(0.1, 2, (0, 0, 255), frame=9, radius=1.5)),
        strokes=(Stroke(((1, 2), (3.5, 4)), (0, 128, 128), frame=2, radius=4),),
        references=(ReferenceFile(0, folder / "beside.png"), ReferenceFile(7, folder / "refs" / "below.png")),
        cuts=(44, 134),
        size=Size(640, 480),
    )


@pytest.mark.parametrize(
    "changes", [{}, {"cuts": ()}, {"cuts": None, "size": None}, {"strokes": (), "hints": ()}]
)
def test_project_comes_back_as_it_was(tmp_path: Path, changes: dict[str, object]) -> None:
    given = full_project(tmp_path)
    project = Project(**{name: getattr(given, name) for name in Project.__slots__} | changes)
    write_project(project, tmp_path / "film.json")
    assert read_project(tmp_path / "film.json") == project


def test_empty_project_comes_back_as_it_was(tmp_path: Path) -> None:
    write_project(Project(), tmp_path / "film.json")
    assert read_project(tmp_path / "film.json") == Project()


def test_folder_may_be_moved_with_its_references(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    write_project(full_project(old), old / "film.json")
    old.rename(new)
    assert [one.image for one in read_project(new / "film.json").references] == [
        new / "beside.png",
        new / "refs" / "below.png",
    ]


def test_reference_in_another_folder_is_found_again(tmp_path: Path) -> None:
    (tmp_path / "refs").mkdir()
    (tmp_path / "films").mkdir()
    (tmp_path / "refs" / "a.png").touch()
    write_project(
        Project(references=(ReferenceFile(0, tmp_path / "refs" / "a.png"),)), tmp_path / "films/p.json"
    )
    found = read_project(tmp_path / "films" / "p.json").references[0].image
    assert found.resolve() == tmp_path / "refs" / "a.png"


def test_file_is_json_with_one_hint_a_line(tmp_path: Path) -> None:
    path = tmp_path / "film.json"
    write_project(full_project(tmp_path), path)
    text = path.read_text()
    assert json.loads(text)["hints"][0] == {
        "frame": 0,
        "x": 310,
        "y": 122.25,
        "radius": 3,
        "color": "#7a2b2b",
    }
    assert [line.count('"color"') for line in text.splitlines() if '"color"' in line] == [1, 1, 1]


def test_file_written_before_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "film.json"
    write_project(full_project(tmp_path), path)
    write_project(Project(), path)
    assert read_project(path) == Project()


def test_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "film.json"
    write_project(Project(cuts=(5,)), path)

    def fill_the_disk(*_: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fill_the_disk)
    with pytest.raises(WriteError, match=r"film\.json: can't be written: No space left"):
        write_project(Project(), path)
    assert read_project(path) == Project(cuts=(5,))
    assert list(tmp_path.iterdir()) == [path]


def test_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match=r"film\.json: can't be written"):
        write_project(Project(), tmp_path / "gone" / "film.json")


def test_file_for_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WriteError, match=r"film\.json: can't be written"):
        write_project(Project(), tmp_path / "file" / "film.json")
