"""What a render says about itself, while it runs and when it is done."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from huecue.types import Shot


@dataclass(frozen=True, slots=True)
class Progress:
    """Frames done, of how many (None: the film does not say), frames per second, and seconds left.

    `doing` says in words what is done with the film before it is coloured; it is empty while that happens.
    """

    done: int
    total: int | None
    fps: float
    left_s: float | None
    doing: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A render. Hint errors are CIEDE2000.

    `flicker` is the mean change along the motion in 8-bit levels: of chroma, or, where luma was repainted
    too, of the whole picture.
    `complete` is False where the film breaks off: `out` then is the part that was kept, `message` says why.
    """

    film: Path
    out: Path
    frames: int
    elapsed_s: float
    fps: float
    shots: tuple[Shot, ...]
    hint_error_median: float | None
    hint_error_worst: float | None
    flicker: float | None
    complete: bool
    message: str | None
    settings: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The report as JSON holds it."""
        plain = asdict(self)
        return {
            **plain,
            "film": str(self.film),
            "out": str(self.out),
            "shots": [asdict(shot) for shot in self.shots],
        }
