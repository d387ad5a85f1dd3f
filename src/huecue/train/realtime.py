"""The course of the real-time network: stills, hints, imagined films and clips."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from huecue.errors import UsageError
from huecue.networks.realtime import RealtimeNet, Shape
from huecue.train import course, unroll
from huecue.train.feed import Batches, Mix, load_material, split
from huecue.train.imagine import HintHabits
from huecue.train.samples import Habits
from huecue.train.start import load_into
from huecue.train.validate import Check, make_check, validate

Stage = Literal["all", "films", "priors", "hints", "palettes"]
LIKENESS = "likeness"
TAUGHT = 0.5
"""How much of what the guess learns is a teacher's, where there is one."""
FILMS = Habits(
    film_px=(128, 192),
    turned=0.5,
    no_key=0.15,
    no_memory=0.2,
    no_start=0.1,
    drifted=0.5,
    alone=0.15,
    longest_gap=60,
    imagined_gap=16,
)
MANY = HintHabits(geometric=0.4, many=0.5, strokes=0.09)
STAGES: dict[Stage, tuple[Habits, Mix, str | None]] = {
    "all": (Habits(), Mix(), None),
    "films": (FILMS, Mix(stills=0.1, hinted=0.3, imagined=0.25, clips=0.35), None),
    "priors": (
        Habits(turned=0.0, palette=0.0, hints=MANY),
        Mix(stills=0.5, hinted=0.5, imagined=0.0, clips=0.0),
        LIKENESS,
    ),
    "hints": (
        replace(FILMS, turned=0.15, hints=MANY),
        Mix(stills=0.25, hinted=0.4, imagined=0.1, clips=0.25),
        None,
    ),
    "palettes": (
        Habits(still_px=(128,), palette=1.0, worn=0.1),
        Mix(stills=1.0, hinted=0.0, imagined=0.0, clips=0.0),
        "colour.palette",
    ),
}
"""What is learned from: everything; mostly films whose keyframe stands far away or is all there is; stills
with hints and without, for what is known before them; mostly such stills and films as well; stills with
a palette. And the one part of the network that learns, None for all of it."""


@dataclass(frozen=True, slots=True)
class RealtimeCourse:
    """`data` and `validation` name folders, archives and clips, as on the command line.

    `start` is a checkpoint or a folder of exported weights to go on from. `taught` names zips of the
    same pictures as a teacher colours them, which the prior learns from by half where it alone learns.
    """

    name: ClassVar[str] = "realtime"

    data: tuple[str, ...]
    validation: tuple[str, ...] = ()
    shape: Shape = field(default_factory=Shape)
    habits: Habits = field(default_factory=Habits)
    mix: Mix = field(default_factory=Mix)
    weights: unroll.Weights = field(default_factory=unroll.Weights)
    start: Path | None = None
    only: str | None = None
    taught: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.taught and self.only != LIKENESS:
            raise UsageError(
                "a teacher's colours are learned from in --stage priors alone; leave --taught out"
            )

    def build(self) -> RealtimeNet:
        """A new network, with the weights of `start` if there is one; all of it learns, or `only` a part."""
        net = RealtimeNet(self.shape)
        if self.start is not None:
            load_into(net, self.start)
        if self.only is not None:
            net.requires_grad_(False).get_submodule(self.only).requires_grad_(True)
        return net

    def batches(self, *, seed: int) -> course.Batches:
        """An endless stream of batches, each of one kind."""
        return Batches(self.data, self.habits, self.mix, seed=seed, taught=self.taught)

    def loss(self, net: nn.Module, batch: course.Batch) -> Tensor:
        """The joint loss of a batch; that of the hints' spread where nothing but the likeness learns."""
        assert isinstance(net, RealtimeNet)
        if self.only == LIKENESS:
            return unroll.prior_loss(net, batch, TAUGHT if self.taught else 0.0)
        return unroll.loss(unroll.run(net, batch), batch, self.weights)

    def judge(self) -> course.Judge:
        """On the named pictures and the clips kept back, else on a sample of the data."""
        material, kept = split(load_material(self.data))
        seen = load_material(self.validation).pictures if self.validation else material.pictures[::97]
        return partial(_judge, check=make_check(seen, kept or material.clips, self.habits))

    def examine(self) -> None:
        """Nothing more than `judge`."""


def _judge(net: nn.Module, device: torch.device, *, check: Check) -> dict[str, course.Scores]:
    assert isinstance(net, RealtimeNet)
    return validate(net, check, device)
