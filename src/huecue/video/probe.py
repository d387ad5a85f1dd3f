"""What a film holds, known from its header and its first frame."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from av import VideoFrame
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from huecue.errors import FilmError
from huecue.types import FilmInfo, Size
from huecue.video.gif_timing import read_timing
from huecue.video.layout import Layout, is_full_range, layout_of
from huecue.video.sequence import is_pattern, list_pictures
from huecue.video.source import kind_of, open_film, reason_of
from huecue.video.turn import Matrix, matrix_of, turns_of

SEQUENCE_RATE = Fraction(25)
"""Frames a second of pictures that carry no time."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of a source before it is read: what people are told, and what reading and writing need.

    `format` is the demuxer's name; `starts_s` is where each stream begins.
    """

    info: FilmInfo
    layout: Layout
    matrix: Matrix | None
    format: str
    starts_s: tuple[Fraction, ...]
    pictures: tuple[Path, ...] = ()


def probe(path: Path) -> FilmInfo:
    """What the film, GIF, picture or numbered sequence at `path` holds.

    Raises UsageError where there is no such file, FilmError where it is no film or has no frames.
    """
    return survey(path).info


def survey(path: Path) -> Survey:
    """All that is known of a source before it is read whole. Raises as `probe`."""
    pictures = list_pictures(path) if is_pattern(path) else ()
    first = pictures[0] if pictures else path
    with open_film(first) as (container, stream):
        frame = _first_frame(container, stream, first)
        return _describe(path, container, stream, frame, pictures)


def _first_frame(container: InputContainer, stream: VideoStream, path: Path) -> VideoFrame:
    reason = ""
    try:
        for packet in container.demux(stream):
            try:
                for frame in packet.decode():
                    return frame
            except FFmpegError as error:  # damaged packets may stand before the first whole frame
                reason = reason_of(error)
    except FFmpegError as error:
        reason = reason_of(error)
    raise FilmError(f"{path} holds no frame that can be shown{reason}; check that the file is whole")


def _describe(
    path: Path, container: InputContainer, stream: VideoStream, frame: VideoFrame, pictures: tuple[Path, ...]
) -> Survey:
    layout = layout_of(frame.format.name)
    kind = "sequence" if pictures else kind_of(container)
    matrix = matrix_of(frame)
    size = Size(frame.width, frame.height)
    info = FilmInfo(
        path=str(path),
        kind=kind,
        size=size,
        turns=turns_of(matrix),
        sample_aspect_ratio=stream.sample_aspect_ratio or Fraction(1),
        rate=_rate(stream, kind),
        time_base=1 / SEQUENCE_RATE if pictures else stream.time_base or 1 / SEQUENCE_RATE,
        frames=len(pictures) or _frames(stream, kind, path),
        duration_s=_duration_s(container, stream, kind, len(pictures)),
        codec=stream.codec_context.name,
        pixel_format=frame.format.name,
        depth=layout.depth,
        full_range=is_full_range(layout, frame.color_range),
        chroma_shift=output_shift(layout, size, kind),
        sounds=len(container.streams.audio),
        subtitles=len(container.streams.subtitles),
    )
    return Survey(info, layout, matrix, container.format.name, _starts_s(container), pictures)


def output_shift(layout: Layout, size: Size, kind: str) -> tuple[int, int]:
    """(log2 horizontal, log2 vertical) of the chroma that is made: the source's own, 4:2:0 for a grey one.

    Pictures and GIFs are RGB in the end, so theirs is whole. Odd sizes have whole chroma too, because the
    common encoders take no others.
    """
    if kind != "film":
        return 0, 0
    shift = (1, 1) if layout.shift is None or layout.rgb else layout.shift
    shift = {(2, 0): (1, 0), (2, 2): (1, 1), (0, 1): (0, 0)}.get(shift, shift)
    odd = (shift[0] and size.width % 2) or (shift[1] and size.height % 2)
    return (0, 0) if odd else shift


def _rate(stream: VideoStream, kind: str) -> Fraction | None:
    if kind == "picture":
        return None
    if kind == "sequence":
        return SEQUENCE_RATE
    return stream.average_rate or stream.guessed_rate or stream.base_rate


def _frames(stream: VideoStream, kind: str, path: Path) -> int | None:
    if kind == "picture":
        return 1
    if kind == "gif":
        return len(read_timing(path).delays_cs) or None
    noted = [value for key, value in stream.metadata.items() if key.startswith("NUMBER_OF_FRAMES")]
    if stream.frames == 0 and noted and noted[0].isdigit():
        return int(noted[0]) or None  # Matroska files made by mkvmerge
    return stream.frames or None


def _duration_s(container: InputContainer, stream: VideoStream, kind: str, pictures: int) -> float | None:
    if kind == "picture":
        return None
    if pictures:
        return float(pictures / SEQUENCE_RATE)
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / 1_000_000 if container.duration else None


def _starts_s(container: InputContainer) -> tuple[Fraction, ...]:
    return tuple(
        stream.start_time * stream.time_base
        for stream in container.streams
        if stream.start_time is not None and stream.time_base
    )
