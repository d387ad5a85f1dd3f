"""Kriging as the textbook has it, in double precision: one hint after another, pixel by pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huecue.stages.krige import LEVEL, NOISE, REACH

Plane = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Pixel:
    """What is known of one pixel before any hint."""

    coordinates: Plane
    traits: Plane
    amplitude: float
    guess: Plane


def apart(one: Pixel, other: Pixel) -> float:
    return float(np.sqrt(sum((a - b) ** 2 for a, b in zip(one.coordinates, other.coordinates, strict=True))))


def covariance(one: Pixel, other: Pixel) -> float:
    """Matérn's of smoothness 3/2, a level for the whole frame, and a part that is linear in the traits."""
    far = np.sqrt(3) * apart(one, other) / REACH
    alike = (1 + far) * np.exp(-far) + LEVEL
    alike += sum(a * b for a, b in zip(one.traits, other.traits, strict=True))
    return float(one.amplitude * other.amplitude * alike)


def slow_krige(
    pixels: list[Pixel], index: NDArray[np.intp], chroma: NDArray[np.float32]
) -> tuple[Plane, Plane]:
    """Chroma (n, 2) and nearness (n,) of pixels, told the hints one by one: each corrects what is believed.

    No equations are solved: a Gaussian that is told of one value after another ends up as one told of all.
    """
    believed = np.array([pixel.guess for pixel in pixels])
    shared = np.array([[covariance(one, pixels[at]) for at in index] for one in pixels])
    for number, (at, wanted) in enumerate(zip(index, chroma.astype(np.float64), strict=True)):
        gain = shared[:, number] / (shared[at, number] + NOISE)
        believed = believed + np.outer(gain, wanted - believed[at])
        shared = shared - np.outer(gain, shared[at])
    near = [max([np.exp(-(apart(one, pixels[at]) ** 2)) for at in index], default=0.0) for one in pixels]
    return believed, np.array(near)
