"""Numbered pictures as one film."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from huecue.errors import FilmError, OutputExists, UsageError
from huecue.types import Range
from huecue.video import probe, read_frames
from huecue.video.picture import encode_picture
from huecue.video.sequence import is_pattern, list_pictures


def make_pictures(folder: Path, names: list[str], size: tuple[int, int] = (8, 12)) -> None:
    for index, name in enumerate(names):
        pixels = np.full((*size, 3), 10 + index, np.uint8)
        (folder / name).write_bytes(encode_picture(pixels, Path(name).suffix))


def test_pictures_are_read_in_the_order_of_their_numbers(tmp_path):
    make_pictures(tmp_path, [f"f_{number:02d}.png" for number in (7, 8, 9, 10)])
    frames = list(read_frames(tmp_path / "f_%02d.png"))
    assert [int(frame.luma[0, 0]) for frame in frames] == [10, 11, 12, 13]
    assert [frame.index for frame in frames] == [0, 1, 2, 3]
    assert [frame.pts for frame in frames] == [0, 1, 2, 3]
    assert all(frame.time_base == probe(tmp_path / "f_%02d.png").time_base for frame in frames)


def test_star_takes_all_in_natural_order(tmp_path):
    make_pictures(tmp_path, ["a2.png", "a10.png", "a1.png", "b.txt.png", "a3.jpg", ".hidden.png"])
    assert [path.name for path in list_pictures(tmp_path / "*.png")] == [
        "a1.png",
        "a2.png",
        "a10.png",
        "b.txt.png",
    ]


def test_star_leaves_out_what_was_coloured_before(tmp_path):
    make_pictures(tmp_path, ["a1.png", "a1.color.png"])
    assert [path.name for path in list_pictures(tmp_path / "*.png")] == ["a1.png"]
    assert [path.name for path in list_pictures(tmp_path / "*.color.png")] == ["a1.color.png"]


def test_range_of_a_sequence(tmp_path):
    make_pictures(tmp_path, [f"f{number}.png" for number in range(5)])
    frames = list(read_frames(tmp_path / "f%d.png", frames=Range(2, 4)))
    assert [(frame.index, int(frame.luma[0, 0])) for frame in frames] == [(2, 12), (3, 13)]
    with pytest.raises(UsageError, match="has 5 frames, so none from 5"):
        list(read_frames(tmp_path / "f%d.png", frames=Range(5)))


def test_missing_number_is_named(tmp_path):
    make_pictures(tmp_path, ["f_0001.png", "f_0002.png", "f_0004.png"])
    with pytest.raises(FilmError, match=r"f_0003\.png is missing between others"):
        probe(tmp_path / "f_%04d.png")


def test_no_picture_fits(tmp_path):
    with pytest.raises(UsageError, match=r"no picture fits .*f_%04d\.png"):
        probe(tmp_path / "f_%04d.png")
    with pytest.raises(UsageError, match=r"the folder of .* does not exist"):
        probe(tmp_path / "none" / "f_%04d.png")


def test_picture_of_another_size_is_named(tmp_path):
    make_pictures(tmp_path, ["f1.png"])
    make_pictures(tmp_path, ["f2.png"], size=(9, 12))
    with pytest.raises(FilmError, match=r"changes from 12x8 rgb24 to 12x9 rgb24 at frame 1"):
        list(read_frames(tmp_path / "f%d.png"))


def test_names_that_are_files_are_files(tmp_path):
    path = tmp_path / "100%d.png"
    assert is_pattern(path)
    path.touch()
    assert not is_pattern(path)
    assert not is_pattern(tmp_path / "plain.png")
    assert not is_pattern(tmp_path / "%d_%d.png")


def test_coloured_pictures_keep_their_numbers(films):
    make_pictures(films.folder, [f"f_{number:02d}.png" for number in (7, 8, 9)])
    films.copy(films.folder / "f_%02d.png", "g_%03d.jpg")
    assert sorted(path.name for path in films.folder.glob("g*")) == ["g_007.jpg", "g_008.jpg", "g_009.jpg"]


def test_star_in_the_target_is_the_sources_name(films):
    make_pictures(films.folder, ["sea.png", "sky.png"])
    films.copy(films.folder / "*.png", "*.color.png")
    assert sorted(path.name for path in films.folder.glob("*.color.png")) == [
        "sea.color.png",
        "sky.color.png",
    ]


def test_film_becomes_pictures_counted_from_its_own_frames(films):
    films.copy(films.make("a.mp4", count=6), "f_%03d.png", frames=Range(2, 4))
    assert sorted(path.name for path in films.folder.glob("f*")) == ["f_002.png", "f_003.png"]


def test_pictures_become_a_film(films):
    make_pictures(films.folder, [f"f{number}.png" for number in range(5)])
    target = films.copy(films.folder / "f%d.png", "b.mp4")
    assert (probe(target).rate, probe(target).frames, probe(target).full_range) == (25, 5, True)
    assert probe(target).chroma_shift == (1, 1)


def test_a_picture_that_is_there_already_is_not_overwritten(films):
    make_pictures(films.folder, ["f1.png", "f2.png", "g2.png"])
    before = (films.folder / "g2.png").read_bytes()
    with pytest.raises(OutputExists, match=r"g2\.png exists"):
        films.copy(films.folder / "f%d.png", "g%d.png")
    assert (films.folder / "g2.png").read_bytes() == before
    assert not (films.folder / "g1.png").exists()
    films.copy(films.folder / "f%d.png", "g%d.png", overwrite=True)
    assert (films.folder / "g1.png").exists()
