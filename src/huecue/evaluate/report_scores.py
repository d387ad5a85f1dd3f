"""The report's table: its rows, what they scored, and how that is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from huecue.evaluate.table import markdown

Loss = Literal["original", "changed"]
GREY, HUECUE = "grey", "huecue"
FULL, SQUEEZED = "full", "squeezed"


@dataclass(frozen=True, slots=True)
class Row:
    """A method: which network colours, and with which content loss the transfer goes on, if it does.

    `printed` is what the report says of it: PSNR in dB and standard error.
    """

    name: str
    network: str | None = None
    loss: Loss | None = None
    printed: tuple[float, float] | None = None


ROWS = (
    Row(GREY),
    Row(HUECUE),
    Row("(1) network, each frame alone", FULL, None, (11.46, 0.35)),
    Row("(1) + (2) transfer, original loss", FULL, "original", (12.57, 0.13)),
    Row("(1) + (2) transfer, new loss", FULL, "changed", (13.04, 0.18)),
    Row("(1) squeezed + (2) transfer, new loss", SQUEEZED, "changed", (12.55, 0.24)),
)


@dataclass(frozen=True, slots=True)
class RowScore:
    """One method on one clip: RGB PSNR in dB of each frame as the method made it, and of its colours alone.

    The latter are put on the frame's own luma.
    """

    clip: str
    row: str
    hints: int
    psnr_frames: tuple[float, ...]
    kept_frames: tuple[float, ...]
    seconds_per_frame: float

    @property
    def psnr(self) -> float:
        """The mean over the frames."""
        return float(np.mean(self.psnr_frames))

    @property
    def kept_psnr(self) -> float:
        """The same of the colours alone."""
        return float(np.mean(self.kept_frames))


@dataclass(frozen=True, slots=True)
class Spread:
    """A mean over clips and its standard error: None where there is one clip alone."""

    mean: float
    error: float | None

    def __str__(self) -> str:
        return f"{self.mean:.2f} +- {'-' if self.error is None else format(self.error, '.2f')}"


def spread_of(values: Sequence[float]) -> Spread:
    """The mean and s / sqrt(n), s being the standard deviation with n - 1 below."""
    error = float(np.std(values, ddof=1) / len(values) ** 0.5) if len(values) > 1 else None
    return Spread(float(np.mean(values)), error)


@dataclass(frozen=True, slots=True)
class ReportResults:
    """The scores of the rows that could run on all clips, and the settings they were made with."""

    settings: dict[str, Any]
    scores: tuple[RowScore, ...]

    def as_json(self) -> dict[str, Any]:
        """Settings, each row's figures beside the report's, and each clip's own."""
        return {
            "settings": self.settings,
            "rows": [self._row(row) for row in ROWS],
            "clips": [{**asdict(one), "psnr": one.psnr, "kept_psnr": one.kept_psnr} for one in self.scores],
        }

    def as_table(self) -> str:
        """Markdown: a line for each row; one whose network was not given shows the report's figure alone."""
        head = ["method", "PSNR dB", "colours alone", "the report says", "s/frame", "time, huecue's = 1"]
        return f"{markdown(head, [self._cells(row) for row in ROWS])}\n\n{self._clips_table()}"

    def psnr(self, row: str) -> Spread:
        """Over the clips."""
        return spread_of([one.psnr for one in self._of(row)])

    def kept_psnr(self, row: str) -> Spread:
        """Over the clips, of the colours alone."""
        return spread_of([one.kept_psnr for one in self._of(row)])

    def seconds(self, row: str) -> float:
        """Of a frame, the mean over the clips."""
        return float(np.mean([one.seconds_per_frame for one in self._of(row)]))

    def times_huecue(self, row: str) -> float:
        """How many times as long as huecue a row takes."""
        return self.seconds(row) / max(self.seconds(HUECUE), 1e-9)

    def _of(self, row: str) -> list[RowScore]:
        return [one for one in self.scores if one.row == row]

    def _row(self, row: Row) -> dict[str, Any]:
        told = {"row": row.name, "network": row.network, "loss": row.loss, "printed": row.printed}
        if not self._of(row.name):
            return {**told, "psnr": None}
        return {
            **told,
            "psnr": asdict(self.psnr(row.name)),
            "kept_psnr": asdict(self.kept_psnr(row.name)),
            "seconds_per_frame": self.seconds(row.name),
            "times_huecue": self.times_huecue(row.name),
        }

    def _cells(self, row: Row) -> list[str]:
        printed = "" if row.printed is None else str(Spread(*row.printed))
        if not self._of(row.name):
            return [row.name, f"no --weights {row.network}", "", printed, "", ""]
        return [
            row.name,
            str(self.psnr(row.name)),
            str(self.kept_psnr(row.name)),
            printed,
            f"{self.seconds(row.name):.3f}",
            f"{self.times_huecue(row.name):.3g}",
        ]

    def _clips_table(self) -> str:
        shown = [row.name for row in ROWS if self._of(row.name)]
        psnr = {(one.clip, one.row): one.psnr for one in self.scores}
        clips = {one.clip: one.hints for one in self.scores}
        rows = [
            [f"{clip} ({hints} hints)", *(f"{psnr[clip, name]:.2f}" for name in shown)]
            for clip, hints in clips.items()
        ]
        return markdown(["PSNR dB", *shown], rows)
