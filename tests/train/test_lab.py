"""Photographs in Lab as the report's network takes them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from huecue.color import rgb_to_lab
from huecue.engine import AB
from huecue.networks.bins import BIN_COUNT, centres
from huecue.train.lab import Photographs, as_batch, global_hints

Photo = Callable[..., np.ndarray]


def test_a_photograph_of_the_right_size_is_only_mirrored(photo: Photo) -> None:
    picture = photo(1, 16, 16)
    photographs = Photographs([lambda: picture], 16)
    drawn = [photographs.draw(np.random.default_rng(seed), 0)[0] for seed in range(20)]
    ways = {np.array_equal(one, picture) for one in drawn}
    assert ways == {True, False}
    assert all(np.array_equal(one, picture) or np.array_equal(one, picture[:, ::-1]) for one in drawn)


def test_larger_ones_are_cropped_to_size(photo: Photo) -> None:
    picture, lab = Photographs([lambda: photo(1, 40, 60)], 24).draw(np.random.default_rng(0), 0)
    assert picture.shape == lab.shape == (24, 24, 3)
    assert np.allclose(lab, rgb_to_lab(picture))


def test_grey_photographs_are_left_out(photo: Photo) -> None:
    grey, colour = np.full((16, 16, 3), 90, np.uint8), photo(2, 16, 16)
    photographs = Photographs([lambda: grey, lambda: colour, lambda: colour], 16)
    picture, _ = photographs.draw(np.random.default_rng(0), 0)
    assert np.ptp(picture) > 50


def test_planes_are_scaled_as_the_paper_scales_them(photo: Photo) -> None:
    lab = rgb_to_lab(photo(3, 8, 8))
    hints = np.zeros((8, 8, 3), np.float32)
    hints[2, 3] = (55, -110, 1)
    batch = as_batch([lab], [hints], np.zeros((1, 316), np.float32))
    assert {name: plane.shape for name, plane in batch.items()} == {
        "light": (1, 1, 8, 8),
        "ab": (1, 2, 8, 8),
        "hints": (1, 3, 8, 8),
        "overall": (1, 316, 1, 1),
    }
    assert np.allclose(batch["light"][0, 0], (lab[..., 0] - 50) / 100)
    assert np.allclose(batch["ab"][0].transpose(1, 2, 0) * AB, lab[..., 1:], atol=1e-4)
    assert batch["hints"][0, :, 2, 3].tolist() == pytest.approx([0.5, -1, 0.5])
    assert batch["hints"][0, :, 0, 0].tolist() == [0, 0, -0.5]


def test_global_hints_are_the_histogram_and_the_saturation() -> None:
    picture = np.full((16, 16, 3), (200, 50, 100), np.uint8)
    lab = rgb_to_lab(picture)
    told = global_hints(picture, lab, histogram=True, saturation=True)
    nearest = int(np.linalg.norm(centres() - lab[0, 0, 1:], axis=1).argmin())
    assert told[nearest] == told[:BIN_COUNT].sum() == told[BIN_COUNT] == 1
    assert told[-2:].tolist() == pytest.approx([0.75, 1])
    assert not global_hints(picture, lab, histogram=False, saturation=False).any()
