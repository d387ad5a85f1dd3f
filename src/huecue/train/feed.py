"""An endless stream of batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.random import Generator
from torch.utils.data import IterableDataset, get_worker_info

from huecue.errors import UsageError
from huecue.train.films import clip_frames, clip_picture, film_sample, imagined_frames
from huecue.train.lessons import open_lessons
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
    """What samples are drawn from; `taught` are the pictures as a teacher colours them, if there is one."""

    pictures: Sequence[Opener]
    clips: Sequence[Clip]
    taught: Sequence[Opener] | None = None


def load_material(data: Sequence[str], taught: Sequence[str] = ()) -> Material:
    """Everything that DATA arguments name, and what a teacher made of its pictures if that is named too.

    Raises UsageError where there is no photograph, or the teacher's are not as many.
    """
    sources = [Source.parse(text) for text in data]
    pictures = find_pictures(sources)
    if not pictures:
        raise UsageError(f"no photographs in {', '.join(data)}; name folders, zips or tars of pictures")
    told = open_lessons(taught, len(pictures)) if taught else None
    return Material(pictures, [read_clip(path) for path in find_clips(sources)], told)


def split(material: Material) -> tuple[Material, Sequence[Clip]]:
    """What to learn from, and one clip in ten kept back to validate on."""
    learned = [clip for place, clip in enumerate(material.clips) if place % 10 != 5]
    return replace(material, clips=learned), material.clips[5::10]


class Batches(IterableDataset[dict[str, Any]]):
    """Batches drawn without end; each worker, process and start draws its own, from data it reads itself."""

    def __init__(
        self, data: Sequence[str], habits: Habits, mix: Mix, *, seed: int, taught: Sequence[str] = ()
    ) -> None:
        self.data, self.habits, self.mix, self.seed, self.taught = data, habits, mix, seed, taught

    def __iter__(self) -> Iterator[dict[str, Any]]:
        cv2.setNumThreads(1)
        worker = get_worker_info()
        rng = np.random.default_rng((self.seed, worker.id if worker else 0))
        material, _ = split(load_material(self.data, self.taught))
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
    picture, taught = _still(rng, material, habits, side)
    return still_sample(rng, picture, habits, size=side, hinted=kind == HINTED, taught=taught)


def _still(rng: Generator, material: Material, habits: Habits, side: int) -> tuple[Picture, Picture | None]:
    """A frame of a clip or a photograph, if possible one that need not be grown more than twice.

    And what a teacher made of it, if there is one: of a photograph.
    """
    if material.clips and rng.random() < habits.from_clips:
        return clip_picture(rng, _any(rng, material.clips)), None
    for _ in range(TRIES):
        place = int(rng.integers(len(material.pictures)))
        picture = material.pictures[place]()
        if 2 * min(picture.shape[:2]) >= side:
            break
    return picture, None if material.taught is None else material.taught[place]()


def _any(rng: Generator, things: Sequence[T]) -> T:
    return things[int(rng.integers(len(things)))]
