"""An endless stream of batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.random import Generator
from torch.utils.data import IterableDataset, get_worker_info

from huecue.errors import UsageError
from huecue.train.films import clip_frames, clip_picture, film_sample, imagined_frames
from huecue.train.samples import Habits, Sample, stack, still_sample
from huecue.train.sources import Clip, Opener, Source, find_clips, find_pictures, read_clip
from huecue.types import Picture

T = TypeVar("T")
STILLS, HINTED, IMAGINED, CLIPS = "stills", "hinted", "imagined", "clips"
TRIES = 6
WHOLE_PX = 128
"""A batch of samples of this size is whole; larger ones are fewer, so that a batch costs the same."""


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares of the batches, and how many samples are in a batch of each kind.

    `stills` have no hints, `hinted` are stills that do.
    """

    stills: float = 0.25
    hinted: float = 0.45
    imagined: float = 0.1
    clips: float = 0.2
    batch_stills: int = 24
    batch_films: int = 4


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


class Batches(IterableDataset[dict[str, Any]]):
    """Batches drawn without end; each worker, process and start draws its own, from data it reads itself."""

    def __init__(self, data: Sequence[str], habits: Habits, mix: Mix, *, seed: int) -> None:
        self.data, self.habits, self.mix, self.seed = data, habits, mix, seed

    def __iter__(self) -> Iterator[dict[str, Any]]:
        cv2.setNumThreads(1)
        worker = get_worker_info()
        rng = np.random.default_rng((self.seed, worker.id if worker else 0))
        material, _ = split(load_material(self.data))
        while True:
            yield stack(self._batch(rng, material))

    def _batch(self, rng: Generator, material: Material) -> list[Sample]:
        mix = self.mix
        shares = np.array([mix.stills, mix.hinted, mix.imagined, mix.clips if material.clips else 0])
        kind = str(rng.choice([STILLS, HINTED, IMAGINED, CLIPS], p=shares / shares.sum()))
        films = kind in (IMAGINED, CLIPS)
        sides, most = (
            (self.habits.film_px, mix.batch_films) if films else (self.habits.still_px, mix.batch_stills)
        )
        size = int(rng.choice(sides))
        count = max(1, round(most * (WHOLE_PX / max(size, WHOLE_PX)) ** 2))
        return [draw(rng, kind, material, self.habits, size=size) for _ in range(count)]


def draw(rng: Generator, kind: str, material: Material, habits: Habits, *, size: int | None = None) -> Sample:
    """One sample of a kind, `size` px or as large as they come."""
    if kind in (IMAGINED, CLIPS):
        side, alone = size or max(habits.film_px), rng.random() < habits.alone
        if kind == CLIPS:
            frames = clip_frames(rng, _any(rng, material.clips), habits, size=side, alone=alone)
        else:
            pair = _any(rng, material.pictures)(), _any(rng, material.pictures)()
            frames = imagined_frames(rng, *pair, habits, size=side)
        return film_sample(rng, *frames, habits, alone=alone)
    side = size or max(habits.still_px)
    return still_sample(rng, _still(rng, material, habits, side), habits, size=side, hinted=kind == HINTED)


def _still(rng: Generator, material: Material, habits: Habits, side: int) -> Picture:
    """A frame of a clip or a photograph, if possible one that need not be grown more than twice."""
    if material.clips and rng.random() < habits.from_clips:
        return clip_picture(rng, _any(rng, material.clips))
    for _ in range(TRIES):
        picture = _any(rng, material.pictures)()
        if 2 * min(picture.shape[:2]) >= side:
            break
    return picture


def _any(rng: Generator, things: Sequence[T]) -> T:
    return things[int(rng.integers(len(things)))]
