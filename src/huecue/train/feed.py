"""An endless stream of batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from torch.utils.data import IterableDataset, get_worker_info

from huecue.errors import UsageError
from huecue.train.samples import (
    Array,
    Habits,
    Sample,
    clip_frames,
    film_sample,
    imagined_frames,
    stack,
    still_sample,
)
from huecue.train.sources import Clip, Opener, Source, find_clips, find_pictures, read_clip

STILLS, IMAGINED, CLIPS = "stills", "imagined", "clips"


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares of the batches, and how many samples are in a batch of each kind."""

    stills: float = 0.6
    imagined: float = 0.12
    clips: float = 0.28
    batch_stills: int = 12
    batch_films: int = 3


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What samples are drawn from."""

    pictures: Sequence[Opener]
    clips: Sequence[Clip]


def load_material(data: Sequence[str]) -> Material:
    """Everything that DATA arguments name. Raises UsageError where there is no photograph."""
    sources = [Source.parse(text) for text in data]
    pictures = find_pictures(sources)
    if not pictures:
        raise UsageError(f"no photographs in {', '.join(data)}; name folders, zips or tars of pictures")
    return Material(pictures, [read_clip(path) for path in find_clips(sources)])


def split(material: Material) -> tuple[Material, Sequence[Clip]]:
    """What to learn from, and one clip in ten kept back to validate on."""
    learned = [clip for place, clip in enumerate(material.clips) if place % 10 != 5]
    return Material(material.pictures, learned), material.clips[5::10]


class Batches(IterableDataset[dict[str, Array]]):
    """Batches drawn without end; each worker, process and start draws its own, from data it reads itself."""

    def __init__(self, data: Sequence[str], habits: Habits, mix: Mix, *, seed: int) -> None:
        self.data, self.habits, self.mix, self.seed = data, habits, mix, seed

    def __iter__(self) -> Iterator[dict[str, Array]]:
        cv2.setNumThreads(1)
        worker = get_worker_info()
        rng = np.random.default_rng((self.seed, worker.id if worker else 0))
        material, _ = split(load_material(self.data))
        while True:
            yield stack(self._batch(rng, material))

    def _batch(self, rng: Generator, material: Material) -> list[Sample]:
        shares = np.array([self.mix.stills, self.mix.imagined, self.mix.clips if material.clips else 0])
        kind = rng.choice([STILLS, IMAGINED, CLIPS], p=shares / shares.sum())
        count = self.mix.batch_stills if kind == STILLS else self.mix.batch_films
        return [draw(rng, str(kind), material, self.habits) for _ in range(count)]


def draw(rng: Generator, kind: str, material: Material, habits: Habits) -> Sample:
    """One sample of a kind."""
    pictures, clips = material.pictures, material.clips
    if kind == CLIPS:
        return film_sample(rng, *clip_frames(rng, clips[int(rng.integers(len(clips)))], habits), habits)
    picture = pictures[int(rng.integers(len(pictures)))]()
    if kind == STILLS:
        return still_sample(rng, picture, habits)
    other = pictures[int(rng.integers(len(pictures)))]()
    return film_sample(rng, *imagined_frames(rng, picture, other, habits), habits)
