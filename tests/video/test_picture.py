"""Single pictures in and out."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from huecue.color import chroma_to_planes, rgb_to_ycc
from huecue.errors import FilmError, UsageError
from huecue.video import FilmWriter, probe, read_frames, read_picture
from huecue.video.picture import encode_picture

LOSSLESS = [".png", ".tif", ".tiff", ".bmp"]
LOSSY = [".jpg", ".jpeg", ".webp"]


def photo(channels: int = 3, kind: type = np.uint8) -> np.ndarray:
    """Smooth colours, 24 by 32."""
    rows, columns = np.mgrid[0:24, 0:32]
    parts = [rows * 8 + 20, columns * 6 + 30, 220 - rows * 4 - columns * 2, rows * 10]
    pixels = np.dstack(parts[:channels]).astype(kind)
    return pixels * 257 if kind == np.uint16 else pixels


@pytest.mark.parametrize("suffix", LOSSLESS)
def test_pixels_come_back_exactly(tmp_path, suffix):
    (tmp_path / f"a{suffix}").write_bytes(encode_picture(photo(), suffix))
    picture = read_picture(tmp_path / f"a{suffix}")
    assert picture.dtype == np.uint8
    assert np.array_equal(picture[..., :3], photo())
    assert (picture[..., 3] == 255).all()


@pytest.mark.parametrize("suffix", LOSSY)
def test_lossy_pictures_come_back_nearly(tmp_path, suffix):
    (tmp_path / f"a{suffix}").write_bytes(encode_picture(photo(), suffix))
    assert np.abs(read_picture(tmp_path / f"a{suffix}")[..., :3].astype(int) - photo()).mean() < 2.5


@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp"])
def test_alpha_comes_back(tmp_path, suffix):
    (tmp_path / f"a{suffix}").write_bytes(encode_picture(photo(4), suffix))
    assert np.abs(read_picture(tmp_path / f"a{suffix}")[..., 3].astype(int) - photo(4)[..., 3]).max() <= 1


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_sixteen_bits_are_read_as_eight(tmp_path, suffix):
    (tmp_path / f"a{suffix}").write_bytes(encode_picture(photo(3, np.uint16), suffix))
    assert probe(tmp_path / f"a{suffix}").depth == 16
    assert np.abs(read_picture(tmp_path / f"a{suffix}")[..., :3].astype(int) - photo()).max() <= 1


def test_grey_and_palette_pictures_are_read(tmp_path):
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16)
    for form in ("gray", "ya8"):
        pixels = grey if form == "gray" else np.dstack([grey, grey])
        frame = av.VideoFrame(16, 16, form)
        lines = np.frombuffer(frame.planes[0], np.uint8).reshape(16, -1)
        lines[:, : pixels[0].size] = pixels.reshape(16, -1)
        frame.save(tmp_path / "a.png")
        picture = read_picture(tmp_path / "a.png")
        assert np.array_equal(picture[..., :3], np.dstack([grey] * 3))


def test_picture_with_an_orientation_is_read_upright(tmp_path):
    (tmp_path / "a.jpg").write_bytes(encode_picture(photo(), ".jpg"))
    stored = read_picture(tmp_path / "a.jpg")
    turned = with_orientation((tmp_path / "a.jpg").read_bytes(), 6)  # shown a quarter turn clockwise
    (tmp_path / "b.jpg").write_bytes(turned)
    assert probe(tmp_path / "b.jpg").turns == 1
    assert np.array_equal(read_picture(tmp_path / "b.jpg"), np.rot90(stored, -1))


def with_orientation(jpeg: bytes, orientation: int) -> bytes:
    """A JPEG with an EXIF block that says how it is to be turned."""
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01" + orientation.to_bytes(2) + b"\0\0"
    exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01" + entry + b"\0\0\0\0"
    return jpeg[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2) + exif + jpeg[2:]


def test_missing_folder_text_and_half_pictures_are_told(tmp_path):
    with pytest.raises(UsageError, match=r"none\.png does not exist"):
        read_picture(tmp_path / "none.png")
    with pytest.raises(UsageError, match="is a folder"):
        read_picture(tmp_path)
    for name in ("a.png", "a.json"):
        (tmp_path / name).write_text("no picture" * 50)
        with pytest.raises(FilmError, match=rf"{name} can't be read as a picture; check"):
            read_picture(tmp_path / name)
    for name in ("b.png", "b.jpg", "b.webp", "b.tif"):
        data = encode_picture(photo(), f".{name[2:]}")
        (tmp_path / name).write_bytes(data[: len(data) // 2])
        with pytest.raises(FilmError, match=name):
            read_picture(tmp_path / name)


@pytest.mark.parametrize("suffix", [*LOSSLESS, *LOSSY])
def test_coloured_picture_has_its_colours(films, suffix):
    source = films.folder / "a.png"
    source.write_bytes(encode_picture(np.full((24, 32, 3), 120, np.uint8), ".png"))
    wanted = rgb_to_ycc(np.array([[(160, 110, 90)]], np.uint8))[1]
    target = films.folder / f"b{suffix}"
    with FilmWriter(source, target) as writer:
        for frame in read_frames(source):
            planes = chroma_to_planes(np.broadcast_to(wanted, (24, 32, 2)), frame.depth, frame.full_range)
            writer.write(frame, planes)
    middle = read_picture(target)[12, 16, :3] / 255
    luma, chroma = rgb_to_ycc(middle.astype(np.float32))
    assert float(luma) == pytest.approx(120 / 255, abs=0.012)
    assert chroma.tolist() == pytest.approx(wanted[0, 0].tolist(), abs=0.03)


def test_picture_with_alpha_keeps_it(films):
    pixels = np.full((24, 32, 4), 120, np.uint8)
    pixels[:10, :, 3] = 30
    source = films.folder / "a.png"
    source.write_bytes(encode_picture(pixels, ".png"))
    assert np.array_equal(read_picture(films.copy(source, "b.png")), pixels)


def test_deep_picture_keeps_its_depth_and_luma(films):
    ramp = np.arange(24 * 32, dtype=np.uint16).reshape(24, 32) * 85
    source = films.folder / "a.png"
    source.write_bytes(encode_picture(np.dstack([ramp] * 3), ".png"))
    target = films.copy(source, "b.png")
    assert probe(target).depth == 16
    assert np.abs(films.lumas(target)[0].astype(int) - ramp).max() <= 1


def test_turned_picture_becomes_an_upright_one(films):
    source = films.folder / "a.jpg"
    source.write_bytes(with_orientation(encode_picture(photo(), ".jpg"), 6))
    assert str(probe(films.copy(source, "b.png")).size) == "24x32"


def test_picture_becomes_a_film_of_one_frame(films):
    source = films.folder / "a.png"
    source.write_bytes(encode_picture(photo(), ".png"))
    target = films.copy(source, "b.mp4")
    assert films.times(target) == [Fraction(0)]
