"""The baselines do what their names say: stay, follow the motion, and mend it where it can't be trusted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from huecue.evaluate import baselines
from huecue.types import Chroma, Luma

SHAPE = (96, 128)


def scene(seed: int = 0) -> tuple[Luma, Chroma]:
    """A picture with texture to follow and colours that go with its luma."""
    soft = gaussian_filter(np.random.default_rng(seed).normal(size=(SHAPE[0], 256)), 3)
    luma = np.clip(128 + soft / soft.std() * 50, 0, 255).astype(np.uint8)
    light = luma.astype(np.float32) / 255
    return luma, np.stack([light - 0.5, 0.5 - light], axis=-1)


def window(x: int, seed: int = 0) -> tuple[Luma, Chroma]:
    luma, chroma = scene(seed)
    return luma[:, x : x + SHAPE[1]].copy(), chroma[:, x : x + SHAPE[1]].copy()


def error(chroma: Chroma, truth: Chroma) -> float:
    return float(np.abs(chroma - truth)[8:-8, 8:-24].mean())


def test_frozen_gives_the_first_frame_again_and_again() -> None:
    luma, chroma = window(0)
    assert all((one == chroma).all() for one in baselines.frozen([luma] * 3, chroma))


def test_flow_says_where_a_pixel_was() -> None:
    flow = baselines.find_flow(window(4)[0], window(0)[0])
    np.testing.assert_allclose(np.median(flow, axis=(0, 1)), [4, 0], atol=0.1)


@pytest.mark.parametrize("carry_on", [baselines.dis, baselines.dis_refill])
def test_colours_follow_the_motion(carry_on: baselines.Baseline) -> None:
    frames = [window(4 * k) for k in range(4)]
    *_, last = carry_on([luma for luma, _ in frames], frames[0][1])
    truth = frames[-1][1]
    assert error(last, truth) < 0.02
    assert error(frames[0][1], truth) > 0.1


@pytest.mark.parametrize("carry_on", [baselines.frozen, baselines.dis, baselines.dis_refill])
def test_each_frame_gets_a_chroma_and_the_first_its_own(carry_on: baselines.Baseline) -> None:
    frames = [window(2 * k) for k in range(3)]
    chromas = list(carry_on((luma for luma, _ in frames), frames[0][1]))
    assert [chroma.shape for chroma in chromas] == [(*SHAPE, 2)] * 3
    assert all(chroma.dtype == np.float32 for chroma in chromas)
    assert (chromas[0] == frames[0][1]).all()


def test_refill_mends_what_appears_from_nowhere() -> None:
    """A block of sky turns into ground: only its likeness in luma to the ground around tells its colour."""
    luma = np.where(np.arange(SHAPE[0])[:, None] < 48, 40, 200) + np.zeros(SHAPE)
    luma = (luma + np.random.default_rng(0).integers(-3, 4, SHAPE)).astype(np.uint8)
    sky, ground = np.float32([0.6, -0.2]), np.float32([-0.4, 0.3])
    chroma = np.where(luma[..., None] < 120, sky, ground)
    after = luma.copy()
    after[40:48, 50:60] = 200
    truth = np.where(after[..., None] < 120, sky, ground)

    def left(carry_on: baselines.Baseline) -> float:
        *_, last = carry_on([luma, after], chroma)
        return float(np.abs(last - truth)[40:48, 50:60].mean())

    assert left(baselines.dis_refill) < 0.5 * left(baselines.dis)


def test_confidence_is_one_where_the_luma_agrees_and_falls_as_the_design_says() -> None:
    luma = np.full(SHAPE, 100, np.uint8)
    still = np.zeros((*SHAPE, 2), np.float32)
    np.testing.assert_allclose(baselines.find_confidence(luma, luma, still), 1)
    np.testing.assert_allclose(baselines.find_confidence(luma + 8, luma, still), np.exp(-1), rtol=1e-5)


def test_there_is_no_confidence_where_the_flow_leaves_the_picture() -> None:
    luma = np.full(SHAPE, 100, np.uint8)
    away = np.zeros((*SHAPE, 2), np.float32)
    away[..., 0] = 10
    confidence = baselines.find_confidence(luma, luma, away)
    assert (confidence[:, -10:] == 0).all()
    assert (confidence[:, :-10] == 1).all()


def test_the_grid_is_near_the_bilateral_mean_written_out() -> None:
    luma, chroma = window(0, seed=3)
    confidence = np.random.default_rng(1).uniform(0, 1, SHAPE).astype(np.float32)
    got, _ = baselines.bilateral(chroma, confidence, luma, cell_px=4)
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    # Softening by one cell, placing in and reading from cells blur on top: variances of 1 + 1/12 + 1/6 cells.
    spread = 1 + 1 / 12 + 1 / 6
    for row, column in [(20, 30), (48, 64), (70, 100)]:
        far = ((y - row) / 4.0) ** 2 + ((x - column) / 4.0) ** 2
        unlike = ((luma.astype(float) - luma[row, column]) / baselines.BIN_LUMA) ** 2
        weight = confidence * np.exp(-(far + unlike) / (2 * spread))
        wanted = (chroma * weight[..., None]).sum(axis=(0, 1)) / weight.sum()
        np.testing.assert_allclose(got[row, column], wanted, atol=0.01)


def test_colours_no_one_is_sure_of_do_not_spread() -> None:
    luma = np.full(SHAPE, 100, np.uint8)
    chroma = np.zeros((*SHAPE, 2), np.float32)
    chroma[:, 64:] = 1
    confidence = np.ones(SHAPE, np.float32)
    confidence[:, 64:] = 0
    assert np.abs(baselines.refill(chroma, confidence, luma)[:, :70]).max() < 0.01
