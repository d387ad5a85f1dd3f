"""The mean of two runs' colouring networks, exported: average.py BEFORE AFTER FOLDER [--share] [--likeness]

BEFORE and AFTER are folders that `huecue train realtime --out` wrote, AFTER a run that went on from BEFORE's
weights. What AFTER learned is kept by its share, and what it forgot comes back; all other parts are AFTER's,
but for the likeness network where a run that went on with nothing but that is named.
Source: Wortsman et al. 2022, Robust fine-tuning of zero-shot models.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from huecue.train.export import export
from huecue.train.run import CHECKPOINT, SETTINGS


def main(words: Sequence[str]) -> None:
    """Average and export."""
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("folder", type=Path, help="where the weights are written")
    parser.add_argument("--share", type=float, default=0.3, help="AFTER's, 0..1 (default: %(default)s)")
    parser.add_argument("--likeness", type=Path, metavar="RUN", help="the folder of the run it is taken from")
    args = parser.parse_args(words)
    likeness = args.likeness or args.after
    missing = [run for run in (args.before, args.after, likeness) if not (run / CHECKPOINT).exists()]
    if missing:
        parser.error(f"{missing[0]}: no {CHECKPOINT} in it; name the folder of a run of `huecue train`")
    before, after, priors = (
        torch.load(run / CHECKPOINT, map_location="cpu", weights_only=True)
        for run in (args.before, args.after, likeness)
    )
    earlier, later = before["average"], after["average"]
    for name, value in later.items():
        if name.startswith("module.colour.") and value.is_floating_point():
            later[name] = torch.lerp(earlier[name], value, args.share)
        elif name.startswith("module.likeness."):
            later[name] = priors["average"][name]
    settings = {**_settings(args.after), "share of the last run": args.share}
    if args.likeness is not None:
        settings["likeness"] = _settings(likeness)
    with TemporaryDirectory() as folder:
        mean = Path(folder) / CHECKPOINT
        torch.save(after, mean)
        export(mean, args.folder, settings=settings)
    print(args.folder)


def _settings(run: Path) -> dict[str, object]:
    settings: dict[str, object] = json.loads((run / SETTINGS).read_text())
    return settings


if __name__ == "__main__":
    main(sys.argv[1:])
