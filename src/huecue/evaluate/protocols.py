"""What a method is given with a grey clip, and which frame is then not scored."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from huecue.evaluate.clips import Clip, true_picture
from huecue.pipeline import Palette
from huecue.types import Color, Hint, Picture, Size

HINTS = 20
HINT_RADIUS_PX = 3
"""A hint's colour is the mean of the 7x7 pixels around its point."""


class Protocol(StrEnum):
    """The ways to guide the colouring of a clip."""

    AUTO = "auto"
    HINTS = "hints20"
    FIRST_FRAME = "first-frame"
    REFERENCE = "reference"
    BOTH_ENDS = "both-ends"
    DRIFT = "drift"
    PALETTE = "palette"


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """The guidance that goes with a grey clip; `unscored` are the indices of the frames given away."""

    hints: tuple[Hint, ...] = ()
    first_frame: Picture | None = None
    reference: Picture | None = None
    keyframes: tuple[tuple[int, Picture], ...] = ()
    palette: Palette | None = None
    unscored: frozenset[int] = frozenset()


def set_task(clip: Clip, protocol: Protocol, *, seed: int) -> Task:
    """The task that a protocol sets for a clip; the same for the same file name and seed."""
    match protocol:
        case Protocol.AUTO:
            return Task()
        case Protocol.HINTS:
            return Task(hints=draw_hints(true_picture(clip.frames[0]), rng_of(clip.name, seed)))
        case Protocol.FIRST_FRAME | Protocol.DRIFT:
            return Task(first_frame=true_picture(clip.frames[0]), unscored=frozenset({0}))
        case Protocol.REFERENCE:
            middle = len(clip.frames) // 2
            return Task(reference=true_picture(clip.frames[middle]), unscored=frozenset({middle}))
        case Protocol.PALETTE:
            return Task(palette=Palette(picture=true_picture(clip.frames[len(clip.frames) // 2])))
        case Protocol.BOTH_ENDS:
            first, last = (true_picture(clip.frames[at]) for at in (0, -1))
            end = len(clip.frames) - 1
            keyframes = ((clip.frames[-1].index, last),)
            return Task(first_frame=first, keyframes=keyframes, unscored=frozenset({0, end}))


def rng_of(name: str, seed: int, *places: int) -> np.random.Generator:
    """Random numbers that depend on a file's name, the seed and the places, not on what was drawn before."""
    return np.random.default_rng([seed, zlib.crc32(name.encode()), *places])


def draw_hints(picture: Picture, rng: np.random.Generator) -> tuple[Hint, ...]:
    """Hints at random points of a picture (H, W, 3), uniform, 7x7 neighbourhoods inside if they fit."""
    size = Size(picture.shape[1], picture.shape[0])
    columns, rows = (_draw(rng, side) for side in (size.width, size.height))
    return tuple(
        Hint(x, y, mean_color(picture, x, y, HINT_RADIUS_PX), radius=HINT_RADIUS_PX)
        for x, y in zip(columns, rows, strict=True)
    )


def _draw(rng: np.random.Generator, side: int) -> list[int]:
    margin = min(HINT_RADIUS_PX, (side - 1) // 2)
    return [int(value) for value in rng.integers(margin, side - margin, HINTS)]


def mean_color(picture: Picture, x: int, y: int, radius: int) -> Color:
    """The mean colour of the square of pixels up to `radius` away from (x, y), rounded."""
    patch = picture[max(0, y - radius) : y + radius + 1, max(0, x - radius) : x + radius + 1]
    red, green, blue = np.rint(patch.reshape(-1, 3).mean(axis=0)).astype(int).tolist()
    return red, green, blue
