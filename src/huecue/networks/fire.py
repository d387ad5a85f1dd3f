"""Fire modules: few parameters in place of a 3x3 convolution."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SQUEEZE = 8
"""The squeezed width is the output's divided by this."""


class Fire(nn.Module):
    """(B, n, H, W) -> (B, m, H, W): squeezed to m/8, then half by 1x1 and half by 3x3.

    Source: Iandola et al. 2016, "SqueezeNet", figure 1. The activations stand inside as in the paper, but for
    the last, which the caller applies as after any convolution.
    """

    def __init__(self, channels: int, width: int, *, dilation: int = 1) -> None:
        super().__init__()
        half, squeezed = width // 2, max(1, width // SQUEEZE)
        self.squeeze = nn.Conv2d(channels, squeezed, 1)
        self.expand1 = nn.Conv2d(squeezed, half, 1)
        self.expand3 = nn.Conv2d(squeezed, width - half, 3, padding=dilation, dilation=dilation)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.squeeze(x))
        return torch.cat([self.expand1(x), self.expand3(x)], dim=1)
