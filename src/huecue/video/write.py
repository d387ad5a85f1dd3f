"""Coloured films written: whole under the asked-for name, or not at all."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from av.error import FFmpegError

from huecue.errors import OutputExists, UsageError, WriteError
from huecue.types import FilmInfo, Frame, Plane, Range
from huecue.video.codecs import FORMATS, WriteOptions, choose
from huecue.video.film import FilmSink
from huecue.video.gif import GifSink
from huecue.video.pictures import PictureSink, picture_name
from huecue.video.probe import Survey, survey
from huecue.video.sequence import is_pattern
from huecue.video.target import Part, check_target

_USUAL = WriteOptions()
_WHOLE = Range()


class Sink(Protocol):
    """One kind of file that frames are put into: opened, filled, and finished or closed."""

    def open(self, path: Path) -> None: ...
    def put(self, frame: Frame, chroma: tuple[Plane, Plane]) -> None: ...
    def finish(self, *, whole: bool) -> None: ...
    def close(self) -> None: ...


class FilmWriter:
    """Writes coloured frames of `source` to `target`; a context manager.

    The target appears when the with-block ends without an error; an error removes what was written. Sound,
    subtitles, chapters, tags, times and rotation come from `source`; with `frames`, only what is theirs.
    Making it raises UsageError and OutputExists for all that is wrong with the request, before any work.
    It may be used in another thread than the one that made it, but in one at a time.
    """

    def __init__(
        self, source: Path, target: Path, options: WriteOptions = _USUAL, *, frames: Range = _WHOLE
    ) -> None:
        check_target(source, target, overwrite=options.overwrite)
        self._survey = survey(source)
        self._target, self._options, self._frames = target, options, frames
        self._sink = _sink(source, target, self._survey, options, frames)
        self._check_pictures()
        self._part: Part | None = None
        self._written = 0

    @property
    def info(self) -> FilmInfo:
        """What the source holds."""
        return self._survey.info

    def _check_pictures(self) -> None:
        if not is_pattern(self._target) or self._options.overwrite:
            return
        sources = self._survey.pictures
        first, last = self._frames.start, self._frames.stop
        indices = range(len(sources))[first:last] or range(first, first + 1)
        names = [picture_name(self._target, sources, index) for index in indices]
        there = next((name for name in names if self._target.with_name(name).exists()), None)
        if there is not None:
            raise OutputExists(
                f"{self._target.with_name(there)} exists; pass --overwrite, or give another name"
            )

    def __enter__(self) -> Self:
        self._part = Part(self._target)
        try:
            with self._failures():
                self._sink.open(self._part.path)
        except BaseException:
            self._drop()
            raise
        return self

    def write(self, frame: Frame, chroma: tuple[Plane, Plane]) -> None:
        """Add one frame: its luma as it is, and new planes (Cb, Cr) of the size `info.chroma_shift` says.

        Planes hold BT.709 chroma at the frame's depth and range. Raises WriteError.
        """
        assert self._part is not None, "write inside the with-block"
        expected = tuple(
            -(-side >> shift)
            for side, shift in zip(self.info.size.shape, self.info.chroma_shift[::-1], strict=True)
        )
        assert chroma[0].shape == chroma[1].shape == expected, f"chroma {chroma[0].shape}, not {expected}"
        assert chroma[0].dtype == chroma[1].dtype == frame.luma.dtype, f"chroma {chroma[0].dtype}"
        with self._failures():
            self._sink.put(frame, chroma)
        self._written += 1

    def keep_part(self) -> Path:
        """Finish what was written so far as '<stem>.part<suffix>' beside the target, and return its path."""
        assert self._part is not None, "keep_part inside the with-block"
        part, self._part = self._part, None
        try:
            with self._failures():
                self._finish(whole=False)
            return part.keep(overwrite=self._options.overwrite)
        except BaseException:
            self._sink.close()
            part.discard()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._part is None:  # the part was kept
            return
        if kind is not None:
            self._drop()
            return
        try:
            with self._failures():
                self._finish(whole=True)
            self._part.commit(overwrite=self._options.overwrite)
        except BaseException:
            self._drop()
            raise
        self._part = None

    def _finish(self, *, whole: bool) -> None:
        if self._written == 0:
            raise WriteError(f"no frame was made for {self._target}, so nothing is written")
        self._sink.finish(whole=whole)

    def _drop(self) -> None:
        part, self._part = self._part, None
        try:
            self._sink.close()
        finally:
            if part is not None:
                part.discard()

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Failures of the disk and of FFmpeg, said in a person's words."""
        try:
            yield
        except (FFmpegError, OSError) as error:
            raise WriteError(f"{self._target} can't be written: {_reason(error)}") from error


def _reason(error: FFmpegError | OSError) -> str:
    code = getattr(error, "errno", None)
    if code in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; free some space, or write to another disk"
    if code == errno.EFBIG:
        return "the file grows larger than is allowed here; raise the limit, or write to another disk"
    return f"{error.strerror or error}; check the disk, or try another container such as .mkv"


def _sink(source: Path, target: Path, found: Survey, options: WriteOptions, frames: Range) -> Sink:
    suffix = target.suffix.lower()
    if suffix in FORMATS:
        if is_pattern(target):
            raise UsageError(f"{target} is a pattern for pictures; give it a picture's suffix such as .png")
        choice = choose(found.info, suffix, options)
        return FilmSink(source, target, survey=found, choice=choice, frames=frames, threads=options.threads)
    if options.codec or options.preset or options.crf is not None:
        raise UsageError(
            f"{target} is no film: it takes no codec, crf or preset; leave them out, or write to .mp4"
        )
    if suffix == ".gif":
        return GifSink(source, survey=found, frames=frames)
    pattern = is_pattern(target)
    count = found.info.frames if frames.stop is None else frames.stop - frames.start
    if not pattern and count != 1:
        many = target.with_name(f"{target.stem}_%04d{target.suffix}")
        raise UsageError(f"{target} holds one picture, and {source} is a film; write to '{many}' or to .mp4")
    return PictureSink(target, survey=found, pattern=pattern)
