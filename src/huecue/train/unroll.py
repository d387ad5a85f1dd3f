"""The network run over a few frames in a row, fed its own colours, as it is when it colours a film."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from huecue.networks.realtime import RealtimeNet
from huecue.networks.recall import look_up, match, reach_out
from huecue.networks.trace import carry
from huecue.stages.krige import GUESS
from huecue.stages.memory import LOST_TRACK
from huecue.train.losses import colour_loss, edge_loss, likeness_loss, steadiness_loss, trust_loss

Batch = dict[str, Tensor]

GUESSED = 0.5
"""How much the guess before any hint counts beside what hints make of it, where priors are learned."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part of the loss counts."""

    hinted: float = 2.0
    memory: float = 0.5
    traced: float = 0.5
    edges: float = 0.5
    steady: float = 0.2
    likeness: float = 0.03
    trust: float = 0.05
    near: float = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What a frame gave: its chroma and trust, the carried chroma, what memory and trace said, its hints."""

    chroma: Tensor
    trust: Tensor
    carried: Tensor
    remembered: Tensor
    traced: Tensor
    hints: Tensor


def run(net: RealtimeNet, batch: Batch, *, through_time: bool = False) -> list[Step]:
    """Colour the T frames of a batch in order; gradients stop between frames unless `through_time`.

    A still, which is one frame without a past, is coloured at half size.
    """
    hints = _hints(net, batch)
    if batch["luma"].shape[1] == 1:
        return [_still(net, batch, hints)]
    frames = batch["luma"].shape[1]
    lumas = torch.cat([batch["key_luma"][:, None], batch["luma"]], dim=1).flatten(0, 1)
    keys, features = (part(lumas).unflatten(0, (-1, frames + 1)) for part in (net.keys, net.trace))
    previous, steps = batch["start"], []
    for t in range(frames):
        carried = carry(previous, batch["flow"][:, t])
        flow = found_again(batch, t, match(keys[:, t + 1], keys[:, 0]))
        remembered = look_up(keys[:, t + 1], keys[:, 0], batch["key"], batch["near"][:, 0])
        traced = net.trace.look(features[:, t + 1], features[:, 0], batch["key"], flow)
        told = hints if t == 0 else torch.zeros_like(hints)
        answer = net.colour(
            batch["luma"][:, t],
            told,
            offer(carried, batch["confidence"][:, t]),
            offer(carry(batch["key"], batch["key_flow"][:, t]), batch["key_confidence"][:, t]),
            remembered * batch["memory"],
            traced * batch["keyed"],
            batch["palette"],
        )
        steps.append(Step(answer[:, :2], answer[:, 2:], carried[:, :2], remembered, traced, told))
        previous = answer if through_time else answer.detach()
    return steps


def found_again(batch: Batch, t: int, matched: Tensor) -> Tensor:
    """The flow to the keyframe; where its motion is lost, to the cell that looks most like it."""
    return torch.where(batch["key_confidence"][:, t] < LOST_TRACK, matched, batch["key_flow"][:, t])


def _still(net: RealtimeNet, batch: Batch, hints: Tensor) -> Step:
    none = torch.zeros_like(hints[:, :3])
    answer = net.colour.at_half(batch["luma"][:, 0], hints, none, none, none, none, palette=batch["palette"])
    nothing = torch.zeros_like(answer)
    return Step(answer[:, :2], answer[:, 2:], nothing[:, :2], nothing, nothing, hints)


def _hints(net: RealtimeNet, batch: Batch) -> Tensor:
    """The first frame's hints as the network takes them, (B, 6, H, W); a still without any gets the guess."""
    diffused, mask = batch["hints"][:, :2], batch["hints"][:, 2:]
    given, still = (batch["points"] >= 0).any(dim=1), batch["luma"].shape[1] == 1
    if not (still or given.any()):
        return torch.cat([diffused, torch.zeros_like(batch["hints"]), mask], dim=1)
    luma = batch["luma"][:, 0]
    near = reach_out(luma, net.likeness(luma), batch["points"], batch["point_chroma"])
    return torch.cat([diffused, near if still else near * given[:, None, None, None], mask], dim=1)


def offer(source: Tensor, confidence: Tensor) -> Tensor:
    """(B, 3, H, W) of carried chroma and trust: the colours as far as they are sure, and how sure."""
    sure = confidence * source[:, 2:]
    return torch.cat([source[:, :2] * (sure > 0.01), sure], dim=1)


def loss(steps: list[Step], batch: Batch, weights: Weights) -> Tensor:
    """The joint loss: distance to the true and to the hinted colours, and between adjacent frames."""
    total = torch.zeros((), device=batch["luma"].device)
    remembers = (batch["key"][:, :2].abs().amax(dim=(1, 2, 3), keepdim=True) > 0) * batch["memory"]
    for t, step in enumerate(steps):
        target = sized(batch["target"][:, t], step.chroma)
        hinted = 1 + weights.hinted * sized(batch["hints"][:, 2:], step.chroma)
        total = total + colour_loss(step.chroma, target, hinted if t == 0 else None)
        total = total + weights.edges * edge_loss(step.chroma, target)
        total = total + weights.likeness * likeness_loss(step.chroma, target)
        total = total + weights.trust * trust_loss(step.trust, step.chroma, target)
        if len(steps) > 1:
            total = total + weights.memory * colour_loss(step.remembered[:, :2], target, remembers)
            total = total + weights.traced * colour_loss(step.traced[:, :2], target, batch["keyed"])
        if t > 0:
            total = total + weights.steady * steadiness_loss(
                step.chroma, step.carried, batch["confidence"][:, t]
            )
    return total / len(steps) + weights.near * _near_loss(steps[0].hints, batch)


def prior_loss(net: RealtimeNet, batch: Batch, taught: float = 0.0) -> Tensor:
    """How far the hints' spread by the prior alone is from the truth, and its guess; for stills.

    The guess is learned from what a teacher makes of the picture as well, by the share of `taught`.
    """
    luma, target = batch["luma"][:, 0], F.avg_pool2d(batch["target"][:, 0], 2)
    planes = net.likeness(luma)
    guess = planes[:, GUESS].float()
    guessed = far(guess, target)
    if taught:
        guessed = (1 - taught) * guessed + taught * far(guess, batch["taught"])
    if not (batch["points"] >= 0).any():
        return guessed
    near = reach_out(luma, planes, batch["points"], batch["point_chroma"])
    return far(F.avg_pool2d(near[:, :2], 2), target) + GUESSED * guessed


def _near_loss(hints: Tensor, batch: Batch) -> Tensor:
    near, told = F.avg_pool2d(hints[:, 2:4], 2), hints[:, 4:5, ::2, ::2] > 0
    return far(near * told, F.avg_pool2d(batch["target"][:, 0], 2) * told)


def far(chroma: Tensor, target: Tensor) -> Tensor:
    """What a guess at the chroma, both (B, 2, H, W), costs."""
    return likeness_loss(chroma, target) + 2 * (chroma - target).abs().mean()


def sized(plane: Tensor, like: Tensor) -> Tensor:
    """A plane at the size that the network was asked for: its own, or half of it."""
    return plane if plane.shape[2:] == like.shape[2:] else F.avg_pool2d(plane, 2)
