"""Hints spread over one picture without any learning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from huecue.evaluate.yatziv import blend
from huecue.stages.hints import Given, place
from huecue.stages.levin import solve
from huecue.types import Chroma, Hint, Luma, Mask, Size

LUMA_REACH = 12.0
PLACE_REACH = 5.0


def levin(hints: Sequence[Hint], luma: Luma, displayed: Size) -> Chroma:
    """Levin, Lischinski and Weiss, Colorization using optimization, 2004: the paper's own linear system.

    `luma` is (H, W); hints are in pixels of the `displayed` film, as everywhere.
    """
    given = place(hints, (), luma, displayed=displayed)
    return solve(given.chroma, given.mask, luma)


def yatziv(hints: Sequence[Hint], luma: Luma, displayed: Size) -> Chroma:
    """Yatziv and Sapiro, Fast image and video colorization using chrominance blending, 2006."""
    given = place(hints, (), luma, displayed=displayed)
    return blend(given.chroma, given.mask, luma)


def nearest(hints: Sequence[Hint], luma: Luma, displayed: Size) -> Chroma:
    """Each pixel's chroma (H, W, 2) is the mean over the hints, those near in place and luma counting most.

    The weights are exp(-(12 dY)^2 - (5 d/H)^2), dY of luma 0..1 and d in pixels, from the hint's middle.
    """
    if not hints:
        return np.zeros((*luma.shape, 2), np.float32)
    light = np.asarray(luma, np.float32) / np.float32(255)
    points = [_point(place((hint,), (), luma, displayed=displayed), light) for hint in hints]
    closest = np.full(luma.shape, np.inf, np.float32)
    for point in points:
        closest = np.minimum(closest, _unlikeness(point, light))
    total, weights = np.zeros((*luma.shape, 2), np.float32), np.zeros(luma.shape, np.float32)
    for point in points:
        weight = np.exp(closest - _unlikeness(point, light))  # the closest weighs 1: nothing underflows
        total += weight[..., None] * point.chroma
        weights += weight
    return np.asarray(total / weights[..., None], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    """A hint's middle, its pixels' mean luma 0..1 and their mean chroma (2,)."""

    row: float
    column: float
    light: float
    chroma: Chroma


def _point(given: Given, light: Mask) -> _Point:
    rows, columns = np.nonzero(given.mask)
    own = given.chroma[given.mask].mean(axis=0)
    return _Point(float(rows.mean()), float(columns.mean()), float(light[given.mask].mean()), own)


def _unlikeness(point: _Point, light: Mask) -> Mask:
    y, x = np.ogrid[: light.shape[0], : light.shape[1]]
    far = ((y - point.row) ** 2 + (x - point.column) ** 2) * (PLACE_REACH / light.shape[0]) ** 2
    return np.asarray(far + (LUMA_REACH * (light - point.light)) ** 2, np.float32)
