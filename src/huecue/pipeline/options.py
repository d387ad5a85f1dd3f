"""What a person may choose about the colouring of a film."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from huecue.engine import Device, EngineName
from huecue.errors import UsageError
from huecue.types import Range, check_saturation

Cuts = Literal["auto", "none"] | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ColorOptions:
    """`saturation` multiplies the chroma that is written; `cuts` are found, ignored or given by number.

    A saturation stands in the place of the one that a project has for its whole film; None leaves that, or 1.
    """

    saturation: float | None = None
    cuts: Cuts = "auto"
    engine: EngineName = "auto"
    device: Device = "cpu"
    threads: int | None = None
    frames: Range = field(default_factory=Range)

    def __post_init__(self) -> None:
        check_saturation(self.saturation)
        if self.threads is not None and self.threads < 1:
            raise UsageError(f"threads must be 1 or more, not {self.threads}")
        if not isinstance(self.cuts, str) and any(a >= b for a, b in pairwise((0, *self.cuts))):
            raise UsageError(f"cuts are frame numbers over 0, each larger than the last, not {self.cuts}")
