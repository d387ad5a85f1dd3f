"""Colours to offer for a point: what the network made there, and what was said of places like it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from huecue.color import hint_chroma, to_picture, ycc_to_rgb
from huecue.project import color_text
from huecue.types import Color, Hint, Luma, Size

MOST = 8
ALIKE = 24
"""Luma of 255 within which a hinted place counts as like another."""
MATERIALS: tuple[tuple[str, Color], ...] = (
    ("skin", (205, 150, 122)),
    ("foliage", (88, 116, 60)),
    ("sky", (120, 160, 205)),
    ("wood", (134, 96, 62)),
    ("brick", (156, 78, 60)),
    ("denim", (62, 82, 122)),
)
"""What most films show; they come last."""


@dataclass(frozen=True, slots=True)
class Swatch:
    """A colour as it will look there, and why it is offered."""

    color: Color
    why: str


def luma_at(luma: Luma, x: float, y: float) -> int:
    """The mean luma, 0..255, around a point (x, y), each 0..1 of the frame."""
    row, column = round(y * (luma.shape[0] - 1)), round(x * (luma.shape[1] - 1))
    return round(float(luma[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2].mean()))


def shown_at(color: Color, luma: int) -> Color:
    """The colour that a pixel of this luma, 0..255, has when it is told to be `color`."""
    light = np.full((), luma / 255, np.float32)
    rgb = ycc_to_rgb(light, hint_chroma(color, light))
    red, green, blue = (int(part) for part in to_picture(rgb))
    return red, green, blue


def color_at(jpeg: bytes, x: float, y: float) -> Color:
    """The mean colour of a coloured picture around a point (x, y), each 0..1 of the frame."""
    bgr = np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)
    row, column = round(y * (bgr.shape[0] - 1)), round(x * (bgr.shape[1] - 1))
    near = bgr[max(0, row - 2) : row + 3, max(0, column - 2) : column + 3].reshape(-1, 3).mean(axis=0)
    return round(float(near[2])), round(float(near[1])), round(float(near[0]))


def offers(
    luma: int, own: Color | None, alike: Iterable[Hint], named: Sequence[tuple[str, Color]]
) -> list[Swatch]:
    """Colours for a place of this luma, the likeliest first, each once, as they will look there.

    `own` is what it is now, `alike` hints on places like it, the nearest first.
    """
    wanted: list[tuple[Color, str]] = []
    if own is not None:
        wanted.append((own, "as it is now"))
    wanted += [(hint.color, f"as on frame {hint.frame}") for hint in alike]
    if own is not None:
        wanted.append((_stronger(own), "a little stronger"))
    wanted += [(color, name) for name, color in (*named, *MATERIALS)]
    found: dict[str, Swatch] = {}
    for color, why in wanted:
        shown = shown_at(color, luma)
        if all(_apart(shown, one.color) > 10 for one in found.values()):
            found[color_text(shown)] = Swatch(shown, why)
    return list(found.values())[:MOST]


def _stronger(color: Color) -> Color:
    mean = sum(color) / 3
    red, green, blue = (round(min(255.0, max(0.0, mean + 1.7 * (part - mean)))) for part in color)
    return red, green, blue


def _apart(one: Color, other: Color) -> float:
    return float(sum(abs(a - b) for a, b in zip(one, other, strict=True)))


def hints_alike(
    hints: Iterable[Hint], luma: int, frame: int, luma_of: Callable[[int], Luma], size: Size
) -> list[Hint]:
    """Hints on places of about this luma, those of the nearest frames first; one of each colour."""
    luma_of = lru_cache(maxsize=4)(luma_of)
    near = sorted(hints, key=lambda hint: abs(hint.frame - frame))[:40]
    found: dict[Color, Hint] = {}
    for hint in near:
        if hint.color in found or len(found) == 4:
            continue
        there = luma_at(luma_of(hint.frame), hint.x / size.width, hint.y / size.height)
        if abs(there - luma) <= ALIKE:
            found[hint.color] = hint
    return list(found.values())
