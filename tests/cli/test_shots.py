"""`huecue shots` prints what `--cuts` reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from films import Said, make_film
from huecue.project import read_cuts

Call = Callable[..., Said]


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A film with one cut, at frame 12."""
    return make_film(tmp_path / "two.mp4", frames=24, shots=2)


def test_cuts_are_printed_one_a_line(two: Path, huecue: Call) -> None:
    said = huecue("shots", two)
    assert (said.code, said.out) == (0, "12\n")
    assert said.err == "huecue: 2 shots, cut at these frames:\n"


def test_film_of_one_shot_has_no_cuts(film: Path, huecue: Call) -> None:
    said = huecue("shots", film)
    assert (said.code, said.out, said.err) == (0, "", "huecue: 1 shot, no cuts\n")


def test_json_has_cuts_and_shots(two: Path, huecue: Call) -> None:
    found = json.loads(huecue("shots", two, "--json").out)
    assert found == {"film": str(two), "frames": 24, "cuts": [12], "shots": [[0, 12], [12, 24]]}


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_answer_is_what_colorize_reads(words: tuple[str, ...], two: Path, huecue: Call) -> None:
    kept = two.with_name("cuts")
    kept.write_text(huecue("shots", two, *words).out)
    assert read_cuts(kept) == (12,)
