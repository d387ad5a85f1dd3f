"""Coloured pictures being written: one, or a numbered sequence of them."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from av.video.reformatter import VideoReformatter

from huecue.errors import WriteError
from huecue.types import Frame, Plane
from huecue.video.fit import Chroma, pixels_of
from huecue.video.picture import encode_picture
from huecue.video.probe import Survey
from huecue.video.sequence import name_picture, number_of
from huecue.video.turn import upright


class PictureSink:
    """A picture file, or a folder of them for a pattern, that frames are put into, turned upright."""

    def __init__(self, target: Path, *, survey: Survey, pattern: bool) -> None:
        self._target, self._survey, self._pattern = target, survey, pattern
        self._reformatter = VideoReformatter()
        self._count = 0

    def open(self, path: Path) -> None:
        """Write to the file `path`, or into it if it is a folder."""
        self._path = path

    def put(self, frame: Frame, chroma: Chroma) -> None:
        """Write one picture."""
        if self._count and not self._pattern:
            many = self._target.with_name(f"{self._target.stem}_%04d{self._target.suffix}")
            raise WriteError(f"{self._target} holds one picture, not a film; write to '{many}' or to .mp4")
        self._count += 1
        pixels = pixels_of(frame, chroma, shift=self._survey.info.chroma_shift, reformatter=self._reformatter)
        data = encode_picture(
            cast("Plane", upright(pixels, self._survey.matrix)), self._target.suffix.lower()
        )
        path = self._path / self._name(frame.index) if self._pattern else self._path
        path.write_bytes(data)

    def _name(self, index: int) -> str:
        """As its source's picture is numbered; a film's frames count from 0."""
        return picture_name(self._target, self._survey.pictures, index)

    def finish(self, *, whole: bool) -> None:
        """Nothing is left to write."""

    def close(self) -> None:
        """Nothing is left open."""


def picture_name(target: Path, sources: tuple[Path, ...], index: int) -> str:
    """The name of frame `index` in a pattern: numbered as its source's picture is, or from 0."""
    if not sources:
        return name_picture(target, index, f"{index:06d}")
    return name_picture(target, number_of(sources[index], index), sources[index].stem)
