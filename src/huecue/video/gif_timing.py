"""A GIF's delays and loop count, read from its blocks: FFmpeg's reader tells neither all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

PLAY_ONCE, FOREVER = -1, 0
"""Loop counts, as FFmpeg's GIF writer has them: no loop block at all, and a count of 0."""

_SHOWN_FOR_NO_DELAY_CS = 10


@dataclass(frozen=True, slots=True)
class GifTiming:
    """How a GIF plays.

    `loop` is PLAY_ONCE, FOREVER or a count, `delays_cs` how long each whole frame is shown, in 1/100 s, and
    `whole` says whether the file has its end.
    """

    loop: int
    delays_cs: tuple[int, ...]
    whole: bool


class _EndedError(Exception):
    """The file ended inside a block."""


def read_timing(path: Path) -> GifTiming:
    """The timing of the GIF at `path`, as far as its blocks are whole."""
    loop, delay, delays = PLAY_ONCE, 0, list[int]()
    with path.open("rb") as file:
        try:
            _skip_header(file)
            for kind, data in _blocks(file):
                if kind == "control":
                    delay = int.from_bytes(data[1:3], "little")
                elif kind == "loop":
                    loop = int.from_bytes(data[1:3], "little")
                else:
                    delays.append(delay or _SHOWN_FOR_NO_DELAY_CS)
                    delay = 0
        except _EndedError:
            return GifTiming(loop, tuple(delays), whole=False)
    return GifTiming(loop, tuple(delays), whole=True)


def _take(file: BinaryIO, count: int) -> bytes:
    data = file.read(count)
    if len(data) < count:
        raise _EndedError
    return data


def _skip_header(file: BinaryIO) -> None:
    flags = _take(file, 13)[10]
    _skip_colors(file, flags)


def _skip_colors(file: BinaryIO, flags: int) -> None:
    if flags & 0x80:
        _take(file, 3 << (flags & 7) + 1)


def _blocks(file: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """('control', data), ('loop', data) and ('frame', nothing), until the trailer or, without it, the end."""
    while (kind := file.read(1)) not in (b"\x3b", b""):
        if kind == b"\x21":
            label = _take(file, 1)
            parts = _sub_blocks(file)
            if label == b"\xf9":
                yield "control", parts[0]
            elif label == b"\xff" and len(parts) > 1 and parts[0][:8] in (b"NETSCAPE", b"ANIMEXTS"):
                yield "loop", parts[1]
        elif kind == b"\x2c":
            _skip_colors(file, _take(file, 9)[8])
            _take(file, 1)
            _sub_blocks(file)
            yield "frame", b""


def _sub_blocks(file: BinaryIO) -> list[bytes]:
    parts = []
    while size := _take(file, 1)[0]:
        parts.append(_take(file, size))
    return parts or [b""]
