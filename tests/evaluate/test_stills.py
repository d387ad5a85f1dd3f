"""Stills are read from wherever they lie, and hints placed as the 2017 protocol says."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from huecue.errors import FilmError, UsageError
from huecue.evaluate import stills
from huecue.evaluate.clips import true_picture
from huecue.metrics import psnr
from huecue.types import Picture


def color_of(number: int) -> tuple[int, int, int]:
    return (10 * number, 100, 200 - 10 * number)


def png(number: int) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (12, 8), color_of(number)).save(data, "png")
    return data.getvalue()


def as_folder(path: Path) -> Path:
    path.mkdir()
    for number in (2, 1):
        (path / f"{number}.png").write_bytes(png(number))
    (path / "notes.txt").write_text("none")
    return path


def as_zip(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as pack:
        for number in (2, 1):
            pack.writestr(f"{number}.png", png(number))
        pack.writestr("notes.txt", "none")
    return path


def as_tar(path: Path) -> Path:
    with tarfile.open(path, "w") as pack:
        for number in (2, 1):
            member = tarfile.TarInfo(f"{number}.png")
            member.size = len(png(number))
            pack.addfile(member, io.BytesIO(png(number)))
    return path


@pytest.mark.parametrize("pack", [as_folder, as_zip, as_tar])
def test_images_come_by_name_from_folders_zips_and_tars(pack: type, tmp_path: Path) -> None:
    read = list(stills.read_stills([pack(tmp_path / "pack")]))
    assert [name for name, _ in read] == ["1.png", "2.png"]
    for number, (_, picture) in enumerate(read, start=1):
        assert picture.shape == (8, 12, 3)
        assert (picture == color_of(number)).all()


def test_a_single_image_is_read(tmp_path: Path) -> None:
    path = tmp_path / "one.png"
    path.write_bytes(png(3))
    ((name, picture),) = stills.read_stills([path])
    assert name == "one.png"
    assert (picture == color_of(3)).all()


def test_a_folder_without_images_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no image"):
        list(stills.read_stills([tmp_path]))


def test_a_path_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere.*does not exist"):
        list(stills.read_stills([tmp_path / "nowhere"]))


def test_a_damaged_image_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(png(1)[:30])
    with pytest.raises(FilmError, match=r"bad\.png can't be read"):
        list(stills.read_stills([tmp_path]))


def photograph(height: int = 60, width: int = 80) -> Picture:
    from skimage.data import astronaut

    return np.ascontiguousarray(np.asarray(astronaut())[40 : 40 + height, 180 : 180 + width])


def test_a_still_keeps_its_colours_as_a_film_of_one_frame() -> None:
    clip = stills.as_clip("a.png", photograph(), None)
    assert len(clip.frames) == 1
    assert clip.info.chroma_shift == (0, 0)
    assert psnr(true_picture(clip.frames[0]), photograph()) > 50


@pytest.mark.parametrize("side", [32, 100])
def test_stills_are_squared_to_the_side_asked_for(side: int) -> None:
    assert stills.as_clip("a.png", photograph(), side).frames[0].luma.shape == (side, side)


def test_hints_are_the_means_of_six_by_six_pixels() -> None:
    picture = photograph()
    for hint in stills.draw_patches(picture, 50, np.random.default_rng(0)):
        x, y = int(hint.x - 2.5), int(hint.y - 2.5)
        patch = picture[y : y + 6, x : x + 6].reshape(-1, 3)
        assert len(patch) == 36
        np.testing.assert_allclose(hint.color, patch.mean(axis=0), atol=0.501)


def test_fewer_hints_are_the_first_of_more() -> None:
    few, more = (stills.draw_patches(photograph(), n, np.random.default_rng(4)) for n in (5, 20))
    assert few == more[:5]
    assert stills.draw_patches(photograph(), 0, np.random.default_rng(4)) == ()


def test_hints_lie_around_the_centre_a_quarter_of_the_span_wide() -> None:
    picture = np.zeros((206, 406, 3), np.uint8)
    corners = np.array(
        [(h.x - 2.5, h.y - 2.5) for h in stills.draw_patches(picture, 4000, np.random.default_rng(0))]
    )
    np.testing.assert_allclose(corners.mean(axis=0), [200, 100], rtol=0.03)
    np.testing.assert_allclose(corners.std(axis=0), [100, 50], rtol=0.06)  # clipping takes a little off
    assert corners.min() == 0
    assert corners.max() == 400


def test_pictures_smaller_than_a_patch_get_hints_inside() -> None:
    (hint,) = stills.draw_patches(np.full((3, 4, 3), 9, np.uint8), 1, np.random.default_rng(0))
    assert hint.color == (9, 9, 9)
