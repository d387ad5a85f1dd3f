"""Clips worn down like old film: what the methods see, while their colours are judged on the clean luma."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

import numpy as np

from huecue.color import luma_to_plane, plane_to_luma
from huecue.evaluate.clips import ChromaPlanes, Clip, FramesOnDemand
from huecue.evaluate.protocols import Task, rng_of
from huecue.stages.wear import Wear, shifted
from huecue.types import Frame

Level = Literal["light", "heavy"]
LEVELS: Mapping[Level, Wear] = MappingProxyType(
    {
        "light": Wear(
            grain=5, flicker=0.02, contrast=0.85, blur_px=0.7, scratches=0.3, specks=2, weave_px=0.7
        ),
        "heavy": Wear(
            grain=12,
            grain_px=0.8,
            flicker=0.06,
            contrast=0.6,
            blur_px=1.2,
            scratches=1.5,
            specks=8,
            weave_px=1.5,
        ),
    }
)
"""How strong each level of wear is, its lengths in pixels of a picture of this height."""
HEIGHT_PX = 480
"""Pictures of other heights get the same wear in proportion."""
# Dice of their own. Not 0: numpy takes [seed, name, 0] for [seed, name], the dice of the hints.
_WEAVE, _REST = 1, 2


@dataclass(frozen=True, slots=True, eq=False)
class WornClip:
    """A clip, worn: every frame by itself, always the same for the same file name, seed and index of a frame.

    `step` is the size of a chroma sample in pixels, across and down: frames weave by whole samples, so that
    the colours made for them can be moved back without loss.
    """

    clean: Clip
    wear: Wear
    seed: int
    step: tuple[int, int]

    @property
    def clip(self) -> Clip:
        """What the methods see. Its frames are worn when they are asked for."""
        frames = FramesOnDemand(len(self.clean.frames), lambda place: self._worn(self.clean.frames[place]))
        return replace(self.clean, frames=frames)

    def shift(self, index: int) -> tuple[int, int]:
        """How far a frame lies to the right and down, in pixels; the first lies where it should."""
        rng = rng_of(self.clean.name, self.seed, _WEAVE, index)
        return self.wear.draw_shift(rng, self.step) if index else (0, 0)

    def task(self, task: Task) -> Task:
        """What is given, laid on the frames as they lie: its colours stay those of the clean clip."""
        moved = ((index, shifted(picture, *self.shift(index))) for index, picture in task.keyframes)
        return replace(task, keyframes=tuple(moved))

    def moved_back(self, planes: ChromaPlanes, index: int) -> ChromaPlanes:
        """The chroma planes of a frame where they belong on the clean one."""
        (height, width), size = planes[0].shape, self.clean.size
        across, down = self.shift(index)
        samples = round(-across * width / size.width), round(-down * height / size.height)
        cb, cr = (shifted(plane, *samples) for plane in planes)
        return cb, cr

    def _worn(self, frame: Frame) -> Frame:
        light = plane_to_luma(shifted(frame.luma, *self.shift(frame.index)), frame.depth, frame.full_range)
        rng = rng_of(self.clean.name, self.seed, _REST, frame.index)
        worn = self.wear.unrounded(rng, light * np.float32(255)) / np.float32(255)
        return replace(frame, luma=luma_to_plane(worn, frame.depth, frame.full_range))


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A clip and a task as methods see them, and how a frame's planes come back onto the clean clip."""

    clip: Clip
    task: Task
    back: Callable[[ChromaPlanes, int], ChromaPlanes]


def see(clip: Clip, task: Task, level: Level | None, *, seed: int) -> Seen:
    """What methods see at a level of wear; None: the clip as it is."""
    if level is None:
        return Seen(clip, task, lambda planes, _: planes)
    worn = wear_down(clip, level, seed=seed)
    return Seen(worn.clip, worn.task(task), worn.moved_back)


def wear_down(clip: Clip, level: Level, *, seed: int) -> WornClip:
    """The clip at a level of wear."""
    wear = LEVELS[level].scaled(clip.size.height / HEIGHT_PX)
    across, down = clip.info.chroma_shift
    return WornClip(clip, wear, seed, (2**across, 2**down))
