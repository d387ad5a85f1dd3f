"""All that can be wrong with what is given: one clear line, the right exit code, nothing left behind."""

from __future__ import annotations

import json
import os
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

from films import SIZE, Said, film_planes, in_process, make_film, names, program
from huecue.cli import colorize as command
from huecue.types import Size
from huecue.video import probe, read_frames

Call = Callable[..., Said]


def assert_refused(said: Said, code: int, *words: object) -> None:
    """One line on stderr that has the words, the exit code, and no traceback."""
    assert said.code == code, said
    assert said.err.startswith("huecue: ")
    assert said.err.count("\n") == 1
    assert said.out == ""
    for word in words:
        assert str(word) in said.err


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


# Hints


def hint(**change: object) -> dict[str, object]:
    return {"frame": 0, "x": 10, "y": 10, "color": "teal", **change}


BAD_HINTS = {
    "outside": (json.dumps({"huecue": 1, "hints": [hint(x=500)]}), "hints[0]"),
    "beyond_the_end": (json.dumps({"huecue": 1, "hints": [hint(), hint(frame=6)]}), "hints[1].frame"),
    "broken_json": ('{"huecue": 1, "hints": [', "line 1"),
    "empty": ("", "empty"),
    "unknown_key": (json.dumps({"huecue": 1, "hints": [hint(size=3)]}), "size"),
    "unknown_top_key": (json.dumps({"huecue": 1, "hints": [], "hinst": []}), "hinst"),
    "wrong_version": (json.dumps({"huecue": 2, "hints": []}), "version"),
    "no_version": (json.dumps({"hints": []}), "huecue"),
    "no_colour": (json.dumps({"huecue": 1, "hints": [hint(color="bleu")]}), "bleu"),
    "no_place": (json.dumps({"huecue": 1, "hints": [{"x": 3, "color": "red"}]}), "hints[0]"),
    "no_number": (json.dumps({"huecue": 1, "hints": [hint(x="left")]}), "hints[0].x"),
    "not_finite": ('{"huecue": 1, "hints": [{"x": NaN, "y": 1, "color": "red"}]}', "NaN"),
    "no_radius": (json.dumps({"huecue": 1, "hints": [hint(radius=0)]}), "radius"),
    "no_reference": (
        json.dumps({"huecue": 1, "hints": [], "references": [{"image": "gone.png"}]}),
        "gone.png",
    ),
    "no_keyframe": (
        json.dumps({"huecue": 1, "hints": [], "keyframes": [{"frame": 3, "image": "gone.png"}]}),
        "gone.png",
    ),
    "saturation": (json.dumps({"huecue": 1, "hints": [], "saturation": 9}), "saturation"),
    "saturation_of_a_shot": (
        json.dumps({"huecue": 1, "hints": [], "shots": [{"frame": 3, "saturation": 9}]}),
        "shots[0].saturation",
    ),
    "settings_beyond_the_end": (
        json.dumps({"huecue": 1, "hints": [], "shots": [{"frame": 6}]}),
        "shots[0].frame",
    ),
    "no_colour_of_its_own": (
        json.dumps(
            {"huecue": 1, "hints": [hint(color="coat")], "colors": [{"name": "goat", "color": "tan"}]}
        ),
        "did you mean 'goat'",
    ),
    "other_shape": (json.dumps({"huecue": 1, "film": {"size": [64, 640]}, "hints": []}), "film.size"),
}


@pytest.mark.parametrize("name", BAD_HINTS)
def test_hints_that_can_not_be_used_are_refused(name: str, film: Path, huecue: Call) -> None:
    content, word = BAD_HINTS[name]
    hints = film.with_name("hints.json")
    hints.write_text(content)
    assert_refused(huecue("colorize", film, "--hints", hints), 2, hints, word)
    assert names(film.parent) == {"film.mp4", "hints.json"}


@pytest.mark.parametrize("option", ["--hints", "--first-frame", "--reference", "--cuts"])
def test_guidance_that_is_not_there_is_refused(option: str, film: Path, huecue: Call) -> None:
    gone = film.with_name("gone.png")
    assert_refused(huecue("colorize", film, option, gone), 2, gone)
    assert names(film.parent) == {"film.mp4"}


@pytest.mark.parametrize("option", ["--hints", "--first-frame", "--keyframe"])
def test_picture_of_another_shape_is_refused(option: str, film: Path, huecue: Call) -> None:
    picture = film.with_name("tall.png")
    cv2.imwrite(str(picture), np.full((90, 30, 3), (0, 0, 200), np.uint8))
    value = f"2={picture}" if option == "--keyframe" else picture
    assert_refused(huecue("colorize", film, option, value), 2, picture, "30x90", SIZE)
    assert names(film.parent) == {"film.mp4", "tall.png"}


@pytest.mark.parametrize(
    "text", ["red.png", "=red.png", "2=", "-1=red.png", "1.5=red.png", "x=red.png", "٣=red.png"]
)
def test_keyframe_that_is_none_is_misuse(text: str, film: Path, huecue: Call) -> None:
    said = huecue("colorize", film, f"--keyframe={text}")
    assert said.code == 2
    assert f"{text!r} is no keyframe; write N=IMAGE" in said.err
    assert names(film.parent) == {"film.mp4"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--keyframe", "6=red.png"), ("red.png: the frame of this keyframe is 6", "ends with frame 5")),
        (("--keyframe", "3=gone.png"), ("gone.png",)),
        (("--keyframe", "3=film.json"), ("film.json",)),
        (("--keyframe", "3=red.png", "--keyframe", "3=blue.png"), ("red.png and blue.png", "frame 3")),
        (("--hints", "film.json", "--keyframe", "4=blue.png"), ("red.png and blue.png", "frame 4")),
        (("--first-frame", "red.png", "--keyframe", "0=blue.png"), ("frame 0 is given whole twice",)),
        (("--first-frame", "red.png", "--hints", "film.json", "--range", "4:"), ("frame 4 is given whole",)),
    ],
)
def test_keyframe_that_can_not_be_used_is_refused(
    words: tuple[str, ...], told: tuple[str, ...], film: Path, huecue: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(film.parent)
    for name, color in (("red.png", (0, 0, 200)), ("blue.png", (200, 0, 0))):
        cv2.imwrite(name, np.full((*SIZE.shape, 3), color, np.uint8))
    kept = {"huecue": 1, "hints": [], "keyframes": [{"frame": 4, "image": "red.png"}]}
    Path("film.json").write_text(json.dumps(kept))
    before = names(film.parent)
    said = huecue("colorize", "film.mp4", *words)
    assert_refused(said, 1 if "3=film.json" in words else 2, *told)
    assert names(film.parent) == before


def test_hint_picture_without_hints_is_refused(film: Path, huecue: Call) -> None:
    picture = film.with_name("grey.png")
    cv2.imwrite(str(picture), np.full((*SIZE.shape, 3), 90, np.uint8))
    assert_refused(huecue("colorize", film, "--hints", picture), 2, "hint")
    assert names(film.parent) == {"film.mp4", "grey.png"}


def test_cuts_that_are_no_numbers_are_refused(film: Path, huecue: Call) -> None:
    cuts = film.with_name("cuts.txt")
    cuts.write_text("12\nsoon\n")
    assert_refused(huecue("colorize", film, "--cuts", cuts), 2, cuts, "line 2")
    assert names(film.parent) == {"film.mp4", "cuts.txt"}


# Targets


def test_output_that_is_the_film_is_refused(film: Path, huecue: Call) -> None:
    whole = film.read_bytes()
    assert_refused(huecue("colorize", film, "-o", film, "--overwrite"), 2, film)
    assert film.read_bytes() == whole


def test_output_that_is_there_is_kept(film: Path, huecue: Call) -> None:
    out = film.with_name("film.color.mp4")
    out.write_text("mine")
    assert_refused(huecue("colorize", film), 2, out, "--overwrite")
    assert out.read_text() == "mine"
    assert huecue("colorize", film, "--overwrite").code == 0
    assert probe(out).frames == 6


def test_output_that_guides_is_refused(tmp_path: Path, huecue: Call) -> None:
    grey, red = tmp_path / "grey.png", tmp_path / "red.png"
    for path, color in ((grey, 90), (red, (0, 0, 200))):
        cv2.imwrite(str(path), np.full((*SIZE.shape, 3), color, np.uint8))
    whole = red.read_bytes()
    for given in (("--reference", red), ("--keyframe", f"0={red}")):
        said = huecue("colorize", grey, *given, "-o", red, "--overwrite")
        assert_refused(said, 2, red)
        assert red.read_bytes() == whole


def test_target_folder_that_is_not_there_is_named(film: Path, huecue: Call) -> None:
    out = film.parent / "gone" / "out.mp4"
    assert_refused(huecue("colorize", film, "-o", out), 2, out.parent)
    assert_refused(huecue("colorize", film, "--report", out), 2, out.parent)
    assert names(film.parent) == {"film.mp4"}


def test_target_folder_that_can_not_be_written_is_named(film: Path, huecue: Call) -> None:
    closed = film.parent / "closed"
    closed.mkdir()
    closed.chmod(0o555)
    if os.access(closed, os.W_OK):  # the administrator may write anywhere, but not here
        closed.rmdir()
        closed = Path("/proc")
    if not closed.is_dir():
        pytest.skip("no folder here that can't be written")
    assert_refused(huecue("colorize", film, "-o", closed / "out.mp4"), 2, closed)


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (("-o", "out.txt"), "out.txt"),
        (("-o", "out.png"), "out.png"),
        (("--codec", "bogus"), "bogus"),
        (("--codec", "aac"), "aac"),
        (("--preset", "warp"), "warp"),
        (("--crf", 99), "99"),
        (("--threads", 0), "threads"),
        (("--saturation", 9), "saturation"),
        (("--saturation", "nan"), "saturation"),
        (("--range", "50:60"), "film.mp4"),
        (("--cuts", "soon"), "soon"),
    ],
)
def test_option_that_makes_no_sense_is_refused(
    words: tuple[object, ...], word: str, film: Path, huecue: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(film.parent)
    assert_refused(huecue("colorize", "film.mp4", *words), 2, word)
    assert names(film.parent) == {"film.mp4"}


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
