"""The report's table says the means and standard errors that the scores have."""

from __future__ import annotations

import json

import pytest

from huecue.evaluate.report_scores import ROWS, ReportResults, RowScore, Spread, spread_of

ALONE, OLD, NEW, SQUEEZED = (row.name for row in ROWS[2:])


def score(clip: str, row: str, whole: tuple[float, ...], kept: float, seconds: float) -> RowScore:
    return RowScore(clip, row, 17, whole, (kept,) * len(whole), seconds)


RESULTS = ReportResults(
    {"seed": 3},
    (
        score("a", "grey", (20, 20), 20, 0),
        score("a", "huecue", (24, 26), 25, 0.02),
        score("a", NEW, (18, 20), 22, 4.0),
        score("b", "grey", (22, 22), 22, 0),
        score("b", "huecue", (28, 32), 30, 0.04),
        score("b", NEW, (22, 24), 24, 8.0),
        score("c", "grey", (24, 24), 24, 0),
        score("c", "huecue", (33, 37), 35, 0.03),
        score("c", NEW, (26, 28), 29, 6.0),
    ),
)


def test_mean_and_standard_error_are_as_by_hand() -> None:
    found = spread_of([19, 23, 27])  # s = 4, n = 3
    assert found.mean == 23
    assert found.error == pytest.approx(4 / 3**0.5)
    assert str(found) == "23.00 +- 2.31"


def test_one_clip_has_no_standard_error() -> None:
    assert spread_of([19]) == Spread(19, None)
    assert str(spread_of([19])) == "19.00 +- -"


def test_rows_go_over_frames_then_clips() -> None:
    assert RESULTS.psnr(NEW).mean == 23
    assert RESULTS.psnr("huecue") == spread_of([25, 30, 35])
    assert RESULTS.kept_psnr(NEW) == spread_of([22, 24, 29])
    assert RESULTS.kept_psnr(NEW).error == pytest.approx((13 / 3) ** 0.5)  # s^2 = 13
    assert RESULTS.seconds(NEW) == 6
    assert RESULTS.times_huecue(NEW) == pytest.approx(200)


def test_what_the_report_printed_stands_beside() -> None:
    printed = [row.printed for row in ROWS[2:]]
    assert printed == [(11.46, 0.35), (12.57, 0.13), (13.04, 0.18), (12.55, 0.24)]
    lines = {line.split("|")[1].strip(): line for line in RESULTS.as_table().splitlines() if "|" in line}
    assert [cell.strip() for cell in lines[NEW].split("|")[2:-1]] == [
        "23.00 +- 2.31",
        "25.00 +- 2.08",
        "13.04 +- 0.18",
        "6.000",
        "200",
    ]
    assert "no --weights squeezed" in lines[SQUEEZED]
    assert "12.55 +- 0.24" in lines[SQUEEZED]
    assert "17 hints" in RESULTS.as_table()


def test_json_holds_rows_and_clips() -> None:
    found = json.loads(json.dumps(RESULTS.as_json(), allow_nan=False))
    rows = {row["row"]: row for row in found["rows"]}
    assert list(rows) == [row.name for row in ROWS]
    assert rows[NEW]["psnr"]["mean"] == 23
    assert rows[NEW]["printed"] == [13.04, 0.18]
    assert rows[OLD]["psnr"] is None
    assert [one["psnr"] for one in found["clips"]] == [20, 25, 19, 22, 30, 23, 24, 35, 27]
    assert found["settings"] == {"seed": 3}
