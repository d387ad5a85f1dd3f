"""The measures say what their papers say: each against a slow, obvious twin or a figure known by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.distance import jensenshannon

from huecue import metrics
from huecue.types import Picture


def noise(seed: int, shape: tuple[int, int] = (24, 40)) -> Picture:
    return np.random.default_rng(seed).integers(0, 256, (*shape, 3), dtype=np.uint8)


def smooth(seed: int, shape: tuple[int, int] = (64, 96)) -> NDArray[np.uint8]:
    """A luma with soft blobs, good to follow."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[: shape[0], : shape[1]]
    waves = (
        np.sin(a * x + b * y + c) for a, b, c in zip(*rng.uniform(0.1, 0.6, (2, 8)), range(8), strict=True)
    )
    total = sum(waves)
    return np.asarray((total - total.min()) / np.ptp(total) * 255, np.uint8)


def flow_of(x: float, y: float, shape: tuple[int, int]) -> metrics.Flow:
    return np.tile(np.array([x, y], np.float32), (*shape, 1))


def test_psnr_is_its_definition_in_float64() -> None:
    a, b = noise(1), noise(2)
    error = np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2)
    assert metrics.psnr(a, b) == pytest.approx(10 * math.log10(255**2 / error), abs=1e-9)


def test_psnr_does_not_wrap_like_uint8() -> None:
    white = np.full((8, 8, 3), 255, np.uint8)
    assert metrics.psnr(white, np.zeros_like(white)) == pytest.approx(0)
    assert metrics.psnr(np.zeros_like(white), white) == pytest.approx(0)


def test_psnr_of_one_level_everywhere_is_48_13_db() -> None:
    assert metrics.psnr(np.full((4, 4, 3), 7, np.uint8), np.full((4, 4, 3), 8, np.uint8)) == pytest.approx(
        48.1308, abs=1e-4
    )


def test_identical_pictures_get_a_finite_top() -> None:
    assert metrics.psnr(noise(1), noise(1)) == metrics.PSNR_TOP_DB


def test_chroma_psnr_is_its_definition() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.uniform(-1, 1, (2, 9, 7, 2)).astype(np.float32)
    error = np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2)
    assert metrics.chroma_psnr(a, b) == pytest.approx(10 * math.log10(4 / error), abs=1e-5)
    assert metrics.chroma_psnr(a, a) == metrics.PSNR_TOP_DB


def test_ssim_of_flat_pictures_is_the_luminance_term() -> None:
    a, b = 100.0, 140.0
    steady = (0.01 * 255) ** 2
    flat = [np.full((16, 16, 3), value, np.uint8) for value in (a, b)]
    assert metrics.ssim(*flat) == pytest.approx((2 * a * b + steady) / (a**2 + b**2 + steady), abs=1e-6)


def test_ssim_is_one_for_the_same_and_less_for_another() -> None:
    assert metrics.ssim(noise(1), noise(1)) == pytest.approx(1)
    assert metrics.ssim(noise(1), noise(2)) < 0.2


@pytest.mark.parametrize(
    ("first", "second", "difference"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_ciede2000_gives_the_published_pairs(
    first: tuple[float, ...], second: tuple[float, ...], difference: float
) -> None:
    got = metrics.ciede2000(np.array(first, np.float32), np.array(second, np.float32))
    assert float(got) == pytest.approx(difference, abs=1e-3)


def test_histograms_count_every_channel_by_itself() -> None:
    picture = noise(3)
    wanted = [np.bincount(picture[..., c].ravel(), minlength=256) / (24 * 40) for c in range(3)]
    np.testing.assert_allclose(metrics.color_histogram(picture), wanted, atol=1e-7)


def test_cdc_is_the_mean_divergence_over_frames_steps_and_channels() -> None:
    film = [metrics.color_histogram(np.minimum(noise(k), 255 - 20 * k)) for k in range(6)]
    per_step = []
    for t in (1, 2, 4):
        pairs = [
            jensenshannon(film[i][c], film[i + t][c]) ** 2 for i in range(len(film) - t) for c in range(3)
        ]
        per_step.append(np.mean(pairs))
    assert metrics.cdc(film) == pytest.approx(np.mean(per_step), rel=1e-6)


def test_cdc_goes_from_zero_for_a_still_to_log_2_for_no_colour_in_common() -> None:
    black, white = (metrics.color_histogram(np.full((4, 4, 3), v, np.uint8)) for v in (0, 255))
    assert metrics.cdc([black] * 5) == 0
    assert metrics.cdc([black, white]) == pytest.approx(math.log(2))


def test_cdc_of_one_frame_is_zero() -> None:
    assert metrics.cdc([metrics.color_histogram(noise(1))]) == 0


def test_flow_points_to_where_the_pixels_went() -> None:
    luma = smooth(0)
    flow = metrics.flow_between(luma, np.roll(luma, 3, axis=1))
    np.testing.assert_allclose(np.median(flow[8:-8, 8:-8], axis=(0, 1)), [3, 0], atol=0.5)


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (16, 200), (200, 5)])
def test_flow_of_tiny_pictures_has_their_size(shape: tuple[int, int]) -> None:
    luma = smooth(0, shape) if min(shape) > 1 else np.zeros(shape, np.uint8)
    assert metrics.flow_between(luma, luma).shape == (*shape, 2)


def test_motion_that_comes_back_is_trusted_except_where_it_leaves_the_picture() -> None:
    shape = (10, 20)
    mask = metrics.trusted(flow_of(4, 0, shape), flow_of(-4, 0, shape))
    assert mask[:, :16].all()
    assert not mask[:, 16:].any()


def test_motion_that_does_not_come_back_is_not_trusted() -> None:
    shape = (10, 20)
    assert not metrics.trusted(flow_of(4, 0, shape), flow_of(0, 0, shape)).any()


def test_edges_of_motion_are_not_trusted() -> None:
    forward = flow_of(0, 0, (10, 20))
    forward[:, 10:] = (0.5, 0)  # comes back well enough, and breaks at column 10
    mask = metrics.trusted(forward, -forward)
    assert not mask[:, 9].any()
    assert mask[:, :9].all()


def test_trust_is_the_rule_written_out_pixel_by_pixel() -> None:
    rng = np.random.default_rng(5)
    height, width = 24, 36
    steady = np.arange(height)[:, None, None] // 4 * 3  # slow bands and fast ones
    forward = (steady + (rng.random((height, width, 2)) < 0.2)).astype(np.float32)
    backward = (rng.choice([-0.8, -0.4, 0, 0.6, 1], (height, width, 2)) - steady).astype(np.float32)
    got = metrics.trusted(forward, backward)
    assert got.any()
    for y, x in np.ndindex(height, width):
        w1 = forward[y, x]
        to_x, to_y = int(x + w1[0]), int(y + w1[1])
        if not (to_x < width and to_y < height):
            assert not got[y, x]
            continue
        w0 = backward[to_y, to_x]
        down = forward[min(y + 1, height - 1), x] - w1
        right = forward[y, min(x + 1, width - 1)] - w1
        closed = ((w0 + w1) ** 2).sum() <= 0.01 * ((w0**2).sum() + (w1**2).sum()) + 0.5
        even = (down**2).sum() + (right**2).sum() <= 0.01 * (w1**2).sum() + 0.002
        assert got[y, x] == (closed and even)


def test_warping_error_is_nothing_for_colours_that_go_with_the_motion() -> None:
    first = noise(1)
    following = np.roll(first, 2, axis=1)
    mask = np.zeros(first.shape[:2], bool)
    mask[:, :-2] = True
    assert metrics.warping_error(first, following, flow_of(2, 0, mask.shape), mask) == 0
    assert metrics.warping_error(first, first, flow_of(2, 0, mask.shape), mask) > 0.01


def test_warping_error_is_the_mean_square_over_the_mask() -> None:
    first, following = noise(1), noise(2)
    mask = noise(3)[..., 0] > 128
    wanted = np.mean(((first[mask].astype(float) - following[mask]) / 255) ** 2)
    got = metrics.warping_error(first, following, flow_of(0, 0, mask.shape), mask)
    assert got == pytest.approx(wanted, rel=1e-9)


def test_warping_error_where_nothing_is_trusted_is_zero() -> None:
    nowhere = np.zeros((24, 40), bool)
    assert metrics.warping_error(noise(1), noise(2), flow_of(0, 0, (24, 40)), nowhere) == 0


def test_colorfulness_is_hasler_and_suesstrunks() -> None:
    red, green, blue = np.moveaxis(noise(4).astype(np.float64), -1, 0)
    rg, yb = red - green, (red + green) / 2 - blue
    wanted = math.sqrt(rg.var() + yb.var()) + 0.3 * math.sqrt(rg.mean() ** 2 + yb.mean() ** 2)
    assert metrics.colorfulness(noise(4)) == pytest.approx(wanted, rel=1e-5)


def test_grey_has_no_colorfulness() -> None:
    assert metrics.colorfulness(np.repeat(noise(4)[..., :1], 3, axis=-1)) == 0
