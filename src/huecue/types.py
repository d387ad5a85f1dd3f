"""The words of the house: small frozen values, checked once, at birth.

Conventions everywhere: arrays are (H, W) or (H, W, 2); points for people are (x, y) in pixels, (0, 0) the
centre of the top-left pixel; colours are sRGB triples 0..255; chroma is float32 (Cb, Cr), each -1..1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from huecue.errors import HintError, UsageError

Color = tuple[int, int, int]
"""An sRGB colour, each part 0..255."""
Luma = NDArray[np.uint8]
"""(H, W) luma at working size, full range 0..255."""
Chroma = NDArray[np.float32]
"""(H, W, 2) Cb and Cr, BT.709, divided by 0.5: each -1..1."""
Mask = NDArray[np.float32]
"""(H, W), 0..1."""
Plane = NDArray[np.uint8] | NDArray[np.uint16]
"""(H, W) one plane of a film at its own depth and range."""
Picture = NDArray[np.uint8]
"""(H, W, 3) sRGB."""


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels, both at least 1."""

    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise UsageError(f"a size must be at least 1x1 pixels, not {self.width}x{self.height}")

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W), as arrays have it."""
        return self.height, self.width

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


@dataclass(frozen=True, slots=True)
class Range:
    """Frames `start` (included) to `stop` (not included; None is the end)."""

    start: int = 0
    stop: int | None = None

    def __post_init__(self) -> None:
        if self.start < 0 or (self.stop is not None and self.stop <= self.start):
            raise UsageError(f"a range of frames needs 0 <= A < B, not {self.start}:{self.stop}")


def check_color(color: Color) -> None:
    """Raises HintError where a colour is none."""
    whole = all(isinstance(part, int | np.integer) for part in color)
    if len(color) != 3 or not whole or not all(0 <= part <= 255 for part in color):
        raise HintError(f"a colour is three whole numbers from 0 to 255, not {color!r}")


def _check_places(points: Iterable[tuple[float, float]], radius: float) -> None:
    if not all(isfinite(x) and isfinite(y) for x, y in points):
        raise HintError("a hint's x and y must be finite numbers")
    if not (radius > 0 and isfinite(radius)):
        raise HintError(f"a hint's radius must be over 0 pixels, not {radius}")


@dataclass(frozen=True, slots=True)
class Hint:
    """A colour at a point of one frame: (x, y) and `radius` in pixels of the film as displayed."""

    x: float
    y: float
    color: Color
    frame: int = 0
    radius: float = 3.0

    def __post_init__(self) -> None:
        check_color(self.color)
        if self.frame < 0:
            raise HintError(f"a hint's frame counts from 0, not {self.frame}")
        _check_places([(self.x, self.y)], self.radius)


@dataclass(frozen=True, slots=True)
class Stroke:
    """A colour along a line through `points` of one frame; `radius` is half the line's width."""

    points: tuple[tuple[float, float], ...]
    color: Color
    frame: int = 0
    radius: float = 3.0

    def __post_init__(self) -> None:
        check_color(self.color)
        if not self.points:
            raise HintError("a stroke needs at least one point")
        if self.frame < 0:
            raise HintError(f"a stroke's frame counts from 0, not {self.frame}")
        _check_places(self.points, self.radius)


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A picture whose colours are borrowed from `frame` on, until its shot ends or another takes over."""

    picture: Picture
    frame: int = 0


@dataclass(frozen=True, slots=True)
class Shot:
    """Frames `start` (included) to `stop` (not included) between two cuts."""

    start: int
    stop: int


def check_saturation(saturation: float | None) -> None:
    """Raises UsageError where a saturation is none; None says nothing, and is right."""
    if saturation is not None and not 0 <= saturation <= 4:
        raise UsageError(f"saturation goes from 0 (grey) to 4, not {saturation}")


@dataclass(frozen=True, slots=True)
class ShotSettings:
    """What is wanted of the shot that holds `frame`: its `saturation`, 0 to 4; None: the film's."""

    frame: int
    saturation: float | None = None

    def __post_init__(self) -> None:
        if self.frame < 0:
            raise HintError(f"a shot's frame counts from 0, not {self.frame}")
        check_saturation(self.saturation)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One frame as the decoder gave it.

    `luma` is the plane bit for bit, `chroma` the two planes the source had (None for a grey one), at `depth`
    bits; `full_range` says whether luma spans 0..2^depth-1 or the studio range; `pts` counts `time_base`s.
    """

    index: int
    luma: Plane
    depth: int
    full_range: bool
    pts: int | None
    time_base: Fraction
    chroma: tuple[Plane, Plane] | None = None
    side: object = field(default=None, repr=False)

    @property
    def size(self) -> Size:
        """The stored picture's size."""
        return Size(self.luma.shape[1], self.luma.shape[0])


@dataclass(frozen=True, slots=True)
class FilmInfo:
    """What a film holds, read without decoding it whole.

    `size` is the stored picture; `turns` how many quarter turns clockwise show it upright; `displayed` the
    size after those turns (square pixels are not forced). `frames` is None where the container does not say.
    `chroma_shift` is (log2 horizontal, log2 vertical) of the chroma planes that the OUTPUT will have.
    """

    path: str
    kind: str
    size: Size
    turns: int
    sample_aspect_ratio: Fraction
    rate: Fraction | None
    time_base: Fraction
    frames: int | None
    duration_s: float | None
    codec: str
    pixel_format: str
    depth: int
    full_range: bool
    chroma_shift: tuple[int, int]
    sounds: int
    subtitles: int

    @property
    def displayed(self) -> Size:
        """The size as a person sees it, after the quarter turns."""
        if self.turns % 2:
            return Size(self.size.height, self.size.width)
        return self.size
