"""Batches come without end, in their shares, from what is named; some clips are kept back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from huecue.errors import UsageError
from huecue.train.feed import (
    CLIPS,
    HINTED,
    IMAGINED,
    STILLS,
    Batches,
    Material,
    Mix,
    draw,
    load_material,
    split,
)
from huecue.train.samples import Habits
from huecue.train.sources import Clip

Photo = Callable[..., np.ndarray]

HABITS = Habits(still_px=(16,), film_px=(32,), frames=2, imagined_gap=2, longest_gap=3)
NONE = Mix(stills=0.0, hinted=0.0, imagined=0.0, clips=0.0, batch_stills=3, batch_films=2)


def some_clips(count: int) -> list[Clip]:
    luma, chroma = np.zeros((3, 32, 32), np.uint8), np.zeros((3, 32, 32, 2), np.int8)
    return [Clip(str(number), luma, chroma) for number in range(count)]


def test_material_is_everything_that_is_named(photos: Path, clips: Path) -> None:
    material = load_material([str(photos), str(clips)])
    assert len(material.pictures) == 5
    assert [clip.name for clip in material.clips] == ["pan.mp4"]


def test_without_photographs_there_is_nothing_to_train_on(clips: Path) -> None:
    with pytest.raises(UsageError, match=r"no photographs in .*clips.*name folders, zips or tars"):
        load_material([str(clips)])


@pytest.mark.parametrize("count", [0, 1, 5, 6, 40])
def test_one_clip_in_ten_is_kept_back(count: int) -> None:
    material = Material([lambda: np.zeros((8, 8, 3), np.uint8)], some_clips(count))
    learned, kept = split(material)
    assert len(kept) == (count + 4) // 10
    assert sorted([*learned.clips, *kept], key=lambda clip: int(clip.name)) == list(material.clips)
    assert learned.pictures == material.pictures


@pytest.mark.parametrize(
    ("mix", "frames", "count"),
    [
        (replace(NONE, stills=1.0), 1, 3),
        (replace(NONE, hinted=1.0), 1, 3),
        (replace(NONE, imagined=1.0), 2, 2),
        (replace(NONE, clips=1.0), 2, 2),
    ],
)
def test_a_batch_holds_samples_of_one_kind(
    photos: Path, clips: Path, mix: Mix, frames: int, count: int
) -> None:
    for batch in islice(Batches([str(photos), str(clips)], HABITS, mix, seed=0), 3):
        assert batch["luma"].shape[:2] == (count, frames)


def test_without_clips_their_share_goes_to_the_rest(photos: Path) -> None:
    mix = replace(NONE, imagined=0.01, clips=0.99)
    batch = next(iter(Batches([str(photos)], HABITS, mix, seed=0)))
    assert batch["luma"].shape[:2] == (2, 2)


def test_the_seed_decides_what_is_drawn(photos: Path) -> None:
    def first(seed: int) -> np.ndarray:
        mix = replace(NONE, stills=1.0)
        return next(iter(Batches([str(photos)], HABITS, mix, seed=seed)))["luma"]

    assert np.array_equal(first(1), first(1))
    assert not np.array_equal(first(1), first(2))


@pytest.mark.parametrize(("kind", "frames"), [(STILLS, 1), (HINTED, 1), (IMAGINED, 2), (CLIPS, 2)])
def test_a_sample_is_drawn_of_the_kind_that_is_asked_for(
    photos: Path, clips: Path, kind: str, frames: int
) -> None:
    material = load_material([str(photos), str(clips)])
    sample = draw(np.random.default_rng(0), kind, material, replace(HABITS, film_hints=0.0))
    assert sample.luma.shape[0] == frames
    assert sample.hints.any() == (kind == HINTED)


def test_large_stills_come_in_small_batches_and_from_large_pictures(photo: Photo) -> None:
    habits = replace(HABITS, still_px=(256,), from_clips=0.0)
    sizes = iter([(8, 8)] * 2 + [(128, 128)] * 100)
    material = Material([lambda: photo(0, *next(sizes))], [])
    batches = Batches([], habits, replace(NONE, stills=1.0, batch_stills=8), seed=0)
    drawn = batches._batch(np.random.default_rng(0), material)
    assert [sample.luma.shape for sample in drawn] == [(1, 1, 256, 256)] * 2
    assert next(sizes) == (128, 128)


def test_frames_of_clips_serve_as_stills(clips: Path, photos: Path) -> None:
    material = load_material([str(photos), str(clips)])
    never = Material([lambda: pytest.fail("a photograph was opened")], material.clips)
    draw(np.random.default_rng(0), STILLS, never, replace(HABITS, from_clips=1.0))
