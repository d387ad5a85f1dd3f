"""What training asks of the colours. Chroma is (B, 2, H, W), -1..1."""

from __future__ import annotations

import torch
from torch import Tensor

from huecue.networks.realtime import TRUSTED

HUBER = 0.03
BARELY = 1e-4
"""The mean square of RGB (0..1) below which nobody sees a difference: 40 dB."""
LIVELY = 0.25
"""Chroma of this size weighs 1 + 2 times as much as grey: against greyness."""


def colour_loss(guess: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
    """Huber distance, weighing vivid targets up to three times as much as grey ones."""
    far = torch.nn.functional.huber_loss(guess, target, reduction="none", delta=HUBER) / HUBER
    vivid = (1 + 2 * target.norm(dim=1, keepdim=True) / LIVELY).clamp(max=3)
    weighed: Tensor = far * vivid if weight is None else far * vivid * weight
    return weighed.mean()


def likeness_loss(guess: Tensor, target: Tensor) -> Tensor:
    """Mean logarithm of each picture's mean square error in RGB: PSNR itself, but for its scale."""
    luma = torch.zeros_like(guess[:, :1])
    wrong = torch.cat(to_rgb(guess - target, luma), dim=1)
    return torch.log(wrong.square().mean(dim=(1, 2, 3)) + BARELY).mean()


def trust_loss(trust: Tensor, guess: Tensor, target: Tensor) -> Tensor:
    """Cross-entropy of the trust (B, 1, H, W), 0..1, with exp(-error / TRUSTED), the larger error of two."""
    error = (guess.detach() - target).abs().amax(dim=1, keepdim=True)
    sure = torch.exp(-error / TRUSTED)
    trust = trust.float().clamp(1e-4, 1 - 1e-4)
    return -(sure * trust.log() + (1 - sure) * (1 - trust).log()).mean()


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
    return (torch.cat(to_rgb(chroma, luma + 0.5), dim=1) * 255).round().clamp(0, 255)


def to_rgb(chroma: Tensor, luma: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Red, green and blue (B, 1, H, W) of chroma -1..1 and luma 0..1, BT.709."""
    red, blue = luma + 0.7874 * chroma[:, 1:], luma + 0.9278 * chroma[:, :1]
    return red, (luma - 0.2126 * red - 0.0722 * blue) / 0.7152, blue
