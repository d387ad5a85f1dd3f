"""VGG-19 as a pair of eyes: what it sees in a picture, layer by layer.

Simonyan and Zisserman, Very deep convolutional networks for large-scale image recognition, 2015; used for
style as Gatys, Ecker and Bethge do, A neural algorithm of artistic style, 2015.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from huecue.errors import WeightsError
from huecue.networks.vgg_layers import Pooling

Padding = Literal["reflect", "zeros"]
Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class VggWeights:
    """The convolutions that a file holds, from conv1_1 on without a gap: (out, in, 3, 3) and (out,).

    `mixing` (3, 3) and (3,) makes the network's own input of RGB 0..1; `padding` is what it was trained with.
    """

    source: str
    convolutions: Mapping[str, tuple[Array, Array]]
    mixing: tuple[Array, Array]
    padding: Padding

    @property
    def last(self) -> str:
        """The last layer there is."""
        return list(self.convolutions)[-1].replace("conv", "relu")

    def check_layers(self, layers: Sequence[str]) -> None:
        """Raises WeightsError, naming the file, where it doesn't reach as far as one of the layers."""
        for layer in layers:
            if layer.replace("relu", "conv") not in self.convolutions:
                raise WeightsError(
                    f"{self.source} ends at {self.last} and has no {layer}; choose layers up to there, or "
                    "name torchvision's whole file with --vgg FILE"
                )


class Vgg(nn.Module):
    """RGB (B, 3, H, W), 0..1 -> features (B, C, H / 2^b, W / 2^b) at the layers asked for, b pools before."""

    def __init__(self, weights: VggWeights, pooling: Pooling = "max") -> None:
        super().__init__()
        self.weights = weights
        matrix, offset = weights.mixing
        self.mix = _convolution(matrix[:, :, None, None], offset, weights.padding)
        self.convolutions = nn.ModuleDict(
            {name: _convolution(*kernel, weights.padding) for name, kernel in weights.convolutions.items()}
        )
        self.pool = nn.MaxPool2d(2) if pooling == "max" else nn.AvgPool2d(2)

    def forward(self, rgb: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
        seen: dict[str, Tensor] = {}
        x = self.mix(rgb)
        for name, convolve in self.convolutions.items():
            if name.endswith("_1") and name != "conv1_1":
                x = self.pool(x)
            x = F.relu(convolve(x))
            layer = name.replace("conv", "relu")
            if layer in layers:
                seen[layer] = x
            if len(seen) == len(set(layers)):
                break
        return seen


def _convolution(weight: Array, bias: Array, padding: Padding) -> nn.Conv2d:
    """Same size out as in; it looks, and doesn't learn."""
    wide, deep, side = weight.shape[:3]
    layer = nn.Conv2d(deep, wide, side, padding=side // 2, padding_mode=padding)
    assert layer.bias is not None
    layer.weight.data, layer.bias.data = torch.from_numpy(weight), torch.from_numpy(bias)
    layer.requires_grad_(False)
    return layer
