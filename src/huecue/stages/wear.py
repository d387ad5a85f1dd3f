"""What time does to a film, done to a picture's luma: to train on, and to be examined on."""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from typing import TypeVar

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from huecue.types import Luma

Floats = NDArray[np.float32]
A = TypeVar("A", bound=NDArray[np.generic])

MID_GREY = 128.0
SWING_LEVELS = 60.0
"""A frame whose contrast flickers by a share gets lighter or darker by this times another such share."""
SCRATCH_LEVELS = 80.0
LEAST_BLUR_PX = 0.3
"""A blur below this is none."""


@dataclass(frozen=True, slots=True)
class Wear:
    """How worn a film is; by default not at all. Lengths are in pixels of the picture, luma in levels of 255.

    - `grain` is its standard deviation in levels, fresh on every frame; a Gaussian of `grain_px` softens it.
    - `flicker` is the standard deviation of a frame's contrast, as a share; its brightness swings by 60
      levels times a share of its own.
    - `contrast` is the share of the contrast that is left, about mid-grey.
    - `blur_px` is the standard deviation of a Gaussian.
    - `scratches` is their mean number in a frame: upright, from edge to edge, up to `scratch_px` wide, 80
      levels lighter or darker.
    - `specks` is the mean number of specks of dust in a frame: ellipses with radii of 1 to `speck_px`, black
      or white.
    - `weave_px` is the standard deviation of a frame's place in the gate, across and down. `on` leaves it to
      `draw_shift`, for whoever judges the colours has to know it.
    """

    grain: float = 0.0
    grain_px: float = 0.6
    flicker: float = 0.0
    contrast: float = 1.0
    blur_px: float = 0.0
    scratches: float = 0.0
    scratch_px: float = 2.0
    specks: float = 0.0
    speck_px: float = 3.0
    weave_px: float = 0.0

    def __post_init__(self) -> None:
        assert min(astuple(self)) >= 0

    def scaled(self, scale: float) -> Wear:
        """The same wear on a picture that is `scale` times as large."""
        lengths = ("grain_px", "blur_px", "scratch_px", "speck_px", "weave_px")
        return replace(self, **{name: scale * getattr(self, name) for name in lengths})

    def on(self, rng: Generator, luma: Luma) -> Luma:
        """A worn copy of a luma (H, W): one frame's draw of everything but weave."""
        return np.rint(self.unrounded(rng, luma.astype(np.float32))).astype(np.uint8)

    def unrounded(self, rng: Generator, luma: Floats) -> Floats:
        """The same of a luma (H, W), 0..255, of any depth."""
        worn = luma
        if self.blur_px > LEAST_BLUR_PX:
            worn = cv2.GaussianBlur(worn, (0, 0), self.blur_px)
        gain = self.contrast * (1 + rng.normal(0, self.flicker))
        worn = (worn - MID_GREY) * gain + MID_GREY + rng.normal(0, SWING_LEVELS * self.flicker)
        if self.grain > 0:
            worn += self.grain * _draw_grain(rng, worn.shape, self.grain_px)
        for _ in range(rng.poisson(self.scratches)):
            _scratch(rng, worn, self.scratch_px)
        for _ in range(rng.poisson(self.specks)):
            _speck(rng, worn, self.speck_px)
        return np.asarray(np.clip(worn, 0, 255), np.float32)

    def draw_shift(self, rng: Generator, step: tuple[int, int] = (1, 1)) -> tuple[int, int]:
        """How far a frame lies to the right and down in the gate, in pixels: whole multiples of the steps."""
        across, down = (round(rng.normal(0, self.weave_px) / one) * one for one in step)
        return across, down


def shifted(plane: A, across: int, down: int) -> A:
    """A plane (H, W) or picture (H, W, C) moved right and down by whole pixels; its edges repeat."""
    rows, columns = (
        np.clip(np.arange(side) - by, 0, side - 1)
        for side, by in zip(plane.shape[:2], (down, across), strict=True)
    )
    moved: A = plane[rows[:, None], columns]
    return moved


def _draw_grain(rng: Generator, shape: tuple[int, ...], softness_px: float) -> Floats:
    """Noise (H, W) of standard deviation 1."""
    height, width = shape
    reach = round(4 * softness_px)
    kernel = cv2.getGaussianKernel(2 * reach + 1, max(softness_px, 1e-3))
    rough = rng.standard_normal((height + 2 * reach, width + 2 * reach), np.float32)  # edges are grain, too
    soft = cv2.sepFilter2D(rough, -1, kernel, kernel)[reach : reach + height, reach : reach + width]
    return np.asarray(soft / np.float32(np.square(kernel).sum()), np.float32)


def _scratch(rng: Generator, worn: Floats, widest_px: float) -> None:
    column = int(rng.integers(0, worn.shape[1]))
    width = int(rng.integers(1, max(1, round(widest_px)) + 1))
    worn[:, column : column + width] += rng.choice([-SCRATCH_LEVELS, SCRATCH_LEVELS])


def _speck(rng: Generator, worn: Floats, widest_px: float) -> None:
    height, width = worn.shape
    middle = int(rng.integers(0, width)), int(rng.integers(0, height))
    radii = [round(radius) for radius in rng.uniform(1, max(1.0, widest_px), 2)]
    light = float(rng.choice([0, 255]))
    cv2.ellipse(worn, middle, radii, rng.uniform(0, 180), 0, 360, light, -1)
