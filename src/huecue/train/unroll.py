"""The network run over a few frames in a row, fed its own colours, as it is when it colours a film."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from huecue.networks.realtime import RealtimeNet
from huecue.networks.recall import carry, look_up
from huecue.train.losses import colour_loss, edge_loss, steadiness_loss

Batch = dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part of the loss counts."""

    hinted: float = 2.0
    memory: float = 0.5
    edges: float = 0.5
    steady: float = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What one frame gave: its chroma, the carried chroma and what the memory said."""

    chroma: Tensor
    carried: Tensor
    remembered: Tensor


def run(net: RealtimeNet, batch: Batch, *, through_time: bool = False) -> list[Step]:
    """Colour the T frames of a batch in order; gradients stop between frames unless `through_time`."""
    frames = batch["luma"].shape[1]
    keys = net.keys(torch.cat([batch["key_luma"][:, None], batch["luma"]], dim=1).flatten(0, 1))
    keys = keys.unflatten(0, (-1, frames + 1))
    previous, steps = batch["start"], []
    for t in range(frames):
        carried = carry(previous, batch["flow"][:, t])
        remembered = look_up(keys[:, t + 1], keys[:, 0], batch["key_chroma"])
        chroma = net.colour(
            batch["luma"][:, t],
            batch["hints"] if t == 0 else torch.zeros_like(batch["hints"]),
            offer(carried, batch["confidence"][:, t]),
            offer(carry(batch["key_chroma"], batch["key_flow"][:, t]), batch["key_confidence"][:, t]),
            remembered * batch["memory"],
        )
        steps.append(Step(chroma, carried, remembered))
        previous = chroma if through_time else chroma.detach()
    return steps


def offer(chroma: Tensor, confidence: Tensor) -> Tensor:
    """(B, 3, H, W): the colours as far as they are trusted, and the trust."""
    return torch.cat([chroma * (confidence > 0.01), confidence], dim=1)


def loss(steps: list[Step], batch: Batch, weights: Weights) -> Tensor:
    """The joint loss: distance to the true and to the hinted colours, and between adjacent frames."""
    total = torch.zeros((), device=batch["luma"].device)
    hinted = 1 + weights.hinted * batch["hints"][:, 5:6]
    remembers = (batch["key_chroma"].abs().amax(dim=(1, 2, 3), keepdim=True) > 0) * batch["memory"]
    for t, step in enumerate(steps):
        target = batch["target"][:, t]
        total = total + colour_loss(step.chroma, target, hinted if t == 0 else None)
        total = total + weights.edges * edge_loss(step.chroma, target)
        total = total + weights.memory * colour_loss(step.remembered[:, :2], target, remembers)
        if t > 0:
            total = total + weights.steady * steadiness_loss(
                step.chroma, step.carried, batch["confidence"][:, t]
            )
    return total / len(steps)
