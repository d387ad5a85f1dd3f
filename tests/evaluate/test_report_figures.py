"""The report's figures show every choice and every network, each with its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from huecue.engine import ReportEngine, Tensor
from huecue.evaluate.report_figures import (
    CHOICES,
    FIGURE_3,
    FIGURE_5,
    GAP_PX,
    LINE_PX,
    Cell,
    grid,
    report_figures,
)
from huecue.evaluate.report_table import ReportTableOptions, Transfer
from huecue.types import Luma, Picture, Size

SIDE = 64
ACROSS, DOWN = SIDE + GAP_PX, SIDE + GAP_PX + LINE_PX
OPTIONS = ReportTableOptions((("full", Path()), ("squeezed", Path())), side_px=SIDE)


def reddens() -> ReportEngine:
    """A network that is red where any hint is given, else grey."""

    def run(inputs: dict[str, Tensor]) -> Tensor:
        hinted = (inputs["hints"][0, 2] > 0).any()
        return np.full((1, 2, SIDE, SIDE), 0.2 if hinted else 0, np.float32)

    return ReportEngine("reddens", Size(SIDE, SIDE), 1, run)


def painter(level: int) -> Transfer:
    def paint(lumas: Sequence[Luma], _first: Picture) -> Iterator[Picture]:
        return (np.full((32, 32, 3), level, np.uint8) for _ in lumas[1:])

    return paint


def test_figures_show_every_choice_and_every_network(make_clip: Callable[..., Path]) -> None:
    transfers = {choice: painter(10 * place) for place, choice in enumerate(CHOICES)}
    networks = {"full": reddens(), "squeezed": reddens()}
    made = report_figures(make_clip(), OPTIONS, networks=networks, transfers=transfers)
    assert made[FIGURE_3].shape == (3 * DOWN + GAP_PX, 4 * ACROSS + GAP_PX, 3)
    assert made[FIGURE_5].shape == (2 * DOWN + GAP_PX, 5 * ACROSS + GAP_PX, 3)
    shown = [cell(made[FIGURE_3], row, column).mean() for row in (1, 2) for column in range(4)]
    # Down the rows the losses change, across first the poolings, then the optimizers.
    assert shown == [0, 20, 40, 60, 10, 30, 50, 70]
    for row in (0, 1):
        with_hints, without = (cell(made[FIGURE_5], row, column) for column in (2, 3))
        assert np.mean(with_hints[..., 0] - with_hints[..., 2]) > 10
        assert np.ptp(without, axis=-1).max() <= 2
    hinted = np.ptp(cell(made[FIGURE_5], 0, 1), axis=-1) > 2
    assert 0 < hinted.sum() < 20 * 40


def cell(figure: Picture, row: int, column: int) -> np.ndarray:
    top, left = GAP_PX + row * DOWN, GAP_PX + column * ACROSS
    return figure[top : top + SIDE, left : left + SIDE].astype(float)


def test_grid_puts_words_under_pictures() -> None:
    black = np.zeros((SIDE, SIDE, 3), np.uint8)
    named, bare = grid([[Cell("words", black)]]), grid([[Cell("", black)]])
    assert np.array_equal(named[: GAP_PX + SIDE], bare[: GAP_PX + SIDE])
    assert (bare[GAP_PX + SIDE :] == 255).all()
    assert (named[GAP_PX + SIDE :] < 128).any()
