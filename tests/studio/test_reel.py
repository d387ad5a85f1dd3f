"""A film's frames at hand in any order, in a folder of bounded size."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from films import SIZE, make_film, names
from huecue import video
from huecue.errors import FilmError
from huecue.pipeline import find_shots
from huecue.pipeline.planes import working_luma
from huecue.studio import reel as reels
from huecue.studio.look import luma_of_jpeg
from huecue.studio.reel import Reel
from huecue.types import FilmInfo, Frame, Luma, Range, Size
from huecue.video import probe, read_frames

FRAMES = 30


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return make_film(tmp_path / "film.mkv", frames=FRAMES, shots=2, codec="ffv1")


def read(film: Path, work: Path, **more: int) -> Reel:
    """The reel of a film that has been read to its end."""
    done = threading.Event()
    reel = Reel(film, probe(film), SIZE, work, grown=lambda: done.set() if reel.whole else None, **more)
    reel.start()
    assert done.wait(60)
    return reel


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reels, "CHUNK", 8)


def lumas(film: Path, info: FilmInfo) -> list[Luma]:
    return [working_luma(frame, info, SIZE) for frame in read_frames(film)]


def test_every_frame_is_there_in_any_order(film: Path, work: Path) -> None:
    reel = read(film, work)
    assert reel.count == FRAMES
    assert reel.problem is None
    wanted = lumas(film, probe(film))
    for index in (29, 0, 15, 8, 7, 24):
        assert np.array_equal(reel.luma(index), wanted[index])
        look = luma_of_jpeg(reel.look(index))
        assert look.shape == SIZE.shape
        assert np.abs(look.astype(int) - wanted[index]).mean() < 4


def test_cuts_are_those_that_a_render_finds(film: Path, work: Path) -> None:
    reel = read(film, work)
    assert reel.cuts == tuple(shot.start for shot in find_shots(film)[1:])
    assert reel.cuts


def test_the_folder_stays_small_and_what_was_dropped_comes_again(film: Path, work: Path) -> None:
    reel = read(film, work, most_bytes=1)
    assert len(names(work)) <= 2 * 3
    wanted = lumas(film, probe(film))
    for index in (0, 9, 17, 29, 3):
        assert np.array_equal(reel.luma(index), wanted[index])
    assert len(names(work)) <= 2 * 3


def test_what_was_dropped_is_sought_and_not_read_from_the_start(
    film: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reel = read(film, work, most_bytes=1)
    wanted = lumas(film, probe(film))

    def refused(*_: object, **__: object) -> Iterator[Frame]:
        raise AssertionError("the film was read from its start")

    monkeypatch.setattr(video, "read_frames", refused)
    assert all(np.array_equal(reel.luma(index), wanted[index]) for index in (0, 9, 20, 1))


@pytest.mark.parametrize("wrong", ["others", "fewer", "none", "an error"])
def test_what_is_sought_wrongly_is_read_from_the_start(
    wrong: str, film: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def seek(path: Path, frames: Range, *, pts: int) -> Iterator[Frame]:
        if wrong == "an error":
            raise FilmError(f"{pts} can't be sought")
        count = {"others": 8, "fewer": 3, "none": 0}[wrong]
        first = frames.start + (1 if wrong == "others" else 0)
        return islice(read_frames(path, frames=Range(first)), count)

    reel = read(film, work, most_bytes=1)
    monkeypatch.setattr(video, "seek_frames", seek)
    wanted = lumas(film, probe(film))
    assert all(np.array_equal(reel.luma(index), wanted[index]) for index in (0, 9, 20, 1))


def test_frames_that_are_not_there_are_an_index_error(film: Path, work: Path) -> None:
    reel = read(film, work)
    for index in (-1, FRAMES):
        with pytest.raises(IndexError):
            reel.luma(index)


def test_a_film_that_is_cut_off_shows_what_is_there_and_says_so(tmp_path: Path, work: Path) -> None:
    whole = make_film(tmp_path / "whole.mkv", frames=FRAMES, codec="ffv1").read_bytes()
    film = tmp_path / "film.mkv"
    film.write_bytes(whole[: len(whole) * 2 // 3])
    reel = read(film, work)
    assert 0 < reel.count < FRAMES
    assert "cut off" in str(reel.problem)
    assert reel.luma(reel.count - 1).shape == SIZE.shape


def test_a_frame_as_large_as_the_film_is_decoded_for_it(tmp_path: Path, work: Path) -> None:
    large = Size(2 * SIZE.width, 2 * SIZE.height)
    film = make_film(tmp_path / "film.mkv", frames=FRAMES, size=large, shots=2, codec="ffv1")
    reel = read(film, work)
    wanted = [working_luma(frame, probe(film), large) for frame in read_frames(film)]
    for index in (29, 0, 8, 15):
        assert np.array_equal(reel.full(index), wanted[index])
    with pytest.raises(IndexError):
        reel.full(FRAMES)


def test_where_no_frame_can_be_sought_it_is_decoded_from_the_start(
    film: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def seek_others(path: Path, frames: Range, *, pts: int) -> Iterator[Frame]:
        sought.append((frames, pts))
        yield from (replace(frame, index=frames.stop - 1) for frame in read_frames(path))

    sought = list[tuple[Range, int]]()
    reel = read(film, work)
    monkeypatch.setattr(video, "seek_frames", seek_others)
    assert np.array_equal(reel.full(21), lumas(film, probe(film))[21])
    assert [(frames.start, frames.stop) for frames, _ in sought] == [(16, 22)]


def test_of_a_film_that_became_another_no_frame_is_given(film: Path, work: Path) -> None:
    reel = read(film, work)
    film.unlink()
    make_film(film, frames=FRAMES, shots=5, codec="ffv1")
    with pytest.raises(FilmError, match=r"film\.mkv: frame 29 is not what it was; open the film again"):
        reel.full(29)


def test_reading_stops_when_it_is_closed(film: Path, work: Path) -> None:
    reel = Reel(film, probe(film), SIZE, work, grown=lambda: None)
    reel.start()
    reel.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "huecue-reel"]
