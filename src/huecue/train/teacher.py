"""The course of the teacher: photographs without hints, seen by VGG-19."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from huecue.errors import UsageError
from huecue.networks.teacher import LAYER, TeacherNet, TeacherShape, see
from huecue.networks.vgg import Vgg
from huecue.networks.vgg_file import find_vgg, load_vgg
from huecue.train import course, unroll
from huecue.train.feed import Batches, Mix, load_material
from huecue.train.losses import psnr
from huecue.train.samples import Array, Habits
from huecue.train.start import load_into
from huecue.train.validate import make_stills

ALONE = Mix(stills=1.0, hinted=0.0, imagined=0.0, clips=0.0)
PLAIN = Habits(still_px=(128, 192), palette=0.0, worn=0.1)


@dataclass(frozen=True)
class TeacherCourse:
    """`data` and `validation` name photographs; `vgg` is the file of its weights, found as elsewhere if None.

    `start` is a checkpoint to go on from.
    """

    name: ClassVar[str] = "teacher"

    data: tuple[str, ...]
    validation: tuple[str, ...] = ()
    vgg: Path | None = None
    shape: TeacherShape = field(default_factory=TeacherShape)
    start: Path | None = None

    @cached_property
    def eyes(self) -> Vgg:
        """VGG-19, which does not learn. Raises WeightsError where it ends before what is taken of it."""
        return load_eyes(self.vgg)

    def build(self) -> TeacherNet:
        """A new head, with the weights of `start` if there is one."""
        net = TeacherNet(self.shape)
        if self.start is not None:
            load_into(net, self.start)
        return net

    def batches(self, *, seed: int) -> course.Batches:
        """An endless stream of batches of photographs."""
        return Batches(self.data, PLAIN, ALONE, seed=seed)

    def loss(self, net: nn.Module, batch: course.Batch) -> Tensor:
        """How far the colours are from the photographs'."""
        luma = batch["luma"][:, 0]
        guess = net(luma, see(self.eyes.to(luma.device), luma))
        return unroll.far(guess, F.avg_pool2d(batch["target"][:, 0], 2))

    def judge(self) -> course.Judge:
        """On the named pictures, else on a sample of the data."""
        pictures = load_material(self.validation or self.data).pictures
        seen = pictures if self.validation else pictures[::97]
        return partial(_judge, eyes=self.eyes, check=make_stills(seen, PLAIN))

    def examine(self) -> None:
        """Nothing more than `judge`."""


def load_eyes(path: Path | None) -> Vgg:
    """VGG-19 from a file. Raises WeightsError where there is none, or it ends before what is taken of it."""
    weights = load_vgg(find_vgg(path))
    weights.check_layers((LAYER,))
    eyes: Vgg = Vgg(weights).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return eyes


def load_teacher(checkpoint: Path) -> TeacherNet:
    """The averaged head of a run's checkpoint. Raises UsageError where there is none, or another's."""
    if not checkpoint.exists():
        raise UsageError(f"{checkpoint}: no teacher here; train it by `huecue train teacher` first")
    shape = torch.load(checkpoint, map_location="cpu", weights_only=True)["shape"]
    try:
        net = TeacherNet(TeacherShape(**shape))
    except TypeError as problem:
        raise UsageError(f"{checkpoint}: another network than the teacher") from problem
    load_into(net, checkpoint)
    return net.eval()


@torch.no_grad()
def _judge(
    net: nn.Module, device: torch.device, *, eyes: Vgg, check: list[dict[str, Array]]
) -> dict[str, course.Scores]:
    own, grey = [], []
    for arrays in check:
        luma, truth = (torch.as_tensor(arrays[name])[:, 0].to(device) for name in ("luma", "target"))
        target, half = F.avg_pool2d(truth, 2), F.avg_pool2d(luma, 2)
        own.append(float(psnr(net(luma, see(eyes.to(device), luma)), target, half)))
        grey.append(float(psnr(torch.zeros_like(target), target, half)))
    return {"stills without hints": course.Scores(sum(own) / len(own), sum(grey) / len(grey))}
