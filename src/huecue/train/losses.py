"""What training asks of the colours. Chroma is (B, 2, H, W), -1..1."""

from __future__ import annotations

import torch
from torch import Tensor

HUBER = 0.01
LIVELY = 0.25
"""Chroma of this size weighs 1 + 2 times as much as grey: against greyness."""


def colour_loss(guess: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
    """Huber distance, weighing vivid targets up to three times as much as grey ones."""
    far = torch.nn.functional.huber_loss(guess, target, reduction="none", delta=HUBER) / HUBER
    vivid = (1 + 2 * target.norm(dim=1, keepdim=True) / LIVELY).clamp(max=3)
    weighed: Tensor = far * vivid if weight is None else far * vivid * weight
    return weighed.mean()


def edge_loss(guess: Tensor, target: Tensor) -> Tensor:
    """Mean distance between the gradients of both: colours should change where the true ones change."""
    wrong = guess - target
    return wrong.diff(dim=2).abs().mean() + wrong.diff(dim=3).abs().mean()


def steadiness_loss(guess: Tensor, carried: Tensor, confidence: Tensor) -> Tensor:
    """Mean distance to the carried colours where the motion is trusted."""
    return ((guess - carried).abs() * confidence).mean()


def psnr(guess: Tensor, target: Tensor, luma: Tensor) -> Tensor:
    """Mean RGB PSNR in dB of (B, 2, H, W) chroma on true luma (B, 1, H, W), -0.5..0.5; rounded to 8 bits."""
    wrong = _rgb(guess, luma) - _rgb(target, luma)
    square = wrong.square().mean(dim=(1, 2, 3)).clamp(min=1e-3)
    return (10 * torch.log10(255.0**2 / square)).mean()


def _rgb(chroma: Tensor, luma: Tensor) -> Tensor:
    luma = luma + 0.5
    red, blue = luma + 0.7874 * chroma[:, 1:], luma + 0.9278 * chroma[:, :1]
    green = (luma - 0.2126 * red - 0.0722 * blue) / 0.7152
    return (torch.cat([red, green, blue], dim=1) * 255).round().clamp(0, 255)
