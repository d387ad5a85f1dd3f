"""A frame that looks like one seen before gets that one's colours, as sure as it looks alike."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from huecue.stages.memory import (
    CELL_PX,
    SHARPNESS,
    VALUE_SIDE,
    as_similarity,
    cells_of,
    look_up,
    match,
    picture_of,
    remember,
)

ROWS, COLUMNS = 4, 6
HEIGHT, WIDTH = ROWS * CELL_PX, COLUMNS * CELL_PX


def some_keys(seed: int) -> NDArray[np.float32]:
    """Keys (64, 4, 6) of length 1, no two alike."""
    keys = np.random.default_rng(seed).normal(0, 1, (64, ROWS, COLUMNS)).astype(np.float32)
    return keys / np.linalg.norm(keys, axis=0)


def some_chroma(seed: int) -> NDArray[np.float32]:
    """Chroma (64, 96, 2), flat within each cell."""
    cells = np.random.default_rng(seed).uniform(-0.5, 0.5, (ROWS, COLUMNS, 2)).astype(np.float32)
    return cells.repeat(CELL_PX, axis=0).repeat(CELL_PX, axis=1)


def some_trust(seed: int) -> NDArray[np.float32]:
    """Trust (64, 96), flat within each cell, 0.2 to 1."""
    cells = np.random.default_rng(seed).uniform(0.2, 1, (ROWS, COLUMNS)).astype(np.float32)
    return cells.repeat(CELL_PX, axis=0).repeat(CELL_PX, axis=1)


def all_alike() -> NDArray[np.float32]:
    """Keys (64, 4, 6) that are all the same."""
    same = np.zeros((64, ROWS, COLUMNS), np.float32)
    same[0] = 1
    return same


def ask(keys: NDArray[np.float32], *entries: object) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return look_up(keys, entries, height=HEIGHT, width=WIDTH)


def test_a_picture_asked_with_its_own_keys_gets_its_own_colours() -> None:
    keys, chroma = some_keys(1), some_chroma(1)
    remembered, similarity = ask(keys, remember(keys, chroma))
    assert similarity.min() > 0.999
    inner = np.s_[CELL_PX // 2 :: CELL_PX, CELL_PX // 2 :: CELL_PX]  # away from the seams, which are soft
    assert np.abs(remembered[inner] - chroma[inner]).max() < 1e-3
    assert np.abs(remembered - picture_of(cells_of(chroma), HEIGHT, WIDTH)).max() < 1e-3


def test_keys_that_moved_bring_their_colours_along() -> None:
    keys, chroma = some_keys(1), some_chroma(1)
    remembered, _ = ask(np.roll(keys, (1, 2), axis=(1, 2)), remember(keys, chroma, near=False))
    inner = np.s_[CELL_PX // 2 :: CELL_PX, CELL_PX // 2 :: CELL_PX]
    moved = np.roll(chroma, (CELL_PX, 2 * CELL_PX), axis=(0, 1))
    assert np.abs(remembered[inner] - moved[inner]).max() < 1e-3


def test_the_entry_that_looks_alike_wins() -> None:
    first, second = (remember(some_keys(n), some_chroma(n)) for n in (1, 2))
    remembered, _ = ask(some_keys(2), first, second)
    assert np.abs(remembered - picture_of(second.values[:, :-1], HEIGHT, WIDTH)).max() < 1e-3


def test_cells_that_look_alike_are_told_apart_by_place() -> None:
    same = all_alike()
    chroma = np.zeros((HEIGHT, WIDTH, 2), np.float32)
    chroma[: HEIGHT // 2] = 0.5
    by_place, _ = ask(same, remember(same, chroma))
    anywhere, _ = ask(same, remember(same, chroma, near=False))
    assert by_place[0].mean() - by_place[-1].mean() > 0.1
    assert np.ptp(anywhere) < 1e-5


def test_nothing_alike_is_not_similar() -> None:
    keys = all_alike()
    other = np.roll(keys, 1, axis=0)
    _, similarity = ask(other, remember(keys, some_chroma(1)))
    assert similarity.max() == 0


def test_what_is_trusted_less_is_as_much_less_sure() -> None:
    keys, chroma, trust = some_keys(1), some_chroma(1), some_trust(1)
    trusted, similarity = ask(keys, remember(keys, chroma))
    doubted, less = ask(keys, remember(keys, chroma, trust))
    inner = np.s_[CELL_PX // 2 :: CELL_PX, CELL_PX // 2 :: CELL_PX]
    assert np.abs(less[inner] - (similarity * trust)[inner]).max() < 0.05
    assert np.array_equal(doubted, trusted)


def test_a_cell_is_trusted_as_its_pixels_are_on_average() -> None:
    trust = np.random.default_rng(3).uniform(0, 1, (HEIGHT, WIDTH)).astype(np.float32)
    means = trust.reshape(ROWS, CELL_PX, COLUMNS, CELL_PX).mean(axis=(1, 3))
    kept = remember(some_keys(1), some_chroma(1), trust).values
    assert np.abs(kept[:, -1] - means.ravel()).max() < 1e-5
    assert (remember(some_keys(1), some_chroma(1)).values[:, -1] == 1).all()


def test_matching_leads_to_where_a_cell_was() -> None:
    keys = some_keys(1)
    moved = np.roll(keys, (1, 2), axis=(1, 2))
    flow = match(moved, remember(keys, some_chroma(1)), height=HEIGHT, width=WIDTH).flow
    assert flow.shape == (HEIGHT, WIDTH, 2)
    came_in = flow[CELL_PX + CELL_PX // 2 :, 2 * CELL_PX + CELL_PX // 2 :]  # all but what was rolled around
    assert (came_in == [-2 * CELL_PX, -CELL_PX]).all()


def test_of_cells_that_look_alike_the_nearest_is_the_match() -> None:
    same = match(all_alike(), remember(all_alike(), some_chroma(1)), height=HEIGHT, width=WIDTH)
    assert not same.flow.any()


def test_similarity_is_the_fourth_power_of_the_cosine_and_never_below_zero() -> None:
    cosine = np.array([-1, -0.5, 0, 0.5, 1], np.float32)
    assert as_similarity(cosine).tolist() == [0, 0, 0, 0.0625, 1]


def test_looking_up_equals_the_slow_softmax() -> None:
    asked, entries = some_keys(5), [remember(some_keys(n), some_chroma(n), some_trust(n)) for n in (6, 7)]
    remembered, similarity = ask(asked, *entries)
    keys = np.concatenate([entry.keys for entry in entries]).astype(np.float64)
    values = np.concatenate([entry.values for entry in entries]).astype(np.float64)
    slow = np.zeros((ROWS * COLUMNS, values.shape[1]))
    alike = np.zeros((ROWS, COLUMNS), np.float32)
    for row in range(ROWS):
        for column in range(COLUMNS):
            cosines = np.array([key @ asked[:, row, column] for key in keys])
            for place in range(len(cosines)):
                other_row, other_column = divmod(place % (ROWS * COLUMNS), COLUMNS)
                cosines[place] -= ((row - other_row) / ROWS) ** 2 + ((column - other_column) / COLUMNS) ** 2
            weights = np.exp(SHARPNESS * cosines)
            slow[row * COLUMNS + column] = sum(
                w * v for w, v in zip(weights / weights.sum(), values, strict=True)
            )
            alike[row, column] = max(0, cosines.max()) ** 4
    assert np.abs(remembered - picture_of(slow[:, :-1].astype(np.float32), HEIGHT, WIDTH)).max() < 1e-4
    sure = alike * slow[:, -1].reshape(ROWS, COLUMNS).astype(np.float32)
    assert np.abs(similarity - cv2.resize(sure, (WIDTH, HEIGHT))).max() < 1e-4


def test_cells_hold_the_chroma_at_quarter_size() -> None:
    chroma = np.random.default_rng(3).uniform(-1, 1, (HEIGHT, WIDTH, 2)).astype(np.float32)
    cells = cells_of(chroma)
    assert cells.shape == (ROWS * COLUMNS, VALUE_SIDE * VALUE_SIDE * 2)
    step = CELL_PX // VALUE_SIDE
    second = chroma[:step, CELL_PX + step : CELL_PX + 2 * step].mean(axis=(0, 1))  # cell 1, its second value
    assert np.allclose(cells[1].reshape(VALUE_SIDE, VALUE_SIDE, 2)[0, 1], second, atol=1e-5)


def test_smooth_colours_survive_being_remembered() -> None:
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    chroma = np.stack([np.sin(x / 30), np.cos(y / 25)], axis=-1) * np.float32(0.4)
    again = picture_of(cells_of(chroma), HEIGHT, WIDTH)
    assert np.abs(again - chroma).max() < 0.05


@pytest.mark.parametrize("count", [1, 3])
def test_what_is_remembered_is_not_changed_by_asking(count: int) -> None:
    entries = [remember(some_keys(n), some_chroma(n)) for n in range(count)]
    before = [(entry.keys.copy(), entry.values.copy()) for entry in entries]
    ask(some_keys(9), *entries)
    for entry, (keys, values) in zip(entries, before, strict=True):
        assert np.array_equal(entry.keys, keys)
        assert np.array_equal(entry.values, values)


def test_a_frame_is_as_like_another_as_its_cells_are_on_the_mean() -> None:
    keys, other = some_keys(1), some_keys(2)
    seen = remember(keys, some_chroma(1))
    assert match(keys, seen, height=HEIGHT, width=WIDTH).similarity == pytest.approx(1, abs=1e-5)
    half = np.concatenate([keys[..., : COLUMNS // 2], other[..., COLUMNS // 2 :]], axis=-1)
    whole, mixed = (match(one, seen, height=HEIGHT, width=WIDTH).similarity for one in (other, half))
    assert whole < 0.1
    assert mixed == pytest.approx((1 + whole) / 2, abs=0.05)
