"""Scores as a table for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from huecue.evaluate.score import ClipScore


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of a clip's score: its name in JSON, its title in the table, how it is read and printed."""

    name: str
    title: str
    read: Callable[[ClipScore], float | None]
    form: str


COLUMNS = (
    Column("psnr", "PSNR dB", lambda score: score.psnr, ".2f"),
    Column("psnr_last", "last 5", lambda score: score.psnr_last, ".2f"),
    Column("chroma_psnr", "chroma PSNR", lambda score: score.chroma_psnr, ".2f"),
    Column("ssim", "SSIM", lambda score: score.ssim, ".4f"),
    Column("cdc_gap", "CDC gap", lambda score: score.cdc_gap, ".5f"),
    Column("warping_ratio", "warping", lambda score: score.warping_ratio, ".3f"),
    Column("colorfulness_gap", "colourfulness", lambda score: score.colorfulness_gap, "+.2f"),
    Column("seconds_per_frame", "s/frame", lambda score: score.seconds_per_frame, ".4f"),
)
HINT_COLUMNS = (
    ("hint_median", "hint dE median", np.median),
    ("hint_worst", "hint dE worst", np.max),
)


@dataclass(frozen=True, slots=True)
class ClipResults:
    """The scores of all methods on all clips, clip by clip, and the settings they were made with."""

    settings: dict[str, Any]
    scores: tuple[ClipScore, ...]

    def as_json(self) -> dict[str, Any]:
        """Settings, the mean of each method over the clips, and each clip's own figures."""
        return {
            "settings": self.settings,
            "methods": [{"method": name, **mean_of(self.of(name))} for name in self.methods],
            "clips": [{**asdict(score), **mean_of([score])} for score in self.scores],
        }

    def as_table(self) -> str:
        """Markdown: a line for each method, then the PSNR of each method on each clip."""
        return f"{self._methods_table()}\n\n{self._clips_table()}"

    @property
    def methods(self) -> tuple[str, ...]:
        """Their names, in the order they ran."""
        return tuple(dict.fromkeys(score.method for score in self.scores))

    def of(self, method: str) -> list[ClipScore]:
        """One method's scores."""
        return [score for score in self.scores if score.method == method]

    def _methods_table(self) -> str:
        means = {name: mean_of(self.of(name)) for name in self.methods}
        titles = [(c.name, c.title, c.form) for c in COLUMNS] + [
            (name, t, ".2f") for name, t, _ in HINT_COLUMNS
        ]
        shown = [column for column in titles if any(mean[column[0]] is not None for mean in means.values())]
        rows = [[name, *(_text(mean[key], form) for key, _, form in shown)] for name, mean in means.items()]
        return markdown(["method", *(title for _, title, _ in shown)], rows)

    def _clips_table(self) -> str:
        psnr = {(score.clip, score.method): score.psnr for score in self.scores}
        clips = dict.fromkeys(score.clip for score in self.scores)
        rows = [[clip, *(_text(psnr[clip, name], ".2f") for name in self.methods)] for clip in clips]
        return markdown(["PSNR dB", *self.methods], rows)


def mean_of(scores: Sequence[ClipScore]) -> dict[str, float | None]:
    """The mean of each figure over clips (None where it was not measured); hints count one by one."""
    errors = [error for score in scores for error in score.hint_errors]
    hints = {name: float(reduce(errors)) if errors else None for name, _, reduce in HINT_COLUMNS}
    return {**{column.name: _mean(column.read(score) for score in scores) for column in COLUMNS}, **hints}


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _text(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A markdown table, columns aligned so that it reads well as it is; the first to the left."""
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    rule = [":" + "-" * (widths[0] - 1), *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_line(cells, widths) for cells in (head, rule, *rows))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    return f"| {' | '.join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)])} |"
