"""The real-time network: a small U-Net that chooses, pixel by pixel, among colours that are on offer.

On offer are the hints spread in two ways, the previous frame's colours carried along the motion, the
keyframe's colours carried along the motion to it and traced around it, what the memory remembers, and the
network's own idea.
Each offer comes with a confidence, which is where the network's choice starts from.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from huecue.engine import OFFERED
from huecue.networks.trace import TraceNet
from huecue.networks.unet import Tuning, UNet, blocks
from huecue.stages.krige import AMPLITUDE, COORDINATE, EXTRA, GUESS, TRAIT
from huecue.stages.palette import NUMBERS
from huecue.weights import Part

OFFERS = 6
"""Diffused hints, near hints, previous frame, keyframe, memory, traced keyframe."""
FLOOR = 1e-3
TRUSTED = 0.03
"""An error in chroma at which trust is 1/e."""
OWN = 0.135
"""How sure the network's own idea counts as, before the network says otherwise."""
PLANES = {"luma": 1, **OFFERED}
"""Channels of each plane. hints: diffused CbCr, near CbCr, reach, mask; the others: CbCr, confidence."""
INPUTS = {**PLANES, "palette": NUMBERS}
"""Channels of each input; the palette is one pixel."""
MODULES: dict[Part, str] = {
    "colour": "colour",
    "keys": "keys",
    "likeness": "likeness",
    "features": "trace",
    "look": "trace.look",
}
"""What each part that is exported is called in the whole network."""
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
    likeness_widths: tuple[int, ...] = (32, 64, 128, 224)
    likeness_down: tuple[int, ...] = (1, 2, 3, 3)
    likeness_up: tuple[int, ...] = (1, 2, 3)
    likeness: int = 16
    trace_widths: tuple[int, ...] = (32, 48, 64)
    trace: int = 32
    palette: int = 128


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


class LikenessNet(nn.Module):
    """Luma (B, 1, H, W), -0.5..0.5 -> what is known before any hint (B, 16 + 11, H/2, W/2).

    Coordinates, in which pixels of like colour lie close, then traits, amplitude and a guess at the chroma:
    what `stages.krige` makes a hint reach by.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        widths = shape.likeness_widths
        self.unet = UNet(1, widths, shape.likeness_down, shape.likeness_up)
        self.head = nn.Conv2d(widths[0], 4 * (shape.likeness + EXTRA), 3, padding=1)

    def forward(self, luma: Tensor) -> Tensor:
        told = F.pixel_shuffle(self.head(self.unet(luma)), 2)
        traits, amplitude, guess = told[:, TRAIT], told[:, AMPLITUDE], told[:, GUESS]
        # The factors let each begin small and learn slowly.
        extra = [0.3 * traits, torch.exp(0.3 * amplitude), torch.tanh(0.1 * guess)]
        return torch.cat([told[:, COORDINATE], *extra], dim=1)


class PaletteNet(nn.Module):
    """A palette (B, 150, 1, 1) -> the tuning of a U-Net.

    It has no biases: zeros, which are no palette, tune nothing.
    """

    def __init__(self, hidden: int, widths: tuple[int, ...]) -> None:
        super().__init__()
        self.widths = widths
        self.hidden = nn.Conv2d(NUMBERS, hidden, 1, bias=False)
        self.told = nn.Conv2d(hidden, 2 * sum(widths), 1, bias=False)
        nn.init.zeros_(self.told.weight)

    def forward(self, palette: Tensor) -> Tuning:
        told = self.told(F.relu(self.hidden(palette)))
        parts = torch.split(told, [2 * width for width in self.widths], dim=1)
        return [(part[:, :width], part[:, width:]) for part, width in zip(parts, self.widths, strict=True)]


class ColourNet(nn.Module):
    """The U-Net and the choice. Inputs as in INPUTS, (B, C, H, W); the palette (B, 150, 1, 1).

    Gives chroma, -1..1, and trust, 0..1: (B, 3, H, W). Trust is how near the chroma seems to be to the truth:
    exp(-error / TRUSTED).
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.unet = UNet(sum(PLANES.values()), shape.widths, shape.down, shape.up)
        self.palette = PaletteNet(shape.palette, (*shape.widths, *shape.widths[:-1]))
        self.head = nn.Conv2d(shape.widths[0], 4 * (OFFERS + 1 + 2 + 1), 3, padding=1)
        nn.init.normal_(self.head.weight, std=1e-3)
        assert self.head.bias is not None
        nn.init.zeros_(self.head.bias)

    def forward(
        self,
        luma: Tensor,
        hints: Tensor,
        previous: Tensor,
        keyframe: Tensor,
        memory: Tensor,
        traced: Tensor,
        palette: Tensor,
    ) -> Tensor:
        verdict = self._judge(palette, luma, hints, previous, keyframe, memory, traced)
        verdict = F.interpolate(verdict, scale_factor=2.0, mode="bilinear")
        return choose(verdict, hints, previous, keyframe, memory, traced)

    def at_half(self, luma: Tensor, hints: Tensor, *others: Tensor, palette: Tensor) -> Tensor:
        """The same at half size, for less than half of the work: training on stills needs no more."""
        verdict = self._judge(palette, luma, hints, *others)
        return choose(verdict, *(F.avg_pool2d(offer, 2) for offer in (hints, *others)))

    def _judge(self, palette: Tensor, *planes: Tensor) -> Tensor:
        """(B, 10, H/2, W/2): how each offer is taken, the network's own idea, and trust."""
        features = self.unet(torch.cat(planes, dim=1), self.palette(palette))
        verdict: Tensor = F.pixel_shuffle(self.head(features), 2)
        return verdict


def choose(verdict: Tensor, hints: Tensor, *others: Tensor) -> Tensor:
    """Chroma (B, 2, H, W) mixed of the offers by softmax(verdict + log confidence), and trust (B, 1, H, W).

    `others` are colours and their confidence, (B, 3, H, W) each.
    """
    verdict, reach = verdict.float(), hints[:, 4:5]
    sure = torch.cat([reach, reach, *(offer[:, 2:] for offer in others)], dim=1)
    sure = F.pad(sure + FLOOR, (0, 0, 0, 0, 0, 1), value=OWN)
    share = torch.softmax(verdict[:, : OFFERS + 1], dim=1) * sure
    share = share / share.sum(dim=1, keepdim=True)
    chosen = share[:, OFFERS:] * torch.tanh(verdict[:, OFFERS + 1 : OFFERS + 3])
    for place, offer in enumerate((hints[:, :2], hints[:, 2:4], *others)):
        chosen = chosen + share[:, place : place + 1] * offer[:, :2]
    return torch.cat([chosen, torch.sigmoid(verdict[:, OFFERS + 3 :])], dim=1)


class RealtimeNet(nn.Module):
    """All four networks under one set of weights."""

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = shape or Shape()
        self.keys = KeyNet(self.shape)
        self.likeness = LikenessNet(self.shape)
        self.colour = ColourNet(self.shape)
        self.trace = TraceNet(self.shape.trace_widths, self.shape.trace)
