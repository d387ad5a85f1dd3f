"""Where the studio is served."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HOME = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class StudioOptions:
    """Where the studio is served; `port` 0 takes a free one. `films` is where dropped films are kept."""

    host: str = HOME
    port: int = 8733
    browser: bool = True
    films: Path | None = None
