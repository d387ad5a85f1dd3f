"""What came of recipes/report-cifar10.sh: its table, and the curves of all variants in one picture.

Usage: report-answers.py RUNS CURVES.png
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

from matplotlib.figure import Figure

from huecue.networks.report import ReportNet, ReportShape, Variant, count_macs, count_parameters

VARIANTS: tuple[Variant, ...] = ("full", "expanded", "contracted", "squeezed")


def main(runs: Path, picture: Path) -> None:
    """Print the table and draw the picture."""
    exams = {variant: _exam(runs / variant / "exam.csv") for variant in VARIANTS}
    given = list(exams["full"])
    print(
        "| CIFAR-10's 10,000 test pictures, PSNR in dB | parameters | GMACs at 256x256 |",
        " | ".join(given),
        "|",
    )
    print("|---" * (3 + len(given)) + "|")
    grey = [f"{exams['full'][name][1]:.2f}" for name in given]
    print("| grey | | |", " | ".join(grey), "|")
    for variant in VARIANTS:
        net = ReportNet(ReportShape(variant))
        size = f"{count_parameters(net) / 1e6:.2f} M | {count_macs(net) / 1e9:.1f}"
        print(f"| {variant} | {size} |", " | ".join(f"{exams[variant][name][0]:.2f}" for name in given), "|")
    _draw(runs, picture)


def _exam(path: Path) -> dict[str, tuple[float, float]]:
    """By how many hints were given: the PSNR of the network and of grey. Of exams in turn the last counts."""
    with path.open() as lines:
        return {row["set"]: (float(row["psnr_db"]), float(row["grey_db"])) for row in csv.DictReader(lines)}


def _draw(runs: Path, picture: Path) -> None:
    """Training loss, and validation loss and PSNR with 20 hints, step by step."""
    figure = Figure(figsize=(11, 3.6), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    for variant in VARIANTS:
        for axes, file, column, hints in (
            (left, "loss.csv", "loss", None),
            (middle, "scores.csv", "loss", "20 hints"),
            (right, "scores.csv", "psnr_db", "20 hints"),
        ):
            axes.plot(*_column(runs / variant / file, column, hints), label=variant)
    left.set(title="training loss", xlabel="step", yscale="log")
    middle.set(title="validation loss, 20 hints", xlabel="step")
    right.set(title="validation PSNR, 20 hints, dB", xlabel="step")
    left.legend()
    figure.savefig(picture, dpi=110, format="png")


def _column(path: Path, column: str, hints: str | None) -> tuple[list[int], list[float]]:
    by_step = defaultdict[int, float](float)
    with path.open() as lines:
        for row in csv.DictReader(lines):
            if hints is None or row["set"] == hints:
                by_step[int(row["step"])] = float(row[column])
    return list(by_step), list(by_step.values())


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} RUNS CURVES.png")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
