"""A pixel's colour traced to where it is in the keyframe, around the place that the motion leads to.

Motion that is followed over many frames misses by a few pixels. A network gives every 4x4 pixels features.
They ask the keyframe's in a window around where the motion leads, and take the colours of what is like them.
Sources: Lai et al. 2020 (MAST), local attention over features learned by carrying colours; Vaswani et al.
2021, windows of blocks with a halo.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from huecue.networks.unet import UNet, Widths

CELL_PX = 4
BLOCK, HALO = 8, 4
"""Features ask in blocks of 8x8, which look 4 cells further on each side."""
SHARP, FAR = math.log(20), math.log(0.05)


class TraceNet(nn.Module):
    """Luma (B, 1, H, W), -0.5..0.5 -> unit features (B, 32, H/4, W/4)."""

    def __init__(self, widths: Widths, channels: int) -> None:
        super().__init__()
        once = (1,) * len(widths)
        self.unet = UNet(1, widths, once, once[:-1])
        self.head = nn.Conv2d(widths[0], channels, 1)
        self.look = Look()

    def forward(self, luma: Tensor) -> Tensor:
        features: Tensor = F.normalize(self.head(self.unet(luma)).float(), dim=1)
        return features


class Look(nn.Module):
    """Where a frame's features find the keyframe's colours; it learns how choosy and how far to be."""

    away: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.sharp = nn.Parameter(torch.tensor(SHARP))
        self.far = nn.Parameter(torch.tensor(FAR))
        self.register_buffer("away", _distances(), persistent=False)

    def forward(self, asked: Tensor, features: Tensor, source: Tensor, flow: Tensor) -> Tensor:
        """Chroma and confidence (B, 3, H, W) from the keyframe whose `features` (B, 32, H/4, W/4) these are.

        `source` (B, 3, H, W) is its chroma and trust, `flow` (B, 2, H, W) leads to it, x and y in pixels. The
        sides of `asked`, the frame's own features, are multiples of 8.
        """
        with torch.autocast(asked.device.type, enabled=False):
            values = F.pixel_unshuffle(F.avg_pool2d(source, CELL_PX // 2), 2)
            there = torch.cat([features, values], dim=1)
            seen = _windows(carry(there, F.avg_pool2d(flow, CELL_PX) / CELL_PX))
            keys, colours = seen[..., : features.shape[1]], seen[..., features.shape[1] :]
            like = _blocks(asked) @ keys.mT  # (B, n, 64, 256)
            share = torch.softmax(like * self.sharp.exp() - self.away * self.far.exp(), dim=-1)
            likeness = (like * share).sum(dim=-1, keepdim=True).clamp(min=0) ** 4
            found = _unblocked(torch.cat([share @ colours, likeness], dim=-1), asked)
            likeness = F.interpolate(found[:, -1:], scale_factor=2.0, mode="bilinear")
            half = F.pixel_shuffle(found[:, :-1], 2)
            half = torch.cat([half[:, :2], half[:, 2:] * likeness], dim=1)
            return F.interpolate(half, scale_factor=2.0, mode="bilinear")


def carry(chroma: Tensor, flow: Tensor) -> Tensor:
    """The earlier planes (B, C, H, W) moved along `flow` (B, 2, H, W), x and y in pixels; edges repeat."""
    height, width = chroma.shape[2:]
    y, x = torch.meshgrid(
        torch.arange(height, device=flow.device), torch.arange(width, device=flow.device), indexing="ij"
    )
    at_x = (x + flow[:, 0]) * 2 / (width - 1) - 1
    at_y = (y + flow[:, 1]) * 2 / (height - 1) - 1
    where = torch.stack([at_x, at_y], dim=-1).to(chroma.dtype)
    return F.grid_sample(chroma, where, mode="bilinear", padding_mode="border", align_corners=True)


def _distances() -> Tensor:
    """(64, 256): the squared distance in cells from each of a block to each of its window."""
    inside, window = torch.arange(BLOCK) + HALO, torch.arange(BLOCK + 2 * HALO)
    along = (inside[:, None] - window).square().float()
    return (along[:, None, :, None] + along[None, :, None, :]).flatten(2).flatten(0, 1)


def _blocks(x: Tensor) -> Tensor:
    """(B, C, h, w) -> (B, n, 64, C)."""
    rows, columns = x.shape[2] // BLOCK, x.shape[3] // BLOCK
    split = x.reshape(x.shape[0], x.shape[1], rows, BLOCK, columns, BLOCK)
    return split.permute(0, 2, 4, 3, 5, 1).flatten(3, 4).flatten(1, 2)


def _windows(x: Tensor) -> Tensor:
    """(B, C, h, w) -> (B, n, 256, C): each block with its halo, zeros outside the picture."""
    padded = F.pad(x, (HALO,) * 4)
    rows, columns = x.shape[2] // BLOCK + 1, x.shape[3] // BLOCK + 1
    split = padded.reshape(x.shape[0], x.shape[1], rows, BLOCK, columns, BLOCK)
    tall = torch.cat([split[:, :, :-1], split[:, :, 1:]], dim=3)
    whole = torch.cat([tall[:, :, :, :, :-1], tall[:, :, :, :, 1:]], dim=5)
    return whole.permute(0, 2, 4, 3, 5, 1).flatten(3, 4).flatten(1, 2)


def _unblocked(x: Tensor, like: Tensor) -> Tensor:
    """(B, n, 64, C) -> (B, C, h, w), the size of `like`."""
    rows, columns = like.shape[2] // BLOCK, like.shape[3] // BLOCK
    split = x.reshape(x.shape[0], rows, columns, BLOCK, BLOCK, x.shape[-1])
    return split.permute(0, 5, 1, 3, 2, 4).flatten(4, 5).flatten(2, 3)
