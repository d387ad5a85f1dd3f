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
            "methods": [self._mean(title) for title in self.titles],
            "clips": [{**asdict(score), **mean_of([score])} for score in self.scores],
        }

    def as_table(self) -> str:
        """Markdown: a line for each method, then the PSNR of each method on each clip."""
        return f"{self._methods_table()}\n\n{self._clips_table()}"

    @property
    def titles(self) -> tuple[str, ...]:
        """The methods, each with the wear of what it saw, in the order they ran."""
        return tuple(dict.fromkeys(score.title for score in self.scores))

    def of(self, title: str) -> list[ClipScore]:
        """One method's scores at one wear."""
        return [score for score in self.scores if score.title == title]

    def psnr_lost(self, title: str) -> float | None:
        """What wear costs a method, in dB of mean PSNR over clips; None where it saw no wear."""
        worn = self.of(title)
        if worn[0].degrade is None:
            return None
        clean = self.of(worn[0].method)
        return float(np.mean([score.psnr for score in clean]) - np.mean([score.psnr for score in worn]))

    def _mean(self, title: str) -> dict[str, Any]:
        own = self.of(title)
        method, degrade = own[0].method, own[0].degrade
        return {"method": method, "degrade": degrade, "psnr_lost": self.psnr_lost(title), **mean_of(own)}

    def _methods_table(self) -> str:
        means = {title: self._mean(title) for title in self.titles}
        first, *others = [(c.name, c.title, c.form) for c in COLUMNS]
        hints = [(name, title, ".2f") for name, title, _ in HINT_COLUMNS]
        titles = [first, ("psnr_lost", "lost to wear", ".2f"), *others, *hints]
        shown = [column for column in titles if any(mean[column[0]] is not None for mean in means.values())]
        rows = [[name, *(as_text(mean[key], form) for key, _, form in shown)] for name, mean in means.items()]
        return markdown(["method", *(title for _, title, _ in shown)], rows)

    def _clips_table(self) -> str:
        psnr = {(score.clip, score.title): score.psnr for score in self.scores}
        clips = dict.fromkeys(score.clip for score in self.scores)
        rows = [[clip, *(as_text(psnr[clip, title], ".2f") for title in self.titles)] for clip in clips]
        return markdown(["PSNR dB", *self.titles], rows)


def mean_of(scores: Sequence[ClipScore]) -> dict[str, float | None]:
    """The mean of each figure over clips (None where it was not measured); hints count one by one."""
    errors = [error for score in scores for error in score.hint_errors]
    means = {column.name: mean_known(map(column.read, scores)) for column in COLUMNS}
    hints = {name: float(reduce(errors)) if errors else None for name, _, reduce in HINT_COLUMNS}
    return {**means, **hints}


def mean_known(values: Iterable[float | None]) -> float | None:
    """The mean of those that are known; None where none is."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def as_text(value: float | None, form: str) -> str:
    """The value for a table; a dash where there is none."""
    return "-" if value is None else format(value, form)


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A markdown table, columns aligned so that it reads well as it is; the first to the left."""
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    rule = [":" + "-" * (widths[0] - 1), *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_line(cells, widths) for cells in (head, rule, *rows))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    return f"| {' | '.join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)])} |"
