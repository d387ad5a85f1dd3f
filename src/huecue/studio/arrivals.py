"""Where something new seems to have come into a shot: a part of the frame is in doubt that was not before."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from huecue.studio.painter import Painted
from huecue.types import FilmInfo

RISE = 0.12
"""Doubt that a cell gains, of 1, where neither motion nor memory knows what came there."""
AGO_S = 1 / 3


def lag_of(info: FilmInfo) -> int:
    """How many frames before a frame it is compared with."""
    return max(1, round(AGO_S * float(info.rate or 24)))


def newness(seen: Mapping[int, Painted], index: int, *, shot_start: int, lag: int) -> float:
    """The share of a frame, 0..1, that is in much more doubt than `lag` frames before in its shot.

    0 where these frames are not in their final colours. Every other frame may rest, surer of itself: two
    stand for each.
    """
    if index - lag - 1 < shot_start:
        return 0.0
    now, before = _doubt(seen, index), _doubt(seen, index - lag)
    return 0.0 if now is None or before is None else float((now - before > RISE).mean())


def _doubt(seen: Mapping[int, Painted], index: int) -> NDArray[np.float32] | None:
    one, other = seen.get(index), seen.get(index - 1)
    if one is None or other is None or not (one.final and other.final):
        return None
    both = np.stack([one.kept.doubt, other.kept.doubt])
    return np.asarray(both.mean(axis=0, dtype=np.float32), np.float32)
