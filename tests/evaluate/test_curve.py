"""The curve of point hints: gains over grey, in a table, in JSON and drawn."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from huecue.errors import UsageError
from huecue.evaluate.curve import StillResults, StillScore

RESULTS = StillResults(
    {"protocol": "stills-N"},
    tuple(
        StillScore(still, method, hints, psnr + shift, (0.5,) * hints, 0.1)
        for still, shift in (("a", 0), ("b", 2))
        for method, hints, psnr in (("grey", 0, 20), ("grey", 10, 20), ("levin", 0, 20), ("levin", 10, 26))
    ),
)


def test_gains_are_means_over_stills_less_the_mean_of_grey() -> None:
    plain = json.loads(json.dumps(RESULTS.as_json(), allow_nan=False))
    grey, levin = plain["methods"]
    assert (grey["hints"], grey["psnr"], grey["gain"]) == ([0, 10], [21, 21], [0, 0])
    assert (levin["psnr"], levin["gain"]) == ([21, 27], [0, 6])
    assert (levin["hint_median"], levin["hint_worst"]) == (0.5, 0.5)
    assert len(plain["stills"]) == 8


def test_the_table_shows_psnr_and_gain_by_number_of_hints() -> None:
    lines = RESULTS.as_table().splitlines()
    assert lines[0].split() == ["|", "hints", "|", "0", "|", "10", "|"]
    assert lines[4].split() == ["|", "levin,", "dB", "|", "21.00", "|", "27.00", "|"]
    assert lines[5].split() == ["|", "gain", "over", "grey", "|", "+0.00", "|", "+6.00", "|"]


def test_the_curve_is_drawn_as_a_png(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    RESULTS.draw(tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_without_matplotlib_the_cure_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(UsageError, match="pip install matplotlib"):
        RESULTS.draw(tmp_path / "curve.png")
