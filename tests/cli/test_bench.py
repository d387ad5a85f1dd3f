"""`huecue bench` measures, and ends with one line of JSON unless a person looks on."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from films import Said
from huecue.cli import bench as command
from huecue.evaluate.bench import BenchOptions, Result, Speed

Call = Callable[..., Said]

RESULT = Result("720p", 240, Speed(100.0, 2.4, 150.0), Speed(40.0, 6.0, None), {"network": 12.5})


def test_table_says_everything_and_the_last_line_is_json(
    huecue: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "bench", lambda _options, say: iter([RESULT]))  # noqa: ARG005
    said = huecue("bench")
    assert said.code == 0
    assert said.err == ""
    *table, last = said.out.splitlines()
    text = "\n".join(table)
    for words in (
        "720p, 240 frames",
        "100.0 frames/s, 150 MB",
        "40.0 frames/s",
        "2.50 times as long",
        "12.50 ms a frame",
    ):
        assert words in text
    found = json.loads(last)
    assert found["results"][0]["ratio"] == 2.5
    assert found["machine"]["cores"] >= 1


def test_person_at_a_terminal_is_spared_the_json(huecue: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "bench", lambda _options, say: iter([RESULT]))  # noqa: ARG005
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    said = huecue("bench")
    assert said.out.splitlines()[-1].endswith("ms a frame")


def test_defaults_are_those_of_the_options(huecue: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(command, "bench", lambda options, say: asked.append(options) or iter([]))  # noqa: ARG005
    huecue("bench")
    huecue("bench", "--size", "720p", "--size", "360p", "--seconds", 3, "--rounds", 2)
    assert asked == [BenchOptions(), BenchOptions(sizes=("720p", "360p"), seconds=3.0, rounds=2)]


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (("--seconds", 0), "seconds"),
        (("--seconds", "nan"), "seconds"),
        (("--rounds", 0), "rounds"),
        (("--size", "9p"), "9p"),
    ],
)
def test_bench_that_makes_no_sense_is_refused(words: tuple[object, ...], word: str, huecue: Call) -> None:
    said = huecue("bench", *words)
    assert said.code == 2
    assert word in said.err
