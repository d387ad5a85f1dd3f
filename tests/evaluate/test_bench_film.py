"""The bench's film is the same every time, moves, and gives codecs work."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from huecue.evaluate.bench_film import RATE, bench_pictures, make_bench_film
from huecue.types import Size
from huecue.video import probe

SIZE = Size(160, 96)


def test_film_is_the_same_every_time() -> None:
    first, second = (list(bench_pictures(SIZE, 4)) for _ in range(2))
    assert all(np.array_equal(a.luma, b.luma) for a, b in zip(first, second, strict=True))


def test_every_frame_has_its_own_grain_and_the_picture_moves() -> None:
    lumas = [planes.luma.astype(float) for planes in bench_pictures(SIZE, 24)]
    near = np.abs(lumas[1] - lumas[0]).mean()
    far = np.abs(lumas[23] - lumas[0]).mean()
    assert near > 1
    assert far > 2 * near


def test_film_has_the_size_and_length_asked_for(tmp_path: Path) -> None:
    make_bench_film(tmp_path / "film.mp4", SIZE, seconds=0.5)
    info = probe(tmp_path / "film.mp4")
    assert (info.size, info.frames, info.rate) == (SIZE, 12, RATE)
    assert (tmp_path / "film.mp4").stat().st_size > 12 * 500
