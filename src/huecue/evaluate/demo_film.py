"""The demo's film: slow pans over three photographs that come with scikit-image, and hints for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import data

from huecue.types import Color, Hint, Picture, Size

SIZE = Size(640, 360)
RATE = Fraction(24)
SHOT_FRAMES = 32
HINTS_PER_SHOT = 12
RADIUS_PX = 5
GRID_PX = 8
"""Hints are sought at points this far apart."""
VIVID = 3.0
"""How much a difference of colour counts against one of place, when hints are chosen to be far from each other."""


@dataclass(frozen=True, slots=True)
class Pan:
    """A camera gliding over a photograph: (x, y) of the window's centre and its width, in the photograph's pixels."""

    photograph: str
    start: tuple[float, float, float]
    stop: tuple[float, float, float]


PANS = (
    Pan("astronaut", (250, 150, 470), (262, 190, 470)),
    Pan("coffee", (290, 200, 540), (310, 215, 500)),
    Pan("chelsea", (205, 140, 390), (240, 140, 390)),
)
"""NASA's portrait of Eileen Collins (public domain), a cup of coffee and the cat Chelsea (both CC0)."""


def demo_pictures() -> Iterator[Picture]:
    """Every frame in colour, (H, W, 3)."""
    for pan in PANS:
        photograph: Picture = getattr(data, pan.photograph)()
        for index in range(SHOT_FRAMES):
            yield look_at(photograph, pan, index / (SHOT_FRAMES - 1))


def shot_starts() -> tuple[int, ...]:
    """The first frame of each shot."""
    return tuple(range(0, len(PANS) * SHOT_FRAMES, SHOT_FRAMES))


def look_at(photograph: Picture, pan: Pan, share: float) -> Picture:
    """What the camera sees after this share, 0..1, of its way: a picture of SIZE."""
    x, y, width = (a + (b - a) * share for a, b in zip(pan.start, pan.stop, strict=True))
    scale = width / SIZE.width
    left, top = x - scale * (SIZE.width - 1) / 2, y - scale * (SIZE.height - 1) / 2
    where = np.array([[scale, 0, left], [0, scale, top]], np.float32)
    how = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(photograph, where, (SIZE.width, SIZE.height), flags=how, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(seen, np.uint8)


def choose_hints(picture: Picture, frame: int, count: int = HINTS_PER_SHOT) -> tuple[Hint, ...]:
    """Points that a person might choose: on even areas, far from one another in place and in colour."""
    places, colors = _even_places(picture)
    scale = np.array([1 / picture.shape[1], 1 / picture.shape[1]])
    features = np.hstack([places * scale, colors / 255 * VIVID / 3])  # (N, 5)
    chosen = [int(np.argmax(np.ptp(colors, axis=1)))]
    for _ in range(count - 1):
        gaps = np.min([np.linalg.norm(features - features[one], axis=1) for one in chosen], axis=0)
        chosen.append(int(np.argmax(gaps)))
    return tuple(_hint(places[one], colors[one], frame) for one in chosen)


def _even_places(picture: Picture) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centres (N, 2), x and y, and mean colours (N, 3) of the evener half of all places on a grid."""
    soft = cv2.blur(picture.astype(np.float32), (2 * RADIUS_PX + 1,) * 2)
    square = cv2.blur(picture.astype(np.float32) ** 2, (2 * RADIUS_PX + 1,) * 2)
    unrest = np.maximum(square - soft**2, 0).sum(axis=-1)
    rows, columns = (np.arange(GRID_PX, side - GRID_PX, GRID_PX) for side in picture.shape[:2])
    here = np.ix_(rows, columns)
    x, y = np.meshgrid(columns, rows)
    even = unrest[here] <= np.median(unrest[here])
    return np.stack([x[even], y[even]], axis=-1).astype(np.float64), soft[here][even].astype(np.float64)


def _hint(place: NDArray[np.float64], color: NDArray[np.float64], frame: int) -> Hint:
    red, green, blue = (int(part) for part in np.rint(color))
    rgb: Color = (red, green, blue)
    return Hint(float(place[0]), float(place[1]), rgb, frame, RADIUS_PX)
