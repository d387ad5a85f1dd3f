"""Opening a film: everything that can be wrong with a file is found and said here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer
from av.error import EOFError as EndError
from av.error import FFmpegError, InvalidDataError
from av.stream import Discard, Disposition
from av.video.stream import VideoStream

from huecue.errors import FilmError, UsageError
from huecue.video.ending import lacks_index

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp"})
"""Suffixes of single pictures that can be read and written."""

_NOT_FILMS = frozenset({"tty", "data", "lrc", "srt", "ass", "webvtt"})
"""Formats that FFmpeg finds in text files."""

_GIF_DELAYS = {"min_delay": "1", "default_delay": "10"}
"""A GIF's delays as they are; a delay of nothing is shown for 1/10 s, as browsers do."""


def check_source(path: Path, what: str = "film") -> None:
    """Raise UsageError where there is no such file, FilmError where it is empty or can't be opened.

    `what` is what it should be, in a word.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder, not a {what}; {_folder_cure(path)}")
    if not path.exists():
        raise UsageError(f"{path} does not exist; check the name and the folder")
    try:
        with path.open("rb") as file:
            empty = path.is_file() and not file.read(1)
    except OSError as error:
        raise FilmError(f"{path} can't be opened: {error.strerror}; check its permissions") from error
    if empty:
        raise FilmError(f"{path} is empty (0 bytes); copy it again from where it came")


def _folder_cure(path: Path) -> str:
    found = sorted({entry.suffix.lower() for entry in path.iterdir()} & PICTURES)
    example = path / f"*{found[0] if found else '.png'}"
    return f"name a film in it, or all its pictures in order as '{example}'"


@contextmanager
def open_film(path: Path, what: str = "film") -> Iterator[tuple[InputContainer, VideoStream]]:
    """The open film and its picture stream; the other streams are skipped by the demuxer.

    Raises UsageError and FilmError, as `check_source`, and FilmError for what is no film at all.
    """
    with open_source(path, what) as container:
        stream = picture_stream(container, path)
        for other in container.streams:
            if other.index != stream.index:
                other.discard = Discard.all
        yield container, stream


@contextmanager
def open_source(path: Path, what: str = "film") -> Iterator[InputContainer]:
    """The open file with all its streams."""
    check_source(path, what)
    options = _GIF_DELAYS if path.suffix.lower() == ".gif" else {}
    try:
        # An absolute name: "a:b.mp4" alone would be taken for a protocol.
        container = av.open(str(path.absolute()), container_options=options, metadata_errors="replace")
    except (FFmpegError, ValueError) as error:
        raise unreadable(path, error, what) from error
    with container:
        if container.format.name in _NOT_FILMS:
            raise FilmError(f"{path} holds text, not a {what}; check that it is the right file")
        yield container


def unreadable(path: Path, error: Exception, what: str) -> FilmError:
    """The error that says that a file is no film, or none that can be read, or whatever it should be."""
    if lacks_index(path):
        return FilmError(
            f"{path} has no index (its 'moov' part is missing): it was cut off before its end; "
            "copy it again from where it came"
        )
    reason = " (it ends before its first frame)" if isinstance(error, EndError) else reason_of(error)
    return FilmError(f"{path} can't be read as a {what}{reason}; check that it is one and that it is whole")


def reason_of(error: Exception) -> str:
    """FFmpeg's reason in brackets; nothing where all it says is that the data are wrong."""
    if isinstance(error, InvalidDataError):
        return ""
    return f" ({getattr(error, 'strerror', None) or error})"


def picture_stream(container: InputContainer, path: Path) -> VideoStream:
    """The film's own pictures: not its cover, and the stream marked as default where there are several."""
    cover = Disposition.attached_pic
    films = [stream for stream in container.streams.video if not stream.disposition & cover]
    if not films:
        what = "only sound" if container.streams.audio else "no pictures"
        raise FilmError(f"{path} holds {what}: there is nothing to colour; name a film with pictures")
    chosen = next((stream for stream in films if stream.disposition & Disposition.default), films[0])
    if chosen.codec_context is None:
        raise FilmError(
            f"{path} holds pictures in a codec that is unknown here; convert it, for example to .mkv"
        )
    return chosen


def kind_of(container: InputContainer) -> str:
    """'film', 'gif' or 'picture'."""
    name = container.format.name
    if name == "image2" or name.endswith("_pipe"):
        return "picture"
    return "gif" if name == "gif" else "film"
