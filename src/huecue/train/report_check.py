"""How the report's network is judged while it learns: PSNR by the number of hints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from huecue.color import lab_to_rgb, rgb_to_lab, to_picture
from huecue.engine import AB, GLOBAL_HINTS
from huecue.metrics import psnr
from huecue.networks import bins
from huecue.networks.report import Answer
from huecue.train.course import Batch, Scores
from huecue.train.lab import Floats, Photographs, as_batch
from huecue.train.patches import draw_hints

Check = Mapping[str, Iterable[dict[str, Floats]]]
Cost = Callable[[Answer, Batch], Tensor]


def make_check(photographs: Photographs, *, hint_counts: Sequence[int], most: int, batch: int) -> Check:
    """The same pictures, `most` of them, for each number of hints; seeded."""
    rng = np.random.default_rng(20170801)
    count = min(most, len(photographs.pictures))
    chosen = rng.choice(len(photographs.pictures), count, replace=False)
    labs = [photographs.draw(rng, int(index))[1] for index in chosen]
    check: dict[str, list[dict[str, Floats]]] = {}
    for hints in hint_counts:
        given = [draw_hints(rng, lab[..., 1:], hints) for lab in labs]
        parts = [slice(at, at + batch) for at in range(0, count, batch)]
        silent = np.zeros((count, GLOBAL_HINTS), np.float32)
        check[f"{hints} hints"] = [as_batch(labs[part], given[part], silent[part]) for part in parts]
    return check


@dataclass(frozen=True, slots=True)
class Exam:
    """Every picture once with so many hints, seeded, made batch by batch."""

    photographs: Photographs
    hints: int
    batch: int

    def __iter__(self) -> Iterator[dict[str, Floats]]:
        rng = np.random.default_rng((20170801, self.hints))
        pictures = self.photographs.pictures
        for at in range(0, len(pictures), self.batch):
            labs = [
                rgb_to_lab(self.photographs.take(rng, opened())) for opened in pictures[at : at + self.batch]
            ]
            given = [draw_hints(rng, lab[..., 1:], self.hints) for lab in labs]
            yield as_batch(labs, given, np.zeros((len(labs), GLOBAL_HINTS), np.float32))


def make_exam(photographs: Photographs, *, hint_counts: Sequence[int], batch: int) -> Check:
    """All pictures, as they are, for each number of hints."""
    return {f"{hints} hints": Exam(photographs, hints, batch) for hints in hint_counts}


@torch.no_grad()
def judge(
    net: nn.Module, device: torch.device, *, check: Check, cost: Cost, classify: bool
) -> dict[str, Scores]:
    """The scores by name."""
    return {name: _score(net, batches, device, cost, classify) for name, batches in check.items()}


def _score(
    net: nn.Module, batches: Iterable[dict[str, Floats]], device: torch.device, cost: Cost, classify: bool
) -> Scores:
    own, grey, losses = list[float](), list[float](), list[float]()
    for arrays in batches:
        batch = {name: torch.as_tensor(plane).to(device) for name, plane in arrays.items()}
        answer: Answer = net(batch["light"], batch["hints"], batch["overall"])
        losses.append(float(cost(answer, batch)))
        guess = guess_of(answer, classify=classify).float().cpu().numpy()
        for light, ab, true in zip(arrays["light"], guess, arrays["ab"], strict=True):
            truth = picture_of(light, true)
            own.append(psnr(picture_of(light, ab), truth))
            grey.append(psnr(picture_of(light, np.zeros_like(ab)), truth))
    return Scores(float(np.mean(own)), float(np.mean(grey)), float(np.mean(losses)))


def guess_of(answer: Answer, *, classify: bool) -> torch.Tensor:
    """ab / 110 (B, 2, H, W): the regressed colours, or the annealed mean grown to full size."""
    if not classify:
        return answer.ab
    mean = bins.annealed_mean(answer.distribution) / AB
    return F.interpolate(mean, size=answer.ab.shape[2:], mode="bilinear")


def picture_of(light: Floats, ab: Floats) -> NDArray[np.uint8]:
    """(H, W, 3) of lightness (1, H, W), (L - 50) / 100, and ab (2, H, W), ab / 110."""
    lab = np.concatenate([light * 100 + 50, ab * AB]).transpose(1, 2, 0)
    return to_picture(lab_to_rgb(lab))
