"""Cuts are read from a list that a person types and from what the shots command writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from huecue.errors import HintError
from huecue.project import read_cuts


def write(folder: Path, text: str) -> Path:
    path = folder / "cuts.txt"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "44\n134\n",
        "# by hand\n\n  44  # the sign\r\n134",
        "134\n44\n44\n",
        "[44, 134]",
        ' {"film": "film.mp4", "cuts": [44, 134]}',
        '{"huecue": 1, "hints": [], "cuts": [134, 44]}',
    ],
)
def test_either_kind_of_file_gives_rising_cuts(tmp_path: Path, text: str) -> None:
    assert read_cuts(write(tmp_path, text)) == (44, 134)


@pytest.mark.parametrize("text", ["", "# none\n", "[]", '{"cuts": []}'])
def test_film_of_one_shot_has_no_cuts(tmp_path: Path, text: str) -> None:
    assert read_cuts(write(tmp_path, text)) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("44\nabc\n", ["line 2", "'abc'", "one a line"]),
        ("44\n# x\n-3\n", ["line 3", "'-3'"]),
        ("1.5", ["line 1", "'1.5'"]),
        ("44 134", ["line 1", "'44 134'"]),
        ("[44, -1]", ["[1]", "at least 0"]),
        ("[44, 1.5]", ["[1]", "whole number"]),
        ('{"cuts": 44}', ["cuts: must be a list"]),
        ('{"cuts": ["44"]}', ["cuts[0]: must be a number"]),
        ('{"shots": []}', ['"cuts" is missing']),
        ("[44,", ["line 1, column 5", "not JSON"]),
    ],
)
def test_what_is_no_cut_is_named_with_its_place(tmp_path: Path, text: str, words: list[str]) -> None:
    path = write(tmp_path, text)
    with pytest.raises(HintError) as caught:
        read_cuts(path)
    for word in (str(path), *words):
        assert word in str(caught.value)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HintError, match=r"gone\.txt: can't be read: no such file"):
        read_cuts(tmp_path / "gone.txt")
