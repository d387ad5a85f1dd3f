"""The U-Net that the real-time networks are made of, and its norm-free blocks."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Widths = tuple[int, ...]
Tuning = Sequence[tuple[Tensor, Tensor]]
"""What each level's features (B, C, h, w) are scaled by and raised by, (B, C, 1, 1); encoders come first."""


class Block(nn.Module):
    """relu(x + conv3x3(x)): one plain 3x3 convolution once `folded`.

    There is no norm: batches are of one kind (stills, hinted, films), and what a norm learns of each kind is
    wrong for the others (log.md, section 7).
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.conv(x))

    @torch.no_grad()
    def folded(self) -> nn.Sequential:
        """The same function of x with the identity inside the kernel."""
        plain = copy.deepcopy(self.conv)
        for channel in range(plain.weight.shape[0]):
            plain.weight[channel, channel, 1, 1] += 1
        return nn.Sequential(plain, nn.ReLU())


def blocks(width: int, count: int) -> nn.Sequential:
    """`count` blocks of one width."""
    return nn.Sequential(*(Block(width) for _ in range(count)))


class UNet(nn.Module):
    """(B, C, H, W) -> features (B, widths[0], H/4, W/4), or H/stem, that have seen the whole picture."""

    def __init__(self, channels: int, widths: Widths, down: Widths, up: Widths, *, stem: int = 4) -> None:
        super().__init__()
        self.stem = nn.Conv2d(channels, widths[0], stem, stem)
        self.encoders = nn.ModuleList(blocks(*pair) for pair in zip(widths, down, strict=True))
        self.shrink = nn.ModuleList(nn.Conv2d(a, b, 2, 2) for a, b in pairwise(widths))
        self.grow = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in pairwise(widths))
        self.decoders = nn.ModuleList(blocks(*pair) for pair in zip(widths, up, strict=False))

    def forward(self, seen: Tensor, tuning: Tuning | None = None) -> Tensor:
        x = F.relu(self.stem(seen))
        kept = []
        for level, (encode, shrink) in enumerate(zip(self.encoders, [*self.shrink, None], strict=True)):
            x = _tuned(encode(x), tuning, level)
            kept.append(x)
            if shrink is not None:
                x = F.relu(shrink(x))
        for level in reversed(range(len(self.grow))):
            wide = F.interpolate(self.grow[level](x), scale_factor=2.0, mode="bilinear")
            x = _tuned(self.decoders[level](wide + kept[level]), tuning, len(kept) + level)
        return x


def _tuned(x: Tensor, tuning: Tuning | None, place: int) -> Tensor:
    if tuning is None:
        return x
    scale, rise = tuning[place]
    return x + x * scale + rise
