"""Films as frames: decoded one after another, at constant memory, each with its own time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import dropwhile
from pathlib import Path

from av import Packet, VideoFrame
from av.container import InputContainer
from av.error import EOFError as EndError
from av.error import FFmpegError
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from huecue.errors import FilmError, FilmTruncated, UsageError
from huecue.types import Frame, Plane, Range
from huecue.video.ending import is_cut_off
from huecue.video.gif_timing import read_timing
from huecue.video.layout import is_full_range, layout_of, planes_of
from huecue.video.picture import decode_picture
from huecue.video.probe import SEQUENCE_RATE
from huecue.video.sequence import is_pattern, list_pictures
from huecue.video.source import check_source, kind_of, open_film

_WHOLE = Range()
_MOST_HELD = 64
"""No decoder holds back more frames than this."""
_NOT_BY_TIME = frozenset({"avi", "gif"})
"""Formats in which a picture's time does not say which one it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """What a frame carries through to the writer: how long it is shown, in its time base, and its alpha."""

    duration: int
    alpha: Plane | None = None


@dataclass(slots=True)
class _Tally:
    """What decoding has met: packets, frames, packets that gave none after the first, why reading stopped."""

    packets: int = 0
    shown: int = 0
    damaged: int = 0
    reason: str = ""


def read_frames(path: Path, *, frames: Range = _WHOLE) -> Iterator[Frame]:
    """The film's frames in the order they are shown, as stored (not turned); indices count from its start.

    Raises UsageError where there is no such file or `frames` starts after the end, FilmError where it is no
    film, and, after the frames that are there, FilmTruncated where the film ends before it should.
    """
    if is_pattern(path):
        return _sequence_frames(list_pictures(path), path, frames)
    check_source(path)
    return _film_frames(path, frames)


def seek_frames(path: Path, frames: Range, *, pts: int) -> Iterator[Frame]:
    """The frames that `read_frames` gives for a range, decoded from a keyframe shortly before it.

    For films that were read before: `pts` is what the first frame of the range had then. None come where they
    can't be found by their time: in AVI files, GIFs and pictures, and where times are missing or wrong.
    Raises UsageError where there is no such file and FilmError where it is no film.
    """
    check_source(path)
    with open_film(path) as (container, stream):
        if kind_of(container) == "picture" or container.format.name in _NOT_BY_TIME:
            return
        timed = _timed(_sought(container, stream, path, pts), container, stream)
        time_base = stream.time_base or 1 / SEQUENCE_RATE
        numbered = enumerate(timed, frames.start)
        for frame in _frames_of(numbered, path, time_base, start=frames.start):
            yield frame
            if frame.index + 1 == frames.stop:
                return


def _sought(container: InputContainer, stream: VideoStream, path: Path, pts: int) -> Iterator[VideoFrame]:
    """Decoded pictures from the one at `pts` on; none where it is not found.

    It is sought a little early: of the pictures that are shown right before a keyframe some may need what
    came before it in the file.
    """
    try:
        container.seek(pts - _MOST_HELD * _step(stream), stream=stream)
    except FFmpegError:
        return
    decoded = _pictures(container, stream, _Tally(), path)
    late = dropwhile(lambda picture: picture.pts is not None and picture.pts < pts, decoded)
    first = next(late, None)
    if first is not None and first.pts == pts:
        yield first
        yield from late


def _film_frames(path: Path, frames: Range) -> Iterator[Frame]:
    tally = _Tally()
    with open_film(path) as (container, stream):
        if kind_of(container) == "picture":
            yield from _sequence_frames((path,), path, frames)
            return
        timed = _timed(_pictures(container, stream, tally, path), container, stream)
        time_base = stream.time_base or 1 / SEQUENCE_RATE
        for frame in _frames_of(enumerate(timed), path, time_base, start=frames.start):
            yield frame
            if frame.index + 1 == frames.stop:
                return
        _check_end(path, container, stream, tally)
    _check_start(path, frames, tally.shown)


def _check_start(path: Path, frames: Range, count: int) -> None:
    if frames.start >= count:
        raise UsageError(f"{path} has {count} frames, so none from {frames.start} on; give a range inside")


def _pictures(
    container: InputContainer, stream: VideoStream, tally: _Tally, path: Path
) -> Iterator[VideoFrame]:
    """Decoded pictures; a packet that can't be decoded is counted and passed over."""
    stream.thread_type = "AUTO"
    whole = _whole_frames(path)
    for packet in _packets(container, stream, tally):
        tally.packets += 1
        try:
            for picture in packet.decode():
                yield picture
                tally.shown += 1
        except FFmpegError:
            tally.damaged += tally.shown > 0  # before the first frame it is the tail of what came earlier
        if tally.packets == whole:
            break
    yield from _flush(stream, tally)


def _whole_frames(path: Path) -> int | None:
    """How many frames of a GIF are whole; its decoder would also show half a frame. None for other films."""
    if path.suffix.lower() != ".gif":
        return None
    return len(read_timing(path).delays_cs)


def _packets(container: InputContainer, stream: VideoStream, tally: _Tally) -> Iterator[Packet[VideoStream]]:
    """The stream's packets. A corrupt one counts only if another follows: as the last it is half a frame."""
    held: Packet[VideoStream] | None = None
    try:
        for packet in container.demux(stream):
            if packet.size == 0:
                continue
            if held is not None:
                yield held
            held = packet if packet.is_corrupt else None
            if held is None:
                yield packet
    except FFmpegError as error:
        tally.reason = error.strerror or "unreadable"
    if held is not None:
        tally.reason = "the last frame is not whole"


def _flush(stream: VideoStream, tally: _Tally) -> Iterator[VideoFrame]:
    """What the decoder still holds; an error hides the frames behind it until it is asked again."""
    for _ in range(_MOST_HELD):
        try:
            frames = stream.decode(None)
        except EndError:
            return
        except FFmpegError:
            tally.damaged += tally.shown > 0
            continue
        if not frames:
            return
        for frame in frames:
            yield frame
            tally.shown += 1


def _timed(
    pictures: Iterator[VideoFrame], container: InputContainer, stream: VideoStream
) -> Iterator[tuple[int, VideoFrame]]:
    """(pts, picture), pts growing from one to the next even where the file has none or wrong ones.

    AVI keeps no pts, only the place of each packet: there the n-th picture shown has the n-th place.
    """
    step = _step(stream)
    by_place = container.format.name == "avi"
    late: int | None = None
    last: int | None = None
    for picture in pictures:
        pts = picture.dts if by_place else picture.pts
        if by_place and pts is not None:
            late = pts - (stream.start_time or 0) if late is None else late
            pts -= late
        if last is not None and (pts is None or pts <= last):
            pts = last + (step if pts is None else 1)
        last = pts if pts is not None else stream.start_time or 0
        yield last, picture


def _step(stream: VideoStream) -> int:
    rate = stream.average_rate or stream.guessed_rate or SEQUENCE_RATE
    return max(1, round(1 / (rate * (stream.time_base or 1 / SEQUENCE_RATE))))


def _frames_of(
    numbered: Iterable[tuple[int, tuple[int, VideoFrame]]], path: Path, time_base: Fraction, *, start: int
) -> Iterator[Frame]:
    """Frames from `start` on, of (index, (pts, picture)); all have the size, depth and range of the first."""
    reformatter = VideoReformatter()
    first: VideoFrame | None = None
    for index, (pts, picture) in numbered:
        first = first or picture
        if _shape(picture) != _shape(first):
            raise _changed(path, index, first, picture)
        if index < start:
            continue
        layout = layout_of(picture.format.name)
        full_range = is_full_range(layout_of(first.format.name), first.color_range)
        planes = planes_of(picture, layout, reformatter)
        side = Side(picture.duration, planes.alpha)
        yield Frame(index, planes.luma, layout.depth, full_range, pts, time_base, planes.chroma, side)


def _shape(picture: VideoFrame) -> tuple[int, int, int]:
    return picture.width, picture.height, layout_of(picture.format.name).depth


def _changed(path: Path, index: int, was: VideoFrame, now: VideoFrame) -> FilmError:
    before, after = (f"{one.width}x{one.height} {one.format.name}" for one in (was, now))
    return FilmError(
        f"{path} changes from {before} to {after} at frame {index}; "
        "cut it in two there, or convert it to one size and format first"
    )


def _check_end(path: Path, container: InputContainer, stream: VideoStream, tally: _Tally) -> None:
    """Raise FilmError for no frame at all, FilmTruncated for fewer than the film promises."""
    count = tally.shown
    if count == 0:
        raise FilmError(f"{path} holds no frame that can be shown; check that the file is whole")
    cut = ends_early(path)
    if not (cut or tally.reason or tally.damaged):
        return
    if cut or tally.reason:
        expected = stream.frames or _expected(container, stream)
        of = f"{count} of {expected}" if expected > count else f"only {count}"
        raise FilmTruncated(f"{path} is cut off: {of} frames are there; copy it again from where it came")
    raise FilmTruncated(
        f"{path} is damaged: {tally.damaged} of its packets can't be decoded; {count} frames can"
    )


def ends_early(path: Path) -> bool:
    """True where a file is cut off, as its header tells; False where it is whole or can't be known."""
    return is_cut_off(path) or (path.suffix.lower() == ".gif" and not read_timing(path).whole)


def _expected(container: InputContainer, stream: VideoStream) -> int:
    """How many frames the film's length promises; 0 where it has none."""
    return round(Fraction(container.duration or 0, 1_000_000) * (stream.average_rate or 0))


def _sequence_frames(pictures: tuple[Path, ...], path: Path, frames: Range) -> Iterator[Frame]:
    """One frame for each picture, 1/25 s apart."""
    _check_start(path, frames, len(pictures))
    chosen = pictures[frames.start : frames.stop]
    numbered = ((index, (index, decode_picture(name)[0])) for index, name in enumerate(chosen, frames.start))
    yield from _frames_of(numbered, path, 1 / SEQUENCE_RATE, start=frames.start)
