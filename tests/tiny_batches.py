"""Batches of small photographs and imagined films, with hints and without, for tests of training."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray

from huecue.train.films import film_sample, imagined_frames
from huecue.train.samples import Habits, stack, still_sample
from huecue.train.unroll import Batch

HABITS = Habits(
    still_px=(32,), film_px=(32,), frames=3, imagined_gap=2, no_memory=0.0, no_start=0.0, no_key=0.0
)
Photo = Callable[..., NDArray[np.uint8]]


def film_batch(photo: Photo, count: int = 2) -> Batch:
    dice = np.random.default_rng(0)
    photos = photo(1, 60, 60), photo(2, 60, 60)
    samples = [
        film_sample(dice, *imagined_frames(dice, *photos, HABITS, size=32), HABITS) for _ in range(count)
    ]
    return {name: torch.from_numpy(plane) for name, plane in stack(samples).items()}


def still_batch(photo: Photo) -> Batch:
    dice = np.random.default_rng(0)
    samples = [still_sample(dice, photo(seed, 60, 60), HABITS, size=32, hinted=True) for seed in range(2)]
    return {name: torch.from_numpy(plane) for name, plane in stack(samples).items()}


def without_hints(batch: Batch, *, pictures: slice = slice(None)) -> Batch:
    """The same batch, some or all of its pictures without hints."""
    hints, points = batch["hints"].clone(), batch["points"].clone()
    hints[pictures], points[pictures] = 0, -1
    return {**batch, "hints": hints, "points": points}


def with_hints(batch: Batch) -> Batch:
    """The same batch, one point of which is hinted in each picture."""
    told = without_hints(batch)
    told["points"][:, 0] = 40
    told["point_chroma"] = torch.full_like(batch["point_chroma"], 0.4)
    told["hints"][:, 2, 4:6, 16:18] = 1
    return told
