"""The learning rate, searched over three magnitudes by short runs."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from huecue.errors import FailureError
from huecue.train.curves import SCORES
from huecue.train.run import TrainOptions, train

RATES = (1e-2, 1e-3, 1e-4)
SEARCH_STEPS = 300


def search_rate(options: TrainOptions, *, steps: int = SEARCH_STEPS) -> float:
    """The rate of RATES whose run of `steps` validates best; each run lies in a folder of its own.

    A run whose loss is no longer a number is out. Raises FailureError where all are.
    """
    gains: dict[float, float] = {}
    for rate in RATES:
        out = options.out / f"rate-{rate:g}"
        short = replace(options, rate=rate, steps=steps, check_every=steps, out=out, ema=0.9)
        try:
            train(short, fresh=True)
        except FailureError:
            continue
        gains[rate] = _gain(out / SCORES)
    if not gains:
        raise FailureError(f"every rate of {RATES} ended in a loss that is no number; give a smaller --rate")
    return max(gains, key=lambda rate: gains[rate])


def _gain(scores: Path) -> float:
    """The mean validation PSNR over grey at a run's end."""
    with scores.open(newline="") as file:
        rows = list(csv.DictReader(file))
    last = [row for row in rows if row["step"] == rows[-1]["step"]]
    return sum(float(row["psnr_db"]) - float(row["grey_db"]) for row in last) / len(last)
