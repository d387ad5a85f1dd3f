"""What a film holds, said without reading it whole."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from huecue.errors import FilmError, UsageError
from huecue.types import Size
from huecue.video import probe


def test_a_film_is_described(films):
    path = films.make("a.mp4", count=24, sounds=2, subtitles=1, matrix_turn=-90, pixel_shape=Fraction(16, 15))
    info = probe(path)
    assert info.path == str(path)
    assert (info.kind, info.codec, info.pixel_format, info.depth) == ("film", "h264", "yuv420p", 8)
    assert (info.size, info.turns, info.displayed) == (Size(64, 48), 1, Size(48, 64))
    assert info.sample_aspect_ratio == Fraction(16, 15)
    assert (info.rate, info.time_base) == (Fraction(24000, 1001), Fraction(1, 24000))
    assert info.frames == 24
    assert info.duration_s == pytest.approx(1.001)
    assert not info.full_range
    assert info.chroma_shift == (1, 1)
    assert (info.sounds, info.subtitles) == (2, 1)


def test_matroska_does_not_say_how_many_frames(films):
    info = probe(films.make("a.mkv", count=24))
    assert info.frames is None
    assert info.duration_s == pytest.approx(1.001)


@pytest.mark.parametrize(
    ("size", "pixel_format", "shift"),
    [
        ((64, 48), "yuv420p", (1, 1)),
        ((63, 48), "yuv420p", (0, 0)),
        ((64, 47), "yuv420p", (0, 0)),
        ((64, 47), "yuv422p", (1, 0)),
        ((63, 47), "yuv422p", (0, 0)),
        ((63, 47), "yuv444p", (0, 0)),
        ((64, 48), "yuv410p", (1, 1)),
        ((64, 48), "yuv411p", (1, 0)),
        ((64, 48), "yuv440p", (0, 0)),
        ((64, 48), "gray", (1, 1)),
        ((63, 48), "gray10le", (0, 0)),
        ((64, 48), "bgr0", (1, 1)),
    ],
)
def test_chroma_shift_is_what_will_be_written(films, size, pixel_format, shift):
    path = films.make(
        "a.nut" if pixel_format != "bgr0" else "a.mkv", codec="ffv1", pixel_format=pixel_format, size=size
    )
    assert probe(path).chroma_shift == shift
    assert probe(films.copy(path, "b.mkv")).chroma_shift == shift


def test_a_picture_is_one_frame(films):
    path = films.folder / "a.png"
    av.VideoFrame.from_ndarray(np.zeros((5, 7, 3), np.uint8), "rgb24").save(path)
    info = probe(path)
    assert (info.kind, info.frames, info.rate, info.size) == ("picture", 1, None, Size(7, 5))
    assert info.chroma_shift == (0, 0)
    assert info.full_range


def test_a_sequence_is_counted(films):
    films.copy(films.make("a.mp4", count=5), "f_%03d.png")
    info = probe(films.folder / "f_%03d.png")
    assert (info.kind, info.frames, info.duration_s, info.rate) == ("sequence", 5, 0.2, 25)


# Bad input.


def test_missing_file(tmp_path):
    with pytest.raises(UsageError, match=r"none\.mp4 does not exist; check the name"):
        probe(tmp_path / "none.mp4")


def test_folder(tmp_path):
    with pytest.raises(UsageError, match=r"is a folder, not a film; .*\*\.png"):
        probe(tmp_path)


def test_empty_file(tmp_path):
    (tmp_path / "a.mp4").touch()
    with pytest.raises(FilmError, match=r"a\.mp4 is empty \(0 bytes\)"):
        probe(tmp_path / "a.mp4")


@pytest.mark.parametrize(
    "name", ["a.mp4", "a.mkv", "a.avi", "a.gif", "a.png", "a.jpg", "a.txt", "a.webm", "a"]
)
def test_text_is_no_film(tmp_path, name):
    (tmp_path / name).write_text("This is no film, it is a letter.\n" * 40)
    with pytest.raises(FilmError, match=rf"{name} (can't be read as a film|holds)"):
        probe(tmp_path / name)


def test_noise_is_no_film(tmp_path):
    (tmp_path / "a.mkv").write_bytes(np.random.default_rng(0).bytes(5000))
    with pytest.raises(FilmError, match=r"a\.mkv can't be read as a film; check"):
        probe(tmp_path / "a.mkv")


def test_mp4_without_its_index(films):
    path = films.cut(films.make("a.mp4", count=40), "b.mp4")
    with pytest.raises(FilmError, match=r"b\.mp4 has no index \(its 'moov' part is missing\).*copy it again"):
        probe(path)


def test_film_cut_off_in_its_header(films):
    for name in ("a.mkv", "a.avi", "a.webm"):
        whole = films.make(name, codec="libvpx-vp9" if name == "a.webm" else "mpeg4")
        path = films.folder / f"cut-{name}"
        path.write_bytes(whole.read_bytes()[:100])
        with pytest.raises(FilmError, match=path.name):
            probe(path)


def test_sound_alone(tmp_path):
    path = tmp_path / "a.m4a"
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=48000)
        frame = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), "fltp", "stereo")
        frame.sample_rate = 48000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(FilmError, match=r"a\.m4a holds only sound"):
        probe(path)


@pytest.mark.parametrize("name", ["a.mkv", "a.mp4", "a.avi"])
def test_no_frames(tmp_path, name):
    path = tmp_path / name
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25, width=64, height=48)
        video.codec_context.open()
        container.start_encoding()
    with pytest.raises(FilmError, match=rf"{name} .*(no frame|before its first frame|no pictures)"):
        probe(path)


def test_name_like_a_protocol(films, monkeypatch):
    path = films.make("a.mp4")
    path.rename(films.folder / "http:a.mp4")
    monkeypatch.chdir(films.folder)
    assert probe(type(path)("http:a.mp4")).frames == 12
