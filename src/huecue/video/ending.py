"""Whether the file of a film or picture ends before it says it should, seen from its outermost structure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_MP4_STARTS = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"styp", b"pnot")
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
_TS_PACKETS = ((0, 188), (4, 192))
"""(first sync byte, packet length) of a transport stream, plain and as Blu-ray has it."""


def is_cut_off(path: Path) -> bool:
    """True where the file is shorter than its header promises; False where it is whole or can't be known."""
    length = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(12)
        if start[4:8] in _MP4_STARTS:
            return any(end > length for _, end in _atoms(file, length))
        if start[:4] == b"RIFF":
            return any(end > length for end in _riffs(file, length))
        if start[:4] == _EBML:
            return _segment_end(file) > length
        if start[:8] == _PNG:
            return not _has_png_end(file)
        if start[:2] == _JPEG:
            return not _has_jpeg_end(file)
        return _is_broken_ts(file, length)


def lacks_index(path: Path) -> bool:
    """True for an mp4 or mov that has no 'moov' part: it was cut off before the index at its end."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        if file.read(8)[4:8] not in _MP4_STARTS:
            return False
        length = path.stat().st_size
        return all(kind != b"moov" or end > length for kind, end in _atoms(file, length))


def _atoms(file: BinaryIO, length: int) -> Iterator[tuple[bytes, int]]:
    """(kind, end) of each outermost part of an mp4 or mov."""
    position = 0
    while position + 8 <= length:
        file.seek(position)
        size, kind = int.from_bytes(file.read(4)), file.read(4)
        if size == 1:  # the size stands behind, in 64 bits
            size = int.from_bytes(file.read(8))
        elif size == 0:  # to the end of the file
            size = length - position
        if size < 8:  # no part is that short: what follows is padding
            return
        position += size
        yield kind, position


def _riffs(file: BinaryIO, length: int) -> Iterator[int]:
    """The end of each outermost chunk of an AVI; those over 1 GB have several."""
    position = 0
    while position + 8 <= length:
        file.seek(position)
        kind, size = file.read(4), int.from_bytes(file.read(4), "little")
        if kind != b"RIFF" or size == 0:
            return
        yield position + 8 + size
        position += 8 + size + size % 2


def _segment_end(file: BinaryIO) -> int:
    """Where a Matroska file's one segment ends; 0 where it was written live and doesn't say."""
    file.seek(4)
    header = _vint(file)
    if header is None:
        return 0
    file.seek(header, 1)
    if file.read(4) != _SEGMENT:
        return 0
    size = _vint(file)
    return 0 if size is None else file.tell() + size


def _vint(file: BinaryIO) -> int | None:
    """An EBML size; None where it is unknown (all ones) or not there."""
    first = file.read(1)
    if not first or not first[0]:
        return None
    extra = 8 - first[0].bit_length()
    value = int.from_bytes(bytes([first[0] & (0x7F >> extra)]) + file.read(extra))
    return None if value == (1 << 7 * (extra + 1)) - 1 else value


def _is_broken_ts(file: BinaryIO, length: int) -> bool:
    for sync, packet in _TS_PACKETS:
        marks = []
        for count in range(4):
            file.seek(sync + count * packet)
            marks.append(file.read(1))
        if marks == [b"\x47"] * 4:
            return length % packet != 0
    return False


def _has_png_end(file: BinaryIO) -> bool:
    file.seek(len(_PNG))
    while len(head := file.read(8)) == 8:
        if head[4:] == b"IEND":
            return True
        file.seek(int.from_bytes(head[:4]) + 4, 1)  # data and checksum
    return False


def _has_jpeg_end(file: BinaryIO) -> bool:
    """Whether the end mark follows the picture's data; the preview before it has an end mark of its own."""
    file.seek(len(_JPEG))
    while len(head := file.read(4)) == 4 and head[0] == 0xFF:
        if head[1] == 0xDA:  # the picture's data
            return b"\xff\xd9" in file.read()
        file.seek(int.from_bytes(head[2:]) - 2, 1)
    return False
