"""VGG-19's layers by name, and where its weights are found; PyTorch is not needed to know them."""

from __future__ import annotations

from typing import Literal

BLOCKS = (2, 2, 4, 4, 4)
"""Convolutions in each block; a pool halves the sides between blocks."""
CONVOLUTIONS = tuple(
    f"conv{block}_{number}" for block, count in enumerate(BLOCKS, 1) for number in range(1, count + 1)
)
LAYERS = tuple(name.replace("conv", "relu") for name in CONVOLUTIONS)
"""relu1_1 .. relu5_4: what can be asked for."""

Pooling = Literal["max", "average"]

URL = "https://download.pytorch.org/models/vgg19-dcbb9e9d.pth"
"""torchvision's published VGG-19; the name ends in the first digits of the file's sha256."""
VARIABLE = "HUECUE_VGG"
"""Names a file of one's own."""
