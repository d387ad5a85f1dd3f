"""Clips as the report looks at them: the first frames, squared, with hints on the first of them."""

from __future__ import annotations

from dataclasses import replace

from huecue.evaluate.clips import Clip, true_picture
from huecue.evaluate.protocols import Task, rng_of
from huecue.evaluate.stills import as_clip, draw_patches
from huecue.stages.hints import Given, place
from huecue.types import Luma

FEWEST_HINTS, MOST_HINTS = 15, 20


def square_clip(clip: Clip, side_px: int) -> Clip:
    """The clip with each frame squeezed to a square, 4:4:4, 8 bits, full range: its luma plane is a Luma."""
    squares = [as_clip(clip.name, true_picture(frame), side_px) for frame in clip.frames]
    frames = tuple(replace(one.frames[0], index=number, pts=number) for number, one in enumerate(squares))
    return Clip(clip.path, replace(squares[0].info, frames=len(frames)), frames)


def hints_for(clip: Clip, *, seed: int) -> Task:
    """15 to 20 patches of true colour on the first frame; the same for the same file name and seed."""
    rng = rng_of(clip.name, seed)
    count = int(rng.integers(FEWEST_HINTS, MOST_HINTS + 1))
    return Task(hints=draw_patches(true_picture(clip.frames[0]), count, rng))


def lumas_of(clip: Clip) -> list[Luma]:
    """The luma (S, S) of each frame of a squared clip."""
    return [frame.luma.astype("uint8", copy=False) for frame in clip.frames]


def given_for(clip: Clip, task: Task) -> Given:
    """The hinted pixels of the first frame of a squared clip."""
    return place(task.hints, (), lumas_of(clip)[0], displayed=clip.size)
