"""What the film that is written has of its source: luma, times, shape, range and turn."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest
from av.video.frame import PictureType

from huecue.errors import UsageError, WriteError
from huecue.types import Range
from huecue.video import probe

FORMATS = [
    "yuv420p", "yuv422p", "yuv444p", "yuv440p", "yuv410p",
    "yuv420p9le", "yuv420p10le", "yuv422p10le", "yuv444p10le", "yuv420p12le", "yuv422p12le", "yuv444p12le",
    "gray", "gray10le", "gray12le", "gray16le",
]  # fmt: skip


def whole_run(films, source, name, **options):
    return films.lumas(source), films.lumas(films.copy(source, name, **options))


@pytest.mark.parametrize("pixel_format", FORMATS)
def test_luma_is_untouched(films, pixel_format):
    source = films.make("a.mkv", codec="ffv1", pixel_format=pixel_format, count=3)
    before, after = whole_run(films, source, "b.mkv", codec="ffv1")
    assert len(after) == 3
    for one, other in zip(before, after, strict=True):
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)
    found = probe(films.folder / "b.mkv")
    assert found.depth == probe(source).depth
    assert found.pixel_format.startswith("yuv")
    assert found.chroma_shift == probe(source).chroma_shift


def test_luma_is_untouched_in_interleaved_and_full_range_films(films):
    for source in (
        films.make("nv12.nut", codec="rawvideo", pixel_format="nv12", count=2),
        films.make("yuvj.mkv", codec="mjpeg", pixel_format="yuvj420p", count=2),
        films.make("rgb.mkv", codec="ffv1", pixel_format="bgr0", count=2),
    ):
        before, after = whole_run(films, source, f"{source.stem}.color.mkv", codec="ffv1")
        assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize(
    ("pixel_format", "color_range", "full"),
    [
        ("yuvj420p", 2, True),
        ("yuv420p", 2, True),
        ("yuv420p", 1, False),
        ("gray", 0, True),
        ("gray", 1, False),
    ],
)
@pytest.mark.parametrize(
    ("codec", "name"), [(None, "b.mkv"), (None, "b.mp4"), ("ffv1", "b.mkv"), ("ffv1", "b.mp4")]
)
def test_range_is_the_sources(films, pixel_format, color_range, full, codec, name):
    source = films.make(
        "a.mkv",
        codec="mjpeg" if pixel_format == "yuvj420p" else "ffv1",
        pixel_format=pixel_format,
        color_range=color_range,
        count=2,
    )
    assert probe(source).full_range is full
    assert probe(films.copy(source, name, codec=codec)).full_range is full


@pytest.mark.parametrize("name", ["b.mp4", "b.mov", "b.mkv", "b.webm", "b.ts"])
def test_result_is_tagged_bt709(films, name):
    target = films.copy(films.make("a.mp4", count=3), name)
    with av.open(str(target)) as container:
        frame = next(container.decode(video=0))
    assert (frame.colorspace, frame.color_primaries, frame.color_trc) == (1, 1, 1)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm", ".avi", ".ts"])
def test_times_count_and_rate_are_kept_at_24000_1001(films, suffix):
    codec = "libvpx-vp9" if suffix == ".webm" else "libx264"
    source = films.make(f"a{suffix}", codec=codec, count=30)
    target = films.copy(source, f"b{suffix}")
    assert films.times(target) == films.times(source)
    assert probe(target).rate == probe(source).rate == Fraction(24000, 1001)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
@pytest.mark.parametrize("preset", ["ultrafast", "medium"])  # without and with frames out of order
def test_times_of_a_variable_rate_are_kept(films, suffix, preset):
    pts = [3, 7, 8, 30, 31, 45, 99, 100, 101, 150]
    source = films.make(f"a{suffix}", count=10, pts=pts, time_base=Fraction(1, 1000), rate=Fraction(25))
    target = films.copy(source, f"b{suffix}", preset=preset)
    assert films.times(target) == films.times(source) == [Fraction(value, 1000) for value in pts]


def test_time_before_the_first_frame_is_kept_to_the_tick(films):
    pts = [1001 * index + 1001 for index in range(8)]
    options = {"movie_timescale": "24000"}
    source = films.make("a.mp4", count=8, pts=pts, time_base=Fraction(1, 24000), container_options=options)
    assert films.times(films.copy(source, "b.mp4")) == [Fraction(value, 24000) for value in pts]


def test_last_frame_is_shown_as_long_as_before(films):
    target = films.copy(films.make("a.mkv", count=10), "b.mkv")
    assert probe(target).duration_s == pytest.approx(probe(films.folder / "a.mkv").duration_s, abs=0.0011)


@pytest.mark.parametrize("turn", [-90, 90, 180])
@pytest.mark.parametrize("name", ["b.mp4", "b.mov", "b.mkv"])
def test_rotation_is_kept(films, turn, name):
    source = films.make("a.mp4", matrix_turn=turn, count=3)
    target = films.copy(source, name)
    assert probe(target).turns == probe(source).turns == {-90: 1, 90: 3, 180: 2}[turn]
    assert probe(target).size == probe(source).size


def test_rotation_where_it_cannot_be_kept_is_refused(films):
    source = films.make("a.mp4", matrix_turn=90, count=3)
    with pytest.raises(UsageError, match=r"turned, which \.avi can't say; write to \.mp4 or \.mkv"):
        films.copy(source, "b.avi")
    assert [path.name for path in films.folder.iterdir()] == ["a.mp4"]


@pytest.mark.parametrize("name", ["b.mp4", "b.mov", "b.mkv", "b.avi"])
def test_shape_of_pixels_is_kept(films, name):
    source = films.make("a.mp4", pixel_shape=Fraction(16, 15), count=3)
    assert probe(source).sample_aspect_ratio == Fraction(16, 15)
    assert probe(films.copy(source, name)).sample_aspect_ratio == Fraction(16, 15)


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (63, 47), (64, 47), (63, 48), (2, 2)])
@pytest.mark.parametrize("name", ["b.mp4", "b.mkv", "b.webm", "b.avi", "b.gif"])
def test_any_size_works(films, size, name):
    source = films.make("a.nut", codec="rawvideo", size=size, count=2)
    target = films.copy(source, name)
    assert (probe(target).size.width, probe(target).size.height) == size
    assert len(films.lumas(target)) == 2


@pytest.mark.parametrize(
    ("codec", "name", "coded"),
    [
        ("libx264", "b.mp4", "h264"),
        ("libx265", "b.mp4", "hevc"),
        ("ffv1", "b.mkv", "ffv1"),
        ("ffv1", "b.mp4", "ffv1"),
        ("prores_ks", "b.mov", "prores"),
        ("libvpx-vp9", "b.mkv", "vp9"),
        ("libsvtav1", "b.webm", "dav1d"),
    ],
)
def test_named_codecs_work(films, codec, name, coded, capfd):
    source = films.make("a.mp4", size=(128, 96), count=3)
    target = films.copy(source, name, codec=codec, threads=1)
    assert probe(target).codec.removeprefix("lib").split("-")[0] in (coded, "vpx")
    assert films.times(target) == pytest.approx(films.times(source), abs=0.001)
    assert capfd.readouterr() == ("", "")  # encoders have a habit of talking


def test_prores_keeps_every_luma_value_apart(films):
    source = films.make("a.mkv", codec="ffv1", color_range=2, count=1)
    before, after = whole_run(films, source, "b.mov", codec="prores_ks")
    expected = before[0] / 255 * 876 + 64  # full range at 8 bits to studio range at 10
    assert np.abs(after[0] - expected).mean() < 4


def test_default_result_looks_untouched(films):
    source = films.make("a.mp4", size=(320, 240), count=5, options={"crf": "1"})
    before, after = whole_run(films, source, "b.mp4")
    error = np.mean([np.square(one.astype(float) - other) for one, other in zip(before, after, strict=True)])
    assert 10 * np.log10(255**2 / error) > 38  # of a film that is half noise


def test_range_starts_at_nothing_and_keeps_its_steps(films):
    source = films.make("a.mp4", count=20)
    target = films.copy(source, "b.mp4", frames=Range(5, 9))
    assert films.times(target) == [index * Fraction(1001, 24000) for index in range(4)]


def test_broadcast_clock_starts_at_nothing_elsewhere_and_stays_in_its_own_kind(films):
    source = films.make(
        "a.ts", count=5, pts=[90000 * 60 + 3754 * index for index in range(5)], time_base=Fraction(1, 90000)
    )
    assert films.times(films.copy(source, "b.ts")) == films.times(source)
    assert films.times(films.copy(source, "b.mp4"))[0] == 0


@pytest.mark.parametrize("name", ["b.mp4", "b.mov", "b.ts"])
def test_rate_stays_exact_where_a_coarse_clock_blurs_it(films, name):
    source = films.make("a.ts", count=24)  # its ticks of 1/90000 s don't divide a frame's time
    assert probe(films.copy(source, name)).rate == Fraction(24000, 1001)


def test_variable_rate_in_avi_is_refused(films):
    source = films.make(
        "a.mp4", count=4, pts=[0, 40, 55, 120], time_base=Fraction(1, 1000), rate=Fraction(25)
    )
    with pytest.raises(WriteError, match=r"variable rate, which \.avi can't keep; write to \.mkv"):
        films.copy(source, "b.avi")


def test_avi_gets_no_frames_out_of_order_whatever_the_preset(films):
    target = films.copy(films.make("a.avi", count=30), "b.avi", preset="medium")
    with av.open(str(target)) as container:
        assert not any(frame.pict_type == PictureType.B for frame in container.decode(video=0))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_films_of_very_few_frames_work(films, count):
    source = films.make("a.mp4", count=count)
    for codec in ("libx264", "libx265", "ffv1"):
        for attempt in range(4):  # x265 takes some of its times from memory that nobody wrote
            target = films.copy(source, f"{codec}{attempt}.mp4", codec=codec)
            assert films.times(target) == films.times(source)


def test_apples_players_are_told_of_hevc_in_their_way(films):
    with av.open(str(films.copy(films.make("a.mp4", count=2), "b.mp4", codec="libx265"))) as container:
        assert container.streams.video[0].codec_context.codec_tag == "hvc1"
