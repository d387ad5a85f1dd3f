"""The course of the real-time network: stills, hints, imagined films and clips."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

import torch
from torch import Tensor, nn

from huecue.networks.realtime import RealtimeNet, Shape
from huecue.train import course, unroll
from huecue.train.feed import Batches, Mix, load_material, split
from huecue.train.samples import Habits
from huecue.train.validate import Check, make_check, validate


@dataclass(frozen=True, slots=True)
class RealtimeCourse:
    """`data` and `validation` name folders, archives and clips, as on the command line."""

    name: ClassVar[str] = "realtime"

    data: tuple[str, ...]
    validation: tuple[str, ...] = ()
    shape: Shape = field(default_factory=Shape)
    habits: Habits = field(default_factory=Habits)
    mix: Mix = field(default_factory=Mix)
    weights: unroll.Weights = field(default_factory=unroll.Weights)

    def build(self) -> RealtimeNet:
        """A new network."""
        return RealtimeNet(self.shape)

    def batches(self, *, seed: int) -> course.Batches:
        """An endless stream of batches, each of one kind."""
        return Batches(self.data, self.habits, self.mix, seed=seed)

    def loss(self, net: nn.Module, batch: course.Batch) -> Tensor:
        """The joint loss of a batch."""
        assert isinstance(net, RealtimeNet)
        return unroll.loss(unroll.run(net, batch), batch, self.weights)

    def judge(self) -> course.Judge:
        """On the named pictures and the clips kept back, else on a sample of the data."""
        material, kept = split(load_material(self.data))
        seen = load_material(self.validation).pictures if self.validation else material.pictures[::97]
        return partial(_judge, check=make_check(seen, kept or material.clips, self.habits))


def _judge(net: nn.Module, device: torch.device, *, check: Check) -> dict[str, course.Scores]:
    assert isinstance(net, RealtimeNet)
    return validate(net, check, device)
