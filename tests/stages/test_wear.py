"""Each kind of wear is as strong as it is said to be, and nothing else happens to the picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from huecue.stages.wear import SCRATCH_LEVELS, SWING_LEVELS, Wear, shifted
from huecue.types import Luma

SHAPE = (96, 128)
FLAT = np.full(SHAPE, 128, np.uint8)
FRAMES = 400


def frames(wear: Wear, luma: Luma = FLAT, count: int = FRAMES) -> NDArray[np.float32]:
    """(count, H, W): the same luma, worn frame by frame, before rounding."""
    floats = luma.astype(np.float32)
    return np.stack([wear.unrounded(np.random.default_rng(seed), floats) for seed in range(count)])


def test_no_wear_changes_nothing() -> None:
    luma = np.random.default_rng(0).integers(0, 256, SHAPE).astype(np.uint8)
    assert np.array_equal(Wear().on(np.random.default_rng(1), luma), luma)


def test_the_original_is_left_alone_and_the_copy_is_rounded() -> None:
    luma = np.random.default_rng(0).integers(60, 200, SHAPE).astype(np.uint8)
    before = luma.copy()
    wear = Wear(grain=4, flicker=0.05, scratches=3, specks=3)
    worn = wear.on(np.random.default_rng(2), luma)
    assert np.array_equal(luma, before)
    assert worn.dtype == np.uint8
    exact = wear.unrounded(np.random.default_rng(2), luma.astype(np.float32))
    assert np.abs(worn - exact).max() <= 0.5
    assert (exact.min(), exact.max()) == (0, 255)  # specks: never outside


@pytest.mark.parametrize("softness_px", [0.0, 0.6, 1.5])
def test_grain_has_its_deviation_whatever_its_softness_and_is_fresh_on_every_frame(
    softness_px: float,
) -> None:
    worn = frames(Wear(grain=9, grain_px=softness_px), count=60) - 128
    assert worn.std() == pytest.approx(9, rel=0.03)
    assert abs(worn.mean()) < 0.3
    assert abs(np.mean(worn[0] * worn[1])) < 8  # of 81
    beside = np.mean(worn[:, :, 1:] * worn[:, :, :-1]) / 81
    assert beside == pytest.approx({0.0: 0.0, 0.6: 0.445, 1.5: 0.895}[softness_px], abs=0.02)


def test_flicker_moves_contrast_by_its_share_and_brightness_by_sixty_levels_of_it() -> None:
    halves = np.full(SHAPE, 88, np.uint8)
    halves[:, 64:] = 168
    worn = frames(Wear(flicker=0.05), halves)
    dark, light = worn[:, 0, 0], worn[:, 0, -1]
    assert ((light - dark) / 80).std() == pytest.approx(0.05, rel=0.12)
    assert ((light + dark) / 2).std() == pytest.approx(SWING_LEVELS * 0.05, rel=0.12)
    assert (light - dark).mean() == pytest.approx(80, abs=0.8)
    assert np.ptp(worn[:, :, :60], axis=(1, 2)).max() < 1e-3  # the frame as a whole


def test_contrast_is_what_is_left_about_mid_grey() -> None:
    luma = np.random.default_rng(3).integers(0, 256, SHAPE).astype(np.uint8)
    worn = frames(Wear(contrast=0.6), luma, 1)[0]
    assert np.allclose(worn, 128 + 0.6 * (luma - 128.0), atol=1e-3)


def test_blur_has_its_deviation() -> None:
    line = np.zeros(SHAPE, np.uint8)
    line[:, 64] = 200
    row = frames(Wear(blur_px=1.7), line, 1)[0, 48]
    away = np.arange(128) - 64
    assert np.sqrt((row * away**2).sum() / row.sum()) == pytest.approx(1.7, rel=0.03)


def test_scratches_are_as_many_as_said_upright_and_from_edge_to_edge() -> None:
    worn = frames(Wear(scratches=1.5, scratch_px=1)) - 128
    assert np.ptp(worn, axis=1).max() == 0
    columns = worn[:, 0]
    assert np.unique(np.abs(columns[columns != 0]) / SCRATCH_LEVELS).tolist()[0] == 1
    assert (columns != 0).sum(axis=1).mean() == pytest.approx(1.5, abs=0.2)
    assert 0.4 < (columns[columns != 0] > 0).mean() < 0.6
    assert len({tuple(np.flatnonzero(row)) for row in columns[:50]}) > 20  # elsewhere on every frame


def test_scratches_are_up_to_their_width() -> None:
    widths = [(row != 128).sum() for row in frames(Wear(scratches=0.2, scratch_px=3), count=800)[:, 0]]
    shares = [widths.count(width) / np.count_nonzero(widths) for width in (1, 2, 3)]
    assert all(0.22 < share < 0.42 for share in shares)  # a few frames have two


def test_specks_are_as_many_as_said_black_or_white_and_no_larger() -> None:
    worn = frames(Wear(specks=2.0, speck_px=4))
    assert set(np.unique(worn)) == {0, 128, 255}
    assert 0.4 < (worn[worn != 128] == 0).mean() < 0.6
    found = [cv2.connectedComponentsWithStats((frame != 128).astype(np.uint8)) for frame in worn]
    counts = [count - 1 for count, *_ in found]
    assert np.mean(counts) == pytest.approx(2.0, abs=0.25)  # a few lie on one another
    sizes = np.concatenate([stats[1:, 2:4] for count, _, stats, _ in found if count == 2])
    assert 5 <= sizes.max() <= 9
    assert sizes.min() <= 3


def test_weave_has_its_deviation_in_whole_steps() -> None:
    dice = np.random.default_rng(4)
    drawn = np.array([Wear(weave_px=3).draw_shift(dice, (2, 1)) for _ in range(4000)])
    assert (drawn[:, 0] % 2 == 0).all()
    assert (drawn[:, 1] % 2 == 1).any()
    assert np.abs(drawn.mean(axis=0)).max() < 0.2
    rounding = np.array([4 / 12, 1 / 12])
    assert drawn.std(axis=0) == pytest.approx(np.sqrt(9 + rounding), rel=0.05)


def test_a_shift_goes_right_and_down_and_back_again() -> None:
    plane = np.arange(48, dtype=np.uint16).reshape(6, 8)
    moved = shifted(plane, 2, -1)
    assert moved.dtype == np.uint16
    assert np.array_equal(moved[:5, 2:], plane[1:, :6])
    assert np.array_equal(moved[:5, :2], plane[1:, [0, 0]])
    assert np.array_equal(shifted(moved, -2, 1)[1:, :6], plane[1:, :6])
    picture = np.stack([plane] * 3, axis=-1)
    assert np.array_equal(shifted(picture, 2, -1)[..., 1], moved)


def test_a_larger_picture_has_longer_wear_that_is_as_strong() -> None:
    wear = Wear(
        grain=5, grain_px=0.5, flicker=0.1, contrast=0.7, blur_px=1, scratch_px=2, speck_px=3, weave_px=1
    )
    same = {"grain": 5, "flicker": 0.1, "contrast": 0.7}
    twice = {"grain_px": 1.0, "blur_px": 2, "scratch_px": 4, "speck_px": 6, "weave_px": 2}
    assert wear.scaled(2) == Wear(**same, **twice)  # type: ignore[arg-type]
    assert wear.scaled(1) == wear


DAMAGES: list[Callable[[Wear], Wear]] = [
    lambda none: replace(none, grain=5),
    lambda none: replace(none, flicker=0.05),
    lambda none: replace(none, scratches=30),
    lambda none: replace(none, specks=30),
]


@pytest.mark.parametrize("number", range(len(DAMAGES)))
def test_same_dice_same_damage_and_other_dice_other_damage(number: int) -> None:
    wear = DAMAGES[number](Wear())
    luma = np.random.default_rng(5).integers(60, 200, SHAPE).astype(np.uint8)
    first, again, other = (wear.on(np.random.default_rng(seed), luma) for seed in (6, 6, 7))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_wear_below_nothing_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError):
        Wear(grain=-1)
