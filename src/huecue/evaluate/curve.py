"""How much point hints gain on stills: scores, a table, JSON and a curve."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from huecue.errors import UsageError
from huecue.evaluate.table import markdown

GREY = "grey"


@dataclass(frozen=True, slots=True)
class StillScore:
    """One method on one still with a number of hints; PSNR in dB, hint errors in CIEDE2000."""

    still: str
    method: str
    hints: int
    psnr: float
    hint_errors: tuple[float, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class StillResults:
    """The scores of all methods on all stills, and the settings they were made with."""

    settings: dict[str, Any]
    scores: tuple[StillScore, ...]

    def as_json(self) -> dict[str, Any]:
        """Settings, the curve of each method, and each still's own figures."""
        return {
            "settings": self.settings,
            "methods": [self._curve(name) for name in self.methods],
            "stills": [asdict(score) for score in self.scores],
        }

    def as_table(self) -> str:
        """Markdown: mean PSNR of each method by number of hints, and its gain over grey."""
        rows = []
        for curve in map(self._curve, self.methods):
            rows.append([f"{curve['method']}, dB", *(f"{value:.2f}" for value in curve["psnr"])])
            rows.append(["gain over grey", *(f"{value:+.2f}" for value in curve["gain"])])
        return markdown(["hints", *map(str, self.counts)], rows)

    def draw(self, path: Path) -> None:
        """The gain over grey by number of hints as a PNG. Raises UsageError where matplotlib is missing."""
        try:
            from matplotlib.figure import Figure
        except ImportError as problem:
            raise UsageError("a curve needs matplotlib; run: pip install matplotlib") from problem
        figure = Figure(figsize=(7, 4.5), layout="constrained")
        axes = figure.subplots()
        for name in self.methods:
            axes.plot(self.counts, self._curve(name)["gain"], marker="o", label=name)
        axes.set(xscale="symlog", xlabel="hints", ylabel="gain over grey, dB", xticks=self.counts)
        axes.set_xticklabels(map(str, self.counts))
        axes.grid(alpha=0.3)
        axes.legend()
        figure.savefig(path, dpi=120, format="png")

    @property
    def methods(self) -> tuple[str, ...]:
        """Their names, in the order they ran."""
        return tuple(dict.fromkeys(score.method for score in self.scores))

    @property
    def counts(self) -> tuple[int, ...]:
        """The numbers of hints, fewest first."""
        return tuple(sorted({score.hints for score in self.scores}))

    def psnr(self, method: str, hints: int) -> float:
        """A method's mean PSNR over the stills."""
        return float(np.mean([s.psnr for s in self.scores if (s.method, s.hints) == (method, hints)]))

    def _curve(self, method: str) -> dict[str, Any]:
        own = [score for score in self.scores if score.method == method]
        errors = [error for score in own for error in score.hint_errors]
        return {
            "method": method,
            "hints": list(self.counts),
            "psnr": [self.psnr(method, count) for count in self.counts],
            "gain": [self.psnr(method, count) - self.psnr(GREY, count) for count in self.counts],
            "hint_median": float(np.median(errors)) if errors else None,
            "hint_worst": max(errors, default=None),
            "seconds": float(np.mean([score.seconds for score in own])),
        }
