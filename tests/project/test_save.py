"""A project is written whole or not at all, and comes back as it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from huecue.errors import WriteError
from huecue.project import KeyframeFile, NamedColor, Project, ReferenceFile, read_project, write_project
from huecue.types import Hint, ShotSettings, Size, Stroke


def full_project(folder: Path) -> Project:
    for name in ("beside.png", "refs/below.png"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    return Project(
        hints=(Hint(310, 122.25, (122, 43, 43)), Hint(0.1, 2, (0, 0, 255), frame=9, radius=1.5)),
        strokes=(Stroke(((1, 2), (3.5, 4)), (0, 128, 128), frame=2, radius=4),),
        references=(ReferenceFile(0, folder / "beside.png"), ReferenceFile(7, folder / "refs" / "below.png")),
        keyframes=(KeyframeFile(120, folder / "refs" / "below.png"), KeyframeFile(3, folder / "beside.png")),
        cuts=(44, 134),
        size=Size(640, 480),
        saturation=1.2,
        shots=(ShotSettings(60, 0.8), ShotSettings(0, 2), ShotSettings(200)),
        colors=(NamedColor("Anna's coat", (122, 43, 43)), NamedColor("sky", (90, 140, 200))),
        palette=((170, 136, 85), (90, 140, 200)),
    )


CHANGES = [
    {},
    {"cuts": ()},
    {"cuts": None, "size": None},
    {"strokes": (), "hints": ()},
    {"saturation": 0},
    {"saturation": None, "shots": ()},
    {"shots": (ShotSettings(5),)},
    {"keyframes": (), "references": ()},
    {"colors": ()},
    {"palette": ()},
    # Two names for one colour; names that are CSS words, of their own colour and of another
    {"colors": (NamedColor("coat", (122, 43, 43)), NamedColor("scarf", (122, 43, 43)))},
    {"colors": (NamedColor("blue", (122, 43, 43)), NamedColor("teal", (0, 0, 255)))},
    {"colors": (NamedColor('caf\u00e9 \u2014 "red"\n\ud800', (122, 43, 43)),)},
]


@pytest.mark.parametrize("changes", CHANGES)
def test_project_comes_back_as_it_was(tmp_path: Path, changes: dict[str, object]) -> None:
    project = replace(full_project(tmp_path), **changes)
    write_project(project, tmp_path / "film.json")
    assert read_project(tmp_path / "film.json") == project


def test_empty_project_comes_back_as_it_was(tmp_path: Path) -> None:
    write_project(Project(), tmp_path / "film.json")
    assert read_project(tmp_path / "film.json") == Project()


def test_numbers_may_come_from_an_array(tmp_path: Path) -> None:
    x, y, frame = np.array([3, 4, 5])
    red = tuple(np.array([200, 30, 30], np.uint8))
    project = Project(
        hints=(Hint(x, np.float32(y), red, frame=frame),),
        shots=(ShotSettings(frame, np.float64(0.5)),),
        colors=(NamedColor("red coat", red),),
        cuts=(frame,),
    )
    write_project(project, tmp_path / "film.json")
    assert read_project(tmp_path / "film.json") == project


def test_folder_may_be_moved_with_its_references(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    write_project(full_project(old), old / "film.json")
    old.rename(new)
    assert [one.image for one in read_project(new / "film.json").references] == [
        new / "beside.png",
        new / "refs" / "below.png",
    ]
    assert read_project(new / "film.json").keyframes[0].image == new / "refs" / "below.png"


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
    write_project(replace(full_project(tmp_path), colors=()), path)
    text = path.read_text()
    assert json.loads(text)["hints"][0] == {
        "frame": 0,
        "x": 310,
        "y": 122.25,
        "radius": 3,
        "color": "#7a2b2b",
    }
    assert [line.count('"color"') for line in text.splitlines() if '"color"' in line] == [1, 1, 1]


def test_named_color_is_written_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "film.json"
    coat, other = (122, 43, 43), (122, 43, 44)
    project = Project(
        hints=(Hint(1, 2, coat), Hint(3, 4, other)),
        strokes=(Stroke(((1, 2),), coat),),
        colors=(NamedColor("Anna's coat", coat), NamedColor("rust", coat)),
    )
    write_project(project, path)
    found = json.loads(path.read_text())
    assert [one["color"] for one in (*found["hints"], *found["strokes"])] == [
        "Anna's coat",
        "#7a2b2c",
        "Anna's coat",
    ]
    assert [one["color"] for one in found["colors"]] == ["#7a2b2b", "#7a2b2b"]


def test_what_was_not_given_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "film.json"
    write_project(Project(), path)
    assert json.loads(path.read_text()) == {"huecue": 1, "hints": []}
    write_project(Project(shots=(ShotSettings(5),), saturation=1), path)
    assert json.loads(path.read_text()) == {
        "huecue": 1,
        "saturation": 1,
        "shots": [{"frame": 5}],
        "hints": [],
    }


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


def test_file_is_on_the_disk_before_it_takes_the_old_one_s_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, done = tmp_path / "film.json", []
    sync, put = os.fsync, Path.replace

    def watched_sync(handle: int) -> None:
        files = [one for one in tmp_path.iterdir() if os.path.samestat(one.stat(), os.fstat(handle))]
        done.append([one.read_text() for one in files] or "folder")
        sync(handle)

    def watched_replace(part: Path, target: Path) -> Path:
        done.append("in place")
        return put(part, target)

    monkeypatch.setattr(os, "fsync", watched_sync)
    monkeypatch.setattr(Path, "replace", watched_replace)
    write_project(full_project(tmp_path), path)
    assert done == [[path.read_text()], "in place", "folder"]


FULL = """
import resource, signal, sys
from pathlib import Path
from huecue.project import Project, read_project, write_project
from huecue.types import Hint
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
write_project(Project(hints=(Hint(1, 2, (3, 4, 5)),) * 1000), Path(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_full_disk_leaves_the_old_file_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "film.json"
    write_project(Project(cuts=(5,)), path)
    done = subprocess.run([sys.executable, "-c", FULL, path], capture_output=True, text=True, check=False)
    assert f"WriteError: {path}: can't be written: File too large" in done.stderr
    assert read_project(path) == Project(cuts=(5,))
    assert list(tmp_path.iterdir()) == [path]


def test_ctrl_c_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "film.json"
    write_project(Project(cuts=(5,)), path)

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        write_project(Project(), path)
    assert read_project(path) == Project(cuts=(5,))
    assert list(tmp_path.iterdir()) == [path]


def test_two_who_write_at_once_never_leave_half_a_file(tmp_path: Path) -> None:
    path = tmp_path / "film.json"
    given = [Project(hints=(Hint(1, 2, (3, 4, count)),) * (40 * count)) for count in range(1, 9)]
    with ThreadPoolExecutor(4) as people:
        for _ in range(5):
            list(people.map(lambda project: write_project(project, path), given))
            assert read_project(path) in given
    assert list(tmp_path.iterdir()) == [path]


def test_link_to_a_project_stays_one(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    path, link = tmp_path / "kept" / "film.json", tmp_path / "film.json"
    write_project(Project(), path)
    try:
        link.symlink_to(path)
    except OSError:
        pytest.skip("no links here")
    write_project(full_project(tmp_path), link)
    assert link.is_symlink()
    assert read_project(link) == full_project(tmp_path)


def test_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match=r"film\.json: can't be written"):
        write_project(Project(), tmp_path / "gone" / "film.json")


def test_file_for_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WriteError, match=r"film\.json: can't be written"):
        write_project(Project(), tmp_path / "file" / "film.json")
