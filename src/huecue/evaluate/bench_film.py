"""The bench's film: black and white, moving, with fresh grain on every frame, so that codecs have work."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from huecue.evaluate.made_film import Planes, grey_planes, luma_plane, write_film
from huecue.types import Plane, Size
from huecue.video import WriteOptions

RATE = Fraction(24)
SEED = 2024
AS_FILMS_COME = WriteOptions(codec="libx264", preset="veryfast")
MARGIN = 0.1
"""How far the picture wanders, as a share of its sides."""
GRAIN = 2.0
"""Standard deviation of the grain, in 8-bit levels."""
GRAIN_PLANES = 4
TURN_S = 7.0
"""The way of the camera is a figure that closes after this long."""


def make_bench_film(path: Path, size: Size, *, seconds: float) -> None:
    """The same film every time, at RATE, in H.264 with all that makes it small, as films come."""
    pictures = bench_pictures(size, round(seconds * RATE))
    write_film(path, pictures, size=size, rate=RATE, options=AS_FILMS_COME)


def bench_pictures(size: Size, frames: int) -> Iterator[Planes]:
    """Every frame as it is stored."""
    rng = np.random.default_rng(SEED)
    across, down = round(size.width * MARGIN), round(size.height * MARGIN)
    texture = luma_plane(_texture(rng, size.height + 2 * down, size.width + 2 * across))
    grain = [_grain(rng, size) for _ in range(GRAIN_PLANES)]
    for index in range(frames):
        angle = 2 * math.pi * index / float(TURN_S * RATE)
        left = across * (1 + 0.9 * math.sin(angle))
        top = down * (1 + 0.9 * math.cos(2 * angle))
        view = _window(texture, left, top, size)
        roll = tuple(int(step) for step in rng.integers(0, min(size.shape), 2))
        fresh = np.roll(grain[index % GRAIN_PLANES], roll, (0, 1))
        yield grey_planes(np.asarray(cv2.add(view, fresh, dtype=cv2.CV_8U), np.uint8))


def _texture(rng: Generator, height: int, width: int) -> NDArray[np.float32]:
    """Luma 0..1: clouds, and things with edges before them."""
    clouds, things = (_noise(rng, height, width) for _ in range(2))
    return np.asarray(np.clip(0.5 + 0.12 * clouds + 0.15 * np.tanh(12 * things), 0, 1), np.float32)


def _noise(rng: Generator, height: int, width: int) -> NDArray[np.float32]:
    """Noise of every coarseness, the fine ones weaker, as in photographs; mean 0, standard deviation 1."""
    total = np.zeros((height, width), np.float32)
    for octave in range(2, 10):
        cells = 2**octave
        coarse = rng.normal(0, 1 / cells**0.8, (cells, cells)).astype(np.float32)
        total += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray((total - total.mean()) / total.std(), np.float32)


def _grain(rng: Generator, size: Size) -> NDArray[np.int16]:
    return np.rint(rng.normal(0, GRAIN, size.shape)).astype(np.int16)


def _window(texture: Plane, left: float, top: float, size: Size) -> Plane:
    """The part of the texture that begins at (left, top), between pixels too."""
    where = np.array([[1, 0, left], [0, 1, top]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(texture, where, (size.width, size.height), flags=flags), np.uint8)
