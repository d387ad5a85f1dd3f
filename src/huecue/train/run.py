"""`huecue train`: the one loop, its checkpoints and its log."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.optim import AdamW
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader, IterableDataset, get_worker_info
from tqdm import tqdm

from huecue.errors import FailureError
from huecue.train.course import Batch, Batches, Course, Judge, Scores
from huecue.train.curves import Log, draw_curves
from huecue.weights import MANIFEST

Precision = Literal["32-true", "bf16-mixed", "16-mixed"]
Tensors = tuple[Tensor, ...] | list[Tensor]
CHECKPOINT, SETTINGS = "checkpoint.pt", "settings.json"


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """Everything a run is made from; saved beside its weights."""

    course: Course
    out: Path = Path("runs/realtime")
    steps: int = 22_000
    rate: float = 1e-3
    decay: float = 0.02
    warmup: int = 300
    ema: float = 0.999
    seed: int = 0
    workers: int = 1
    threads: int | None = None
    devices: str = "auto"
    precision: Precision = "32-true"
    check_every: int = 500


def train(options: TrainOptions, *, fresh: bool = False, quiet: bool = False) -> Path:
    """Train to `options.steps`, going on from the run's last checkpoint; gives the checkpoint's path.

    Raises UsageError where there is nothing to train on, FailureError where the loss is no longer a number:
    the last good checkpoint is kept.
    """
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    fabric = Fabric(accelerator="auto", devices=options.devices, precision=options.precision)
    fabric.launch()
    run = _Run(fabric, options, fresh=fresh)
    run.go(quiet=quiet)
    return run.path


def settings(options: TrainOptions) -> dict[str, Any]:
    """The options as JSON holds them; `before` are those of the run that it goes on from, if known."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(options), default=str))
    start = options.course.start
    if start is None:
        return plain
    beside = start / MANIFEST if start.is_dir() else start.parent / SETTINGS
    if beside.exists():
        earlier = json.loads(beside.read_text())
        plain["before"] = earlier["settings"] if start.is_dir() else earlier
    return plain


class Lesson(nn.Module):
    """The network and its loss as one forward pass, so that several GPUs can share the work."""

    def __init__(self, net: nn.Module, course: Course) -> None:
        super().__init__()
        self.net, self.course = net, course

    def forward(self, ask: Callable[[], Batch]) -> Tensor:
        # Asked for, not given: Fabric would round a given batch's luma, motion and truth to bf16.
        return self.course.loss(self.net, ask())


class First(IterableDataset[dict[str, Any]]):
    """The first `count` batches of an endless stream, shared out among the workers that draw them.

    So a worker comes to its own end: one that is stopped while it sends a batch dies with a noise.
    """

    def __init__(self, batches: Batches, count: int) -> None:
        self.batches, self.count = batches, count

    def __iter__(self) -> Iterator[dict[str, Any]]:
        worker = get_worker_info()
        number, workers = (worker.id, worker.num_workers) if worker else (0, 1)
        return islice(iter(self.batches), len(range(number, self.count, workers)))


class _Run:
    """A run in progress: network, optimizer, average and log, all of which a checkpoint holds."""

    def __init__(self, fabric: Fabric, options: TrainOptions, *, fresh: bool) -> None:
        self.fabric, self.options = fabric, options
        options.out.mkdir(parents=True, exist_ok=True)
        self.path = options.out / CHECKPOINT
        self.judge = options.course.judge()
        net = options.course.build()
        # torch's types know no memory_format for modules.
        self.net: nn.Module = net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        fused = options.precision != "16-mixed"  # Fabric cannot clip what a fused step has yet to unscale
        optimizer = AdamW(
            self.net.parameters(), lr=options.rate, weight_decay=options.decay, betas=(0.9, 0.98), fused=fused
        )
        self.lesson, self.optimizer = fabric.setup(Lesson(self.net, options.course), optimizer)
        self.average = AveragedModel(self.net, multi_avg_fn=_follow(options.ema), use_buffers=True)
        self.step = 0 if fresh else self._resume()
        self.log = Log(options.out, step=self.step)
        (options.out / SETTINGS).write_text(json.dumps(settings(options), indent=2) + "\n")

    def go(self, *, quiet: bool) -> None:
        """Train until the last step; Ctrl-C saves first and then stops."""
        bar = tqdm(total=self.options.steps, initial=self.step, unit="step", disable=True if quiet else None)
        try:
            with bar:
                for batch in self._feed():
                    bar.set_postfix(loss=f"{self._learn(batch):.3f}")
                    bar.update()
                    if self.step % self.options.check_every == 0 or self.step == self.options.steps:
                        self._check()
        except KeyboardInterrupt:
            self._save()
            raise
        self._examine()

    def _feed(self) -> Iterator[Batch]:
        seed = self.options.seed + 7919 * self.step + 104729 * self.fabric.global_rank
        dataset = First(self.options.course.batches(seed=seed), max(0, self.options.steps - self.step))
        # Spawned, not forked: OpenCV's and BLAS's threads do not survive a fork.
        way = "spawn" if self.options.workers else None
        loader = DataLoader(
            dataset, batch_size=None, num_workers=self.options.workers, multiprocessing_context=way
        )
        for batch in loader:
            yield {name: torch.as_tensor(value).to(self.fabric.device) for name, value in batch.items()}

    def _learn(self, batch: Batch) -> float:
        for group in self.optimizer.param_groups:
            group["lr"] = rate_at(self.step, self.options)
        self.optimizer.zero_grad(set_to_none=True)
        value = self.lesson(lambda: batch)
        number = float(value.detach())
        if not math.isfinite(number):
            raise FailureError(
                f"the loss is {number} at step {self.step}; {self.path} holds the last good state"
            )
        self.fabric.backward(value)
        self.fabric.clip_gradients(self.lesson, self.optimizer, max_norm=1.0)
        self.optimizer.step()
        self.average.update_parameters(self.net)
        self.step += 1
        self.log.add(self.step, number)
        return number

    def _check(self) -> None:
        if self.fabric.is_global_zero:
            self.log.check(self.step, self._judged(self.judge))
            draw_curves(self.options.out)
            self._save()
        self.fabric.barrier()

    def _examine(self) -> None:
        if self.fabric.is_global_zero and (judge := self.options.course.examine()) is not None:
            self.log.examine(self.step, self._judged(judge))
        self.fabric.barrier()

    def _judged(self, judge: Judge) -> dict[str, Scores]:
        with self.fabric.autocast():
            return judge(self.average.module.eval(), self.fabric.device)

    def _save(self) -> None:
        whole = {
            "step": self.step,
            "network": self.options.course.name,
            "shape": asdict(self.options.course.shape),  # type: ignore[call-overload]  # always a dataclass
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        part = self.path.with_suffix(".part")
        torch.save(whole, part)
        part.replace(self.path)

    def _resume(self) -> int:
        if not self.path.exists():
            return 0
        whole = torch.load(self.path, map_location=self.fabric.device, weights_only=True)
        self.net.load_state_dict(whole["net"])
        self.average.load_state_dict(whole["average"])
        self.optimizer.load_state_dict(whole["optimizer"])
        return int(whole["step"])


def _follow(ema: float) -> Callable[[Tensors, Tensors, Tensor | int], None]:
    """An exponential mean that forgets its start: after n steps it reaches back n/10 at most."""

    def mean(averages: Tensors, current: Tensors, count: Tensor | int) -> None:
        share = 1 - min(ema, (1 + int(count)) / (10 + int(count)))
        for average, value in zip(averages, current, strict=True):
            if average.is_floating_point():
                average.lerp_(value, share)
            else:  # a norm's count of batches
                average.copy_(value)

    return mean


def averaged(whole: dict[str, Any]) -> dict[str, Tensor]:
    """The averaged network's weights in a checkpoint, by the names that the network itself gives them."""
    return {k.removeprefix("module."): v for k, v in whole["average"].items() if k.startswith("module.")}


def rate_at(step: int, options: TrainOptions) -> float:
    """The learning rate: a warm-up, a tenth of a short run, then a cosine down to a hundredth."""
    warmup = min(options.warmup, options.steps // 10)
    if step < warmup:
        return options.rate * (step + 1) / warmup
    share = min(1.0, (step - warmup) / max(1, options.steps - warmup))
    return options.rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * share)))
