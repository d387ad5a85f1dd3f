"""What a run can teach: the one loop of `train.run` takes any of these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.utils.data import IterableDataset

Batch = dict[str, Tensor]
Batches = IterableDataset[dict[str, Any]]
"""Each batch a dictionary of arrays by name."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over a validation set: PSNR in dB of the network and of grey, and the loss if it is known."""

    psnr: float
    grey: float
    loss: float | None = None


Judge = Callable[[nn.Module, torch.device], dict[str, Scores]]
"""Scores a network by the name of each validation set."""


class Course(Protocol):
    """A network, the data it learns from, what its mistakes cost, and how it is judged."""

    @property
    def name(self) -> str:
        """The network's name, as checkpoints and manifests know it."""

    @property
    def shape(self) -> object:
        """The dataclass that the network is built from; kept in checkpoints."""

    @property
    def start(self) -> Path | None:
        """A checkpoint or a folder of exported weights that it goes on from, if any."""

    def build(self) -> nn.Module:
        """A new network."""

    def batches(self, *, seed: int) -> Batches:
        """An endless stream of batches; raises UsageError where there is nothing to learn from."""

    def loss(self, net: nn.Module, batch: Batch) -> Tensor:
        """What the network's answers to a batch cost: one number."""

    def judge(self) -> Judge:
        """The validation, its samples drawn."""

    def examine(self) -> Judge | None:
        """What a finished run is judged on, once; None where `judge` says it all."""
