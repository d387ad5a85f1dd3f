"""A run's log grows line by line, and can be drawn at any time."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import pytest

from huecue.train import curves
from huecue.train.course import Scores
from huecue.train.curves import CURVES, LOSS, SCORES, Log, draw_curves


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_losses_are_written_as_means(tmp_path: Path) -> None:
    log = Log(tmp_path, step=0)
    for step in range(1, 2 * curves.LOSS_EVERY + 2):
        log.add(step, float(step))
    assert [(row["step"], row["loss"]) for row in rows(tmp_path / LOSS)] == [
        ("20", "10.50000"),
        ("40", "30.50000"),
    ]


def test_scores_are_written_by_name(tmp_path: Path) -> None:
    Log(tmp_path, step=0).check(
        500, {"clips": Scores(psnr=30.1234, grey=25.0), "stills": Scores(28, 24, 0.5)}
    )
    assert rows(tmp_path / SCORES) == [
        {"step": "500", "set": "clips", "psnr_db": "30.123", "grey_db": "25.000", "loss": ""},
        {"step": "500", "set": "stills", "psnr_db": "28.000", "grey_db": "24.000", "loss": "0.50000"},
    ]


@pytest.mark.parametrize(("step", "kept"), [(0, []), (20, [20]), (45, [20, 40]), (1000, [20, 40, 60])])
def test_a_run_that_goes_on_forgets_what_came_after_its_checkpoint(
    tmp_path: Path, step: int, kept: list[int]
) -> None:
    first = Log(tmp_path, step=0)
    for done in range(1, 61):
        first.add(done, 1.0)
        if done % curves.LOSS_EVERY == 0:
            first.check(done, {"clips": Scores(30, 25)})
    again = Log(tmp_path, step=step)
    again.check(2000, {"clips": Scores(31, 25)})
    assert [int(row["step"]) for row in rows(tmp_path / LOSS)] == kept
    assert [int(row["step"]) for row in rows(tmp_path / SCORES)] == [*kept, 2000]


def test_curves_can_be_drawn_of_any_log(tmp_path: Path) -> None:
    def picture_size() -> tuple[int, ...]:
        assert draw_curves(tmp_path) == tmp_path / CURVES
        return cv2.imread(str(tmp_path / CURVES)).shape

    assert picture_size() == (400, 1000, 3)
    log = Log(tmp_path, step=0)
    empty = (tmp_path / CURVES).read_bytes()
    for step in range(1, 41):
        log.add(step, 1 / step)
        log.check(step, {"clips": Scores(25 + step / 10, 25)})
    assert picture_size() == (400, 1000, 3)
    assert (tmp_path / CURVES).read_bytes() != empty
