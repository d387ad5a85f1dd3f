"""A clip played forwards and backwards until it is a long film of one shot, and what colours lose on the way.

The film's frames stand at positions 0, 1 .. n-1, n-2 .. 0, 1 .. of the clip: a mirror at both ends, each end
once a turn. A swing is one way from end to end, n frames. The first frame is given, so how hard a position is
depends on how far it lies from the clip's first. So swings are compared, for each holds every position once;
position 0 counts in none, because in the first swing it is the frame that was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from huecue.errors import UsageError
from huecue.evaluate.clips import ChromaPlanes, Clip, FramesOnDemand, picture_of, true_picture
from huecue.evaluate.score import title_of
from huecue.evaluate.worn import Level
from huecue.metrics import psnr
from huecue.types import Frame

DRIFT_LENGTH = 2000
MARKS = (10, 50, 200, 1000)
"""The frames that are reported beside the last, counted from 1 as people count."""
SETTLED = 50
"""The frame that later ones are held against."""


def place_of(index: int, frames: int) -> int:
    """The position, in a clip of so many frames, of frame `index` of the film there and back."""
    phase = index % (2 * (frames - 1))
    return min(phase, 2 * (frames - 1) - phase)


def there_and_back(clip: Clip, length: int) -> Clip:
    """The clip as a film of `length` frames, each made when it is asked for: only the clip is in memory.

    Raises UsageError where the clip has one frame alone.
    """
    frames = clip.frames
    if len(frames) < 2:
        raise UsageError(f"{clip.path} has one frame: drift plays a clip there and back, and needs 2 or more")

    def make(index: int) -> Frame:
        return replace(frames[place_of(index, len(frames))], index=index, pts=None)

    return replace(clip, info=replace(clip.info, frames=length), frames=FramesOnDemand(length, make))


def psnr_along(clip: Clip, made: Iterable[ChromaPlanes]) -> Iterator[float]:
    """RGB PSNR in dB of each frame of a clip's film there and back, from its planes, one by one."""
    truths = [true_picture(frame) for frame in clip.frames]
    for index, planes in enumerate(made):
        place = place_of(index, len(truths))
        yield psnr(picture_of(clip.frames[place], planes), truths[place])


@dataclass(frozen=True, slots=True)
class DriftScore:
    """One method on one clip of `clip_frames` frames, played there and back.

    `psnr_frames` is in dB, of each frame of the film; `degrade` says how worn what the method saw was.
    """

    clip: str
    method: str
    clip_frames: int
    psnr_frames: tuple[float, ...]
    degrade: Level | None = None

    @property
    def title(self) -> str:
        """The method's name, with the wear of what it saw."""
        return title_of(self.method, self.degrade)

    @property
    def swings(self) -> tuple[float, ...]:
        """The mean PSNR of each whole swing, over every clip position but the first."""
        step = self.clip_frames - 1
        starts = range(0, len(self.psnr_frames) - step, step)
        return tuple(self._mean(range(start, start + step + 1)) for start in starts)

    def _mean(self, indices: range) -> float:
        return float(np.mean([self.psnr_frames[i] for i in indices if place_of(i, self.clip_frames)]))

    def alone(self, frame: int) -> float:
        """The PSNR of a frame, counted from 1, alone."""
        return self.psnr_frames[frame - 1]

    def swing(self, frame: int) -> float | None:
        """The mean PSNR of the swing that holds a frame, counted from 1.

        Where the film ends within that swing it is the last whole one; None where there is no whole one.
        """
        return self.swings[min(self._number(frame), len(self.swings) - 1)] if self.swings else None

    @property
    def fall(self) -> float | None:
        """The swing that holds frame 50 less the worst whole one after it; None where there is none."""
        number = self._number(SETTLED)
        later = self.swings[number + 1 :]
        return self.swings[number] - min(later) if later else None

    def _number(self, frame: int) -> int:
        """Which swing holds a frame: at a turn the one that ends there."""
        return max(0, (frame - 2) // (self.clip_frames - 1))
