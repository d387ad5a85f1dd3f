"""Whether a file ends before it says it should."""

from __future__ import annotations

import numpy as np
import pytest

from huecue.video.ending import is_cut_off, lacks_index
from huecue.video.picture import encode_picture

WHOLE = [
    ("a.mkv", "libx264", {}),
    ("a.webm", "libvpx-vp9", {}),
    ("a.mp4", "libx264", {}),
    ("b.mp4", "libx264", {"movflags": "faststart"}),
    ("c.mp4", "libx264", {"movflags": "frag_keyframe+empty_moov"}),
    ("a.mov", "libx264", {}),
    ("a.avi", "mpeg4", {}),
    ("a.ts", "libx264", {}),
    ("a.m2ts", "libx264", {}),
]


@pytest.mark.parametrize(("name", "codec", "options"), WHOLE)
def test_whole_file_is_whole_and_any_cut_is_seen(films, name, codec, options):
    path = films.make(name, codec=codec, container_options=options)
    assert not is_cut_off(path)
    data = path.read_bytes()
    for missing in (1, 101, len(data) // 2 | 1):  # odd: not at the border of two packets of a stream
        path.write_bytes(data[:-missing])
        assert is_cut_off(path)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_picture_is_whole_until_it_is_cut(tmp_path, suffix):
    pixels = np.random.default_rng(0).integers(0, 255, (40, 50, 3)).astype(np.uint8)
    path = tmp_path / f"a{suffix}"
    data = encode_picture(pixels, suffix)
    path.write_bytes(data + b"something after the end")
    assert not is_cut_off(path)
    for kept in (len(data) - 9, len(data) // 2, 30):
        path.write_bytes(data[:kept])
        assert is_cut_off(path)


def test_matroska_written_live_promises_nothing(films):
    path = films.make("a.mkv", container_options={"live": "1"})
    assert not is_cut_off(path)
    assert not is_cut_off(films.cut(path, "b.mkv"))


def test_bytes_after_the_end_do_no_harm(films):
    path = films.make("a.mp4")
    path.write_bytes(path.read_bytes() + bytes(1000))
    assert not is_cut_off(path)


def test_index_is_missed_only_where_it_was_at_the_end(films):
    assert lacks_index(films.cut(films.make("a.mp4", count=40), "cut-a.mp4"))
    fast = films.make("b.mp4", count=40, container_options={"movflags": "faststart"})
    assert not lacks_index(films.cut(fast, "cut-b.mp4"))
    assert not lacks_index(fast)
    assert not lacks_index(films.make("a.mkv"))
    assert not lacks_index(films.folder)


def test_text_is_not_called_cut_off(tmp_path):
    (tmp_path / "a.txt").write_text("short")
    assert not is_cut_off(tmp_path / "a.txt")
