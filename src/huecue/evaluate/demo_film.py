"""The demo's film: slow pans over three photographs that come with scikit-image, and hints for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np
from skimage import data

from huecue.evaluate.protocols import mean_color
from huecue.types import Hint, Picture, Size

SIZE = Size(640, 360)
RATE = Fraction(24)
SHOT_FRAMES = 32
RADIUS_PX = 5


@dataclass(frozen=True, slots=True)
class Pan:
    """A camera gliding over a photograph: its window's centre (x, y) and width, in the photograph's pixels.

    `points` are where a person might click in the pan's first frame, (x, y) in its own pixels.
    """

    photograph: str
    start: tuple[float, float, float]
    stop: tuple[float, float, float]
    points: tuple[tuple[int, int], ...]


PANS = (
    Pan(
        "astronaut",
        (262, 200, 480),
        (250, 140, 480),
        points=(
            *((220, 21), (246, 107), (257, 203)),  # hair, cheek, collar
            *((107, 257), (407, 284), (214, 321)),  # the suit
            *((21, 32), (64, 161)),  # the flag
            *((139, 43), (418, 128), (487, 118), (536, 86)),  # the wall, the shuttle and its tank
        ),
    ),
    Pan(
        "coffee",
        (310, 215, 500),
        (290, 200, 540),
        points=(
            *((289, 90), (268, 128), (198, 52), (426, 69), (257, 181)),  # the coffee and its cup
            *((86, 154), (493, 197), (268, 336), (391, 261)),  # the saucer and the spoon
            *((43, 47), (600, 143), (600, 304)),  # the table
        ),
    ),
    Pan(
        "chelsea",
        (222, 165, 430),
        (228, 125, 430),
        points=(
            *((220, 110), (479, 142), (380, 285), (525, 14)),  # eyes, nose and ear
            *((353, 73), (370, 223), (214, 223), (107, 276), (257, 330)),  # fur
            *((16, 46), (611, 94), (600, 308)),  # what is behind
        ),
    ),
)
"""NASA's portrait of Eileen Collins (public domain), a cup of coffee and the cat Chelsea (both CC0)."""


def demo_pictures() -> Iterator[Picture]:
    """Every frame in colour, (H, W, 3)."""
    for pan in PANS:
        photograph = load(pan)
        for index in range(SHOT_FRAMES):
            yield look_at(photograph, pan, index / (SHOT_FRAMES - 1))


def look_at(photograph: Picture, pan: Pan, share: float) -> Picture:
    """What the camera sees after this share, 0..1, of its way: a picture of SIZE."""
    x, y, width = (a + (b - a) * share for a, b in zip(pan.start, pan.stop, strict=True))
    scale = width / SIZE.width
    left, top = x - scale * (SIZE.width - 1) / 2, y - scale * (SIZE.height - 1) / 2
    where = np.array([[scale, 0, left], [0, scale, top]], np.float32)
    how = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(
        photograph, where, (SIZE.width, SIZE.height), flags=how, borderMode=cv2.BORDER_REFLECT_101
    )
    return np.asarray(seen, np.uint8)


def demo_hints() -> tuple[Hint, ...]:
    """The points of every pan, with the true colours around them."""
    photographs = [(index * SHOT_FRAMES, pan, load(pan)) for index, pan in enumerate(PANS)]
    firsts = [(frame, pan, look_at(photograph, pan, 0.0)) for frame, pan, photograph in photographs]
    return tuple(
        Hint(x, y, mean_color(picture, x, y, RADIUS_PX), frame, RADIUS_PX)
        for frame, pan, picture in firsts
        for x, y in pan.points
    )


def load(pan: Pan) -> Picture:
    """The photograph of a pan, (H, W, 3)."""
    photograph: Picture = getattr(data, pan.photograph)()
    return photograph
