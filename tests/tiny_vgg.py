"""VGG-19 in the small: files of few, random channels made on the spot, and its forward pass done slowly."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from huecue.networks.vgg import VggWeights
from huecue.networks.vgg_layers import CONVOLUTIONS

Arrays = dict[str, NDArray[np.float32]]
LAST = "conv3_1"


def tiny_arrays(last: str = LAST, *, seed: int = 0, width: int = 6) -> Arrays:
    """Random convolutions from conv1_1 to `last`, `width` channels each."""
    rng = np.random.default_rng(seed)
    arrays, deep = Arrays(), 3
    for name in CONVOLUTIONS[: CONVOLUTIONS.index(last) + 1]:
        scale = (2 / (9 * deep)) ** 0.5
        arrays[f"{name}.weight"] = rng.normal(0, scale, (width, deep, 3, 3)).astype(np.float32)
        arrays[f"{name}.bias"] = rng.normal(0, 0.1, width).astype(np.float32)
        deep = width
    return arrays


def write_npz(path: Path, **changed: NDArray[np.float32]) -> Path:
    """A file as `--vgg` takes it, to relu3_1."""
    mixing = {
        "conv0.weight": 2 * np.eye(3, dtype=np.float32)[::-1, :, None, None],
        "conv0.bias": np.full(3, -1, np.float32),
    }
    np.savez(path, **{**mixing, **tiny_arrays(), **changed})
    return path


def see_slowly(
    weights: VggWeights, rgb: NDArray[np.float32], layers: Sequence[str], *, average: bool
) -> Arrays:
    """Features (C, H, W) at the layers of RGB (3, H, W), pixel by pixel."""
    matrix, offset = weights.mixing
    x, seen = np.einsum("oi,ihw->ohw", matrix, rgb) + offset[:, None, None], Arrays()
    for name, (weight, bias) in weights.convolutions.items():
        if name in ("conv2_1", "conv3_1", "conv4_1"):
            x = pool_slowly(x, average=average)
        x = np.maximum(convolve_slowly(x, weight, bias, reflect=weights.padding == "reflect"), 0)
        seen[name.replace("conv", "relu")] = x
    return {layer: seen[layer] for layer in layers}


def convolve_slowly(
    x: NDArray[np.float32], weight: NDArray[np.float32], bias: NDArray[np.float32], *, reflect: bool
) -> NDArray[np.float32]:
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1)), mode="reflect" if reflect else "constant")
    out = np.empty((len(weight), *x.shape[1:]), np.float32)
    for row in range(x.shape[1]):
        for column in range(x.shape[2]):
            window = padded[:, row : row + 3, column : column + 3]
            out[:, row, column] = (weight * window).sum(axis=(1, 2, 3)) + bias
    return out


def pool_slowly(x: NDArray[np.float32], *, average: bool) -> NDArray[np.float32]:
    out = np.empty((len(x), x.shape[1] // 2, x.shape[2] // 2), np.float32)
    for row in range(out.shape[1]):
        for column in range(out.shape[2]):
            window = x[:, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
            out[:, row, column] = window.mean(axis=(1, 2)) if average else window.max(axis=(1, 2))
    return out
