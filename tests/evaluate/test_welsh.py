"""A picture's colours go to the pixels that are like its samples in luma and texture."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from huecue.evaluate.welsh import jittered_grid, look_at, read_look, texture_of, transfer
from huecue.types import Chroma, Luma

RED, BLUE = np.float32([-0.2, 0.6]), np.float32([0.6, -0.2])


def noise(height: int = 12, width: int = 17, seed: int = 0) -> Luma:
    return np.random.default_rng(seed).integers(0, 256, (height, width)).astype(np.uint8)


def colours(shape: tuple[int, ...], seed: int = 0) -> Chroma:
    return np.random.default_rng(seed).uniform(-1, 1, (*shape, 2)).astype(np.float32)


def halves(left: NDArray[np.float32], right: NDArray[np.float32], shape: tuple[int, int]) -> Chroma:
    across = np.arange(shape[1])[None, :, None] < shape[1] // 2
    return np.where(across, left, right) + np.zeros((*shape, 2), np.float32)


def slow_texture(luma: Luma) -> NDArray[np.float64]:
    mirrored = np.pad(luma.astype(np.float64), 2, mode="reflect")
    return np.array(
        [[mirrored[y : y + 5, x : x + 5].std() for x in range(luma.shape[1])] for y in range(luma.shape[0])]
    )


def test_texture_is_the_deviation_written_out() -> None:
    assert np.allclose(texture_of(noise()), slow_texture(noise()), atol=0.01)


def test_each_pixel_takes_the_nearest_sample_s_colour() -> None:
    picture, chroma, luma = noise(seed=1), colours((12, 17)), noise(8, 9, seed=2) // 2 + 40
    got = transfer([read_look(picture, chroma, samples=30)], luma)
    scale = luma.std() / picture.std()
    samples = [
        ((picture[place] - picture.mean()) * scale + luma.mean(), slow_texture(picture)[place] * scale, place)
        for place in zip(*jittered_grid(picture.shape, 30), strict=True)
    ]
    own = slow_texture(luma)
    for place in np.ndindex(luma.shape):
        unlike = [0.5 * abs(luma[place] - y) + 0.5 * abs(own[place] - s) for y, s, _ in samples]
        chosen = [float(np.abs(chroma[where] - got[place]).max()) == 0 for _, _, where in samples]
        assert any(chosen)
        assert unlike[chosen.index(True)] <= min(unlike) + 0.01


def test_each_tone_takes_the_colour_of_its_like() -> None:
    luma = np.where(np.arange(40) < 20, 60, 190) + np.zeros((30, 1))
    look = read_look(luma.astype(np.uint8), halves(RED, BLUE, (30, 40)))
    got = transfer([look], np.fliplr(luma).astype(np.uint8))
    assert np.allclose(got[:, :17], BLUE)
    assert np.allclose(got[:, 23:], RED)


def test_like_luma_is_told_apart_by_texture() -> None:
    grain = np.random.default_rng(0).integers(-60, 61, (40, 60))
    luma = np.where(np.arange(60) < 30, 120, 120 + grain).astype(np.uint8)
    look = read_look(luma, halves(RED, BLUE, (40, 60)))
    got = transfer([look], np.fliplr(luma))
    assert (got[:, 35:] == RED).all()
    assert (got[:, :25] == BLUE).all(axis=-1).mean() > 0.97


def test_a_darker_and_paler_reference_gives_the_same_colours() -> None:
    luma, chroma = noise(40, 60) // 4 * 4, colours((40, 60))
    wanted = transfer([read_look(luma, chroma)], luma)
    got = transfer([read_look(luma // 4 + 20, chroma)], luma)
    assert (got == wanted).all(axis=-1).mean() > 0.95


def test_of_several_looks_the_one_that_is_alike_counts() -> None:
    smooth = np.linspace(60, 190, 40)[:, None] + np.zeros((40, 60))
    rough = np.random.default_rng(0).uniform(60, 190, (40, 60))
    looks = [
        read_look(luma.astype(np.uint8), np.zeros((40, 60, 2), np.float32) + color)
        for luma, color in ((smooth, RED), (rough, BLUE))
    ]
    got = transfer(looks, np.where(np.arange(60) < 30, smooth, rough).astype(np.uint8))
    assert (got[:, :25] == RED).all(axis=-1).mean() > 0.95
    assert (got[:, 35:] == BLUE).all(axis=-1).mean() > 0.95


@pytest.mark.parametrize("shape", [(48, 80), (80, 48), (30, 30)])
def test_samples_are_one_to_a_cell(shape: tuple[int, int]) -> None:
    rows, columns = jittered_grid(shape, 60)
    assert 50 <= len(rows) <= 70
    down = round((60 * shape[0] / shape[1]) ** 0.5)
    across = len(rows) // down
    cells = set(zip((rows * down // shape[0]).tolist(), (columns * across // shape[1]).tolist(), strict=True))
    assert len(cells) > 0.85 * len(rows)  # whole pixels may fall just outside of their cell
    assert rows.min() >= 0
    assert rows.max() < shape[0]
    assert columns.max() < shape[1]


def test_samples_are_the_same_each_time() -> None:
    assert np.array_equal(jittered_grid((48, 80), 60), jittered_grid((48, 80), 60))


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (7, 1), (3, 2)])
def test_the_smallest_pictures_can_be_coloured(shape: tuple[int, int]) -> None:
    look = read_look(noise(*shape), np.zeros((*shape, 2), np.float32) + RED)
    assert np.allclose(transfer([look], noise(5, 4)), RED)
    assert np.allclose(transfer([look], noise(*shape)), RED)


def test_a_flat_frame_is_coloured() -> None:
    look = read_look(noise(), colours((12, 17)))
    assert np.isfinite(transfer([look], np.full((6, 8), 90, np.uint8))).all()


def test_a_picture_is_looked_at_at_working_size() -> None:
    picture = np.full((90, 160, 3), (200, 40, 40), np.uint8)
    look = look_at(picture)
    assert 350 <= len(look.luma) <= 450
    assert np.allclose(look.chroma, look.chroma[0])
    assert look.chroma[0, 1] > 0.4
