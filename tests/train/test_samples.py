"""A sample holds what the network is given at run time, in the declared shapes, less what is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from huecue import engine
from huecue.stages import motion
from huecue.train.samples import (
    MOST_POINTS,
    Habits,
    Sample,
    as_input,
    as_planes,
    clip_frames,
    clip_picture,
    crop_still,
    fade,
    film_sample,
    hint_planes,
    imagined_frames,
    nothing,
    stack,
    still_sample,
    turned,
)
from huecue.train.sources import Clip, read_clip

Photo = Callable[..., NDArray[np.uint8]]
HABITS = Habits(still_px=(32,), film_px=32, frames=2, imagined_gap=3, longest_gap=4)
CALM = replace(HABITS, turned=0.0, worn=0.0, no_key=0.0, no_memory=0.0, no_start=0.0)


def shapes_of(frames: int, side: int = 32) -> dict[str, tuple[int, ...]]:
    return {
        "luma": (frames, 1, side, side),
        "target": (frames, 2, side, side),
        "hints": (3, side, side),
        "points": (MOST_POINTS,),
        "point_chroma": (MOST_POINTS, 2),
        "start": (2, side, side),
        "flow": (frames, 2, side, side),
        "confidence": (frames, 1, side, side),
        "key_luma": (1, side, side),
        "key_chroma": (2, side, side),
        "key_flow": (frames, 2, side, side),
        "key_confidence": (frames, 1, side, side),
        "memory": (1, 1, 1),
    }


def check(sample: Sample, frames: int) -> None:
    """Declared shapes and ranges, float32, finite."""
    found = {field.name: getattr(sample, field.name) for field in fields(Sample)}
    assert {name: plane.shape for name, plane in found.items()} == shapes_of(frames)
    for name, plane in found.items():
        assert plane.dtype == (np.int64 if name == "points" else np.float32), name
        assert np.isfinite(plane).all(), name
    assert np.abs(sample.luma).max() <= 0.5
    assert np.abs(sample.target).max() <= 1
    for confidence in (sample.confidence, sample.key_confidence, sample.hints[2:]):
        assert confidence.min() >= 0
        assert confidence.max() <= 1


@pytest.fixture(scope="module")
def clip(clips: Path) -> Clip:
    return read_clip(clips / "pan.mp4")


def imagined(photo: Photo, seed: int, habits: Habits = CALM) -> Sample:
    dice = np.random.default_rng(seed)
    return film_sample(dice, *imagined_frames(dice, photo(1, 60, 80), photo(2, 50, 50), habits), habits)


@pytest.mark.parametrize("seed", range(12))
def test_every_kind_of_sample_has_its_declared_shape(photo: Photo, clip: Clip, seed: int) -> None:
    dice = np.random.default_rng(seed)
    check(still_sample(dice, photo(seed, 60, 80), HABITS, size=32, hinted=seed % 2 == 0), 1)
    check(imagined(photo, seed, HABITS), 2)
    check(film_sample(dice, *clip_frames(dice, clip, HABITS), HABITS), 2)


def test_samples_stack_into_batches(photo: Photo) -> None:
    batch = stack([imagined(photo, seed) for seed in range(3)])
    assert {name: plane.shape for name, plane in batch.items()} == {
        name: (3, *shape) for name, shape in shapes_of(2).items()
    }


def test_hints_are_there_when_they_are_asked_for(photo: Photo) -> None:
    dice = np.random.default_rng(0)
    for hinted in (True, False):
        sample = still_sample(dice, photo(0, 60, 80), HABITS, size=32, hinted=hinted)
        assert sample.hints.any() == hinted
        assert (sample.points >= 0).any() == hinted


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_film_may_have_hints_on_its_first_frame(photo: Photo, share: float) -> None:
    assert imagined(photo, 5, replace(CALM, film_hints=share)).hints.any() == bool(share)


def test_points_are_hinted_pixels_of_the_half_size_frame(photo: Photo) -> None:
    sample = still_sample(np.random.default_rng(3), photo(0, 60, 80), CALM, size=32, hinted=True)
    covered = sample.hints[2].reshape(16, 2, 16, 2).max(axis=(1, 3)).ravel()
    kept = sample.points >= 0
    assert kept.any()
    assert covered[sample.points[kept]].all()
    assert not sample.point_chroma[~kept].any()


def test_a_frame_of_a_clip_serves_as_a_photograph(clip: Clip) -> None:
    picture = clip_picture(np.random.default_rng(0), clip)
    assert (picture.shape, picture.dtype) == ((48, 64, 3), np.uint8)
    assert any(np.abs(as_planes(picture)[0].astype(int) - luma).mean() < 2 for luma in clip.luma)


def test_hints_show_the_true_colours(photo: Photo) -> None:
    dice = np.random.default_rng(1)
    wrong, grey = [], []
    for _ in range(20):
        sample = still_sample(dice, photo(0, 60, 80), CALM, size=32, hinted=True)
        mask = sample.hints[2] == 1
        assert mask.any()
        assert np.array_equal(sample.hints[2], mask)
        wrong.append(np.abs(sample.hints[:2, mask] - sample.target[0][:, mask]).mean())
        grey.append(np.abs(sample.target[0][:, mask]).mean())
    assert np.mean(wrong) < 0.5 * np.mean(grey)  # a patch is the mean of up to 9x9 of the 32x32 px


def test_a_still_offers_no_motion_and_no_memory(photo: Photo) -> None:
    sample = still_sample(np.random.default_rng(2), photo(0, 60, 80), HABITS, size=32, hinted=True)
    for name in ("start", "flow", "confidence", "key_chroma", "key_flow", "key_confidence", "memory"):
        assert not getattr(sample, name).any(), name


def test_a_film_without_keyframe_memory_or_start_offers_none(photo: Photo) -> None:
    alone = imagined(photo, 3, replace(CALM, no_key=1.0, no_memory=1.0, no_start=1.0))
    whole = imagined(photo, 3, CALM)
    assert not alone.key_confidence.any()
    assert not alone.memory.any()
    assert not alone.start.any()
    assert not alone.confidence[0].any()
    assert alone.confidence[1].any()  # the second frame has the first one's own colours
    assert all(getattr(whole, name).any() for name in ("key_confidence", "memory", "start", "confidence"))


def test_flows_lead_to_the_frame_before_and_to_the_keyframe(photo: Photo) -> None:
    errors, still = [], []
    for seed in range(8):
        sample = imagined(photo, seed)
        for flow, confidence, source, target in (
            (sample.flow[1], sample.confidence[1], sample.target[0], sample.target[1]),
            (sample.key_flow[1], sample.key_confidence[1], sample.key_chroma, sample.target[1]),
        ):
            sure = confidence[0] > 0.5
            carried = motion.carry(source.transpose(1, 2, 0), flow.transpose(1, 2, 0)).transpose(2, 0, 1)
            errors.append(np.abs(carried - target)[:, sure].mean())
            still.append(np.abs(source - target)[:, sure].mean())
    assert np.mean(errors) < 0.65 * np.mean(still)


def test_the_keyframe_comes_before_the_frames_to_colour(clip: Clip) -> None:
    for seed in range(10):
        dice = np.random.default_rng(seed)
        lumas, chromas = clip_frames(dice, clip, CALM)
        assert CALM.frames + 1 <= len(lumas) == len(chromas) <= CALM.frames + CALM.longest_gap
        sample = film_sample(dice, lumas, chromas, CALM)
        assert np.array_equal(sample.key_luma, as_input(lumas[0]))
        assert np.array_equal(sample.luma[-1], as_input(lumas[-1]))


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_a_clip_that_is_too_short_still_gives_samples(clip: Clip, length: int) -> None:
    short = Clip("short", clip.luma[:length], clip.chroma[:length])
    for seed in range(5):
        dice = np.random.default_rng(seed)
        check(film_sample(dice, *clip_frames(dice, short, HABITS), HABITS), 2)


def test_clips_are_shown_both_ways(clip: Clip) -> None:
    """The pan goes one way; mirrored and backwards crops make it go either way."""
    ways = set()
    for seed in range(30):
        lumas, _ = clip_frames(np.random.default_rng(seed), clip, CALM)
        ways.add(np.sign(np.median(motion.find_flow(lumas[1], lumas[0])[..., 0])))
    assert ways >= {-1, 1}


def test_the_same_seed_draws_the_same_sample(photo: Photo) -> None:
    first, second = imagined(photo, 4, HABITS), imagined(photo, 4, HABITS)
    assert all(np.array_equal(getattr(first, f.name), getattr(second, f.name)) for f in fields(Sample))


@pytest.mark.parametrize("shape", [(1, 1), (1, 200), (7, 5), (300, 20)])
def test_photographs_of_any_shape_do(photo: Photo, shape: tuple[int, int]) -> None:
    dice, picture = np.random.default_rng(5), photo(0, *shape)
    assert crop_still(dice, picture, 32).shape == (32, 32, 3)
    check(still_sample(dice, picture, HABITS, size=32, hinted=True), 1)
    frames = imagined_frames(dice, picture, picture, HABITS)
    check(film_sample(dice, *frames, HABITS), 2)


def test_luma_goes_in_as_the_engine_takes_it() -> None:
    luma = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert np.abs(as_input(luma) - engine.as_input(luma)[0]).max() < 1e-6


def test_planes_are_the_picture_s_luma_and_chroma(photo: Photo) -> None:
    luma, chroma = as_planes(photo(0, 20, 30))
    assert (luma.shape, luma.dtype, chroma.shape, chroma.dtype) == (
        (20, 30),
        np.uint8,
        (20, 30, 2),
        np.float32,
    )
    grey = np.repeat(np.arange(256, dtype=np.uint8)[:, None, None], 3, axis=2)
    assert np.array_equal(as_planes(grey)[0][:, 0], np.arange(256))
    assert np.abs(as_planes(grey)[1]).max() < 1e-5


def test_no_hints_are_all_zeros() -> None:
    luma = np.full((32, 32), 90, np.uint8)
    planes = hint_planes(nothing(luma.shape), luma)
    assert not planes["hints"].any()
    assert not planes["point_chroma"].any()
    assert (planes["points"] == -1).all()


def test_a_turned_hue_stays_in_range() -> None:
    chroma = np.random.default_rng(0).uniform(-1, 1, (8, 8, 2)).astype(np.float32)
    assert np.abs(turned(chroma, np.float32(1.3) * np.eye(2, dtype=np.float32))).max() == 1
    quarter = np.array([[0, 1], [-1, 0]], np.float32)
    assert np.allclose(turned(chroma, quarter), np.stack([-chroma[..., 1], chroma[..., 0]], axis=-1))


def test_faded_colours_stay_near_the_true_ones(photo: Photo) -> None:
    chroma = as_planes(photo(0, 64, 64))[1]
    untouched = 0
    for seed in range(40):
        faded = fade(np.random.default_rng(seed), chroma, chroma.shape[:2])
        untouched += np.array_equal(faded, chroma)
        assert faded.shape == chroma.shape
        assert np.abs(faded - chroma).mean() < 0.15
    assert 4 <= untouched <= 20
