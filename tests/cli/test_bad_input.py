"""What is no film, or ends too early: one clear line, the right exit code, nothing left behind."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from films import SIZE, Said, assert_refused, film_planes, in_process, make_film, names, program
from huecue.cli import colorize as command
from huecue.types import Size
from huecue.video import probe, read_frames

Call = Callable[..., Said]


# What is no film


def missing(path: Path) -> None:
    assert not path.exists()


def folder(path: Path) -> None:
    path.mkdir()


def empty(path: Path) -> None:
    path.touch()


def text(path: Path) -> None:
    path.write_text("Dear diary, this is no film at all.\n" * 20)


def noise(path: Path) -> None:
    path.write_bytes(np.random.default_rng(0).bytes(50_000))


def sound_alone(path: Path) -> None:
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16_000))


def no_frames(path: Path) -> None:
    path.write_bytes(b"YUV4MPEG2 W64 H48 F24:1 Ip A1:1 C420mpeg2\n")


def no_index(path: Path) -> None:
    whole = make_film(path.with_name("whole.mp4")).read_bytes()
    path.with_name("whole.mp4").unlink()
    path.write_bytes(whole[:40])


def damaged_picture(path: Path) -> None:
    cv2.imwrite(str(path), np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8))
    path.write_bytes(path.read_bytes()[:800])


NO_FILMS = [
    (missing, "film.mp4", 2),
    (folder, "film.mp4", 2),
    (empty, "film.mp4", 1),
    (text, "film.mp4", 1),
    (noise, "film.mp4", 1),
    (sound_alone, "film.wav", 1),
    (no_frames, "film.y4m", 1),
    (no_index, "film.mp4", 1),
    (damaged_picture, "film.png", 1),
]


@pytest.mark.parametrize("task", ["colorize", "shots", "info"])
@pytest.mark.parametrize(("make", "name", "code"), NO_FILMS, ids=[make.__name__ for make, *_ in NO_FILMS])
def test_what_is_no_film_is_refused_by_name(
    make: Callable[[Path], None], name: str, code: int, task: str, tmp_path: Path, huecue: Call
) -> None:
    film = tmp_path / name
    make(film)
    before = names(tmp_path)
    assert_refused(huecue(task, film), code, film)
    assert names(tmp_path) == before


# Films that are cut off


def cut_off(tmp_path: Path, frames: int = 24) -> Path:
    whole = make_film(tmp_path / "whole.mkv", frames=frames)
    film = tmp_path / "film.mkv"
    film.write_bytes(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
    whole.unlink()
    return film


def test_film_cut_off_is_coloured_as_far_as_it_goes(tmp_path: Path, huecue: Call) -> None:
    film = cut_off(tmp_path)
    report = tmp_path / "report.json"
    said = huecue("colorize", film, "--report", report)
    part = tmp_path / "film.color.part.mkv"
    assert_refused(said, 1, film, part, "cut off")
    assert names(tmp_path) == {"film.mkv", "film.color.part.mkv", "report.json"}
    found = json.loads(report.read_text())
    assert found["complete"] is False
    assert 0 < found["frames"] < 24
    assert sum(1 for _ in read_frames(part)) == found["frames"]


def test_second_part_does_not_replace_the_first(tmp_path: Path, huecue: Call) -> None:
    film = cut_off(tmp_path)
    huecue("colorize", film)
    first = (tmp_path / "film.color.part.mkv").read_bytes()
    assert huecue("colorize", film, "--saturation", 0).code == 1
    assert (tmp_path / "film.color.part.mkv").read_bytes() == first


# Sizes


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 40), (7, 5), (33, 17)])
def test_tiny_and_odd_pictures_work(width: int, height: int, tmp_path: Path, huecue: Call) -> None:
    picture = tmp_path / "dot.png"
    cv2.imwrite(str(picture), np.full((height, width), 130, np.uint8))
    assert huecue("colorize", picture).code == 0
    assert probe(tmp_path / "dot.color.png").size == Size(width, height)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (33, 17), (16, 9)])
def test_tiny_and_odd_films_work(width: int, height: int, tmp_path: Path, huecue: Call) -> None:
    film = tmp_path / "tiny.y4m"
    frames = b"".join(b"FRAME\n" + bytes([60 + number]) * (width * height) for number in range(5))
    film.write_bytes(f"YUV4MPEG2 W{width} H{height} F24:1 Ip A1:1 Cmono\n".encode() + frames)
    assert huecue("colorize", film).code == 0
    done = probe(tmp_path / "tiny.color.mkv")
    assert done.size == Size(width, height)
    assert sum(1 for _ in read_frames(tmp_path / "tiny.color.mkv")) == 5


def test_8k_film_works(tmp_path: Path, huecue: Call) -> None:
    size = Size(7680, 4320)
    film = tmp_path / "large.y4m"
    planes = next(iter(film_planes(1, Size(64, 36)))).luma
    luma = cv2.resize(planes, (size.width, size.height), interpolation=cv2.INTER_LINEAR)
    header = f"YUV4MPEG2 W{size.width} H{size.height} F24:1 Ip A1:1 Cmono\n".encode()
    film.write_bytes(header + b"FRAME\n" + luma.tobytes())
    assert huecue("colorize", film).code == 0
    assert probe(tmp_path / "large.color.mkv").size == size


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("OpenCV: Insufficient memory (Failed to allocate 1 bytes)")]
)
def test_lack_of_memory_says_what_the_film_needs(
    error: Exception, film: Path, huecue: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise error

    monkeypatch.setattr(command, "colorize", fail)
    assert_refused(huecue("colorize", film), 1, film, SIZE, "GB of memory")


# Runs that end early


FULL = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_disk_that_is_full_leaves_nothing(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", frames=12)
    said = in_process("colorize", film, "-o", tmp_path / "out.mkv", before=FULL)
    assert_refused(said, 1, tmp_path / "out.mkv")
    assert names(tmp_path) == {"film.mp4"}


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_run_that_is_stopped_leaves_nothing(number: signal.Signals, code: int, tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", frames=600, size=Size(320, 240))
    # A test run in the background inherits an ignored SIGINT; a person's terminal does not ignore it.
    heard = program("import signal; signal.signal(signal.SIGINT, signal.default_int_handler)")
    words = [sys.executable, "-c", heard, "colorize", str(film)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        wait_for(lambda: len(names(tmp_path)) > 1 or running.poll() is not None)
        running.send_signal(number)
        out, err = running.communicate(timeout=60)
    assert_refused(Said(running.returncode, out, err), code, "stopped")
    assert names(tmp_path) == {"film.mp4"}


def wait_for(seen: Callable[[], bool], *, limit_s: float = 60) -> None:
    end_s = time.monotonic() + limit_s
    while not seen() and time.monotonic() < end_s:
        time.sleep(0.02)
