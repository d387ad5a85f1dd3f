"""Small colour clips made on the spot: a camera gliding over a photograph."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from skimage.data import astronaut

from huecue.evaluate.clips import Clip, read_clip
from huecue.evaluate.made_film import planes_of, write_film
from huecue.types import Picture, Size
from huecue.video import WriteOptions

SIZE = Size(96, 64)


def glide(count: int, step_px: int = 2) -> list[Picture]:
    """Windows on a photograph, each `step_px` to the right of the one before."""
    photograph = np.asarray(astronaut())
    starts = (200 + step_px * k for k in range(count))
    return [np.ascontiguousarray(photograph[20:84, x : x + 96]) for x in starts]


@pytest.fixture
def small_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks and baselines work at the size of the made clips: a twentieth of the time."""
    monkeypatch.setattr("huecue.stages.upsample.AREA_PX", SIZE.width * SIZE.height)


@pytest.fixture
def make_clip(tmp_path: Path) -> Callable[..., Path]:
    """Writes a colour clip, lossless, under a name."""

    def make(name: str = "glide.mkv", *, count: int = 4, step_px: int = 2) -> Path:
        path = tmp_path / name
        pictures = (planes_of(picture) for picture in glide(count, step_px))
        write_film(path, pictures, size=SIZE, rate=Fraction(24), options=WriteOptions(codec="ffv1"))
        return path

    return make


@pytest.fixture
def filmed() -> list[Picture]:
    """The pictures that `clip` was made of."""
    return glide(4)


@pytest.fixture
def clip(make_clip: Callable[..., Path]) -> Clip:
    """A colour clip of four frames in memory."""
    return read_clip(make_clip())
