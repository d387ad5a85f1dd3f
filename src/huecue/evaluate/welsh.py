"""A picture's colours, given to a grey one by luma and texture.

Source: Welsh, Ashikhmin and Mueller 2002, "Transferring color to greyscale images". The reference's luma is
moved to the mean and deviation of the frame's; samples of it are drawn; each pixel takes the chroma of the
sample that is nearest to it in luma and in how much the luma around it varies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from huecue.color import rgb_to_ycc
from huecue.stages.upsample import working_size
from huecue.types import Chroma, Luma, Picture, Size

SAMPLES = 400
"""Samples of a reference; the paper has about 200, of smaller pictures."""
AROUND_PX = 5
"""The side of the square whose luma's standard deviation is a pixel's texture."""
LUMA_SHARE = 0.5
"""The part that luma has in how unlike two pixels are; texture has the rest."""
SEED = 0


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """Samples of a reference: luma 0..255 and texture (n,), chroma (n, 2); and its luma's statistics."""

    luma: NDArray[np.float32]
    texture: NDArray[np.float32]
    chroma: Chroma
    mean: float
    deviation: float


def read_look(luma: Luma, chroma: Chroma, *, samples: int = SAMPLES) -> Look:
    """The samples of a picture's luma (H, W) and chroma (H, W, 2): one from each cell of a grid, seeded."""
    rows, columns = jittered_grid(luma.shape, samples)
    return Look(
        luma=luma[rows, columns].astype(np.float32),
        texture=texture_of(luma)[rows, columns],
        chroma=chroma[rows, columns],
        mean=float(luma.mean()),
        deviation=float(luma.std()),
    )


def look_at(picture: Picture) -> Look:
    """The look of a picture (H, W, 3), at the size that frames of its shape are worked at."""
    size = working_size(Size(picture.shape[1], picture.shape[0]))
    small = cv2.resize(picture, (size.width, size.height), interpolation=cv2.INTER_AREA)
    luma, chroma = rgb_to_ycc(np.asarray(small, np.uint8))
    return read_look(np.clip(np.rint(luma * 255), 0, 255).astype(np.uint8), chroma)


def jittered_grid(shape: tuple[int, ...], count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of about `count` pixels, one at random in each cell of an even grid."""
    height, width = shape[:2]
    down = min(height, max(1, round((count * height / width) ** 0.5)))
    across = min(width, max(1, round(count / down)))
    row, column = np.mgrid[:down, :across].reshape(2, -1)
    jitter = np.random.default_rng(SEED).uniform(0, 1, (2, down * across))
    rows = ((row + jitter[0]) * height / down).astype(np.intp)
    columns = ((column + jitter[1]) * width / across).astype(np.intp)
    return rows, columns


def texture_of(luma: Luma) -> NDArray[np.float32]:
    """The standard deviation (H, W) of luma in the 5x5 pixels around each."""
    light = luma.astype(np.float32)
    mean = cv2.blur(light, (AROUND_PX, AROUND_PX))
    variance = cv2.blur(light * light, (AROUND_PX, AROUND_PX)) - mean * mean
    return np.asarray(np.sqrt(np.maximum(variance, 0)), np.float32)


def transfer(looks: Sequence[Look], luma: Luma) -> Chroma:
    """The chroma (H, W, 2) that the looks of one or more pictures give to a frame's luma (H, W), 0..255.

    A pixel and a sample differ by 0.5 |dY| + 0.5 |d texture|, both after the remapping of luma.
    """
    mean, deviation = float(luma.mean()), float(luma.std())
    samples = np.concatenate([_features(look, mean, deviation) for look in looks])
    pixels = np.stack([luma.ravel() * LUMA_SHARE, texture_of(luma).ravel() * (1 - LUMA_SHARE)], axis=-1)
    _, nearest = KDTree(samples).query(pixels, p=1)
    chroma = np.concatenate([look.chroma for look in looks])
    return np.ascontiguousarray(chroma[nearest].reshape(*luma.shape, 2), np.float32)


def _features(look: Look, mean: float, deviation: float) -> NDArray[np.float64]:
    """(n, 2): luma and texture of the samples, with the reference's luma moved to a mean and deviation."""
    scale = deviation / max(look.deviation, 1e-6)
    luma = (look.luma.astype(np.float64) - look.mean) * scale + mean
    return np.stack([luma * LUMA_SHARE, look.texture * scale * (1 - LUMA_SHARE)], axis=-1)
