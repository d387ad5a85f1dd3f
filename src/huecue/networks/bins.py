"""The ab plane in bins, as distributions of colours count it.

Source: Zhang et al. 2016, "Colorful image colorization": 313 bins of 10 by 10, soft encoding and class
rebalancing (section 2.2), and the annealed mean (section 2.3). The published list of bins is not remade to
the letter: here they are the 313 of the 23 x 23 that lie nearest to the colours sRGB can show.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree
from torch import Tensor

from huecue.color import rgb_to_lab

Floats = NDArray[np.float32]

BIN_COUNT = 313
BIN_AB = 10
"""The side of a bin, in units of a and b."""
FARTHEST_AB = 110
NEIGHBOURS = 5
SPREAD_AB = 5.0
"""The standard deviation of soft encoding and of smoothing, in units of a and b."""
EVEN = 0.5
"""lambda: the share of the even distribution in class rebalancing."""
TEMPERATURE = 0.38
"""T of the annealed mean: 1 is the mean, 0 the mode."""


@lru_cache(maxsize=1)
def centres() -> Floats:
    """(313, 2): a and b of each bin's middle, in order of a, then b."""
    levels = np.append(np.arange(0, 255, 5), 255).astype(np.uint8)
    rgb = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 3)
    far, _ = cKDTree(rgb_to_lab(rgb)[:, 1:]).query(_grid())
    chosen = np.sort(np.argsort(far, kind="stable")[:BIN_COUNT])
    return np.asarray(_grid()[chosen], np.float32)


def _grid() -> Floats:
    """(529, 2): the middles of all bins of the square."""
    axis = np.arange(-FARTHEST_AB, FARTHEST_AB + BIN_AB, BIN_AB, dtype=np.float32)
    return np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)


def encode(ab: Tensor) -> tuple[Tensor, Tensor]:
    """The five bins nearest to each colour (n, 2), (n, 5) int64, and their shares (n, 5), which sum to 1."""
    middles = torch.as_tensor(centres(), device=ab.device)
    near = torch.cdist(ab.float(), middles).topk(NEIGHBOURS, dim=1, largest=False)
    shares = torch.exp(-near.values.square() / (2 * SPREAD_AB**2))
    return near.indices, shares / shares.sum(dim=1, keepdim=True)


def count(ab: Floats) -> Floats:
    """The share (313,) of each bin among colours (n, 2); each counts for its nearest bin."""
    _, nearest = cKDTree(centres()).query(ab)
    counts = np.bincount(nearest, minlength=BIN_COUNT)
    return np.asarray(counts / max(1, counts.sum()), np.float32)


def rebalance(shares: Floats) -> Floats:
    """(313,): what each bin counts in training, seldom ones more; 1 on average (Zhang et al. 2016, eq. 4)."""
    smooth = _smoothed(shares)
    weights = 1 / ((1 - EVEN) * smooth + EVEN / BIN_COUNT)
    return np.asarray(weights / (smooth * weights).sum(), np.float32)


def _smoothed(shares: Floats) -> Floats:
    """The shares blurred on the ab plane, summing to 1."""
    places = np.rint((centres() + FARTHEST_AB) / BIN_AB).astype(int)
    side = 2 * FARTHEST_AB // BIN_AB + 1
    plane = np.zeros((side, side), np.float64)
    plane[places[:, 0], places[:, 1]] = shares
    blurred = gaussian_filter(plane, SPREAD_AB / BIN_AB)[places[:, 0], places[:, 1]]
    return np.asarray(blurred / blurred.sum(), np.float32)


def annealed_mean(distribution: Tensor, temperature: float = TEMPERATURE) -> Tensor:
    """ab (B, 2, H, W), -110..110, of distributions (B, 313, H, W) before softmax (2016, eq. 5)."""
    middles = torch.as_tensor(centres(), device=distribution.device)
    return torch.einsum("bqhw,qc->bchw", torch.softmax(distribution.float() / temperature, dim=1), middles)
