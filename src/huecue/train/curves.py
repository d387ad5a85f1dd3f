"""The log of a run: CSV files that grow, and a picture of them."""

from __future__ import annotations

import csv
import time
from collections.abc import Mapping
from pathlib import Path

from huecue.train.course import Scores

LOSS, SCORES, EXAM, CURVES = "loss.csv", "scores.csv", "exam.csv", "curves.png"
LOSS_EVERY = 20


class Log:
    """Appends to `loss.csv` and `scores.csv`, and writes `exam.csv`, in a run's folder, from `step` on."""

    def __init__(self, folder: Path, *, step: int) -> None:
        self.folder, self.begun, self.losses = folder, time.monotonic(), list[float]()
        for name in (LOSS, SCORES):
            _cut_off(folder / name, step)

    def add(self, step: int, loss: float) -> None:
        """A step's loss; every 20 steps their mean is written."""
        self.losses.append(loss)
        if step % LOSS_EVERY == 0:
            mean = sum(self.losses) / len(self.losses)
            elapsed_s = time.monotonic() - self.begun
            self._write(LOSS, ["step", "loss", "elapsed_s"], [step, f"{mean:.5f}", f"{elapsed_s:.0f}"])
            self.losses.clear()

    def check(self, step: int, scores: Mapping[str, Scores]) -> None:
        """The validation PSNR at a step, and the validation loss where there is one."""
        self._score(SCORES, step, scores)

    def examine(self, step: int, scores: Mapping[str, Scores]) -> None:
        """The same of a finished run, in `exam.csv`, instead of what stood there."""
        (self.folder / EXAM).unlink(missing_ok=True)
        self._score(EXAM, step, scores)

    def _score(self, file: str, step: int, scores: Mapping[str, Scores]) -> None:
        for name, score in scores.items():
            loss = "" if score.loss is None else f"{score.loss:.5f}"
            row = [step, name, f"{score.psnr:.3f}", f"{score.grey:.3f}", loss]
            self._write(file, ["step", "set", "psnr_db", "grey_db", "loss"], row)

    def _write(self, name: str, header: list[str], row: list[object]) -> None:
        path = self.folder / name
        new = not path.exists()
        with path.open("a", newline="") as file:
            writer = csv.writer(file)
            if new:
                writer.writerow(header)
            writer.writerow(row)


def _cut_off(path: Path, step: int) -> None:
    if path.exists():
        head, *rows = path.read_text().splitlines(keepends=True)
        path.write_text("".join([head, *(row for row in rows if int(row.split(",")[0]) <= step)]))


def draw_curves(folder: Path) -> Path:
    """`curves.png`: the loss, and the validation PSNR over grey, by step."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    loss = _read(folder / LOSS)
    left.plot([int(row["step"]) for row in loss], [float(row["loss"]) for row in loss], label="training")
    left.set(xlabel="step", ylabel="loss")
    scores = _read(folder / SCORES)
    for name in dict.fromkeys(row["set"] for row in scores):
        rows = [row for row in scores if row["set"] == name]
        if all(row.get("loss") for row in rows):
            left.plot([int(row["step"]) for row in rows], [float(row["loss"]) for row in rows], label=name)
        gain = [float(row["psnr_db"]) - float(row["grey_db"]) for row in rows]
        right.plot([int(row["step"]) for row in rows], gain, label=name)
    right.set(xlabel="step", ylabel="validation PSNR over grey, dB")
    right.axhline(0, color="grey", linewidth=0.5)
    left.legend()
    if scores:
        right.legend()
    figure.savefig(folder / CURVES, dpi=100)
    return folder / CURVES


def _read(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))
