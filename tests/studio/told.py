"""What a room tells its windows."""

from __future__ import annotations

import threading
from typing import Any


class Told:
    """All that a room said."""

    def __init__(self) -> None:
        self.words: list[Any] = []
        self._lock = threading.Lock()

    def __call__(self, _window: str | None, message: Any) -> None:
        with self._lock:
            self.words.append(message)

    def of(self, say: str) -> list[Any]:
        return [one for one in list(self.words) if isinstance(one, dict) and one["say"] == say]

    def clear(self) -> None:
        self.words.clear()
