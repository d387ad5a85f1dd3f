"""GIFs in and out: delays, loop count, transparency and colours."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest
from av.video.reformatter import VideoReformatter

from huecue.color import chroma_to_planes, rgb_to_ycc
from huecue.errors import FilmTruncated
from huecue.types import Range
from huecue.video import FilmWriter, probe, read_frames
from huecue.video.gif_timing import FOREVER, PLAY_ONCE, GifTiming, read_timing


def make_gif(path, delays, *, loop=FOREVER, size=(40, 30), hole=False):
    """A grey GIF with these delays in 1/100 s; with a hole, part of it can be seen through."""
    width, height = size
    options = {"loop": str(loop), "final_delay": str(delays[-1])}
    with av.open(str(path), "w", container_options=options) as container:
        stream = container.add_stream("gif", rate=100, width=width, height=height, pix_fmt="pal8")
        stream.codec_context.time_base = Fraction(1, 100)
        for index, begins in enumerate(np.cumsum([0, *delays[:-1]])):
            frame = av.VideoFrame(width, height, "pal8")
            rows = np.frombuffer(frame.planes[0], np.uint8).reshape(height, -1)
            rows[:, :width] = (np.add.outer(np.arange(height), np.arange(width)) * 3 + index * 10) % 255
            palette = np.frombuffer(frame.planes[1], np.uint8).reshape(256, 4)
            palette[:] = np.arange(256)[:, None]
            palette[:, 3] = 255
            if hole:
                palette[255] = 0
                rows[5:10, 5:20] = 255
            frame.pts, frame.time_base = int(begins), Fraction(1, 100)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_timing_is_read_from_the_blocks(tmp_path):
    path = make_gif(tmp_path / "a.gif", [4, 10, 3, 25], loop=3)
    assert read_timing(path) == GifTiming(3, (4, 10, 3, 25), whole=True)
    assert read_timing(make_gif(tmp_path / "b.gif", [5, 5], loop=PLAY_ONCE)).loop == PLAY_ONCE
    assert read_timing(make_gif(tmp_path / "c.gif", [5, 5], loop=FOREVER)).loop == FOREVER


def test_timing_of_half_a_gif_counts_whole_frames(films):
    timing = read_timing(films.cut(make_gif(films.folder / "a.gif", [4, 10, 3, 25]), "b.gif", 0.7))
    assert not timing.whole
    assert timing.delays_cs == (4, 10)


def test_half_a_gif_gives_its_whole_frames_then_says_so(films):
    whole = make_gif(films.folder / "a.gif", [4, 10, 3, 25])
    frames, error = films.until_error(films.cut(whole, "b.gif", 0.7))
    assert isinstance(error, FilmTruncated)
    assert [frame.pts for frame in frames] == [0, 4]
    assert all(np.array_equal(a.luma, b) for a, b in zip(frames, films.lumas(whole), strict=False))


@pytest.mark.parametrize("loop", [PLAY_ONCE, FOREVER, 3])
def test_delays_and_loop_count_are_kept(films, loop):
    source = make_gif(films.folder / "a.gif", [4, 10, 3, 7, 25], loop=loop)
    target = films.copy(source, "b.gif")
    assert read_timing(target) == GifTiming(loop, (4, 10, 3, 7, 25), whole=True)
    assert films.times(target) == films.times(source) == [Fraction(at, 100) for at in (0, 4, 14, 17, 24)]


def test_delay_of_nothing_is_a_tenth_of_a_second(films):
    source = make_gif(films.folder / "a.gif", [4, 10, 3])
    data = bytearray(source.read_bytes())
    place = data.index(b"\x21\xf9\x04", data.index(b"\x21\xf9\x04") + 1)
    data[place + 4 : place + 6] = b"\0\0"
    source.write_bytes(data)
    assert read_timing(films.copy(source, "b.gif")).delays_cs == (4, 10, 3)


def test_range_of_a_gif_keeps_its_delays(films):
    source = make_gif(films.folder / "a.gif", [4, 10, 3, 7, 25])
    assert read_timing(films.copy(source, "b.gif", frames=Range(1, 4))).delays_cs == (10, 3, 7)


def test_what_can_be_seen_through_still_can(films):
    source = make_gif(films.folder / "a.gif", [4, 10], hole=True)
    alphas = [frame.side.alpha for frame in read_frames(films.copy(source, "b.gif"))]
    for alpha in alphas:
        assert alpha is not None
        expected = np.full((30, 40), 255)
        expected[5:10, 5:20] = 0
        assert np.array_equal(alpha, expected)


def test_grey_stays_grey_and_its_brightness(films):
    source = make_gif(films.folder / "a.gif", [4, 10])
    for before, after in zip(read_frames(source), read_frames(films.copy(source, "b.gif")), strict=True):
        assert after.chroma is None
        assert np.array_equal(before.luma, after.luma)


def test_colours_arrive(films):
    source = make_gif(films.folder / "a.gif", [4, 10, 6])
    wanted = rgb_to_ycc(np.array([[(180, 90, 60)]], np.uint8))[1]
    with FilmWriter(source, films.folder / "b.gif") as writer:
        for frame in read_frames(source):
            planes = chroma_to_planes(np.broadcast_to(wanted, (30, 40, 2)), 8, True)
            writer.write(frame, planes)
    with av.open(str(films.folder / "b.gif")) as container:
        for frame in container.decode(video=0):
            rgb = VideoReformatter().reformat(frame, format="rgb24").to_ndarray() / 255
            middle = np.abs(rgb.mean(axis=2) - 0.45) < 0.15  # neither black nor white
            red, blue = rgb[..., 0][middle].mean(), rgb[..., 2][middle].mean()
            assert red - blue > 0.2


def test_film_becomes_a_gif_that_loops_for_ever(films):
    source = films.make("a.mp4", count=10, rate=Fraction(25))
    target = films.copy(source, "b.gif")
    assert read_timing(target) == GifTiming(FOREVER, (4,) * 10, whole=True)


def test_turned_film_becomes_an_upright_gif(films):
    target = films.copy(films.make("a.mp4", matrix_turn=-90, count=2), "b.gif")
    assert str(probe(target).size) == "48x64"


def test_gif_becomes_a_film_with_its_times(films):
    source = make_gif(films.folder / "a.gif", [4, 10, 3, 7, 25])
    target = films.copy(source, "b.mp4")
    assert films.times(target) == films.times(source)
    assert probe(target).duration_s == pytest.approx(0.49)
    assert probe(target).full_range
    assert probe(target).pixel_format in ("yuv420p", "yuvj420p")  # what every player knows
