"""A network that is quick to tell, and small films made on the spot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from films import info_of
from huecue.engine import Engine
from huecue.types import FilmInfo, Frame
from old_films import scene, write_film
from plain_engine import plain_engine


def paint_texture(
    seed: int = 0, width: int = 96, height: int = 64, softness_px: float = 3.0
) -> NDArray[np.uint8]:
    """A luma plane (H, W), studio range, of soft noise."""
    noise = np.random.default_rng(seed).normal(0, 1, (height, width)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), softness_px)
    return np.clip(126 + 45 * soft / max(float(soft.std()), 1e-6), 16, 235).astype(np.uint8)


def make_pan(seed: int = 0, count: int = 6, step_px: int = 2, width: int = 96) -> list[NDArray[np.uint8]]:
    """Lumas of a slow pan to the right over a texture."""
    wide = paint_texture(seed, width + step_px * count)
    return [np.ascontiguousarray(wide[:, step_px * t : step_px * t + width]) for t in range(count)]


def film_of(
    lumas: Sequence[NDArray], start: int = 0, depth: int = 8, full_range: bool = False
) -> list[Frame]:
    """Frames of luma planes, counted from `start`."""
    rate = Fraction(1, 25)
    return [Frame(start + n, luma, depth, full_range, start + n, rate) for n, luma in enumerate(lumas)]


@pytest.fixture(scope="session")
def make_engine() -> Callable[..., Engine]:
    """make_engine(size)"""
    return plain_engine


@pytest.fixture(scope="session")
def engine() -> Engine:
    """For frames of 96x64."""
    return plain_engine()


@pytest.fixture(scope="session")
def texture() -> Callable[..., NDArray[np.uint8]]:
    """texture(seed, width, height, softness_px)"""
    return paint_texture


@pytest.fixture(scope="session")
def pan() -> Callable[..., list[NDArray[np.uint8]]]:
    """pan(seed, count, step_px)"""
    return make_pan


@pytest.fixture(scope="session")
def film() -> Callable[..., list[Frame]]:
    """film(lumas, start)"""
    return film_of


@pytest.fixture(scope="session")
def info() -> Callable[..., FilmInfo]:
    """info(frame, turns, chroma_shift)"""
    return info_of


@pytest.fixture(scope="session")
def old_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two shots of 7 and 5 frames, grey, lossless."""
    return write_film(tmp_path_factory.mktemp("films") / "old.mkv", [*scene(1, 7), *scene(2, 5)])
