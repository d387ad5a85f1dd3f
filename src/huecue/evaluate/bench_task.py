"""One measurement in a process of its own, so that its peak of memory is its own: run as a module.

The answer is one line of JSON on stdout.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from huecue import pipeline
from huecue.evaluate.bench_film import make_bench_film
from huecue.types import FilmInfo, Plane, Size
from huecue.video import FilmWriter, prefetch, probe, read_frames

STATUS = Path("/proc/self/status")


def copy_film(film: Path, out: Path) -> int:
    """Decode and encode as films that are coloured are, with flat colours; gives the number of frames."""
    count = 0
    with FilmWriter(film, out) as writer:
        flat = _flat(writer.info)
        for frame in prefetch(read_frames(film)):
            writer.write(frame, flat)
            count += 1
    return count


def _flat(info: FilmInfo) -> tuple[Plane, Plane]:
    across, down = info.chroma_shift
    shape = -(-info.size.height // 2**down), -(-info.size.width // 2**across)
    plane = np.full(shape, 1 << (info.depth - 1), np.uint8 if info.depth == 8 else np.uint16)
    return plane, plane


def peak_memory_mb() -> float | None:
    """The most memory that this process has had in use; None where the system does not tell."""
    if STATUS.exists():  # getrusage would count what the parent had before this process began
        line = next((line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM")), None)
        return None if line is None else int(line.split()[1]) / 1024
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 1024


def main(words: list[str]) -> dict[str, Any]:
    """`make FILM WIDTH HEIGHT SECONDS`, `copy FILM OUT`, `colorize FILM OUT` or `stages FILM`."""
    task, film, *rest = words
    match task:
        case "make":
            make_bench_film(Path(film), Size(int(rest[0]), int(rest[1])), seconds=float(rest[2]))
            frames = probe(Path(film)).frames
            return {"frames": frames}
        case "stages":
            return dict(pipeline.stage_times(Path(film)))
    begun_s = time.perf_counter()
    frames = (
        copy_film(Path(film), Path(rest[0])) if task == "copy" else pipeline.colorize(film, rest[0]).frames
    )
    elapsed_s = time.perf_counter() - begun_s
    return {"frames": frames, "elapsed_s": elapsed_s, "peak_mb": peak_memory_mb()}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
