"""Films made on the spot, from pictures in memory: for the demo and the bench."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from numpy.typing import NDArray

from huecue.color import chroma_to_planes, luma_span, rgb_to_ycc
from huecue.types import Frame, Picture, Plane, Size
from huecue.video import FilmWriter, WriteOptions

DEPTH = 8
NEUTRAL = 1 << (DEPTH - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Planes:
    """A picture as a film stores it: luma (H, W) and both chroma planes (H/2, W/2), 8 bits, studio range."""

    luma: Plane
    chroma: tuple[Plane, Plane]


def planes_of(picture: Picture) -> Planes:
    """The planes of a colour picture (H, W, 3) with even sides."""
    luma, chroma = rgb_to_ycc(picture)
    half = cv2.resize(chroma, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)  # (H/2, W/2, 2)
    return Planes(luma_plane(luma), chroma_to_planes(np.asarray(half, np.float32), DEPTH, full_range=False))


def grey_planes(luma: Plane) -> Planes:
    """The planes of a black-and-white picture whose luma plane (H, W), with even sides, this is."""
    flat = np.full((luma.shape[0] // 2, luma.shape[1] // 2), NEUTRAL, np.uint8)
    return Planes(luma, (flat, flat))


def luma_plane(luma: NDArray[np.float32]) -> Plane:
    """The plane (H, W) of luma 0..1."""
    black, white = luma_span(DEPTH, full_range=False)
    return np.asarray(np.clip(np.rint(luma * (white - black) + black), black, white), np.uint8)


def write_film(
    path: Path, pictures: Iterable[Planes], *, size: Size, rate: Fraction, options: WriteOptions
) -> None:
    """Write pictures of one size as a film. Raises UsageError, OutputExists, WriteError."""
    with TemporaryDirectory() as folder:
        seed = Path(folder) / "seed.y4m"
        seed.write_bytes(_seed(size, rate))
        with FilmWriter(seed, path, options) as writer:
            for index, planes in enumerate(pictures):
                frame = Frame(index, planes.luma, DEPTH, False, index, 1 / rate)
                writer.write(frame, planes.chroma)


def _seed(size: Size, rate: Fraction) -> bytes:
    """A film of one grey frame, uncompressed: what the writer learns size, rate and pixel format from."""
    header = (
        f"YUV4MPEG2 W{size.width} H{size.height} F{rate.numerator}:{rate.denominator} Ip A1:1 C420mpeg2\n"
    )
    return header.encode() + b"FRAME\n" + bytes([NEUTRAL]) * (size.width * size.height * 3 // 2)
