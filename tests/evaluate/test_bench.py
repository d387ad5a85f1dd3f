"""The bench measures what it says, each way in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from films import make_film
from huecue.errors import FailureError
from huecue.evaluate import bench, bench_task
from huecue.evaluate.bench import BenchOptions
from huecue.evaluate.bench_task import copy_film, peak_memory_mb
from huecue.types import Size
from huecue.video import read_frames


def test_both_ways_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bench.SIZES, "tiny", Size(128, 96))
    told: list[str] = []
    (result,) = bench.bench(BenchOptions(sizes=("tiny",), seconds=0.5), say=told.append)
    assert result.size == "tiny"
    assert result.frames == 12
    for speed in (result.copy, result.colorize):
        assert speed.fps == pytest.approx(12 / speed.elapsed_s)
        if sys.platform == "linux":
            assert speed.peak_mb is not None
            assert 30 < speed.peak_mb < 3000
    assert result.ratio == pytest.approx(result.copy.fps / result.colorize.fps)
    assert result.as_json()["ratio"] == result.ratio
    assert [words.split(": ")[0] for words in told] == ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]
    assert "colorize" in told[2]


def test_copy_keeps_the_luma_and_makes_flat_colours(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mkv", codec="ffv1")
    assert copy_film(film, tmp_path / "copy.mkv") == 6
    frames = list(read_frames(tmp_path / "copy.mkv"))
    assert len(frames) == 6
    for frame in frames:
        assert frame.chroma is not None
        assert all(np.ptp(plane) <= 2 for plane in frame.chroma)


def test_measurement_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(FailureError, match="the measurement 'copy' failed"):
        bench._task("copy", tmp_path / "gone.mp4", tmp_path / "out.mp4")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell it in other ways")
def test_peak_memory_counts_what_was_used() -> None:
    before = peak_memory_mb()
    large = np.ones(64 * 2**20, np.uint8)
    after = peak_memory_mb()
    assert before is not None
    assert after is not None
    assert large.nbytes
    assert after >= before
    assert after > 64


def test_tasks_answer_for_themselves(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    assert bench_task.main(["make", str(film), "64", "48", "0.5"]) == {"frames": 12}
    answer = bench_task.main(["copy", str(film), str(tmp_path / "copy.mp4")])
    assert answer["frames"] == 12
    assert answer["elapsed_s"] > 0
    times = bench_task.main(["stages", str(film)])
    assert times.keys() == {"decode", "cuts", "network", "colour", "encode"}
    assert min(times.values()) > 0
