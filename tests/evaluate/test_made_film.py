"""Films are made as they were asked for."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from huecue.color import plane_to_luma, planes_to_chroma, rgb_to_ycc
from huecue.evaluate.made_film import NEUTRAL, grey_planes, luma_plane, planes_of, write_film
from huecue.types import Size
from huecue.video import WriteOptions, probe, read_frames

SIZE = Size(64, 48)
RATE = Fraction(24000, 1001)


def test_planes_hold_the_pictures_colours() -> None:
    rng = np.random.default_rng(0)
    small = rng.integers(0, 255, (24, 32, 3), np.uint8)
    picture = np.kron(small, np.ones((2, 2, 1), np.uint8))  # chroma is even over each 2x2 pixels
    planes = planes_of(picture)
    luma, chroma = rgb_to_ycc(picture)
    assert np.abs(plane_to_luma(planes.luma, 8, False) - luma).max() < 1 / 219
    assert np.abs(planes_to_chroma(planes.chroma, 8, False) - chroma[::2, ::2]).max() < 1 / 112


def test_luma_stays_in_the_studio_range() -> None:
    plane = luma_plane(np.array([[-0.2, 0.0, 0.5, 1.0, 1.3]], np.float32))
    assert plane.tolist() == [[16, 16, 126, 235, 235]]


def test_film_has_every_frame_as_given(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    made = [planes_of(rng.integers(0, 255, (*SIZE.shape, 3), np.uint8)) for _ in range(5)]
    write_film(tmp_path / "film.mkv", made, size=SIZE, rate=RATE, options=WriteOptions(codec="ffv1"))
    read = list(read_frames(tmp_path / "film.mkv"))
    for planes, frame in zip(made, read, strict=True):
        assert np.array_equal(frame.luma, planes.luma)
        assert frame.chroma is not None
        assert all(map(np.array_equal, frame.chroma, planes.chroma))
    info = probe(tmp_path / "film.mkv")
    assert info.size == SIZE
    assert info.rate == RATE


def test_grey_is_grey() -> None:
    planes = grey_planes(np.zeros(SIZE.shape, np.uint8))
    assert all((plane == NEUTRAL).all() and plane.shape == (24, 32) for plane in planes.chroma)
