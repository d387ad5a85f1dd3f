"""Films as frames: luma bit for bit, every frame's time, and an end that is told."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from huecue.color import rgb_to_ycc
from huecue.errors import FilmError, FilmTruncated, UsageError
from huecue.types import Range
from huecue.video import probe, read_frames

PLANAR = ["yuv420p", "yuv422p", "yuv444p", "yuv410p", "yuv411p", "yuv440p", "yuva420p"]
DEEP = [f"yuv{chroma}p{depth}le" for chroma in (420, 422, 444) for depth in (9, 10, 12)]
GREY = ["gray", "gray9le", "gray10le", "gray12le", "gray16le"]


def decoded_luma(path: Path) -> list[np.ndarray]:
    """The first plane of every frame, line by line out of PyAV's bytes: another way than the reader's."""
    with av.open(str(path)) as container:
        return [np.stack(list(_lines(frame))) for frame in container.decode(video=0)]


def _lines(frame: av.VideoFrame) -> Iterator[np.ndarray]:
    kind = np.dtype(np.uint8 if frame.format.components[0].bits == 8 else np.uint16)
    plane = frame.planes[0]
    memory = bytes(plane)
    for row in range(frame.height):
        start = row * plane.line_size
        yield np.frombuffer(memory[start : start + frame.width * kind.itemsize], kind)


@pytest.mark.parametrize("pixel_format", PLANAR + DEEP + GREY)
def test_luma_is_the_decoders_plane(films, pixel_format):
    path = films.make("a.mkv", codec="ffv1", pixel_format=pixel_format, count=3, size=(50, 38))
    for frame, expected in zip(read_frames(path), decoded_luma(path), strict=True):
        assert frame.luma.dtype == expected.dtype
        assert np.array_equal(frame.luma, expected)


@pytest.mark.parametrize(
    ("pixel_format", "first", "step"), [("nv12", 0, 1), ("yuyv422", 0, 2), ("uyvy422", 1, 2)]
)
def test_interleaved_films_give_the_same_luma(films, pixel_format, first, step):
    path = films.make("a.nut", codec="rawvideo", pixel_format=pixel_format, count=2)
    with av.open(str(path)) as container:
        for frame, raw in zip(read_frames(path), container.decode(video=0), strict=True):
            assert raw.format.name == pixel_format
            lines = np.frombuffer(raw.planes[0], np.uint8).reshape(48, -1)
            assert np.array_equal(frame.luma, lines[:, first : first + 64 * step : step])


def test_source_chroma_comes_along(films):
    path = films.make("a.mkv", codec="ffv1", pixel_format="yuv422p10le", count=1)
    frame = next(read_frames(path))
    assert frame.chroma is not None
    assert frame.chroma[0].shape == frame.chroma[1].shape == (48, 32)
    with av.open(str(path)) as container:
        raw = next(container.decode(video=0))
    assert bytes(frame.chroma[1][0]) == bytes(raw.planes[2])[:64]


def test_grey_film_has_no_chroma(films):
    assert next(read_frames(films.make("a.mkv", codec="ffv1", pixel_format="gray"))).chroma is None


@pytest.mark.parametrize("pixel_format", ["bgr0", "gbrp10le"])
def test_rgb_film_gives_bt709_luma_over_the_full_range(films, pixel_format):
    path = films.make("a.mkv", codec="ffv1", pixel_format=pixel_format, count=1)
    frame = next(read_frames(path))
    form, top = ("rgb48le", 65535) if "10" in pixel_format else ("rgb24", 255)
    with av.open(str(path)) as container:
        rgb = next(container.decode(video=0)).to_ndarray(format=form).astype(np.float64) / top
    expected = (rgb @ [0.2126, 0.7152, 0.0722]) * (2**frame.depth - 1)
    assert frame.full_range
    assert frame.depth == (10 if "10" in pixel_format else 8)
    assert np.abs(frame.luma - expected).max() <= 0.51


def test_grey_rgb_gives_its_value_exactly(films):
    ramp = np.arange(64 * 48, dtype=np.int64).reshape(48, 64).astype(np.uint8)
    picture = films.folder / "a.png"
    av.VideoFrame.from_ndarray(np.dstack([ramp] * 3), "rgb24").save(picture)
    frame = next(read_frames(picture))
    assert np.array_equal(frame.luma, ramp)
    assert frame.chroma is None


def test_rgb_chroma_is_the_colour_modules(films):
    picture = films.folder / "a.png"
    rgb = np.zeros((4, 4, 3), np.uint8)
    rgb[:] = (200, 40, 90)
    av.VideoFrame.from_ndarray(rgb, "rgb24").save(picture)
    frame = next(read_frames(picture))
    assert frame.chroma is not None
    expected = rgb_to_ycc(rgb)[1][0, 0] * 127.5 + 128
    assert [int(plane[0, 0]) for plane in frame.chroma] == pytest.approx(expected.tolist(), abs=0.51)


def test_times_of_a_variable_rate_are_kept(films):
    pts = [0, 7, 8, 30, 31, 45]
    path = films.make("a.mp4", count=6, pts=pts, time_base=Fraction(1, 1000), rate=Fraction(25))
    assert films.times(path) == [Fraction(value, 1000) for value in pts]


def test_times_of_24000_1001_are_exact(films):
    path = films.make("a.mp4", count=30)
    assert films.times(path) == [index * Fraction(1001, 24000) for index in range(30)]
    assert probe(path).rate == Fraction(24000, 1001)


@pytest.mark.parametrize("codec", ["libx264", "mpeg4"])
def test_avi_frames_are_one_place_apart_even_with_b_frames(films, codec):
    path = films.make("a.avi", codec=codec, options={"bf": "2"}, rate=Fraction(25))
    assert films.times(path) == [Fraction(index, 25) for index in range(12)]


def test_range_gives_those_frames_and_their_own_numbers(films):
    path = films.make("a.mp4", count=12)
    chosen = list(read_frames(path, frames=Range(4, 7)))
    assert [frame.index for frame in chosen] == [4, 5, 6]
    assert [np.array_equal(a.luma, b) for a, b in zip(chosen, films.lumas(path)[4:7], strict=True)] == [
        True
    ] * 3


def test_range_may_end_after_the_film(films):
    assert len(list(read_frames(films.make("a.mp4"), frames=Range(10, 1000)))) == 2


def test_range_after_the_end_is_refused(films):
    with pytest.raises(UsageError, match=r"a\.mp4 has 12 frames.*none from 12"):
        list(read_frames(films.make("a.mp4"), frames=Range(12)))


CUTTABLE = [
    ("a.mkv", "libx264", {}),
    ("a.mp4", "libx264", {"movflags": "faststart"}),
    ("a.mov", "libx264", {"movflags": "faststart"}),
    ("a.avi", "mpeg4", {}),
    ("a.ts", "libx264", {}),
    ("a.webm", "libvpx-vp9", {}),
    ("b.mkv", "ffv1", {}),
]


@pytest.mark.parametrize(("name", "codec", "container_options"), CUTTABLE)
def test_film_cut_off_gives_its_frames_then_says_so(films, name, codec, container_options):
    whole = films.make(name, codec=codec, count=40, container_options=container_options)
    frames, error = films.until_error(films.cut(whole, f"cut-{name}"))
    assert isinstance(error, FilmTruncated)
    assert re.search(rf"cut-{name} is cut off: .*{len(frames)} .*copy it again", str(error))
    assert 10 < len(frames) < 40
    # A transport stream doesn't mark its half frames; the others give none.
    sure = len(frames) - 3 if name.endswith(".ts") else len(frames)
    # By time, not by number: of frames that are stored out of order the half one need not be the last.
    lumas = {frame.pts: frame.luma for frame in read_frames(whole)}
    for frame in frames[:sure]:
        assert np.array_equal(frame.luma, lumas[frame.pts])


@pytest.mark.parametrize(("name", "codec", "container_options"), CUTTABLE)
def test_whole_film_is_not_called_cut_off(films, name, codec, container_options):
    path = films.make(name, codec=codec, count=15, container_options=container_options)
    assert len(list(read_frames(path))) == 15


def test_cut_off_film_says_how_many_frames_of_how_many(films):
    whole = films.make("a.mp4", count=40, container_options={"movflags": "faststart"})
    frames, error = films.until_error(films.cut(whole, "b.mp4"))
    assert f"{len(frames)} of 40 frames" in str(error)


def test_range_before_the_cut_is_whole(films):
    path = films.cut(films.make("a.mkv", count=40), "b.mkv")
    assert len(list(read_frames(path, frames=Range(0, 10)))) == 10


def test_damage_in_the_middle_is_told_after_the_rest(films):
    path = films.make("a.mkv", codec="mjpeg", pixel_format="yuvj420p", count=20)
    with av.open(str(path)) as container:
        places = [packet.pos for packet in container.demux(video=0) if packet.size]
    data = bytearray(path.read_bytes())
    for place in places[8:10]:
        data[place + 20 : place + 700] = bytes(680)
    path.write_bytes(data)
    frames, error = films.until_error(path)
    assert isinstance(error, FilmTruncated)
    assert re.search(r"a\.mkv is damaged: \d+ of its packets", str(error))
    assert 15 <= len(frames) < 20


def test_film_that_changes_its_size_is_refused_there(films):
    small, large = (films.make(f"{size}.ts", size=(size, 48), count=5) for size in (64, 96))
    path = films.folder / "both.ts"
    path.write_bytes(small.read_bytes() + large.read_bytes())
    with pytest.raises(FilmError, match=r"both\.ts changes from 64x48 .* to 96x48 .* cut it in two"):
        list(read_frames(path))


def test_missing_film_is_told_before_the_first_frame(tmp_path):
    with pytest.raises(UsageError, match=r"none\.mp4 does not exist"):
        read_frames(tmp_path / "none.mp4")


def test_reader_lets_go_of_the_film_when_left(films):
    path = films.make("a.mp4", count=12)
    for _ in range(200):  # far more than a process may have open
        frames = read_frames(path)
        next(frames)
        frames.close()
    open_files = [link.resolve() for link in Path("/proc/self/fd").iterdir() if link.exists()]
    assert path not in open_files


def test_memory_stays_the_same_however_long_the_film(films):
    path = films.make("a.mkv", count=120, size=(320, 240), options={"preset": "ultrafast"})
    peaks = []
    for count in (20, 120):
        tracemalloc.start()
        for frame in read_frames(path, frames=Range(0, count)):
            assert frame.luma.size
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.1


def test_frames_do_not_share_memory_with_the_decoder(films):
    path = films.make("a.mp4", count=12)
    kept = list(read_frames(path))
    for before, after in pairwise(kept):
        assert not np.shares_memory(before.luma, after.luma)
    for frame in kept:
        frame.luma[:] = 0
    assert films.lumas(path)[5].any()
