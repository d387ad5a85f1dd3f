"""Clips are found, read with their colours, shown as they are and greyed for those who are measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from films import make_film
from huecue.errors import FilmError, UsageError
from huecue.evaluate import clips
from huecue.evaluate.clips import Clip
from huecue.metrics import psnr
from huecue.types import FilmInfo, Picture, Size

MakeClip = Callable[..., Path]


def test_a_folder_gives_its_films_by_name_and_nothing_else(tmp_path: Path) -> None:
    for name in ("b.mp4", "a.MKV", "index.csv"):
        (tmp_path / name).touch()
    assert [path.name for path in clips.find_clips([tmp_path])] == ["a.MKV", "b.mp4"]


def test_a_file_that_is_named_is_taken_whatever_its_suffix(tmp_path: Path) -> None:
    odd = tmp_path / "clip.y4m"
    odd.touch()
    assert clips.find_clips([odd]) == (odd,)


def test_a_path_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere.*does not exist"):
        clips.find_clips([tmp_path / "nowhere"])


def test_a_folder_without_clips_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no clip"):
        clips.find_clips([tmp_path])


def test_frames_can_be_limited(make_clip: MakeClip) -> None:
    assert len(clips.read_clip(make_clip(count=4)).frames) == 4
    assert len(clips.read_clip(make_clip("other.mkv", count=4), 3).frames) == 3


def test_a_film_without_chroma_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = clips.read_frames
    path = make_film(tmp_path / "film.mp4")
    monkeypatch.setattr(
        clips, "read_frames", lambda *a, **k: (replace(frame, chroma=None) for frame in real(*a, **k))
    )
    with pytest.raises(FilmError, match=r"film\.mp4 has no colours"):
        clips.read_clip(path)


def test_a_turned_film_is_refused(make_clip: MakeClip, monkeypatch: pytest.MonkeyPatch) -> None:
    real = clips.probe

    def turned(path: Path) -> FilmInfo:
        return replace(real(path), turns=1)

    monkeypatch.setattr(clips, "probe", turned)
    with pytest.raises(UsageError, match="stored turned"):
        clips.read_clip(make_clip())


def test_grey_frames_keep_their_luma_and_lose_their_colours(clip: Clip) -> None:
    grey = list(clip.grey_frames())
    assert all(frame.chroma is None for frame in grey)
    assert all((a.luma == b.luma).all() for a, b in zip(grey, clip.frames, strict=True))


def test_the_true_picture_is_the_one_that_was_filmed(clip: Clip, filmed: list[Picture]) -> None:
    assert clip.size == Size(96, 64)
    for frame, picture in zip(clip.frames, filmed, strict=True):
        assert psnr(clips.true_picture(frame), picture) > 30  # halved chroma loses a little


def test_other_chroma_gives_another_picture_of_the_same_luma(clip: Clip) -> None:
    frame = clip.frames[0]
    flat = np.full_like(clips.true_planes(frame)[0], 128)
    grey = clips.picture_of(frame, (flat, flat))
    assert (grey == grey[..., :1]).all()
    light = (frame.luma.astype(float) - 16) / 219 * 255
    np.testing.assert_allclose(grey[..., 0], np.clip(light, 0, 255), atol=0.51)


def test_chroma_keeps_its_mean_at_another_size() -> None:
    chroma = np.random.default_rng(0).uniform(-1, 1, (16, 24, 2)).astype(np.float32)
    smaller = clips.resize_chroma(chroma, Size(12, 8))
    assert smaller.shape == (8, 12, 2)
    np.testing.assert_allclose(smaller.mean(axis=(0, 1)), chroma.mean(axis=(0, 1)), atol=1e-6)
    assert clips.resize_chroma(chroma, Size(24, 16)) is chroma


def test_luma_is_full_range_at_working_size(clip: Clip) -> None:
    frame = replace(clip.frames[0], luma=np.full((64, 96), 235, np.uint8))
    small = clips.luma_at(frame, Size(48, 32))
    assert small.shape == (32, 48)
    assert (small == 255).all()
