"""A film's frames at hand in any order: decoded once, kept small in a work folder of bounded size."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from huecue import video
from huecue.errors import FilmError, HuecueError
from huecue.pipeline.frames import find_cuts, seen_small
from huecue.pipeline.planes import working_luma
from huecue.studio.look import grey_jpeg, preview_size
from huecue.types import FilmInfo, Frame, Luma, Range, Size

T = TypeVar("T")
CHUNK = 120
"""Frames that are kept, and dropped, together."""
MOST_BYTES = 6_000_000_000
"""What the work folder may hold of one film: some 20 minutes of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A frame as the page needs it: working-size luma (h, w), and a JPEG of its luma at preview size."""

    luma: Luma
    look: bytes


class Reel:
    """The frames of a film, read from its start in a thread of its own; `grown` is called as it goes on.

    `count` frames have been looked at, `cuts` were found among them; `whole` says that there are no more, and
    `problem` why it broke off, if it did.
    """

    def __init__(
        self,
        path: Path,
        info: FilmInfo,
        size: Size,
        folder: Path,
        *,
        grown: Callable[[], None],
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._path, self._info, self._size, self._folder = path, info, size, folder
        self._grown, self._most_bytes = grown, most_bytes
        self._preview = preview_size(info.displayed)
        self._lock = threading.Lock()
        self._newest: list[Kept] = []
        self._newest_start = 0
        self._chunks: dict[int, list[int]] = {}  # where each look of a chunk ends in its file
        self._bytes: dict[int, int] = {}
        self._starts: dict[int, int | None] = {}  # the pts of each chunk's first frame
        self._sums: dict[int, int] = {}  # of each chunk's lumas, to know them again
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._read, name="huecue-reel", daemon=True)
        self.playhead = 0
        self.count = 0
        self.cuts: tuple[int, ...] = ()
        self.whole = False
        self.problem: str | None = None

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def close(self) -> None:
        """Stop reading."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def luma(self, index: int) -> Luma:
        """The working-size luma (h, w) of a frame. Raises IndexError for one that was not looked at yet."""
        return self._find(index, self._luma_in)

    def look(self, index: int) -> bytes:
        """A frame's luma at preview size, as JPEG. Raises IndexError for one that was not looked at yet."""
        return self._find(index, self._look_in)

    def full(self, index: int) -> Luma:
        """A frame's luma (H, W) as large as the film, upright, 0..255; decoded for it, which takes its time.

        Raises IndexError for one that was not looked at yet, HuecueError where it can't be read any more.
        """
        small = self.luma(index)
        for frame in self._again(index):
            if np.array_equal(working_luma(frame, self._info, self._size), small):
                return working_luma(frame, self._info, self._info.displayed)
        raise FilmError(f"{self._path}: frame {index} is not what it was; open the film again")

    def _again(self, index: int) -> Iterator[Frame]:
        """A frame decoded anew, from a keyframe and, where that may be another one, from the start."""
        pts = self._starts[index // CHUNK]
        if pts is not None:
            with suppress(HuecueError):
                frames = video.seek_frames(self._path, Range(index - index % CHUNK, index + 1), pts=pts)
                yield from (frame for frame in frames if frame.index == index)
        yield from video.read_frames(self._path, frames=Range(index, index + 1))

    def _find(self, index: int, take: Callable[[int], T]) -> T:
        if not 0 <= index < self.count:
            raise IndexError(index)
        with self._lock:
            if index // CHUNK in self._chunks or index >= self._newest_start:
                return take(index)
        kept = self._fetch(index // CHUNK)
        with self._lock:
            self._put_by(index // CHUNK, kept)
            return take(index)

    def _luma_in(self, index: int) -> Luma:
        if index // CHUNK not in self._chunks:
            return self._newest[index - self._newest_start].luma
        area = self._size.width * self._size.height
        with self._file(index // CHUNK, "luma").open("rb") as file:
            file.seek(index % CHUNK * area)
            return np.frombuffer(file.read(area), np.uint8).reshape(self._size.shape)

    def _look_in(self, index: int) -> bytes:
        if index // CHUNK not in self._chunks:
            return self._newest[index - self._newest_start].look
        ends = self._chunks[index // CHUNK]
        begin = ends[index % CHUNK - 1] if index % CHUNK else 0
        with self._file(index // CHUNK, "look").open("rb") as file:
            file.seek(begin)
            return file.read(ends[index % CHUNK] - begin)

    def _read(self) -> None:
        try:
            frames = seen_small(video.read_frames(self._path), self._info, self._size)
            for (frame, _), cut in find_cuts(video.prefetch(self._kept(frames)), "auto"):
                if self._stopped.is_set():
                    return
                if cut:
                    self.cuts = (*self.cuts, frame.index)
                self.count = frame.index + 1
                self._grown()
        except HuecueError as problem:
            self.problem = str(problem)
        except OSError as problem:
            self.problem = f"{self._folder}: {problem.strerror or problem}; free some space and open it again"
        self.whole = True
        self._grown()

    def _kept(self, frames: Iterator[tuple[Frame, Luma]]) -> Iterator[tuple[Frame, Luma]]:
        """The same frames, each put by on its way."""
        for frame, luma in frames:
            kept = self._keep(frame, luma)
            with self._lock:
                if len(self._newest) == CHUNK:
                    self._put_by(self._newest_start // CHUNK, self._newest)
                    self._newest, self._newest_start = [], frame.index
                if not self._newest:
                    self._starts[frame.index // CHUNK] = frame.pts
                self._newest.append(kept)
            yield frame, luma

    def _keep(self, frame: Frame, luma: Luma) -> Kept:
        return Kept(luma, grey_jpeg(working_luma(frame, self._info, self._preview)))

    def _put_by(self, chunk: int, kept: list[Kept]) -> None:
        """Write a chunk to the folder; drop what is furthest from the playhead where it grows too large."""
        ends = np.cumsum([len(one.look) for one in kept]).tolist()
        self._file(chunk, "luma").write_bytes(b"".join(one.luma.tobytes() for one in kept))
        self._file(chunk, "look").write_bytes(b"".join(one.look for one in kept))
        self._sums[chunk] = _sum(kept)
        self._chunks[chunk], self._bytes[chunk] = ends, ends[-1] + sum(one.luma.nbytes for one in kept)
        while sum(self._bytes.values()) > self._most_bytes and len(self._chunks) > 2:
            here = self.playhead // CHUNK
            self._drop(
                max((each for each in self._chunks if each != chunk), key=lambda each: abs(each - here))
            )

    def _drop(self, chunk: int) -> None:
        del self._chunks[chunk], self._bytes[chunk]
        for kind in ("luma", "look"):
            with suppress(OSError):
                self._file(chunk, kind).unlink(missing_ok=True)

    def _fetch(self, chunk: int) -> list[Kept]:
        """Decode a dropped chunk anew: from a keyframe, or from the start where that gives others."""
        wanted, pts = Range(chunk * CHUNK, (chunk + 1) * CHUNK), self._starts[chunk]
        kept = list[Kept]()
        if pts is not None:
            with suppress(HuecueError):
                kept = self._decoded(video.seek_frames(self._path, wanted, pts=pts))
        same = len(kept) == CHUNK and _sum(kept) == self._sums[chunk]
        return kept if same else self._decoded(video.read_frames(self._path, frames=wanted))

    def _decoded(self, frames: Iterator[Frame]) -> list[Kept]:
        return [self._keep(frame, luma) for frame, luma in seen_small(frames, self._info, self._size)]

    def _file(self, chunk: int, kind: str) -> Path:
        return self._folder / f"{chunk:06d}.{kind}"


def _sum(kept: list[Kept]) -> int:
    sum_ = 0
    for one in kept:
        sum_ = zlib.crc32(one.luma.tobytes(), sum_)
    return sum_
