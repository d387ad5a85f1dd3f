"""`huecue bench`: how fast films are coloured on this machine, beside decoding and encoding alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from huecue.errors import FailureError, UsageError
from huecue.types import Size

SIZES = {"1080p": Size(1920, 1080), "720p": Size(1280, 720), "360p": Size(640, 360)}


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """Which films are made, how long, and how often each is measured."""

    sizes: tuple[str, ...] = ("1080p", "720p")
    seconds: float = 10.0
    rounds: int = 1

    def __post_init__(self) -> None:
        unknown = [name for name in self.sizes if name not in SIZES]
        if unknown:
            raise UsageError(f"there is no size {unknown[0]!r}; take one of {', '.join(SIZES)}")
        if not 0.5 <= self.seconds <= 3600:
            raise UsageError(f"seconds go from 0.5 to 3600, not {self.seconds}")
        if self.rounds < 1:
            raise UsageError(f"rounds must be 1 or more, not {self.rounds}")


@dataclass(frozen=True, slots=True)
class Speed:
    """One way through a film: the median of its rounds, and the most memory that any took."""

    fps: float
    elapsed_s: float
    peak_mb: float | None


@dataclass(frozen=True, slots=True)
class Result:
    """A film size: decode and encode alone, the whole colorization, and milliseconds a frame by stage."""

    size: str
    frames: int
    copy: Speed
    colorize: Speed
    stages_ms: dict[str, float]

    @property
    def ratio(self) -> float:
        """How many times as long as decode and encode alone the colorization takes."""
        return self.copy.fps / self.colorize.fps

    def as_json(self) -> dict[str, Any]:
        """The result as JSON holds it."""
        return {**asdict(self), "ratio": self.ratio}


def bench(options: BenchOptions, *, say: Callable[[str], None] | None = None) -> Iterator[Result]:
    """One result for each size; the two ways are timed in turn, each in a process of its own.

    `say` is told what is being done, and how many such steps there are. Raises FailureError where a
    measurement fails.
    """
    steps, total = count(1), len(options.sizes) * (2 + 2 * options.rounds)

    def tell(words: str) -> None:
        if say:
            say(f"{next(steps)} of {total}: {words}")

    with TemporaryDirectory(prefix="huecue-bench-") as folder:
        for name in options.sizes:
            yield _measure(name, options, Path(folder), tell)


def _measure(name: str, options: BenchOptions, folder: Path, say: Callable[[str], None]) -> Result:
    film, size = folder / f"{name}.mp4", SIZES[name]
    say(f"{name}: making {options.seconds:g} s of film")
    _task("make", film, size.width, size.height, options.seconds)
    runs: dict[str, list[dict[str, Any]]] = {"copy": [], "colorize": []}
    for number in range(options.rounds):
        for way, done in runs.items():
            say(f"{name}: {way}, round {number + 1} of {options.rounds}")
            out = folder / f"{name}.{way}.{number}.mp4"
            done.append(_task(way, film, out))
            out.unlink()
    say(f"{name}: stage by stage")
    stages_ms = _task("stages", film)
    film.unlink()
    frames = int(runs["copy"][0]["frames"])
    return Result(name, frames, _speed(runs["copy"]), _speed(runs["colorize"]), stages_ms)


def _speed(runs: list[dict[str, Any]]) -> Speed:
    peaks = [run["peak_mb"] for run in runs if run["peak_mb"] is not None]
    return Speed(
        fps=median(run["frames"] / run["elapsed_s"] for run in runs),
        elapsed_s=median(run["elapsed_s"] for run in runs),
        peak_mb=max(peaks, default=None),
    )


def _task(*words: object) -> dict[str, Any]:
    command = [sys.executable, "-m", "huecue.evaluate.bench_task", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise FailureError(f"the measurement '{words[0]}' failed: {last}; check the disk and the memory")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {"cores": os.cpu_count(), "python": sys.version.split()[0], "system": sys.platform}
