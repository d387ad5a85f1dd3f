"""What parts of the real-time network and its training are worth: ablations.py DATA [--steps N] [NAME ..]

Short runs of stage `all` from scratch, each without one part and else alike (seed, samples, steps), and a
table of their gain over grey in dB on what training does not see. DATA holds stills/, tiny-imagenet/ and
clips/train/. A run that is stopped goes on from its last checkpoint when this is started again.
"""

from __future__ import annotations

import csv
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from unittest import mock

import torch
from torch import Tensor

from huecue.networks import realtime
from huecue.networks.realtime import OFFERS
from huecue.train import unroll
from huecue.train.realtime import RealtimeCourse
from huecue.train.run import TrainOptions, train
from huecue.train.samples import Habits

Change = Callable[[RealtimeCourse], RealtimeCourse]


def nothing_remembered(_asked: Tensor, _keys: Tensor, source: Tensor, _near: Tensor) -> Tensor:
    """In place of the memory's look-up."""
    return torch.zeros_like(source)


def own_idea(verdict: Tensor, *_offers: Tensor) -> Tensor:
    """In place of the choice: the network sees what is on offer, but paints by itself."""
    verdict = verdict.float()
    own = torch.tanh(verdict[:, OFFERS + 1 : OFFERS + 3])
    return torch.cat([own, torch.sigmoid(verdict[:, OFFERS + 3 :])], dim=1)


def without(**habits: float) -> Change:
    """The same course with other habits."""
    return lambda course: replace(course, habits=replace(course.habits, **habits))  # type: ignore[arg-type]


def shaped(**shape: tuple[int, ...]) -> Change:
    """The same course with a network of another shape."""
    return lambda course: replace(course, shape=replace(course.shape, **shape))  # type: ignore[arg-type]


def same(course: RealtimeCourse) -> RealtimeCourse:
    """The course as it is."""
    return course


CHANGES: dict[str, Change] = {
    "whole": same,
    "no-memory": same,
    "no-gate": same,
    "no-joint-loss": lambda course: replace(course, weights=replace(course.weights, steady=0.0)),
    "no-corruption": without(drifted=0.0, worn_key=0.0),
    "no-turned-hues": without(turned=0.0),
    "half-width": shaped(widths=(16, 32, 64, 96)),
    "wide": shaped(widths=(48, 96, 160, 256)),
}
PATCHES = {
    "no-memory": (unroll, "look_up", nothing_remembered),
    "no-gate": (realtime, "choose", own_idea),
}


def main(words: Sequence[str]) -> None:
    """Train each, and print the table."""
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("names", nargs="*", default=list(CHANGES), help=f"of {', '.join(CHANGES)}")
    parser.add_argument("--steps", type=int, default=1500, help="of each run (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("runs/ablations"), help="(default: %(default)s)")
    args = parser.parse_args(words)
    rows = {name: _gains(args.data, name, args.steps, args.out / name) for name in args.names}
    kinds = list(next(iter(rows.values())))
    print(f"| gain over grey, dB | {' | '.join(kinds)} |\n|{'---|' * (len(kinds) + 1)}")
    for name, gains in rows.items():
        print(f"| {name} | {' | '.join(f'{gain:.2f}' for gain in gains.values())} |")


def _gains(data: Path, name: str, steps: int, out: Path) -> dict[str, float]:
    stills = [str(data / f"stills/train-0{part}.zip") for part in range(3)]
    course = RealtimeCourse(
        (*stills, f"{data}/tiny-imagenet@64", str(data / "clips/train")),
        (str(data / "stills/val-00.tar"),),
        habits=Habits(still_px=(128,), drifted=0.5, alone=0.15, palette=0.0),
    )
    options = TrainOptions(
        CHANGES[name](course), out, steps, threads=1, precision="bf16-mixed", check_every=steps
    )
    with ExitStack() as patches:
        if name in PATCHES:
            patches.enter_context(mock.patch.object(*PATCHES[name]))
        train(options)
    with (out / "scores.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if int(row["step"]) == steps]
    return {row["set"]: float(row["psnr_db"]) - float(row["grey_db"]) for row in rows}


if __name__ == "__main__":
    main(sys.argv[1:])
