"""The user-guided network of the report, in its four variants.

Source: Zhang et al. 2017, "Real-time user-guided image colorization with learned deep priors", figure 2 and
section 3: ten blocks, shortcuts from conv1, conv2 and conv3 to conv10, conv9 and conv8, dilation in the
middle, global hints added at conv4, and a side branch that tells colour distributions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from huecue.engine import GLOBAL_HINTS
from huecue.networks.bins import BIN_COUNT
from huecue.networks.fire import Fire

Variant = Literal["full", "expanded", "contracted", "squeezed"]
VARIANTS: tuple[Variant, ...] = get_args(Variant)
MORE_LAYERS: dict[Variant, int] = {"full": 0, "expanded": 1, "contracted": -1, "squeezed": 0}
"""Convolutions that each block has more (or fewer) than the paper's."""
MULTIPLE = 8
"""Each side of the input must be a multiple of this."""
SIDE_WIDTH = 256


@dataclass(frozen=True, slots=True)
class ReportShape:
    """Which variant, and how many channels conv1 has; the others have two, four and eight times as many."""

    variant: Variant = "full"
    width: int = 64


@dataclass(frozen=True, slots=True)
class Answer:
    """ab (B, 2, H, W), -1..1, to be multiplied by 110; distributions (B, 313, H/4, W/4) before softmax."""

    ab: Tensor
    distribution: Tensor


class Stack(nn.Module):
    """`count` 3x3 convolutions (or fire modules), a ReLU after each, and one norm at the end."""

    def __init__(self, channels: int, width: int, count: int, *, variant: Variant, dilation: int = 1) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for place in range(max(1, count + MORE_LAYERS[variant])):
            layers += [conv(channels if place == 0 else width, width, variant, dilation), nn.ReLU()]
        self.layers = nn.Sequential(*layers, nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        answer: Tensor = self.layers(x)
        return answer


def conv(channels: int, width: int, variant: Variant, dilation: int = 1) -> nn.Module:
    """A 3x3 convolution that keeps the size; a fire module in the squeezed variant."""
    if variant == "squeezed":
        return Fire(channels, width, dilation=dilation)
    return nn.Conv2d(channels, width, 3, padding=dilation, dilation=dilation)


def grow(channels: int, width: int, variant: Variant) -> nn.Module:
    """To twice the size: a transposed 4x4 convolution; in the squeezed variant a fire module, grown."""
    if variant == "squeezed":
        return nn.Sequential(nn.Upsample(scale_factor=2.0, mode="bilinear"), Fire(channels, width))
    return nn.ConvTranspose2d(channels, width, 4, 2, 1)


class ReportNet(nn.Module):
    """Lightness and hints in, ab out."""

    def __init__(self, shape: ReportShape | None = None) -> None:
        super().__init__()
        self.shape = shape or ReportShape()
        variant, w = self.shape.variant, self.shape.width
        self.conv1 = Stack(4, w, 2, variant=variant)
        self.conv2 = Stack(w, 2 * w, 2, variant=variant)
        self.conv3 = Stack(2 * w, 4 * w, 3, variant=variant)
        self.conv4 = Stack(4 * w, 8 * w, 3, variant=variant)
        self.conv5 = Stack(8 * w, 8 * w, 3, variant=variant, dilation=2)
        self.conv6 = Stack(8 * w, 8 * w, 3, variant=variant, dilation=2)
        self.conv7 = Stack(8 * w, 8 * w, 3, variant=variant)
        self.up8, self.short3 = grow(8 * w, 4 * w, variant), conv(4 * w, 4 * w, variant)
        self.conv8 = Stack(4 * w, 4 * w, 2, variant=variant)
        self.up9, self.short2 = grow(4 * w, 2 * w, variant), conv(2 * w, 2 * w, variant)
        self.conv9 = Stack(2 * w, 2 * w, 1, variant=variant)
        self.up10, self.short1 = grow(2 * w, 2 * w, variant), conv(w, 2 * w, variant)
        self.conv10 = Stack(2 * w, 2 * w, 1, variant=variant)
        self.out = nn.Conv2d(2 * w, 2, 1)
        self.globals = GlobalHints(8 * w, inner=2 * w if variant == "squeezed" else 8 * w)
        self.side = SideBranch((2 * w, 4 * w, 8 * w, 8 * w, 4 * w, 2 * w))

    def forward(
        self, light: Tensor, hints: Tensor, overall: Tensor | None = None, *, through_side: bool = False
    ) -> Answer:
        """The colours of `light` (B, 1, H, W), (L - 50) / 100.

        `hints` (B, 3, H, W) are ab / 110 and mask - 0.5; `overall` (B, 316, 1, 1) are the global hints.
        The side branch teaches the rest of the network only where `through_side`.
        """
        x1 = self.conv1(torch.cat([light, hints], dim=1))
        x2 = self.conv2(halved(x1))
        x3 = self.conv3(halved(x2))
        x4 = self.conv4(halved(x3))
        if overall is not None:
            x4 = x4 + self.globals(overall)
        x7 = self.conv7(self.conv6(self.conv5(x4)))
        x8 = self.conv8(F.relu(self.up8(x7) + self.short3(x3)))
        x9 = self.conv9(F.relu(self.up9(x8) + self.short2(x2)))
        x10 = self.conv10(F.relu(self.up10(x9) + self.short1(x1)))
        seen = (x2, x3, x4, x7, x8, x9)
        return Answer(
            torch.tanh(self.out(x10)),
            self.side(seen if through_side else tuple(x.detach() for x in seen)),
        )


def halved(x: Tensor) -> Tensor:
    """Every second row and column."""
    return x[:, :, ::2, ::2]


class GlobalHints(nn.Module):
    """Four 1x1 convolutions from a histogram and a saturation to what conv4 is added.

    Zhang et al. are as wide inside as outside; squeezed, that would be a quarter of all weights.
    """

    def __init__(self, width: int, *, inner: int) -> None:
        super().__init__()
        widths = (GLOBAL_HINTS, inner, inner, inner, width)
        layers: list[nn.Module] = []
        for place in range(4):
            layers += [nn.Conv2d(widths[place], widths[place + 1], 1), nn.ReLU()]
        self.layers = nn.Sequential(*layers[:-1])

    def forward(self, overall: Tensor) -> Tensor:
        answer: Tensor = self.layers(overall)
        return answer


class SideBranch(nn.Module):
    """Colour distributions from a hypercolumn of the main branch's features, by two 1x1 convolutions.

    The first convolution works on each feature at its own size and the sum is taken: the same as on all of
    them put together.
    """

    def __init__(self, widths: tuple[int, ...]) -> None:
        super().__init__()
        self.first = nn.ModuleList(nn.Conv2d(width, SIDE_WIDTH, 1, bias=False) for width in widths)
        self.second = nn.Conv2d(SIDE_WIDTH, BIN_COUNT, 1)

    def forward(self, seen: tuple[Tensor, ...]) -> Tensor:
        height, width = seen[1].shape[2:]  # conv3's, a quarter
        columns = [
            F.interpolate(layer(x), size=(height, width), mode="bilinear")
            for layer, x in zip(self.first, seen, strict=True)
        ]
        answer: Tensor = self.second(F.relu(torch.stack(columns).sum(dim=0)))
        return answer


def count_parameters(net: ReportNet) -> int:
    """Parameters of the main branch: the side branch and the global hints are not needed to colour."""
    beside = [*net.side.parameters(), *net.globals.parameters()]
    return sum(p.numel() for p in net.parameters()) - sum(p.numel() for p in beside)


@torch.no_grad()
def count_macs(net: ReportNet, side_px: int = 256) -> int:
    """Multiply-accumulates of the main branch on a square picture."""
    total = 0

    def add(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal total
        assert isinstance(layer, nn.Conv2d | nn.ConvTranspose2d)
        places = inputs[0] if isinstance(layer, nn.ConvTranspose2d) else output
        total += layer.weight.numel() * places.shape[2] * places.shape[3]

    beside = {*net.side.modules(), *net.globals.modules()}
    layers = [m for m in net.modules() if isinstance(m, nn.Conv2d | nn.ConvTranspose2d) and m not in beside]
    hooks = [layer.register_forward_hook(add) for layer in layers]
    small = 8 * MULTIPLE  # convolutions cost in proportion to the area
    net.eval()(torch.zeros(1, 1, small, small), torch.zeros(1, 3, small, small))
    for hook in hooks:
        hook.remove()
    return total * side_px**2 // small**2
