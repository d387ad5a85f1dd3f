"""A film's sample holds its motion, its keyframe and its memory, less what is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from huecue.networks.realtime import TRUSTED
from huecue.stages import motion
from huecue.train.films import clip_frames, clip_picture, fade, film_sample, imagined_frames
from huecue.train.samples import Habits, Sample, as_input, as_planes, first
from huecue.train.sources import Clip, read_clip
from sample_check import check

Photo = Callable[..., NDArray[np.uint8]]
HABITS = Habits(still_px=(32,), film_px=(32,), frames=2, imagined_gap=3, longest_gap=4)
CALM = replace(HABITS, turned=0.0, worn=0.0, no_key=0.0, no_memory=0.0, no_start=0.0, worn_key=0.0)


@pytest.fixture(scope="module")
def clip(clips: Path) -> Clip:
    return read_clip(clips / "pan.mp4")


def imagined(photo: Photo, seed: int, habits: Habits = CALM) -> Sample:
    dice = np.random.default_rng(seed)
    return film_sample(
        dice, *imagined_frames(dice, photo(1, 60, 80), photo(2, 50, 50), habits, size=32), habits
    )


@pytest.mark.parametrize("seed", range(12))
def test_films_have_their_declared_shape(photo: Photo, clip: Clip, seed: int) -> None:
    dice = np.random.default_rng(seed)
    check(imagined(photo, seed, HABITS), 2)
    alone = seed % 2 == 0
    check(film_sample(dice, *clip_frames(dice, clip, HABITS, size=32, alone=alone), HABITS, alone=alone), 2)


def test_colours_that_drifted_are_the_keyframe_s_carried_along_the_motion(clip: Clip) -> None:
    drifted = replace(CALM, drifted=1.0)
    for seed in range(6):
        dice = np.random.default_rng(seed)
        lumas, chromas = clip_frames(dice, clip, drifted, size=32)
        even = [np.full_like(chroma, 0.1) for chroma in chromas]
        even[0][:] = 0.3
        sample = film_sample(dice, lumas, even, drifted)
        assert np.allclose(sample.start[:2], 0.3, atol=0.01)
        assert sample.start[2].max() < 0.1  # all of it is wrong
        worn = film_sample(np.random.default_rng(seed), lumas, even, CALM)
        assert abs(np.median(worn.start[:2]) - 0.1) < 0.05


@pytest.mark.parametrize("shape", [(1, 1), (1, 200), (7, 5), (300, 20)])
def test_photographs_of_any_shape_make_films(photo: Photo, shape: tuple[int, int]) -> None:
    dice, picture = np.random.default_rng(5), photo(0, *shape)
    check(film_sample(dice, *imagined_frames(dice, picture, picture, HABITS, size=32), HABITS), 2)


def test_memory_alone_is_another_view_and_all_there_is(clip: Clip) -> None:
    habits = replace(CALM, film_hints=1.0, no_memory=1.0)
    apart = 0
    for seed in range(8):
        dice = np.random.default_rng(seed)
        lumas, chromas = clip_frames(dice, clip, habits, size=32, alone=True)
        assert len(lumas) == len(chromas) == habits.frames + 2
        sample = film_sample(dice, lumas, chromas, habits, alone=True)
        assert np.array_equal(sample.key_luma, as_input(lumas[0]))
        assert (sample.keyed.item(), sample.memory.item(), sample.near.item()) == (0, 1, 0)
        for name in ("start", "hints", "key_confidence"):
            assert not getattr(sample, name).any(), name
        assert not sample.confidence[0].any()
        assert sample.confidence[1].any()
        apart += (
            np.abs(lumas[0].astype(int) - lumas[1]).mean()
            > 2 * np.abs(lumas[2].astype(int) - lumas[1]).mean()
        )
    assert apart >= 6


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_film_may_have_hints_on_its_first_frame(photo: Photo, share: float) -> None:
    assert imagined(photo, 5, replace(CALM, film_hints=share)).hints.any() == bool(share)


def test_a_frame_of_a_clip_serves_as_a_photograph(clip: Clip) -> None:
    picture = clip_picture(np.random.default_rng(0), clip)
    assert (picture.shape, picture.dtype) == ((48, 64, 3), np.uint8)
    assert any(np.abs(as_planes(picture)[0].astype(int) - luma).mean() < 2 for luma in clip.luma)


def test_a_film_without_keyframe_memory_or_start_offers_none(photo: Photo) -> None:
    alone = imagined(photo, 3, replace(CALM, no_key=1.0, no_memory=1.0, no_start=1.0))
    whole = imagined(photo, 3, CALM)
    assert not alone.key_confidence.any()
    assert not alone.keyed.any()
    assert not alone.memory.any()
    assert not alone.start.any()
    assert not alone.confidence[0].any()
    assert alone.confidence[1].any()  # the second frame has the first one's own colours
    offered = ("key_confidence", "keyed", "memory", "start", "confidence")
    assert all(getattr(whole, name).any() for name in offered)


@pytest.mark.parametrize("alone", [False, True])
def test_a_keyframe_that_is_not_worn_is_true_and_trusted(clip: Clip, alone: bool) -> None:
    habits = replace(CALM, worn_key=float(alone))  # another picture is never worn
    for seed in range(8):
        dice = np.random.default_rng(seed)
        lumas, chromas = clip_frames(dice, clip, habits, size=32, alone=alone)
        sample = film_sample(dice, lumas, chromas, habits, alone=alone)
        assert np.array_equal(sample.key[:2], first(chromas[0]))
        assert (sample.key[2] == 1).all()


@pytest.mark.parametrize("source", ["start", "key"])
def test_worn_colours_are_trusted_less_the_further_off_they_are(clip: Clip, source: str) -> None:
    habits, agree = replace(CALM, worn_key=1.0), []
    for seed in range(30):
        dice = np.random.default_rng(seed)
        lumas, chromas = clip_frames(dice, clip, habits, size=32)
        worn = getattr(film_sample(dice, lumas, chromas, habits), source)
        true = first(chromas[0 if source == "key" else -habits.frames - 1])
        error = np.abs(worn[:2] - true).max(axis=0)
        assert error.any() or (worn[2] == 1).all()
        if error.any():
            assert worn[2].min() < 0.9
            agree.append(np.corrcoef(np.exp(-error / TRUSTED).ravel(), worn[2].ravel())[0, 1])
    assert 15 < len(agree) < 30
    assert 0.4 < np.mean(agree) < 0.98  # it can't know its errors


def test_flows_lead_to_the_frame_before_and_to_the_keyframe(photo: Photo) -> None:
    errors, still = [], []
    for seed in range(8):
        sample = imagined(photo, seed)
        for flow, confidence, source, target in (
            (sample.flow[1], sample.confidence[1], sample.target[0], sample.target[1]),
            (sample.key_flow[1], sample.key_confidence[1], sample.key[:2], sample.target[1]),
        ):
            sure = confidence[0] > 0.8
            carried = motion.carry(source.transpose(1, 2, 0), flow.transpose(1, 2, 0)).transpose(2, 0, 1)
            errors.append(np.abs(carried - target)[:, sure].mean())
            still.append(np.abs(source - target)[:, sure].mean())
    assert np.mean(errors) < 0.65 * np.mean(still)


def test_the_keyframe_comes_before_the_frames_to_colour(clip: Clip) -> None:
    for seed in range(10):
        dice = np.random.default_rng(seed)
        lumas, chromas = clip_frames(dice, clip, CALM, size=32)
        assert CALM.frames + 1 <= len(lumas) == len(chromas) <= CALM.frames + CALM.longest_gap
        sample = film_sample(dice, lumas, chromas, CALM)
        assert np.array_equal(sample.key_luma, as_input(lumas[0]))
        assert np.array_equal(sample.luma[-1], as_input(lumas[-1]))


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_a_clip_that_is_too_short_still_gives_samples(clip: Clip, length: int) -> None:
    short = Clip("short", clip.luma[:length], clip.chroma[:length])
    for seed in range(5):
        dice = np.random.default_rng(seed)
        check(film_sample(dice, *clip_frames(dice, short, HABITS, size=32), HABITS), 2)


def test_clips_are_shown_both_ways(clip: Clip) -> None:
    """The pan goes one way; mirrored and backwards crops make it go either way."""
    ways = set()
    for seed in range(30):
        lumas, _ = clip_frames(np.random.default_rng(seed), clip, CALM, size=32)
        ways.add(np.sign(np.median(motion.find_flow(lumas[1], lumas[0])[..., 0])))
    assert ways >= {-1, 1}


def test_the_same_seed_draws_the_same_sample(photo: Photo) -> None:
    first, second = imagined(photo, 4, HABITS), imagined(photo, 4, HABITS)
    assert all(np.array_equal(getattr(first, f.name), getattr(second, f.name)) for f in fields(Sample))


def test_faded_colours_stay_near_the_true_ones(photo: Photo) -> None:
    chroma = as_planes(photo(0, 64, 64))[1]
    untouched = 0
    for seed in range(40):
        faded = fade(np.random.default_rng(seed), chroma)
        untouched += np.array_equal(faded, chroma)
        assert faded.shape == chroma.shape
        assert np.abs(faded - chroma).mean() < 0.15
    assert 4 <= untouched <= 20
