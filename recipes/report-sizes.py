"""How the report's networks do at sizes of picture that they were not trained at.

Usage: report-sizes.py RUNS PICTURES: the runs of recipes/report-cifar10.sh or report-128.sh, and photographs.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch

from huecue.networks.report import ReportNet, ReportShape, Variant
from huecue.train.lab import Photographs
from huecue.train.report import read_photographs
from huecue.train.report_check import judge, make_check
from huecue.train.start import load_into

VARIANTS: tuple[Variant, ...] = ("full", "squeezed")
SIDES, PICTURES, HINTS, BATCH = (32, 64, 128, 256), 24, 20, 8


def main(runs: Path, pictures: str) -> None:
    """Print the PSNR of each network, and of grey, at each size."""
    found = read_photographs((pictures,), part="test")[:PICTURES]
    for variant in VARIANTS:
        net = ReportNet(ReportShape(variant))
        load_into(net, runs / variant / "checkpoint.pt")
        for side in SIDES:
            check = make_check(Photographs(found, side), hint_counts=(HINTS,), most=PICTURES, batch=BATCH)
            (scores,) = judge(
                net.eval(), torch.device("cpu"), check=check, cost=_nothing, classify=False
            ).values()
            print(f"{variant} at {side} px: {scores.psnr:.2f} dB, grey {scores.grey:.2f} dB", flush=True)


def _nothing(*_: object) -> torch.Tensor:
    return torch.zeros(())


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} RUNS PICTURES")
    main(Path(sys.argv[1]), sys.argv[2])
