"""Doubt: none where all is sure, whole where nothing is known and colour has room."""

from __future__ import annotations

import numpy as np
import pytest

from huecue.color import ycc_to_rgb
from huecue.stages.cells import CELL_PX
from huecue.stages.doubt import KNOWS_NOTHING, LIVELY, doubt_of, room

WIDTH, HEIGHT = 128, 96


def test_doubt_is_whole_where_nothing_is_known_and_none_where_all_is_sure() -> None:
    luma = np.full((HEIGHT, WIDTH), 128, np.uint8)
    trusts = (1.0, 0.5, 0.2, KNOWS_NOTHING, 0.0)
    doubts = [doubt_of(np.full(luma.shape, trust, np.float32), luma) for trust in trusts]
    assert all(doubt.shape == (HEIGHT // CELL_PX, WIDTH // CELL_PX) for doubt in doubts)
    mean = [float(doubt.mean()) for doubt in doubts]
    assert mean == pytest.approx([0, 0.0535, 0.2886, 1, 1], abs=1e-3)  # (ln trust / ln 0.05)^2


def test_doubt_is_each_cell_s_own() -> None:
    trust = np.ones((HEIGHT, WIDTH), np.float32)
    trust[CELL_PX : 2 * CELL_PX, 3 * CELL_PX : 4 * CELL_PX] = KNOWS_NOTHING
    trust[CELL_PX : 2 * CELL_PX : 2, :CELL_PX] = KNOWS_NOTHING  # every other row
    doubt = doubt_of(trust, np.full((HEIGHT, WIDTH), 128, np.uint8))
    assert doubt[1, 3] == pytest.approx(1)
    assert doubt[1, 0] == pytest.approx(0.5)
    assert doubt.sum() == pytest.approx(1.5)


@pytest.mark.parametrize("luma", [0, 255])
def test_black_and_white_leave_no_room_for_colour(luma: int) -> None:
    plane = np.full((HEIGHT, WIDTH), luma, np.uint8)
    assert doubt_of(np.full(plane.shape, KNOWS_NOTHING, np.float32), plane).max() < 0.01


def test_room_is_whole_in_the_middle_and_shrinks_to_both_ends() -> None:
    space = room()
    assert space.shape == (256,)
    assert space[128] == 1
    assert (np.diff(space[:90]) >= 0).all()
    assert (np.diff(space[190:]) <= 0).all()


@pytest.mark.parametrize("luma", [5, 30, 60, 128, 230])
def test_room_is_what_can_be_shown(luma: int) -> None:
    shares = []
    for hue in np.linspace(0, 2 * np.pi, 24, endpoint=False):
        lively = np.array([np.cos(hue), np.sin(hue)]) * LIVELY
        steps = np.linspace(0, 1, 1001)
        rgb = ycc_to_rgb(np.full(1001, luma / 255, np.float32), (steps[:, None] * lively).astype(np.float32))
        shows = ((rgb >= -1e-6) & (rgb <= 1 + 1e-6)).all(axis=-1)
        shares.append(steps[shows].max())
    assert room()[luma] == pytest.approx(np.square(shares).mean(), abs=2e-3)
