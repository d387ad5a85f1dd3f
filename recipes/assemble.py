"""Weights put together from several runs, exported: assemble.py RUN FOLDER [--before RUN] [--likeness RUN]

Each RUN is a folder that `huecue train realtime --out` wrote. What is not named otherwise is RUN's own. With
--before, a run that RUN went on from, the colouring network is the mean of both: what RUN learned is kept by
its share, and what it forgot comes back. With --likeness that network is taken from a run that learned
nothing else.
Source: Wortsman et al. 2022, Robust fine-tuning of zero-shot models.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import Tensor

from huecue.train.export import export
from huecue.train.run import CHECKPOINT, SETTINGS


def main(words: Sequence[str]) -> None:
    """Put together and export."""
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=_run)
    parser.add_argument("folder", type=Path, help="where the weights are written")
    parser.add_argument("--before", type=_run, metavar="RUN", help="what the colouring network was before")
    parser.add_argument("--share", type=float, default=0.3, help="RUN's in the mean, 0..1 (default: 0.3)")
    parser.add_argument("--likeness", type=_run, metavar="RUN", help="where the likeness network is from")
    args = parser.parse_args(words)
    whole, settings = _load(args.run), _settings(args.run)
    weights: dict[str, Tensor] = whole["average"]
    if args.before is not None:
        earlier = _load(args.before)["average"]
        for name in _named(weights, "colour"):
            if weights[name].is_floating_point():
                weights[name] = torch.lerp(earlier[name], weights[name], args.share)
        settings["share of the last run"] = args.share
    if args.likeness is not None:
        taken = _load(args.likeness)["average"]
        weights.update({name: taken[name] for name in _named(weights, "likeness")})
        settings["likeness"] = _settings(args.likeness)
    with TemporaryDirectory() as folder:
        made = Path(folder) / CHECKPOINT
        torch.save(whole, made)
        export(made, args.folder, settings=settings)
    print(args.folder)


def _run(text: str) -> Path:
    run = Path(text)
    if not (run / CHECKPOINT).exists():
        raise ArgumentTypeError(f"{run}: no {CHECKPOINT} in it; name the folder of a run of `huecue train`")
    return run


def _load(run: Path) -> dict[str, Any]:
    whole: dict[str, Any] = torch.load(run / CHECKPOINT, map_location="cpu", weights_only=True)
    return whole


def _named(weights: dict[str, Tensor], part: str) -> list[str]:
    return [name for name in weights if name.startswith(f"module.{part}.")]


def _settings(run: Path) -> dict[str, Any]:
    settings: dict[str, Any] = json.loads((run / SETTINGS).read_text())
    return settings


if __name__ == "__main__":
    main(sys.argv[1:])
