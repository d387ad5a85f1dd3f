"""Where the result goes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from huecue.errors import UsageError
from huecue.video import FilmWriter, WriteOptions, default_output


@pytest.mark.parametrize(
    ("film", "target"),
    [
        ("x.mp4", "x.color.mp4"),
        ("a/b.c.MKV", "a/b.c.color.MKV"),
        ("x.gif", "x.color.gif"),
        ("x.jpeg", "x.color.jpeg"),
        ("f_%04d.png", "f_%04d.color.png"),
        ("scans/*.tif", "scans/*.color.tif"),
        ("old.wmv", "old.color.mkv"),
        ("disc.vob", "disc.color.mkv"),
        ("film", "film.color.mkv"),
    ],
)
def test_result_is_named_after_the_film(film, target):
    assert default_output(Path(film)) == Path(target)
    assert default_output(Path(film), "style") == Path(target.replace(".color", ".style"))


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("spelling", ["a.mp4", "../{folder}/a.mp4", "link.mp4"])
def test_target_equal_to_the_film_is_refused(films, overwrite, spelling):
    source = films.make("a.mp4", count=2)
    (films.folder / "link.mp4").symlink_to(source)
    before = source.read_bytes()
    target = films.folder / spelling.format(folder=films.folder.name)
    with pytest.raises(UsageError, match=r"is the film itself; give the result another name"):
        FilmWriter(source, target, WriteOptions(overwrite=overwrite))
    assert source.read_bytes() == before


def test_folder_that_does_not_exist(films):
    with pytest.raises(UsageError, match=r"the folder .*none does not exist; make it first"):
        FilmWriter(films.make("a.mp4"), films.folder / "none" / "b.mp4")


def test_target_that_is_a_folder(films):
    (films.folder / "b.mp4").mkdir()
    with pytest.raises(UsageError, match=r"b\.mp4 is a folder"):
        FilmWriter(films.make("a.mp4"), films.folder / "b.mp4", WriteOptions(overwrite=True))


def test_target_that_is_a_device(films):
    (films.folder / "b.mp4").symlink_to("/dev/null")
    with pytest.raises(UsageError, match=r"b\.mp4 is no plain file"):
        FilmWriter(films.make("a.mp4"), films.folder / "b.mp4", WriteOptions(overwrite=True))


def test_folder_that_cannot_be_written_to(films):
    # Nobody can make a file here, root neither.
    with (
        pytest.raises(UsageError, match=r"/proc can't be written to"),
        FilmWriter(films.make("a.mp4"), Path("/proc/b.mp4")),
    ):
        pytest.fail("the with-block ran")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_folder_without_permission(films):
    locked = films.folder / "locked"
    locked.mkdir(mode=0o500)
    with (
        pytest.raises(UsageError, match=r"locked can't be written to"),
        FilmWriter(films.make("a.mp4"), locked / "b.mp4"),
    ):
        pytest.fail("the with-block ran")


@pytest.mark.parametrize("name", ["b.xyz", "b", "b.wmv", "b.mp3"])
def test_suffix_that_cannot_be_written(films, name):
    with pytest.raises(UsageError, match=rf"{name} has no suffix that can be written; take one of .*\.mp4"):
        FilmWriter(films.make("a.mp4"), films.folder / name)


def test_film_as_one_picture_is_refused(films):
    with pytest.raises(
        UsageError, match=r"b\.png holds one picture, and .*a\.mp4 is a film; write to '.*b_%04d\.png'"
    ):
        FilmWriter(films.make("a.mp4"), films.folder / "b.png")


def test_codec_for_a_picture_is_refused(films):
    for options in ({"codec": "png"}, {"crf": 3}, {"preset": "fast"}):
        with pytest.raises(UsageError, match=r"b\.gif is no film: it takes no codec, crf or preset"):
            FilmWriter(films.make("a.mp4"), films.folder / "b.gif", WriteOptions(**options))


def test_suffix_in_capitals_works(films):
    assert len(films.lumas(films.copy(films.make("a.mp4"), "b.MKV"))) == 12


def test_long_name_works(films):
    assert films.copy(films.make("a.mp4", count=2), "b" * 240 + ".mp4").exists()
