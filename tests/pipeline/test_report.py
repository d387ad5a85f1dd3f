"""A report can be written as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from huecue.pipeline import ColorOptions, Report
from huecue.types import Range, Shot


def test_a_report_is_plain_json() -> None:
    report = Report(
        film=Path("a.mp4"),
        out=Path("a.color.mp4"),
        frames=10,
        elapsed_s=2.0,
        fps=5.0,
        shots=(Shot(0, 4), Shot(4, 10)),
        hint_error_median=0.2,
        hint_error_worst=0.6,
        flicker=None,
        complete=True,
        message=None,
        settings={**asdict(ColorOptions(cuts=(4,), frames=Range(0, 10))), "engine": "openvino"},
    )
    plain = json.loads(json.dumps(report.as_json()))
    assert plain["film"] == "a.mp4"
    assert plain["out"] == "a.color.mp4"
    assert plain["shots"] == [{"start": 0, "stop": 4}, {"start": 4, "stop": 10}]
    assert (plain["frames"], plain["fps"], plain["hint_error_worst"], plain["flicker"]) == (
        10,
        5.0,
        0.6,
        None,
    )
    assert plain["settings"]["cuts"] == [4]
    assert plain["settings"]["frames"] == {"start": 0, "stop": 10}
