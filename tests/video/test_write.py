"""Coloured films written: luma, times, shape and tags of the source; whole or not at all."""

from __future__ import annotations

import resource
import signal
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from huecue.errors import FilmTruncated, OutputExists, UsageError, WriteError
from huecue.types import Range
from huecue.video import FilmWriter, WriteOptions, prefetch, probe, read_frames

FORMATS = [
    "yuv420p", "yuv422p", "yuv444p", "yuv440p", "yuv410p",
    "yuv420p9le", "yuv420p10le", "yuv422p10le", "yuv444p10le", "yuv420p12le", "yuv422p12le", "yuv444p12le",
    "gray", "gray10le", "gray12le", "gray16le",
]  # fmt: skip


def left_over(folder: Path, *known: str) -> list[str]:
    """Files in a folder, hidden ones too, but those that are known."""
    return sorted(path.name for path in folder.iterdir() if path.name not in known)


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
    assert left_over(films.folder, "a.mp4") == []


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


def test_variable_rate_in_avi_is_refused(films):
    source = films.make(
        "a.mp4", count=4, pts=[0, 40, 55, 120], time_base=Fraction(1, 1000), rate=Fraction(25)
    )
    with pytest.raises(WriteError, match=r"variable rate, which \.avi can't keep; write to \.mkv"):
        films.copy(source, "b.avi")


# Whole or not at all.


def test_target_appears_only_when_whole(films):
    source, target = films.make("a.mp4", count=4), films.folder / "b.mp4"
    with FilmWriter(source, target) as writer:
        for frame in read_frames(source):
            writer.write(frame, films.grey(frame, writer.info.chroma_shift))
            assert not target.exists()
            hidden = left_over(films.folder, "a.mp4")
            assert len(hidden) == 1
            assert hidden[0].startswith(".b.")
            assert hidden[0].endswith(".part.mp4")
    assert left_over(films.folder) == ["a.mp4", "b.mp4"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("name", ["b.mp4", "b.mkv", "b.gif", "b_%03d.png"])
def test_an_error_leaves_nothing(films, error, name):
    source = films.make("a.mp4", count=4)
    with pytest.raises(error), FilmWriter(source, films.folder / name) as writer:  # noqa: PT012
        for frame in read_frames(source):
            writer.write(frame, films.grey(frame, writer.info.chroma_shift))
            if frame.index == 2:
                raise error
    assert left_over(films.folder) == ["a.mp4"]


def test_an_error_leaves_the_old_target_as_it_was(films):
    source, target = films.make("a.mp4", count=4), films.folder / "b.mp4"
    target.write_bytes(b"old")
    with pytest.raises(RuntimeError), FilmWriter(source, target, WriteOptions(overwrite=True)) as writer:  # noqa: PT012
        frame = next(read_frames(source))
        writer.write(frame, films.grey(frame, writer.info.chroma_shift))
        raise RuntimeError
    assert target.read_bytes() == b"old"


def test_no_frame_leaves_nothing_and_says_so(films):
    source = films.make("a.mp4", count=4)
    with (
        pytest.raises(WriteError, match=r"no frame was made for .*b\.mp4"),
        FilmWriter(source, films.folder / "b.mp4"),
    ):
        pass
    assert left_over(films.folder) == ["a.mp4"]


@pytest.mark.parametrize("name", ["b.mp4", "b.mkv", "b.avi", "b.webm", "b.mov", "b.gif"])
def test_kept_part_plays(films, name):
    source = films.make("a.mp4", count=30, sounds=0 if name.endswith((".gif", ".webm", ".avi")) else 1)
    kept = None
    with FilmWriter(source, films.folder / name) as writer:
        for frame in read_frames(source, frames=Range(0, 17)):
            writer.write(frame, films.grey(frame, writer.info.chroma_shift))
        kept = writer.keep_part()
    assert kept == films.folder / f"b.part{kept.suffix}"
    assert len(films.lumas(kept)) == 17
    assert left_over(films.folder, "a.mp4", kept.name) == []


def test_kept_part_survives_the_error_that_made_it(films):
    source = films.cut(films.make("a.mkv", count=30), "cut.mkv")
    with pytest.raises(FilmTruncated), FilmWriter(source, films.folder / "b.mkv") as writer:  # noqa: PT012
        try:
            for frame in read_frames(source):
                writer.write(frame, films.grey(frame, writer.info.chroma_shift))
        except FilmTruncated:
            writer.keep_part()
            raise
    assert 10 < len(films.lumas(films.folder / "b.part.mkv")) < 30
    assert not (films.folder / "b.mkv").exists()


def test_kept_part_overwrites_nothing(films):
    source = films.make("a.mp4", count=3)
    (films.folder / "b.part.mp4").write_bytes(b"mine")
    with FilmWriter(source, films.folder / "b.mp4") as writer:
        for frame in read_frames(source):
            writer.write(frame, films.grey(frame, writer.info.chroma_shift))
        assert writer.keep_part() == films.folder / "b.part1.mp4"
    assert (films.folder / "b.part.mp4").read_bytes() == b"mine"


@pytest.fixture
def small_files():
    """Files may not grow beyond 40 kB, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("name", ["b.mp4", "b.mkv", "b.avi", "b.gif", "b_%d.bmp"])
def test_disk_that_fills_up_is_told_and_leaves_nothing(films, small_files, name):
    source = films.make("a.mp4", size=(160, 120), count=20)
    small_files()
    with pytest.raises(WriteError, match=r"b.* can't be written: the file grows larger than is allowed"):
        films.copy(source, name, codec="ffv1" if name.endswith(("mp4", "mkv", "avi")) else None)
    assert left_over(films.folder) == ["a.mp4"]


def test_full_disk_is_named(films, monkeypatch):
    source = films.make("a.mp4", count=3)
    full = OSError(28, "No space left on device")
    monkeypatch.setattr("huecue.video.pictures.encode_picture", lambda *_: (_ for _ in ()).throw(full))
    with pytest.raises(WriteError, match="the disk is full; free some space"):
        films.copy(source, "b_%d.png")


# Before any work.


def test_target_that_exists_is_refused_and_kept(films):
    source = films.make("a.mp4", count=2)
    (films.folder / "b.mp4").write_bytes(b"mine")
    with pytest.raises(OutputExists, match=r"b\.mp4 exists; pass --overwrite"):
        FilmWriter(source, films.folder / "b.mp4")
    assert (films.folder / "b.mp4").read_bytes() == b"mine"
    assert films.lumas(films.copy(source, "b.mp4", overwrite=True))


def test_target_that_appears_meanwhile_is_not_overwritten(films):
    source, target = films.make("a.mp4", count=2), films.folder / "b.mp4"
    with pytest.raises(OutputExists), FilmWriter(source, target) as writer:  # noqa: PT012
        for frame in read_frames(source):
            writer.write(frame, films.grey(frame, writer.info.chroma_shift))
        target.write_bytes(b"mine")
    assert target.read_bytes() == b"mine"
    assert left_over(films.folder) == ["a.mp4", "b.mp4"]


def test_making_a_writer_touches_nothing(films):
    source = films.make("a.mp4", count=2)
    FilmWriter(source, films.folder / "b.mp4")
    assert left_over(films.folder) == ["a.mp4"]


def test_writer_works_in_another_thread_than_its_maker(films):
    source = films.make("a.mp4", count=20)
    with FilmWriter(source, films.folder / "b.mp4") as writer:

        def written():
            for frame in prefetch(read_frames(source)):
                writer.write(frame, films.grey(frame, writer.info.chroma_shift))
                yield frame.index

        assert list(prefetch(written())) == list(range(20))
    assert len(films.lumas(films.folder / "b.mp4")) == 20


def test_memory_stays_the_same_however_long_the_film(films):
    source = films.make("a.mkv", size=(320, 240), count=300, sounds=1, options={"preset": "ultrafast"})
    with FilmWriter(source, films.folder / "b.mkv") as writer:
        used = []
        for frame in read_frames(source):
            writer.write(frame, films.grey(frame, writer.info.chroma_shift))
            used.append(_resident_kb())
    assert max(used[60:]) < max(used[:60]) * 1.1


def _resident_kb() -> int:
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
