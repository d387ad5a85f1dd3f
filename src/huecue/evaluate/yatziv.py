"""Chrominances blended by how near they are along the picture's luma.

Source: Yatziv and Sapiro 2006, "Fast image and video colorization using chrominance blending". A pixel takes
the mean of the hints' chrominances, each weighed by its luma-geodesic distance d to the power of -b.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from huecue.types import Chroma, Luma

FALL = 4.0
"""The paper's b, 1..6: how steeply a chrominance's weight falls with its distance."""
NEAREST = 6
"""Chrominances blended at a pixel: with so steep a fall those further away weigh next to nothing."""
ALIKE = 16
"""Steps of chroma 0..1: given pixels that agree to a step are one chrominance, with one map of distances."""
STEP_LUMA = 0.05
"""What a pixel of way costs beside the change of luma (of 255): else no hint is nearest on even luma."""
AROUND = ((0, 1), (1, -1), (1, 0), (1, 1))

Distances = NDArray[np.float32]


def blend(chroma: Chroma, mask: NDArray[np.bool_], luma: Luma) -> Chroma:
    """The chroma (H, W, 2) blended from that of the given pixels, which stand; all zero where none is given.

    `mask` (H, W) says which pixels of `chroma` are given; `luma` is (H, W), 0..255.
    """
    if not mask.any():
        return np.zeros_like(chroma)
    flat = chroma.reshape(-1, 2)
    distances = np.full((NEAREST, luma.size), np.inf, np.float32)
    givers = np.zeros((NEAREST, luma.size), np.intp)
    graph = luma_graph(luma)
    for pixels in _chrominances(flat, np.flatnonzero(mask)):
        distance, giver = reach(graph, pixels)
        distances, givers = _nearest(np.vstack([distances, distance]), np.vstack([givers, giver]))
    weight = (distances[0] / np.maximum(distances, STEP_LUMA / 2)) ** FALL  # (K, H * W), the nearest has 1
    mean = (weight[..., None] * flat[givers]).sum(axis=0) / np.maximum(weight.sum(axis=0), 1e-9)[:, None]
    return np.where(mask[..., None], chroma, mean.reshape(chroma.shape)).astype(np.float32)


def luma_graph(luma: Luma) -> sparse.csr_array:
    """(H * W, H * W): what it costs to go from a pixel to each of its eight neighbours.

    |dY| + 0.05 |dp|, in luma of 255 and pixels: the paper's integral of |grad Y . dp|, and a little more.
    """
    height, width = luma.shape
    light, index = luma.astype(np.float64), np.arange(luma.size).reshape(luma.shape)
    starts, ends, costs = [], [], []
    for down, right in AROUND:
        here = np.s_[: height - down, max(0, -right) : width - max(0, right)]
        there = np.s_[down:, max(0, right) : width + min(0, right)]
        starts.append(index[here].ravel())
        ends.append(index[there].ravel())
        costs.append(np.abs(light[there] - light[here]).ravel() + STEP_LUMA * np.hypot(down, right))
    places = np.concatenate(starts), np.concatenate(ends)
    return sparse.csr_array((np.concatenate(costs), places), shape=(luma.size, luma.size))


def reach(graph: sparse.csr_array, pixels: NDArray[np.intp]) -> tuple[Distances, NDArray[np.intp]]:
    """Each pixel's distance (n,) to the nearest of some, and which of them that is."""
    distance, _, nearest = dijkstra(
        graph, directed=False, indices=pixels, min_only=True, return_predecessors=True
    )
    return distance.astype(np.float32), nearest.astype(np.intp)


def _chrominances(flat: Chroma, given: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """The given pixels, those of one chrominance together."""
    _, kind = np.unique(np.rint(flat[given] * ALIKE), axis=0, return_inverse=True)
    kind = kind.ravel()
    return (given[kind == number] for number in range(int(kind.max()) + 1))


def _nearest(distances: Distances, givers: NDArray[np.intp]) -> tuple[Distances, NDArray[np.intp]]:
    """The NEAREST rows of each column, the nearest first."""
    order = np.argsort(distances, axis=0, kind="stable")[:NEAREST]
    return np.take_along_axis(distances, order, 0), np.take_along_axis(givers, order, 0)
