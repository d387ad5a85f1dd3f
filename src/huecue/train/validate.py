"""A fixed, seeded set of samples, and the PSNR on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from huecue.networks.realtime import RealtimeNet
from huecue.train import unroll
from huecue.train.course import Scores
from huecue.train.feed import CLIPS, HINTED, IMAGINED, STILLS, Material, draw
from huecue.train.imagine import HintHabits
from huecue.train.losses import psnr
from huecue.train.samples import Array, Habits, stack
from huecue.train.sources import Clip, Opener

BATCH = 8
Check = dict[str, list[dict[str, Array]]]


def make_check(
    pictures: Sequence[Opener], clips: Sequence[Clip], habits: Habits, *, count: int = 48
) -> Check:
    """Batches by name: stills without hints and with them, imagined films, and real clips if any."""
    plain = _plain(habits)
    many = HintHabits(geometric=0.0, many=1.0, strokes=0.0)
    kinds = {
        "stills without hints": (STILLS, plain),
        "stills with a palette": (STILLS, replace(plain, palette=1.0)),
        "stills with hints": (HINTED, replace(plain, hints=many)),
        "imagined films": (IMAGINED, plain),
    }
    if clips:
        kinds |= {"clips": (CLIPS, plain), "clips by memory alone": (CLIPS, replace(plain, alone=1.0))}
    material = Material(pictures, clips)
    return {name: _batches(kind, material, each, count) for name, (kind, each) in kinds.items()}


def make_stills(pictures: Sequence[Opener], habits: Habits, *, count: int = 48) -> list[dict[str, Array]]:
    """Batches of the stills without hints alone."""
    return _batches(STILLS, Material(pictures, []), _plain(habits), count)


def _plain(habits: Habits) -> Habits:
    """The same with nothing left out, worn or turned."""
    given = replace(habits, no_key=0.0, no_memory=0.0, no_start=0.0, film_hints=0.0)
    return replace(
        given, turned=0.0, worn=0.0, from_clips=0.0, drifted=0.0, worn_key=0.0, alone=0.0, palette=0.0
    )


def _batches(kind: str, material: Material, habits: Habits, count: int) -> list[dict[str, Array]]:
    rng = np.random.default_rng(20170801)
    samples = [draw(rng, kind, material, habits) for _ in range(count)]
    return [stack(samples[at : at + BATCH]) for at in range(0, count, BATCH)]


@torch.no_grad()
def validate(net: RealtimeNet, check: Check, device: torch.device) -> dict[str, Scores]:
    """The scores by name, of the last frame of each sample."""
    net.eval()
    return {name: _score(net, batches, device) for name, batches in check.items()}


def _score(net: RealtimeNet, batches: list[dict[str, Array]], device: torch.device) -> Scores:
    own, grey = [], []
    for arrays in batches:
        batch: dict[str, Tensor] = {name: torch.as_tensor(value).to(device) for name, value in arrays.items()}
        last = unroll.run(net, batch)[-1].chroma
        target, luma = (unroll.sized(batch[name][:, -1], last) for name in ("target", "luma"))
        own.append(float(psnr(last, target, luma)))
        grey.append(float(psnr(torch.zeros_like(target), target, luma)))
    return Scores(float(np.mean(own)), float(np.mean(grey)))
