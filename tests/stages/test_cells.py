"""A frame's cells: what is alike, and where in each a hint would stand."""

from __future__ import annotations

import numpy as np
import pytest

from huecue.stages.cells import CELL_PX, alike, cells_of, cut, look, middle

WIDTH, HEIGHT = 128, 96
COLUMNS = WIDTH // CELL_PX


def seen(luma: np.ndarray, things: np.ndarray | None = None) -> np.ndarray:
    """What a network whose one coordinate is `things` (H/2, W/2) sees."""
    none = np.zeros((HEIGHT // 2, WIDTH // 2), np.float32)
    return look(luma, (none if things is None else things)[None].astype(np.float32))


def plain(level: int = 120) -> np.ndarray:
    return np.full((HEIGHT, WIDTH), level, np.uint8)


def test_luma_is_seen_from_0_to_1_at_half_size() -> None:
    luma = plain(0)
    luma[:, 64:] = 255
    planes = seen(luma)
    assert planes.shape == (2, HEIGHT // 2, WIDTH // 2)
    assert planes.dtype == np.float32
    assert set(planes[0].ravel()) == {0.0, 1.0}


def test_each_cell_is_most_like_itself_and_less_so_what_differs() -> None:
    things = np.zeros((HEIGHT // 2, WIDTH // 2), np.float32)
    things[:, 32:] = 6
    luma = plain()
    luma[HEIGHT // 2 :] = 220
    cells = cut(seen(luma, things))
    like = alike(cells, cells)
    assert like.shape == (COLUMNS * HEIGHT // CELL_PX,) * 2
    assert 0 <= like.min() < like.max() <= 1
    here, same, lighter, other = (row * COLUMNS + column for row, column in ((3, 3), (0, 3), (6, 3), (3, 12)))
    assert like[here, here] > 0.98
    assert like[here, here] > like[here, same] > 1.05 * like[here, lighter]
    assert like[here, same] > 3 * like[here, other]


def test_some_of_the_cells_may_be_asked_alone() -> None:
    dice = np.random.default_rng(0)
    cells = cut(seen(dice.integers(0, 255, (HEIGHT, WIDTH)).astype(np.uint8)))
    assert alike(cells, cells, [5, 9]) == pytest.approx(alike(cells, cells)[[5, 9]], abs=1e-5)


def test_a_hint_stands_where_it_is_calm() -> None:
    luma = plain()
    luma[:, 40:42] = 255  # a scratch in the sixth column of cells
    cells = cut(seen(luma))
    row, column = cells.spots[4 * COLUMNS + 5]
    assert 16 <= row < 20
    assert column == 23  # the last one of the cell, furthest from the scratch
    assert cells.clear[4 * COLUMNS + 1] == pytest.approx(1, abs=1e-3)


def test_clutter_is_not_clear() -> None:
    luma = plain()
    luma[:48] = np.random.default_rng(0).integers(0, 255, (48, WIDTH))
    clear = cut(seen(luma)).clear.reshape(-1, COLUMNS)
    assert clear[:5].max() < 0.6 < 0.99 < clear[7:].min()


def test_a_point_moves_to_the_middle_of_its_thing() -> None:
    things = np.zeros((HEIGHT // 2, WIDTH // 2), np.float32)
    things[10:17, 20:27] = 9
    x, y = middle(seen(plain(), things), np.array([11, 21]))
    assert (x, y) == (46.5, 26.5)  # of the working-size frame: twice (23, 13), and half a pixel


def test_a_point_does_not_leave_its_thing_for_a_larger_one_beyond() -> None:
    things = np.zeros((HEIGHT // 2, WIDTH // 2), np.float32)
    things[10:14, 20:24] = 9
    things[16:30, 26:40] = 9  # of the same look, and not joined to it
    x, y = middle(seen(plain(), things), np.array([13, 23]))
    assert 40 <= x < 48
    assert 20 <= y < 28


def test_cells_are_counted_along_the_rows() -> None:
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[CELL_PX, 0] = mask[2 * CELL_PX - 1, 3 * CELL_PX] = True
    assert cells_of(mask) == (WIDTH // CELL_PX, WIDTH // CELL_PX + 3)
