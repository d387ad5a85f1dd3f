"""Hints kriged: the colours that they make likely in a frame, beside what is known of it before any hint.

Before, each pixel has a guess at its colour, an amplitude (how far from the guess it may be), coordinates and
traits. What is near in coordinates lies near in colour; traits are what colour may follow in proportion.
Sources: Rasmussen and Williams 2006, Gaussian processes, (2.23), (2.37) and (4.17); Wilson et al. 2016 (a
network makes what the covariance is of).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from huecue.types import Luma

Planes = NDArray[np.float32]

TRAITS = 8
EXTRA = TRAITS + 3
"""Planes of a prior beside its coordinates: the traits, the amplitude, and the guess's Cb and Cr."""
COORDINATE, TRAIT, AMPLITUDE, GUESS = slice(-EXTRA), slice(-EXTRA, -3), slice(-3, -2), slice(-2, None)
"""Where each lies among a prior's planes."""
LUMA_REACH = 10.0
PLACE_REACH = 3.0
REACH = 5.0
"""How far apart coordinates may lie and still be alike."""
NOISE = 0.2
"""How little a hinted pixel is taken at its word."""
LEVEL = 0.1
"""How far a whole frame may be of one colour."""
PART_PX = 768
"""Pixels that are weighed together: what they need stays in the processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """What is known of n pixels: coordinates (C, n), traits (8, n), amplitude (1, n), guess (2, n)."""

    coordinates: Planes
    traits: Planes
    amplitude: Planes
    guess: Planes

    @classmethod
    def of(cls, half: Luma, planes: Planes | None) -> Prior:
        """Of a half-size luma (h, w) and the network's `planes` (C + 11, h, w); None knows luma and place."""
        y, x = np.mgrid[: half.shape[0], : half.shape[1]].astype(np.float32)
        place = np.float32(PLACE_REACH / half.shape[0])
        own = np.stack([half * np.float32(LUMA_REACH / 255), y * place, x * place])
        if planes is None:
            planes = np.zeros((EXTRA, *half.shape), np.float32)
            planes[TRAITS] = 1
        told = (planes[part] for part in (TRAIT, AMPLITUDE, GUESS))
        seen = (np.concatenate([own, planes[COORDINATE]]), *told)
        return cls(*(part.reshape(len(part), -1) for part in seen))

    @property
    def follows(self) -> Planes:
        """(9, n): what colour may follow in proportion: the traits, and the level of the whole frame."""
        return np.concatenate([self.traits, np.full_like(self.amplitude, math.sqrt(LEVEL))])

    def at(self, index: NDArray[np.intp] | slice) -> Prior:
        """Of these pixels alone."""
        parts = (self.coordinates, self.traits, self.amplitude, self.guess)
        return Prior(*(part[:, index] for part in parts))


def krige(prior: Prior, index: NDArray[np.intp], chroma: NDArray[np.float32]) -> Planes:
    """(3, n): the chroma that hints (k, 2) at pixels `index` (k,) make likely, and how near one is, 0..1.

    The covariance of two pixels whose coordinates lie d apart is the product of their amplitudes with
    (1 + r) exp(-r) + LEVEL + the inner product of their traits, r = sqrt(3) d/REACH; nearness is exp(-d^2).
    """
    if not len(index):
        return np.concatenate([prior.guess, np.zeros_like(prior.amplitude)])
    point = prior.at(index)
    among, _ = _matern(point.coordinates, point.coordinates)
    among += point.follows.T @ point.follows
    among *= point.amplitude.T * point.amplitude
    among[np.diag_indices_from(among)] += np.float32(NOISE)
    told = np.linalg.solve(among, chroma - point.guess.T).T * point.amplitude
    followed = told @ point.follows.T  # what traits carry is of so low a rank that no (k, n) is needed for it
    found = np.empty((3, prior.guess.shape[1]), np.float32)
    for begin in range(0, found.shape[1], PART_PX):
        span = slice(begin, begin + PART_PX)
        part = prior.at(span)
        alike, nearest = _matern(point.coordinates, part.coordinates)
        found[:2, span] = part.guess + part.amplitude * (told @ alike + followed @ part.follows)
        found[2, span] = np.exp(-nearest)
    return found


def _matern(point: Planes, pixel: Planes) -> tuple[Planes, Planes]:
    """(1 + r) exp(-r) (k, n) of coordinates (C, k) and (C, n), and each pixel's least d^2 to a point (n,)."""
    own, square = (np.square(one).sum(axis=0, keepdims=True) for one in (point, pixel))
    asked = np.concatenate([-2 * point, own, np.ones_like(own)]).T * np.float32(3 / REACH**2)
    apart = asked @ np.concatenate([pixel, np.ones_like(square), square])  # r^2 in one product
    np.maximum(apart, 0, out=apart)
    nearest = apart.min(axis=0) * np.float32(REACH**2 / 3)
    far = cv2.sqrt(apart, dst=apart)
    alike = cv2.exp(-far)
    far += 1
    alike *= far
    return alike, nearest
