"""The real-time network: a small U-Net that chooses, pixel by pixel, among colours that are on offer.

On offer are the hints spread in two ways, the previous frame's colours carried along the motion, the
keyframe's colours carried along the motion to it, what the memory remembers, and the network's own idea.
Each offer comes with a confidence, which is where the network's choice starts from.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

OFFERS = 5
"""Diffused hints, near hints, previous frame, keyframe, memory."""
FLOOR = 1e-3
OWN = 0.135
"""How sure the network's own idea counts as, before the network says otherwise."""
INPUTS = {"luma": 1, "hints": 6, "previous": 3, "keyframe": 3, "memory": 3}
"""Channels of each input. hints: diffused CbCr, near CbCr, reach, mask; the others: CbCr, confidence."""
Widths = tuple[int, ...]
MULTIPLE = 32
"""Each side of the input must be a multiple of this."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How wide and deep the network is, from a quarter of the working size down to 1/32."""

    widths: tuple[int, ...] = (32, 64, 128, 192)
    down: tuple[int, ...] = (2, 2, 3, 3)
    up: tuple[int, ...] = (2, 2, 2)
    key_widths: tuple[int, ...] = (24, 48, 96)
    key: int = 64
    likeness_widths: tuple[int, ...] = (24, 48, 96, 128)
    likeness: int = 16


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


class KeyNet(nn.Module):
    """Luma (B, 1, H, W), -0.5..0.5 -> unit keys (B, 64, H/16, W/16)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        first, second, third = shape.key_widths
        self.layers = nn.Sequential(
            nn.Conv2d(1, first, 4, 4),
            nn.ReLU(),
            blocks(first, 1),
            nn.Conv2d(first, second, 2, 2),
            nn.ReLU(),
            blocks(second, 1),
            nn.Conv2d(second, third, 2, 2),
            nn.ReLU(),
            blocks(third, 2),
            nn.Conv2d(third, shape.key, 1),
        )

    def forward(self, luma: Tensor) -> Tensor:
        keys: Tensor = F.normalize(self.layers(luma), dim=1)
        return keys


class UNet(nn.Module):
    """(B, C, H, W) -> features (B, widths[0], H/4, W/4) that have seen the whole picture."""

    def __init__(self, channels: int, widths: Widths, down: Widths, up: Widths) -> None:
        super().__init__()
        self.stem = nn.Conv2d(channels, widths[0], 4, 4)
        self.encoders = nn.ModuleList(blocks(*pair) for pair in zip(widths, down, strict=True))
        self.shrink = nn.ModuleList(nn.Conv2d(a, b, 2, 2) for a, b in pairwise(widths))
        self.grow = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in pairwise(widths))
        self.decoders = nn.ModuleList(blocks(*pair) for pair in zip(widths, up, strict=False))

    def forward(self, seen: Tensor) -> Tensor:
        x = F.relu(self.stem(seen))
        kept = []
        for encode, shrink in zip(self.encoders, [*self.shrink, None], strict=True):
            x = encode(x)
            kept.append(x)
            if shrink is not None:
                x = F.relu(shrink(x))
        for level in reversed(range(len(self.grow))):
            wide = F.interpolate(self.grow[level](x), scale_factor=2.0, mode="bilinear")
            x = self.decoders[level](wide + kept[level])
        return x


class LikenessNet(nn.Module):
    """Luma (B, 1, H, W), -0.5..0.5 -> coordinates (B, 16, H/2, W/2): pixels of like colour lie close.

    They tell a hint how far it reaches: `stages.hints.reach_out`.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        widths = shape.likeness_widths
        once = (1,) * len(widths)
        self.unet = UNet(1, widths, once, once[:-1])
        self.head = nn.Conv2d(widths[0], 4 * shape.likeness, 3, padding=1)

    def forward(self, luma: Tensor) -> Tensor:
        return F.pixel_shuffle(self.head(self.unet(luma)), 2)


class ColourNet(nn.Module):
    """The U-Net and the choice. Inputs as in INPUTS, (B, C, H, W); gives chroma (B, 2, H, W), -1..1."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.unet = UNet(sum(INPUTS.values()), shape.widths, shape.down, shape.up)
        self.head = nn.Conv2d(shape.widths[0], 4 * (OFFERS + 1 + 2), 3, padding=1)
        nn.init.normal_(self.head.weight, std=1e-3)
        assert self.head.bias is not None
        nn.init.zeros_(self.head.bias)

    def forward(
        self, luma: Tensor, hints: Tensor, previous: Tensor, keyframe: Tensor, memory: Tensor
    ) -> Tensor:
        verdict = self._judge(luma, hints, previous, keyframe, memory)
        verdict = F.interpolate(verdict, scale_factor=2.0, mode="bilinear")
        return choose(verdict, hints, previous, keyframe, memory)

    def at_half(
        self, luma: Tensor, hints: Tensor, previous: Tensor, keyframe: Tensor, memory: Tensor
    ) -> Tensor:
        """Chroma (B, 2, H/2, W/2), for less than half of the work: training on stills needs no more."""
        verdict = self._judge(luma, hints, previous, keyframe, memory)
        return choose(verdict, *(F.avg_pool2d(offer, 2) for offer in (hints, previous, keyframe, memory)))

    def _judge(self, *inputs: Tensor) -> Tensor:
        """(B, 8, H/2, W/2): how each offer is taken, and the network's own idea."""
        verdict: Tensor = F.pixel_shuffle(self.head(self.unet(torch.cat(inputs, dim=1))), 2)
        return verdict


def choose(verdict: Tensor, hints: Tensor, previous: Tensor, keyframe: Tensor, memory: Tensor) -> Tensor:
    """Chroma (B, 2, H, W) mixed of the offers: softmax(verdict + log confidence), worked without a log."""
    verdict, reach = verdict.float(), hints[:, 4:5]
    sure = torch.cat([reach, reach, previous[:, 2:], keyframe[:, 2:], memory[:, 2:]], dim=1)
    sure = F.pad(sure + FLOOR, (0, 0, 0, 0, 0, 1), value=OWN)
    share = torch.softmax(verdict[:, : OFFERS + 1], dim=1) * sure
    share = share / share.sum(dim=1, keepdim=True)
    offers = (hints[:, :2], hints[:, 2:4], previous[:, :2], keyframe[:, :2], memory[:, :2])
    chosen = share[:, OFFERS:] * torch.tanh(verdict[:, OFFERS + 1 :])
    for place, offer in enumerate(offers):
        chosen = chosen + share[:, place : place + 1] * offer
    return chosen


class RealtimeNet(nn.Module):
    """All three networks under one set of weights."""

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = shape or Shape()
        self.keys = KeyNet(self.shape)
        self.likeness = LikenessNet(self.shape)
        self.colour = ColourNet(self.shape)
