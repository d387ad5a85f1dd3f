"""Samples for the report's network: photographs in Lab, with local and global hints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from huecue.color import rgb_to_lab
from huecue.engine import AB, GLOBAL_HINTS
from huecue.networks import bins
from huecue.train.patches import is_colourful
from huecue.train.samples import crop_still
from huecue.train.sources import Opener
from huecue.types import Picture

Floats = NDArray[np.float32]

TRIES = 8


@dataclass(frozen=True, slots=True)
class Photographs:
    """Pictures `side` px wide and high, in Lab."""

    pictures: Sequence[Opener]
    side: int

    def draw(self, rng: Generator, index: int) -> tuple[Picture, Floats]:
        """A crop of a picture, and its Lab (S, S, 3); another picture's where it has hardly any colour."""
        for _ in range(TRIES):
            picture = self.take(rng, self.pictures[index]())
            lab = rgb_to_lab(picture)
            if is_colourful(lab[..., 1:]):
                break
            index = int(rng.integers(len(self.pictures)))
        return picture, lab

    def take(self, rng: Generator, picture: Picture) -> Picture:
        """A square of the right size: a picture that has it already is only mirrored."""
        if picture.shape[:2] == (self.side, self.side):
            return picture[:, ::-1] if rng.random() < 0.5 else picture
        return crop_still(rng, picture, self.side)


def as_batch(labs: Sequence[Floats], hints: Sequence[Floats], overall: Floats) -> dict[str, Floats]:
    """Lab (S, S, 3), hints (S, S, 3) in units of ab, and global hints (B, 316), as the network takes them."""
    lab, given = np.stack(labs).transpose(0, 3, 1, 2), np.stack(hints).transpose(0, 3, 1, 2)
    scaled = np.concatenate([given[:, :2] / AB, given[:, 2:] - 0.5], axis=1)
    return {
        "light": np.ascontiguousarray((lab[:, :1] - 50) / 100, np.float32),
        "ab": np.ascontiguousarray(lab[:, 1:] / AB, np.float32),
        "hints": np.ascontiguousarray(scaled, np.float32),
        "overall": overall[..., None, None].astype(np.float32),
    }


def global_hints(picture: Picture, lab: Floats, *, histogram: bool, saturation: bool) -> Floats:
    """(316,): the histogram of the quarter-size ab, the mean saturation (HSV), and which of them is given."""
    told = np.zeros(GLOBAL_HINTS, np.float32)
    if histogram:
        told[: bins.BIN_COUNT], told[bins.BIN_COUNT] = bins.count(lab[::4, ::4, 1:].reshape(-1, 2)), 1
    if saturation:
        most = picture.max(axis=-1).astype(np.float32)
        told[-2:] = float(((most - picture.min(axis=-1)) / np.maximum(most, 1)).mean()), 1
    return told
