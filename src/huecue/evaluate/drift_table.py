"""Drift as a table for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from huecue.evaluate.drift import MARKS, SETTLED, DriftScore
from huecue.evaluate.table import as_text, markdown, mean_known


@dataclass(frozen=True, slots=True)
class DriftResults:
    """The scores of all methods on all clips, films of one length, and the settings they were made with."""

    settings: dict[str, Any]
    scores: tuple[DriftScore, ...]

    @property
    def marks(self) -> tuple[int, ...]:
        """The frames that are reported, counted from 1; the last one is the film's last."""
        length = len(self.scores[0].psnr_frames)
        return (*(mark for mark in MARKS if mark < length), length)

    @property
    def titles(self) -> tuple[str, ...]:
        """The methods, each with the wear of what it saw, in the order they ran."""
        return tuple(dict.fromkeys(score.title for score in self.scores))

    def of(self, title: str) -> list[DriftScore]:
        """One method's scores at one wear."""
        return [score for score in self.scores if score.title == title]

    def as_json(self) -> dict[str, Any]:
        """Settings, the means of each method over the clips, and each clip's every frame and swing."""
        return {
            "settings": self.settings,
            "frames": list(self.marks),
            "methods": [self._means(title) for title in self.titles],
            "clips": [{**asdict(one), "swings": one.swings, "fall": one.fall} for one in self.scores],
        }

    def as_table(self) -> str:
        """Markdown: each method's PSNR by swing, frame by frame, and how far it falls on each clip."""
        means = {title: self._means(title) for title in self.titles}
        marks = [f"frame {mark}" for mark in self.marks]
        falls = [f"fall after {SETTLED}", "worst clip"]
        swings = [[title, *_texts([*m["swing"], m["fall"], m["fall_worst"]])] for title, m in means.items()]
        alone = [[title, *_texts(m["alone"])] for title, m in means.items()]
        tables = (
            markdown(["PSNR dB of the swing about", *marks, *falls], swings),
            markdown(["PSNR dB of one frame", *marks], alone),
            self._clips_table(),
        )
        return "\n\n".join(tables)

    def _means(self, title: str) -> dict[str, Any]:
        own = self.of(title)
        falls = [one.fall for one in own if one.fall is not None]
        return {
            "method": own[0].method,
            "degrade": own[0].degrade,
            "swing": [mean_known(one.swing(mark) for one in own) for mark in self.marks],
            "alone": [mean_known(one.alone(mark) for one in own) for mark in self.marks],
            "fall": mean_known(falls),
            "fall_worst": max(falls, default=None),
        }

    def _clips_table(self) -> str:
        falls = {(one.clip, one.title): one.fall for one in self.scores}
        clips = dict.fromkeys(one.clip for one in self.scores)
        rows = [[clip, *_texts(falls[clip, title] for title in self.titles)] for clip in clips]
        return markdown([f"fall after frame {SETTLED}, dB", *self.titles], rows)


def _texts(values: Iterable[float | None]) -> list[str]:
    return [as_text(value, ".2f") for value in values]
