"""Photographs and clips from wherever they lie: folders, zips, tars, sheets of tiles, films."""

from __future__ import annotations

import os
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import cv2
import numpy as np

from huecue import color, video
from huecue.errors import FilmError, FilmTruncated, UsageError
from huecue.types import Chroma, Luma, Picture

PICTURES = frozenset({".webp", ".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff"})
FILMS = frozenset({".mp4", ".mkv", ".mov", ".webm", ".avi"})
CLIP_HEIGHT = 256
MOST_FRAMES = 96

Opener = Callable[[], Picture]


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A clip in memory, at most 256 px high: luma (T, H, W) uint8 and chroma (T, H, W, 2) as int8 / 127."""

    name: str
    luma: Luma
    chroma: np.ndarray[tuple[int, ...], np.dtype[np.int8]]

    def colours(self, index: int) -> Chroma:
        """Chroma of one frame, -1..1."""
        return np.asarray(self.chroma[index], np.float32) / np.float32(127)


@dataclass(frozen=True, slots=True)
class Source:
    """One DATA argument: a path, and for sheets of tiles the tile's side (`PATH@64`)."""

    path: Path
    tile: int | None = None

    @classmethod
    def parse(cls, text: str) -> Source:
        """`photos/`, `photos.zip`, `photos.tar`, `clips/` or `sheets/@64`. Raises UsageError."""
        head, at, tail = text.rpartition("@")
        source = cls(Path(head), int(tail)) if at and tail.isdecimal() else cls(Path(text))
        if not source.path.exists():
            raise UsageError(f"{source.path}: no such file or folder to train on")
        return source


def find_pictures(sources: Sequence[Source]) -> list[Opener]:
    """One opener per photograph, in a stable order; each gives (H, W, 3) sRGB. Raises FilmError."""
    found: list[Opener] = []
    for source in sources:
        for path in _files(source.path):
            try:
                found.extend(_openers(path, source.tile))
            except (zipfile.BadZipFile, tarfile.TarError) as problem:
                message = f"{path}: not an archive that can be read; take it out of the training data"
                raise FilmError(message) from problem
    return found


def find_clips(sources: Sequence[Source]) -> list[Path]:
    """Every film among the sources."""
    return [path for source in sources for path in _files(source.path) if path.suffix.lower() in FILMS]


def _files(path: Path) -> list[Path]:
    return sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


def _openers(path: Path, tile: int | None) -> Iterator[Opener]:
    suffix = path.suffix.lower()
    if suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if Path(name).suffix.lower() in PICTURES]
        yield from (partial(_from_zip, path, name) for name in sorted(names))
    elif suffix == ".tar":
        with tarfile.open(path) as tar:
            members = [m for m in tar.getmembers() if Path(m.name).suffix.lower() in PICTURES]
        yield from (partial(_from_span, path, m.offset_data, m.size) for m in members)
    elif suffix in PICTURES and tile:
        yield from _tiles(path, tile)
    elif suffix in PICTURES:
        yield partial(_from_file, path)


def _tiles(path: Path, tile: int) -> Iterator[Opener]:
    sheet = _from_file(path)
    for top in range(0, sheet.shape[0] - tile + 1, tile):
        for left in range(0, sheet.shape[1] - tile + 1, tile):
            part = sheet[top : top + tile, left : left + tile]
            if np.ptp(part) > 0:
                yield partial(np.ascontiguousarray, part)


def _from_file(path: Path) -> Picture:
    return decode(path.read_bytes(), str(path))


def _from_zip(path: Path, name: str) -> Picture:
    return decode(_archive(path, os.getpid()).read(name), f"{path}/{name}")


@lru_cache
def _archive(path: Path, _owner: int) -> zipfile.ZipFile:
    """The open archive; one for each process, since a file's position is shared across a fork."""
    return zipfile.ZipFile(path)


def _from_span(path: Path, start: int, length: int) -> Picture:
    with path.open("rb") as file:
        file.seek(start)
        return decode(file.read(length), str(path))


def decode(data: bytes, name: str) -> Picture:
    """(H, W, 3) sRGB of an encoded picture. Raises FilmError naming it."""
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB) if data else None
    if picture is None:
        raise FilmError(f"{name}: not a picture that can be read; take it out of the training data")
    return np.asarray(picture, np.uint8)


def read_clip(path: Path) -> Clip:
    """A colour clip at training size, at most 96 frames; one that is cut off gives what is there.

    Raises FilmError where it can't be read or is grey.
    """
    lumas, chromas = [], []
    try:
        for frame in video.read_frames(path):
            if frame.chroma is None:
                raise FilmError(f"{path}: a film without colour; take it out of the training data")
            luma = color.plane_to_luma(frame.luma, frame.depth, frame.full_range)
            chroma = color.planes_to_chroma(frame.chroma, frame.depth, frame.full_range)
            scale = min(1.0, CLIP_HEIGHT / min(luma.shape))
            size = (round(luma.shape[1] * scale), round(luma.shape[0] * scale))
            small = cv2.resize(luma, size, interpolation=cv2.INTER_AREA)
            lumas.append(np.clip(np.rint(small * 255), 0, 255).astype(np.uint8))
            colours = cv2.resize(chroma, size, interpolation=cv2.INTER_LINEAR)
            chromas.append(np.clip(np.rint(colours * 127), -127, 127).astype(np.int8))
            if len(lumas) == MOST_FRAMES:
                break
    except FilmTruncated:
        if not lumas:
            raise
    return Clip(path.name, np.stack(lumas), np.stack(chromas))
