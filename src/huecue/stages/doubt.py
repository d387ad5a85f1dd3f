"""Which colours are in doubt, and how much."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from huecue.color import ycc_to_rgb
from huecue.stages.cells import CELL_PX
from huecue.types import Luma, Mask

Floats = NDArray[np.float32]

KNOWS_NOTHING = 0.05
"""The trust at which doubt is whole."""
LIVELY = 0.25
"""Chroma that common things have; a luma that can show it has room for colour."""


def doubt_of(trust: Mask, luma: Luma) -> Floats:
    """(h, w) 0..1: how wrong each cell's colours seem to be, 1 where nothing is known of them.

    A colour's squared error grows as ln(trust)^2, and is the less the less colour such a luma can show.
    Trust and luma are (H, W).
    """
    unsure = np.square(np.log(np.clip(trust, KNOWS_NOTHING, 1)) / np.log(KNOWS_NOTHING))
    height, width = luma.shape
    cells = (width // CELL_PX, height // CELL_PX)
    return np.asarray(cv2.resize(unsure * room()[luma], cells, interpolation=cv2.INTER_AREA), np.float32)


@lru_cache(maxsize=1)
def room() -> Floats:
    """(256,) 0..1: the squared share of lively chroma that sRGB can show at each luma, mean of all hues."""
    luma = np.linspace(0, 1, 256, dtype=np.float32)[:, None, None]
    hue = np.linspace(0, 2 * np.pi, 24, endpoint=False, dtype=np.float32)
    lively = np.stack([np.cos(hue), np.sin(hue)], axis=-1) * np.float32(LIVELY)
    away = ycc_to_rgb(np.zeros(len(hue), np.float32), lively)  # (24, 3)
    free = np.where(away > 0, 1 - luma, luma) / np.maximum(np.abs(away), 1e-6)  # (256, 24, 3)
    return np.asarray(np.square(free.min(axis=-1).clip(0, 1)).mean(axis=1), np.float32)
