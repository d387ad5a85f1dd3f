"""Two pictures, and films of luma."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("torch", reason="transfer needs PyTorch")

import torch

from films import info_of
from huecue.types import FilmInfo, Frame


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def paint_soft(seed: int, width: int = 48, height: int = 40) -> NDArray[np.float32]:
    """A soft, colourful picture (H, W, 3), 0..1."""
    noise = np.random.default_rng(seed).normal(0, 1, (height, width, 3)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 3)
    return np.clip(0.5 + 0.18 * soft / soft.std(), 0, 1).astype(np.float32)


@pytest.fixture
def content() -> NDArray[np.float32]:
    return paint_soft(1)


@pytest.fixture
def style() -> NDArray[np.float32]:
    return paint_soft(2, 40, 48) ** 2


def make_pan(count: int = 4, *, seed: int = 3, step_px: int = 2) -> list[Frame]:
    """Frames of a pan over a soft texture, 48x40, studio range, in faint colour."""
    wide = np.rint(16 + 219 * paint_soft(seed, 48 + step_px * count)[..., 0]).astype(np.uint8)
    frames = []
    for index in range(count):
        luma = np.ascontiguousarray(wide[:, step_px * index : step_px * index + 48])
        chroma = np.full((20, 24), 110, np.uint8), np.full((20, 24), 150, np.uint8)
        frames.append(Frame(index, luma, 8, False, index, Fraction(1, 25), chroma))
    return frames


@pytest.fixture(scope="session")
def film_of() -> Callable[..., list[Frame]]:
    """film_of(count, seed, step_px)"""
    return make_pan


@pytest.fixture
def pan() -> list[Frame]:
    return make_pan()


@pytest.fixture
def info(pan: list[Frame]) -> FilmInfo:
    return info_of(pan[0])
