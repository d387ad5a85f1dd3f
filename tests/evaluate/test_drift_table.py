"""Drift is told by swing, by frame and by clip."""

from __future__ import annotations

import json

from huecue.evaluate.drift import DriftScore
from huecue.evaluate.drift_table import DriftResults


def score(clip: str, method: str, start: float, end: float, length: int = 120) -> DriftScore:
    """Clips of 4 frames; PSNR falls at frame 101 for good."""
    return DriftScore(clip, method, 4, tuple([start] * 100 + [end] * (length - 100)))


RESULTS = DriftResults(
    {"seed": 3},
    (
        score("a", "dis", 30, 26),
        score("b", "dis", 32, 30),
        score("a", "huecue", 34, 34),
        score("b", "huecue", 36, 35.5),
    ),
)


def cells(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def test_marks_are_those_within_the_film_and_its_last() -> None:
    assert RESULTS.marks == (10, 50, 120)
    whole = DriftResults({}, (score("a", "m", 1, 1, 2000),))
    assert whole.marks == (10, 50, 200, 1000, 2000)
    assert DriftResults({}, (score("a", "m", 1, 1, 200),)).marks == (10, 50, 200)


def test_the_tables_say_swings_frames_and_falls() -> None:
    swings, alone, clips = map(cells, RESULTS.as_table().split("\n\n"))
    assert swings[0][1:] == ["frame 10", "frame 50", "frame 120", "fall after 50", "worst clip"]
    assert swings[2:] == [
        ["dis", "31.00", "31.00", "28.00", "3.00", "4.00"],
        ["huecue", "35.00", "35.00", "34.75", "0.25", "0.50"],
    ]
    assert [row[-1] for row in alone[2:]] == ["28.00", "34.75"]
    assert clips[2:] == [["a", "4.00", "0.00"], ["b", "2.00", "0.50"]]


def test_json_holds_settings_means_and_every_frame() -> None:
    plain = json.loads(json.dumps(RESULTS.as_json(), allow_nan=False))
    assert plain["settings"] == {"seed": 3}
    assert plain["frames"] == [10, 50, 120]
    dis = plain["methods"][0]
    assert (dis["method"], dis["swing"], dis["alone"]) == ("dis", [31, 31, 28], [31, 31, 28])
    assert (dis["fall"], dis["fall_worst"]) == (3, 4)
    assert len(plain["clips"][0]["psnr_frames"]) == 120
    assert len(plain["clips"][0]["swings"]) == 39


def test_what_a_short_film_can_not_say_is_a_dash() -> None:
    short = DriftResults({}, (DriftScore("a", "m", 60, (30.0,) * 20),))
    swings, alone, clips = map(cells, short.as_table().split("\n\n"))
    assert swings[2] == ["m", "-", "-", "-", "-"]
    assert alone[2] == ["m", "30.00", "30.00"]
    assert clips[2] == ["a", "-"]
    json.dumps(short.as_json(), allow_nan=False)
