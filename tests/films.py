"""Small films made on the spot, and the command called as a person calls it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from huecue.evaluate.bench_film import bench_pictures
from huecue.evaluate.made_film import Planes, grey_planes, write_film
from huecue.types import FilmInfo, Frame, Size
from huecue.video import WriteOptions

RATE = Fraction(24)
SIZE = Size(96, 64)


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


def in_process(*words: object, before: str = "", **settings: str) -> Said:
    """Calls the command in a process of its own, after the lines `before`."""
    done = subprocess.run(
        [sys.executable, "-c", program(before), *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **settings},
        timeout=300,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def program(before: str = "") -> str:
    """The lines that are the command."""
    return f"{before}\nimport sys\nfrom huecue.cli.main import main\nsys.exit(main())\n"


def film_planes(frames: int, size: Size = SIZE, *, shots: int = 1) -> Iterator[Planes]:
    """A gliding texture; every shot has one of its own, lighter or darker than the last."""
    for index, planes in enumerate(bench_pictures(size, frames)):
        number = index * shots // frames
        luma = np.rot90(planes.luma, 2 * (number % 2)) if number else planes.luma
        yield grey_planes(
            np.ascontiguousarray(np.clip(luma.astype(np.int16) + 40 * (number % 2), 16, 235), np.uint8)
        )


def make_film(
    path: Path, *, frames: int = 6, size: Size = SIZE, shots: int = 1, codec: str | None = None
) -> Path:
    """A film at `path`."""
    planes = film_planes(frames, size, shots=shots)
    write_film(path, planes, size=size, rate=RATE, options=WriteOptions(codec=codec))
    return path


def make_visited_film(path: Path, size: Size, *, frames: int = 36, comes: int = 20) -> Path:
    """A film of one shot: a still texture, and from frame `comes` on another that moves in from the side."""
    still = next(iter(film_planes(1, size))).luma
    other = list(film_planes(2, size, shots=2))[1].luma
    top, bottom, most = size.height // 4, size.height * 3 // 4, size.width // 3

    def planes() -> Iterator[Planes]:
        for index in range(frames):
            luma, wide = still.copy(), min(most, max(0, size.width // 24 * (index - comes)))
            if wide:
                luma[top:bottom, :wide] = other[top:bottom, -wide:]
            yield grey_planes(luma)

    write_film(path, planes(), size=size, rate=RATE, options=WriteOptions(codec="ffv1"))
    return path


def info_of(frame: Frame, turns: int = 0, chroma_shift: tuple[int, int] = (1, 1), count: int = 6) -> FilmInfo:
    """What probing a film of such frames would say."""
    return FilmInfo(
        path="film.mp4",
        kind="film",
        size=frame.size,
        turns=turns,
        sample_aspect_ratio=Fraction(1),
        rate=Fraction(25),
        time_base=frame.time_base,
        frames=count,
        duration_s=count / 25,
        codec="h264",
        pixel_format="gray",
        depth=frame.depth,
        full_range=frame.full_range,
        chroma_shift=chroma_shift,
        sounds=0,
        subtitles=0,
    )


def names(folder: Path) -> set[str]:
    """Everything in a folder, hidden files too."""
    return {entry.name for entry in folder.iterdir()}


def assert_refused(said: Said, code: int, *words: object) -> None:
    """One line on stderr that has the words, the exit code, and no traceback."""
    assert said.code == code, said
    assert said.err.startswith("huecue: "), said
    assert said.err.count("\n") == 1, said
    assert said.out == "", said
    for word in words:
        assert str(word) in said.err, said
