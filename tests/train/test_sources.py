"""Photographs and clips are found wherever they lie, and come out as they went in."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from huecue.color import to_picture, ycc_to_rgb
from huecue.errors import FilmError, UsageError
from huecue.train.sources import CLIP_HEIGHT, Source, find_clips, find_pictures, read_clip

Picture = NDArray[np.uint8]
Photo = Callable[..., Picture]


def pictures_of(*data: str | Path) -> list[Picture]:
    return [opener() for opener in find_pictures([Source.parse(str(text)) for text in data])]


@pytest.fixture
def five(photo: Photo) -> list[Picture]:
    return [photo(seed, 60 + seed, 80) for seed in range(5)]


def all_equal(found: list[Picture], wanted: list[Picture]) -> bool:
    return len(found) == len(wanted) and all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))


def test_photographs_in_folders_within_folders_are_found(photos: Path, five: list[Picture]) -> None:
    assert all_equal(pictures_of(photos), five)


def test_a_single_photograph_can_be_named(photos: Path, five: list[Picture]) -> None:
    assert all_equal(pictures_of(photos / "1.png"), five[1:2])


def test_photographs_in_a_zip_are_found(tmp_path: Path, photos: Path, five: list[Picture]) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for path in sorted(photos.rglob("*.*")):
            archive.write(path, path.relative_to(photos))
    assert all_equal(pictures_of(tmp_path / "all.zip"), five)


def test_photographs_in_a_tar_are_found(tmp_path: Path, photos: Path, five: list[Picture]) -> None:
    with tarfile.open(tmp_path / "all.tar", "w") as tar:
        for path in sorted(photos.rglob("*.*")):
            tar.add(path, str(path.relative_to(photos)))
    assert all_equal(pictures_of(tmp_path / "all.tar"), five)


def test_archives_inside_a_folder_are_found(tmp_path: Path, photos: Path, five: list[Picture]) -> None:
    with zipfile.ZipFile(tmp_path / "one.zip", "w") as archive:
        archive.write(photos / "0.png", "0.png")
    (tmp_path / "two.png").write_bytes((photos / "1.png").read_bytes())
    assert all_equal(pictures_of(tmp_path), five[:2])


def test_an_archive_can_be_read_in_any_order(tmp_path: Path, photos: Path, five: list[Picture]) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for path in sorted(photos.rglob("*.png")):
            archive.write(path, path.relative_to(photos))
    openers = find_pictures([Source.parse(str(tmp_path / "all.zip"))])
    order = [3, 0, 4, 0, 2]
    assert all_equal([openers[n]() for n in order], [five[n] for n in order])


def test_a_sheet_is_cut_into_its_tiles(tmp_path: Path, photo: Photo) -> None:
    tiles = [photo(seed, 16, 16) for seed in range(6)]
    rows = [np.hstack(tiles[:3]), np.hstack([tiles[3], np.full((16, 16, 3), 7, np.uint8), tiles[5]])]
    cv2.imwrite(str(tmp_path / "sheet.png"), np.vstack(rows)[..., ::-1])
    found = pictures_of(f"{tmp_path}@16")
    assert all_equal(found, [*tiles[:4], tiles[5]])  # the flat tile is left out: it is filling
    assert len(pictures_of(tmp_path)) == 1


def test_a_grey_photograph_has_three_channels(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "grey.png"), np.arange(64, dtype=np.uint8).reshape(8, 8))
    assert pictures_of(tmp_path)[0].shape == (8, 8, 3)


@pytest.mark.parametrize("text", ["nowhere", "nowhere.zip", "sheets@64", "nowhere@x"])
def test_a_path_that_is_not_there_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"(nowhere|sheets).*: no such file or folder to train on"):
        Source.parse(str(tmp_path / text))


def test_a_path_with_an_at_sign_is_no_sheet(tmp_path: Path) -> None:
    (tmp_path / "me@home").mkdir()
    assert Source.parse(str(tmp_path / "me@home")) == Source(tmp_path / "me@home")


def test_a_damaged_photograph_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"no picture at all")
    with pytest.raises(FilmError, match=r"bad\.jpg.*take it out"):
        pictures_of(tmp_path)


def test_an_empty_photograph_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.png").write_bytes(b"")
    with pytest.raises(FilmError, match=r"empty\.png"):
        pictures_of(tmp_path)


def test_a_damaged_photograph_in_a_zip_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("bad.jpg", b"no picture at all")
    with pytest.raises(FilmError, match=r"all\.zip/bad\.jpg"):
        pictures_of(tmp_path)


@pytest.mark.parametrize("name", ["broken.zip", "broken.tar"])
def test_a_broken_archive_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"no archive at all")
    with pytest.raises(FilmError, match=name):
        pictures_of(tmp_path)


def test_only_films_are_clips(photos: Path, clips: Path) -> None:
    sources = [Source.parse(str(path)) for path in (photos, clips)]
    assert find_clips(sources) == [clips / "pan.mp4"]


def test_a_clip_comes_out_as_it_went_in(clips: Path, photo: Photo) -> None:
    clip = read_clip(clips / "pan.mp4")
    assert clip.luma.shape == (10, 48, 64)
    assert clip.luma.dtype == np.uint8
    assert clip.chroma.shape == (10, 48, 64, 2)
    wide = photo(77, 48, 84)
    for index in (0, 9):
        rgb = to_picture(ycc_to_rgb(clip.luma[index].astype(np.float32) / 255, clip.colours(index)))
        truth = wide[:, 2 * index : 2 * index + 64]
        # swscale writes BT.601, so only the order of things can be compared
        assert np.corrcoef(rgb.ravel(), truth.ravel())[0, 1] > 0.95


def test_a_large_clip_is_made_small(tmp_path: Path, make_clip: Callable[..., Path]) -> None:
    clip = read_clip(make_clip(tmp_path / "large.mp4", 3, (640, 480)))
    assert clip.luma.shape == (3, CLIP_HEIGHT, round(640 * CLIP_HEIGHT / 480))


def test_a_clip_cut_off_in_the_middle_gives_what_is_there(
    tmp_path: Path, make_clip: Callable[..., Path]
) -> None:
    path = make_clip(tmp_path / "cut.mkv", 60, (320, 240))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    assert 0 < len(read_clip(path).luma) < 60


def test_a_grey_clip_is_named(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "grey.mkv"), "w") as container:
        stream = container.add_stream("ffv1", rate=Fraction(25))
        stream.width, stream.height, stream.pix_fmt = 32, 32, "gray"
        grey = av.VideoFrame.from_ndarray(np.zeros((32, 32), np.uint8), format="gray")
        container.mux(stream.encode(grey))
        container.mux(stream.encode(None))
    with pytest.raises(FilmError, match=r"grey\.mkv: a film without colour"):
        read_clip(tmp_path / "grey.mkv")
