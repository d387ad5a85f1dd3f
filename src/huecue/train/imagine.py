"""Imagined hints and imagined motion, drawn on real pictures, and how strong imagined wear is.

Sources: Zhang et al. 2017, section 4 (the simulation of a person's hints); the rest is Huecue's own.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from huecue.stages.hints import Given
from huecue.stages.wear import Wear
from huecue.types import Chroma


@dataclass(frozen=True, slots=True)
class HintHabits:
    """How imagined hints are drawn. Shares are of the samples that have hints at all."""

    geometric: float = 0.6
    many: float = 0.25
    strokes: float = 0.13
    chance: float = 1 / 8
    most: int = 128
    widest_px: int = 9
    central: float = 0.7
    noise: float = 0.004


def draw_hints(rng: Generator, chroma: Chroma, habits: HintHabits) -> Given:
    """Hints on a picture of known chroma (H, W, 2): patches, strokes, or everything."""
    mask = np.zeros(chroma.shape[:2], bool)
    given = np.zeros_like(chroma)
    kind = rng.random()
    if kind < habits.geometric + habits.many:
        many = kind >= habits.geometric
        count = (
            round(float(np.exp(rng.uniform(0, np.log(habits.most)))))
            if many
            else rng.geometric(habits.chance)
        )
        for _ in range(min(int(count), habits.most)):
            _paint(given, mask, chroma, _patch(rng, chroma.shape, habits), rng.normal(0, habits.noise, 2))
    elif kind < habits.geometric + habits.many + habits.strokes:
        for _ in range(int(rng.integers(1, 5))):
            _stroke(rng, given, mask, chroma)
    else:
        given[...], mask[...] = chroma, True
    return Given(given, mask)


def _patch(rng: Generator, shape: tuple[int, ...], habits: HintHabits) -> tuple[slice, slice]:
    """A square patch 1..9 px wide; 70 % around the centre (sd a quarter of the span), else anywhere."""
    side = int(rng.integers(1, habits.widest_px + 1))
    span = np.array([shape[0] - side, shape[1] - side])
    place = rng.normal(span / 2, span / 4) if rng.random() < habits.central else rng.uniform(0, span + 1)
    top, left = np.clip(place, 0, span).astype(int)
    return slice(top, top + side), slice(left, left + side)


def _paint(
    given: Chroma,
    mask: NDArray[np.bool_],
    chroma: Chroma,
    at: tuple[slice, slice],
    noise: NDArray[np.float64],
) -> None:
    given[at] = chroma[at].mean(axis=(0, 1)) + noise
    mask[at] = True


def _stroke(rng: Generator, given: Chroma, mask: NDArray[np.bool_], chroma: Chroma) -> None:
    """A short straight stroke: true colours, averaged, where the chroma stays near its start's."""
    height, width = mask.shape
    start = rng.uniform((0, 0), (width, height))
    end = start + rng.normal(0, 0.15, 2) * (width, height)
    drawn = np.zeros(mask.shape, np.uint8)
    cv2.line(drawn, start.astype(int).tolist(), end.astype(int).tolist(), 1, int(rng.integers(1, 6)))
    row, column = min(int(start[1]), height - 1), min(int(start[0]), width - 1)
    alike = np.abs(chroma - chroma[row, column]).max(axis=-1) < 0.06
    covered = drawn.astype(bool) & alike
    if covered.any():
        given[covered] = chroma[covered].mean(axis=0)
        mask |= covered


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A smooth imagined motion: where each output pixel comes from, as a function of time."""

    affine: NDArray[np.float64]
    wobble: NDArray[np.float32]

    def at(self, time: float, size: int) -> NDArray[np.float32]:
        """(size, size, 2) places in the source picture, x and y in pixels."""
        y, x = np.mgrid[:size, :size].astype(np.float32)
        centred = np.stack([x, y], axis=-1) - size / 2
        turn, grow, shift_x, shift_y, origin_x, origin_y = self.affine
        angle, scale = turn * time, np.exp(grow * time)
        spin = scale * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]], np.float32)
        moved = centred @ spin + np.array([origin_x + shift_x * time, origin_y + shift_y * time], np.float32)
        return np.asarray(moved + self.wobble * np.float32(time), np.float32)


def draw_path(rng: Generator, size: int, source: tuple[int, ...], length: int) -> Path:
    """A path over `length` frames: up to 10 degrees, 0.85..1.15 in scale, 8 % of shift, a smooth wobble."""
    height, width = source[:2]
    pace = 1 / max(length, 1)
    turn = rng.uniform(-1, 1) * np.deg2rad(10) * pace
    grow = rng.uniform(np.log(0.85), np.log(1.15)) * pace
    shift = rng.normal(0, 0.08 * size, 2) * pace
    origin = rng.uniform(
        (size / 2, size / 2), (max(width - size / 2, size / 2 + 1), max(height - size / 2, size / 2 + 1))
    )
    coarse = rng.normal(0, 1, (5, 5, 2)).astype(np.float32)
    wobble = cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC) * rng.uniform(0, 8) * pace
    return Path(np.array([turn, grow, *shift, *origin]), wobble.astype(np.float32))


def draw_wear(rng: Generator, share: float) -> Wear | None:
    """Mild wear for `share` of the samples, None for the rest."""
    if rng.random() >= share:
        return None
    return Wear(
        flicker=rng.uniform(0, 0.06),
        grain=rng.uniform(0, 7.1),
        blur_px=max(0.0, rng.normal(0.4, 0.4)),
        scratches=0.2,
    )


def turn_hue(rng: Generator) -> NDArray[np.float32]:
    """A 2x2 matrix that turns the hue by any angle and scales the saturation by 0.5..1.3."""
    angle, scale = rng.uniform(0, 2 * np.pi), rng.uniform(0.5, 1.3)
    return (scale * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])).astype(
        np.float32
    )
