"""Frames found again by their time: the very same ones, without decoding what comes before."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain

import numpy as np
import pytest

from huecue.errors import UsageError
from huecue.types import Range
from huecue.video import read, read_frames, seek_frames

COUNT = 200
FILMS = [
    ("a.mp4", "libx264", {"g": "12", "bf": "3"}),
    ("open.mkv", "libx264", {"g": "12", "bf": "3", "x264-params": "open-gop=1:scenecut=0"}),
    ("open.mp4", "libx264", {"g": "12", "bf": "3", "x264-params": "open-gop=1:scenecut=0"}),
    ("a.mkv", "libx265", {"x265-params": "keyint=12:open-gop=1:log-level=none"}),
    ("a.ts", "mpeg2video", {"g": "15", "bf": "2"}),
    ("b.ts", "libx264", {"g": "24", "bf": "3"}),
    ("a.webm", "libvpx-vp9", {"g": "20", "deadline": "realtime", "cpu-used": "8"}),
    ("b.mkv", "ffv1", {}),
    ("a.mov", "prores_ks", {}),
]


@pytest.mark.parametrize(("name", "codec", "options"), FILMS)
@pytest.mark.parametrize("start", [0, 7, 100, 155])
def test_what_is_sought_is_what_is_read(films, monkeypatch, name, codec, options, start):
    pixel_format = "yuv422p10le" if codec == "prores_ks" else "yuv420p"
    path = films.make(name, codec=codec, options=options, count=COUNT, pixel_format=pixel_format)
    wanted = list(read_frames(path, frames=Range(start, start + 30)))
    decoded = count_pictures(monkeypatch)
    found = list(seek_frames(path, Range(start, start + 30), pts=wanted[0].pts))
    assert [frame.index for frame in found] == list(range(start, start + 30))
    for one, other in zip(found, wanted, strict=True):
        assert (one.pts, one.time_base, one.depth, one.full_range) == (
            other.pts,
            other.time_base,
            other.depth,
            other.full_range,
        )
        planes = zip(
            chain([one.luma], one.chroma or ()), chain([other.luma], other.chroma or ()), strict=True
        )
        assert all(np.array_equal(a, b) for a, b in planes)
    if start > 100:
        assert len(decoded) < start


def count_pictures(monkeypatch) -> list[int]:
    """A list that grows with each picture that is decoded."""
    decoded, pictures = [], read._pictures

    def counted(*given):
        for picture in pictures(*given):
            decoded.append(1)
            yield picture

    monkeypatch.setattr(read, "_pictures", counted)
    return decoded


def test_a_variable_rate_is_sought_by_its_own_times(films):
    pts = [40 * index + 13 * (index % 3) for index in range(COUNT)]
    path = films.make(
        "a.mp4",
        count=COUNT,
        pts=pts,
        time_base=Fraction(1, 1000),
        rate=Fraction(25),
        options={"g": "12", "bf": "3"},
    )
    wanted = list(read_frames(path, frames=Range(150, 160)))
    found = list(seek_frames(path, Range(150, 160), pts=wanted[0].pts))
    assert [frame.index for frame in found] == list(range(150, 160))
    assert all(np.array_equal(one.luma, other.luma) for one, other in zip(found, wanted, strict=True))


def test_what_has_no_such_time_gives_nothing(films):
    path = films.make("a.mp4", count=60, options={"g": "12"})
    (frame,) = read_frames(path, frames=Range(50, 51))
    assert len(list(seek_frames(path, Range(50, 52), pts=frame.pts))) == 2
    assert list(seek_frames(path, Range(50, 52), pts=frame.pts + 1)) == []
    assert list(seek_frames(path, Range(50, 52), pts=10**9)) == []


def test_avi_is_not_sought(films):
    path = films.make("a.avi", codec="mpeg4", count=60, rate=Fraction(25))
    (frame,) = read_frames(path, frames=Range(50, 51))
    assert list(seek_frames(path, Range(50, 52), pts=frame.pts)) == []


def test_a_missing_film_is_told(tmp_path):
    with pytest.raises(UsageError, match=r"none\.mp4"):
        list(seek_frames(tmp_path / "none.mp4", Range(0, 1), pts=0))
