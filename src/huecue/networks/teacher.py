"""A teacher of what is likely before any hint: VGG-19, which knows things, and a head that colours them.

It is far too slow to colour films. What it makes of photographs, the means of all colours that a thing may
have, is learned from with far less noise than the photographs themselves, which show one colour each.
Sources: Hinton et al. 2015 (teachers); Larsson et al. 2016 (colours from what VGG sees).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from huecue.networks.unet import UNet, Widths
from huecue.networks.vgg import Vgg

LAYER = "relu3_4"
"""What is taken of VGG: its features at a quarter of the picture's size."""
QUARTER = 4


@dataclass(frozen=True, slots=True)
class TeacherShape:
    """How wide and deep the head is, from a quarter of the picture's size down to 1/16."""

    seen: int = 256
    widths: Widths = (96, 160, 224)
    down: Widths = (2, 2, 3)
    up: Widths = (2, 2)


def see(vgg: Vgg, luma: Tensor) -> Tensor:
    """What VGG sees, (B, 256, H/4, W/4), in a grey picture (B, 1, H, W), -0.5..0.5."""
    with torch.no_grad():
        seen: Tensor = vgg((luma + 0.5).expand(-1, 3, -1, -1), (LAYER,))[LAYER]
    return seen


class TeacherNet(nn.Module):
    """Luma (B, 1, H, W), -0.5..0.5, and what VGG sees in it -> chroma (B, 2, H/2, W/2), -1..1.

    H and W must be multiples of 16.
    """

    def __init__(self, shape: TeacherShape) -> None:
        super().__init__()
        self.shape = shape
        first = shape.widths[0]
        self.both = nn.Conv2d(shape.seen + QUARTER**2, first, 1)
        self.unet = UNet(first, shape.widths, shape.down, shape.up, stem=1)
        self.head = nn.Conv2d(first, 2 * 4, 3, padding=1)
        nn.init.zeros_(self.head.weight)

    def forward(self, luma: Tensor, seen: Tensor) -> Tensor:
        both = torch.cat([seen, F.pixel_unshuffle(luma, QUARTER)], dim=1)
        features = self.unet(F.relu(self.both(both)))
        # The factor lets colours begin small and learn slowly.
        chroma: Tensor = torch.tanh(0.1 * F.pixel_shuffle(self.head(features), 2).float())
        return chroma
