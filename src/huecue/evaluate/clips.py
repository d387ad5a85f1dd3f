"""Colour clips to measure on: found, read once, and made grey for those who are measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import overload

import cv2
import numpy as np

from huecue.color import luma_span, plane_to_luma, planes_to_chroma, to_picture, ycc_to_rgb
from huecue.errors import FilmError, UsageError
from huecue.stages.upsample import shrink_luma
from huecue.types import Chroma, FilmInfo, Frame, Luma, Picture, Plane, Range, Size
from huecue.video import probe, read_frames

SUFFIXES = frozenset({".avi", ".m4v", ".mkv", ".mov", ".mp4", ".webm"})

ChromaPlanes = tuple[Plane, Plane]


@dataclass(frozen=True, slots=True, eq=False)
class FramesOnDemand(Sequence[Frame]):
    """`length` frames, each made by its place when it is asked for and kept by nobody."""

    length: int
    make: Callable[[int], Frame]

    def __len__(self) -> int:
        return self.length

    @overload
    def __getitem__(self, place: int) -> Frame: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Frame]: ...
    def __getitem__(self, place: int | slice) -> Frame | Sequence[Frame]:
        places = range(self.length)[place]
        return self.make(places) if isinstance(places, int) else tuple(map(self.make, places))


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A clip in memory as decoded: planes, not pictures, so that 100 frames of 854x480 take 60 megabytes."""

    path: Path
    info: FilmInfo
    frames: Sequence[Frame]

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def size(self) -> Size:
        """The size of each frame."""
        return self.frames[0].size

    def grey_frames(self) -> Iterable[Frame]:
        """The frames without their colours, one by one."""
        return (replace(frame, chroma=None) for frame in self.frames)


def find_clips(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The files named, and the films in the folders named, in order of name within each folder.

    Raises UsageError where a path does not exist or nothing is found.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist: name clips or folders of clips")
        inside = (
            sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
            if path.is_dir()
            else [path]
        )
        if not inside:
            raise UsageError(f"{path} holds no clip: films end in {', '.join(sorted(SUFFIXES))}")
        found.extend(inside)
    return tuple(found)


def read_clip(path: Path, frames: int | None = None) -> Clip:
    """The first `frames` frames of a colour clip (None is all).

    Raises FilmError where it can't be read or is grey, UsageError where it is stored turned.
    """
    info = probe(path)
    if info.turns:
        raise UsageError(f"{path} is stored turned; evaluation needs clips that are stored upright")
    read = tuple(read_frames(path, frames=Range(0, frames)))
    if not read or read[0].chroma is None:
        raise FilmError(f"{path} has no colours to compare with; evaluation needs colour clips")
    return Clip(path, info, read)


def true_planes(frame: Frame) -> ChromaPlanes:
    """The chroma planes that the file has."""
    assert frame.chroma is not None
    return frame.chroma


def true_chroma(frame: Frame) -> Chroma:
    """The file's chroma (h, w, 2) at its planes' own size."""
    return planes_to_chroma(true_planes(frame), frame.depth, frame.full_range)


def picture_of(frame: Frame, planes: ChromaPlanes) -> Picture:
    """The frame as shown with these chroma planes: bilinear growth to full size, BT.709, 8 bits."""
    luma = plane_to_luma(frame.luma, frame.depth, frame.full_range)
    chroma = planes_to_chroma(planes, frame.depth, frame.full_range)
    return to_picture(ycc_to_rgb(luma, resize_chroma(chroma, frame.size)))


def true_picture(frame: Frame) -> Picture:
    """The frame as the file shows it, (H, W, 3)."""
    return picture_of(frame, true_planes(frame))


def resize_chroma(chroma: Chroma, size: Size) -> Chroma:
    """Chroma at another size: bilinear up, area mean down."""
    if chroma.shape[:2] == size.shape:
        return chroma
    smaller = size.width < chroma.shape[1] and size.height < chroma.shape[0]
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(chroma, (size.width, size.height), interpolation=how), np.float32)


def luma_at(frame: Frame, size: Size) -> Luma:
    """The frame's luma at another size, uint8, full range."""
    black, white = luma_span(frame.depth, frame.full_range)
    return shrink_luma(frame.luma, size, turns=0, black=black, white=white)
