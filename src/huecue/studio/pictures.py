"""The pictures in colour that the page shows, one JPEG a frame, in a work folder of bounded size."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from huecue.types import Shot

MOST_BYTES = 2_000_000_000
"""What the pictures of one film may take: some 10 minutes to half an hour of it."""


class Pictures:
    """Coloured frames as files; where they grow too many, those furthest from the `playhead` go.

    One thread puts pictures in and has them forgotten; any may get them.
    """

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self._folder, self._most_bytes = folder, most_bytes
        self._sizes: dict[int, int] = {}
        self._total = 0
        self._final: dict[int, bool] = {}  # of those that are still right
        self.playhead = 0

    def __contains__(self, index: int) -> bool:
        return index in self._final

    def is_final(self, index: int) -> bool:
        """Whether there is a picture of a frame that is what a render gives."""
        return self._final.get(index, False)

    def get(self, index: int) -> tuple[bytes, bool] | None:
        """A frame as JPEG, and whether it is final; None where there is none."""
        final = self._final.get(index)
        if final is None:
            return None
        with suppress(OSError):
            return self._file(index).read_bytes(), final
        return None

    def put(self, index: int, jpeg: bytes, *, final: bool) -> None:
        """Keep a frame's picture in place of the one before; others go where the folder grows too large."""
        self._total += len(jpeg) - self._sizes.get(index, 0)
        self._sizes[index] = len(jpeg)
        while self._total > self._most_bytes and len(self._sizes) > 1:
            ends = min(self._sizes), max(self._sizes)
            self._drop(max(ends, key=lambda end: abs(end - self.playhead)))
        if index in self._sizes:  # else it is the furthest itself
            self._file(index).write_bytes(jpeg)
            self._final[index] = final

    def forget(self, frames: Shot) -> None:
        """These are not right any more; their files stay until others take their place: a click waits."""
        for index in range(frames.start, frames.stop):
            self._final.pop(index, None)

    def _drop(self, index: int) -> None:
        self._final.pop(index, None)
        self._total -= self._sizes.pop(index)
        with suppress(OSError):
            self._file(index).unlink(missing_ok=True)

    def _file(self, index: int) -> Path:
        return self._folder / f"{index:07d}.jpg"
