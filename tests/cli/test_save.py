"""Small files are written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from films import names
from huecue.cli.save import check_free, save_json, save_pictures
from huecue.errors import OutputExists, UsageError, WriteError


def test_value_is_written_as_json(tmp_path: Path) -> None:
    save_json({"fps": 24.5, "film": Path("a")}, tmp_path / "report.json", overwrite=False)
    assert json.loads((tmp_path / "report.json").read_text()) == {"fps": 24.5, "film": "a"}
    assert names(tmp_path) == {"report.json"}


def test_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = tmp_path / "report.json"
    report.write_text("before")

    def fail(*_args: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(WriteError, match=r"report\.json can't be written: No space left"):
        save_json([1], report, overwrite=True)
    assert report.read_text() == "before"
    assert names(tmp_path) == {"report.json"}


def test_places_that_can_not_be_are_refused(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.touch()
    check_free(tmp_path / "free", overwrite=False)
    check_free(taken, overwrite=True)
    with pytest.raises(OutputExists, match="taken"):
        check_free(taken, overwrite=False)
    with pytest.raises(UsageError, match="gone"):
        check_free(tmp_path / "gone" / "report.json", overwrite=False)
    with pytest.raises(UsageError, match="is a folder"):
        check_free(tmp_path, overwrite=True)
    with pytest.raises(UsageError, match="in use"):
        check_free(taken, overwrite=True, apart_from=[taken])


def test_pictures_are_written_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    red = np.full((8, 9, 3), (200, 10, 20), np.uint8)
    pictures = {tmp_path / "a.png": red, tmp_path / "b.png": red[:4]}
    (tmp_path / "b.png").write_text("mine")
    with pytest.raises(OutputExists, match=r"b\.png"):
        save_pictures(pictures, overwrite=False)
    assert names(tmp_path) == {"b.png"}
    written, write = [], Path.write_bytes

    def fail_late(path: Path, data: bytes) -> int:
        written.append(path)
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", fail_late)
    with pytest.raises(WriteError, match=r"b\.png can't be written: No space left"):
        save_pictures(pictures, overwrite=True)
    assert names(tmp_path) == {"b.png"}
    assert (tmp_path / "b.png").read_text() == "mine"
    monkeypatch.undo()
    save_pictures(pictures, overwrite=True)
    assert names(tmp_path) == {"a.png", "b.png"}
    assert cv2.imread(str(tmp_path / "a.png"))[0, 0].tolist() == [20, 10, 200]
    assert cv2.imread(str(tmp_path / "b.png")).shape == (4, 9, 3)
