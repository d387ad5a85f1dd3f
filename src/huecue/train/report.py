"""The course of the report's network: photographs in Lab, the 2017 hints, regression or classification."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import torch
import torch.nn.functional as F
from numpy.random import Generator
from torch import Tensor, nn
from torch.utils.data import IterableDataset, get_worker_info

from huecue.engine import AB
from huecue.errors import UsageError
from huecue.networks import bins
from huecue.networks.report import Answer, ReportNet, ReportShape
from huecue.train import course
from huecue.train.cifar import read_photographs
from huecue.train.lab import Floats, Photographs, as_batch, global_hints
from huecue.train.patches import draw_hints
from huecue.train.report_check import judge, make_check, make_exam
from huecue.train.sources import Opener
from huecue.train.start import load_into

Task = Literal["regress", "classify"]

HUBER_AB = 1.0
PRIOR_PICTURES = 2000


@dataclass(frozen=True)
class ReportCourse:
    """`data` and `validation` name photographs, or are `cifar10`; `start` is a checkpoint to go on from.

    `check_count` pictures are validated on while it learns, all of `validation` at the end.

    `regress` learns colours with hints; `classify` learns distributions without, seldom colours counting more
    where `rebalance` (Zhang et al. 2016).
    """

    name: ClassVar[str] = "report"

    data: tuple[str, ...]
    validation: tuple[str, ...] = ()
    shape: ReportShape = field(default_factory=ReportShape)
    side: int = 256
    batch: int = 32
    task: Task = "regress"
    rebalance: bool = True
    start: Path | None = None
    check_count: int = 200
    check_hints: tuple[int, ...] = (0, 1, 5, 20)

    def __post_init__(self) -> None:
        if self.side < 8 or self.side % 8:
            raise UsageError(f"the pictures' side must be a multiple of 8, not {self.side}")
        if self.check_count < 1:
            raise UsageError(f"at least one picture must be validated on, not {self.check_count}")

    @cached_property
    def photographs(self) -> Photographs:
        """What is learned from."""
        return Photographs(read_photographs(self.data, part="train"), self.side)

    def build(self) -> ReportNet:
        """A new network, with the weights of `start` if there is one."""
        net = ReportNet(self.shape)
        if self.start is not None:
            load_into(net, self.start)
        return net

    def batches(self, *, seed: int) -> course.Batches:
        """Batches without end: every picture once before any comes again."""
        # A copy, for what this one has opened need not go to the processes that make batches.
        return _Batches(replace(self), seed=seed)

    def loss(self, net: nn.Module, batch: course.Batch) -> Tensor:
        """Huber distance of the colours plus the side branch's own loss, or the latter alone."""
        through_side = self.task == "classify"
        answer: Answer = net(batch["light"], batch["hints"], batch["overall"], through_side=through_side)
        return self._cost(answer, batch)

    def _cost(self, answer: Answer, batch: course.Batch) -> Tensor:
        told = distribution_loss(answer.distribution, batch["ab"], self._weights(batch["ab"].device))
        return told if self.task == "classify" else told + colour_loss(answer.ab, batch["ab"])

    def judge(self) -> course.Judge:
        """On `validation`, else on a share of the data: PSNR for each number of hints."""
        named = self._named or self.held_back
        check = make_check(
            Photographs(named, self.side),
            hint_counts=self._hint_counts,
            most=self.check_count,
            batch=self.batch,
        )
        return partial(judge, check=check, cost=self._cost, classify=self.task == "classify")

    def examine(self) -> course.Judge | None:
        """On every picture of `validation`, where that is named."""
        if not self._named:
            return None
        exam = make_exam(Photographs(self._named, self.side), hint_counts=self._hint_counts, batch=self.batch)
        return partial(judge, check=exam, cost=self._cost, classify=self.task == "classify")

    @cached_property
    def _named(self) -> Sequence[Opener]:
        return read_photographs(self.validation, part="test") if self.validation else ()

    @property
    def _hint_counts(self) -> tuple[int, ...]:
        return (0,) if self.task == "classify" else self.check_hints

    @property
    def held_back(self) -> Sequence[Opener]:
        """One picture in 97: seen in training too, where no validation is named."""
        return self.photographs.pictures[::97]

    @cached_property
    def prior(self) -> Floats:
        """(313,): how often each bin occurs in the data."""
        rng = np.random.default_rng(0)
        chosen = rng.integers(0, len(self.photographs.pictures), PRIOR_PICTURES)
        seen = [self.photographs.draw(rng, int(index))[1][::4, ::4, 1:].reshape(-1, 2) for index in chosen]
        return bins.count(np.concatenate(seen))

    @cached_property
    def _rebalanced(self) -> Floats:
        return bins.rebalance(self.prior)

    def _weights(self, device: torch.device) -> Tensor | None:
        if self.task == "regress" or not self.rebalance:
            return None
        return torch.as_tensor(self._rebalanced, device=device)


def colour_loss(guess: Tensor, target: Tensor) -> Tensor:
    """Huber distance in units of a and b (Zhang et al. 2017, eq. 2); both (B, 2, H, W), ab / 110."""
    return F.huber_loss(guess.float() * AB, target * AB, delta=HUBER_AB)


def distribution_loss(distribution: Tensor, ab: Tensor, weights: Tensor | None) -> Tensor:
    """Cross-entropy with the soft-encoded colours at quarter size; `weights` (313,) of the nearest bin."""
    small = F.avg_pool2d(ab, 4) * AB
    index, shares = bins.encode(small.permute(0, 2, 3, 1).reshape(-1, 2))
    told = F.log_softmax(distribution.float(), dim=1).permute(0, 2, 3, 1).reshape(-1, bins.BIN_COUNT)
    cost = -(told.gather(1, index) * shares).sum(dim=1)
    return cost.mean() if weights is None else (cost * weights[index[:, 0]]).mean()


class _Batches(IterableDataset[dict[str, Any]]):
    def __init__(self, owner: ReportCourse, *, seed: int) -> None:
        self.owner, self.seed = owner, seed

    def __iter__(self) -> Iterator[dict[str, Any]]:
        worker = get_worker_info()
        rng = np.random.default_rng((self.seed, worker.id if worker else 0))
        order = _endless(rng, len(self.owner.photographs.pictures))
        while True:
            yield self._batch(rng, order)

    def _batch(self, rng: Generator, order: Iterator[int]) -> dict[str, Floats]:
        labs, hints, overall = [], [], []
        for _ in range(self.owner.batch):
            picture, lab = self.owner.photographs.draw(rng, next(order))
            labs.append(lab)
            hints.append(draw_hints(rng, lab[..., 1:], 0 if self.owner.task == "classify" else None))
            on = rng.random(2) < (0.0 if self.owner.task == "classify" else 0.5)
            overall.append(global_hints(picture, lab, histogram=bool(on[0]), saturation=bool(on[1])))
        return as_batch(labs, hints, np.stack(overall))


def _endless(rng: Generator, count: int) -> Iterator[int]:
    while True:
        yield from rng.permutation(count).tolist()
