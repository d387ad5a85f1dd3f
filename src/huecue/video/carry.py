"""What isn't pictures goes along as it is: sound, subtitles, covers, fonts, chapters and tags."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
from av import Packet
from av.container import InputContainer, OutputContainer
from av.error import FFmpegError
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from huecue.errors import WriteError
from huecue.video.codecs import FORMATS
from huecue.video.source import open_source

_MADE_ANEW = frozenset({"encoder", "major_brand", "minor_version", "compatible_brands"})
"""Tags about the file that was, not about the film."""
_TS_NONSTRICT = 0x20000
"""FFmpeg's flag of a container in which two packets of a stream may begin together."""
_STATISTICS = ("BPS", "DURATION", "NUMBER_OF_", "_STATISTICS_", "SOURCE_ID")


def tags_of(tags: dict[str, str]) -> dict[str, str]:
    """A film's or a stream's tags without those that describe the old file."""
    return {
        key: value
        for key, value in tags.items()
        if key.lower() not in _MADE_ANEW and not key.startswith(_STATISTICS) and key != "rotate"
    }


def add_copies(
    source: InputContainer,
    target: OutputContainer,
    main: VideoStream,
    *,
    source_path: Path,
    target_path: Path,
) -> dict[int, Stream]:
    """Streams of `target` that packets of `source` go to, by the source's index.

    Raises WriteError where the container can't take sound or subtitles as they are.
    """
    routes: dict[int, Stream] = {}
    for stream in source.streams:
        if stream.index == main.index:
            continue
        if stream.type in ("audio", "subtitle", "video") and not _is_cover(stream):
            routes[stream.index] = _copied(stream, target, source_path=source_path, target_path=target_path)
        else:
            _add_extra(stream, target, routes, source_path)
    return routes


def _is_cover(stream: Stream) -> bool:
    return bool(stream.disposition & Disposition.attached_pic)


def _copied(stream: Stream, target: OutputContainer, *, source_path: Path, target_path: Path) -> Stream:
    try:
        copy = target.add_stream_from_template(stream, opaque=True)
    except (ValueError, FFmpegError) as error:
        kind = {"audio": "sound", "subtitle": "subtitles"}.get(stream.type, "second pictures")
        codec = f" ({stream.codec_context.name})" if stream.codec_context else ""
        cure = _cure(stream, source_path)
        raise WriteError(
            f"{target_path.suffix} can't hold the {kind}{codec} of {source_path}; {cure}"
        ) from error
    copy.metadata.update(tags_of(stream.metadata))
    copy.disposition = stream.disposition
    return copy


def _cure(stream: Stream, source_path: Path) -> str:
    """Which containers can hold a stream as it is: the source's own kind first."""
    suffixes = dict.fromkeys([source_path.suffix.lower(), ".mkv", ".mp4"])
    fits = [suffix for suffix in suffixes if suffix in FORMATS and _fits(stream, FORMATS[suffix])]
    return f"write to {' or '.join(fits)}" if fits else "convert the source to .mkv first"


def _fits(stream: Stream, muxer: str) -> bool:
    try:
        av.open(io.BytesIO(), "w", format=muxer).add_stream_from_template(stream, opaque=True)
    except (ValueError, FFmpegError):
        return False
    return True


def _add_extra(stream: Stream, target: OutputContainer, routes: dict[int, Stream], path: Path) -> None:
    """Covers, fonts and data, where the container has a place for them."""
    muxer = target.format.name
    if _is_cover(stream) and muxer == "mp4":
        copy = target.add_stream_from_template(stream, opaque=True)
        copy.disposition = stream.disposition
        routes[stream.index] = copy
    elif _is_cover(stream) and muxer == "matroska":
        name = stream.metadata.get("filename") or f"cover.{_picture_suffix(stream)}"
        mime = stream.metadata.get("mimetype") or f"image/{_picture_suffix(stream, jpeg='jpeg')}"
        target.add_attachment(name, mime, _cover(path, stream.index))
    elif stream.type == "attachment" and muxer == "matroska":
        target.add_stream_from_template(stream)
    elif stream.type == "data" and muxer == "mpegts":
        routes[stream.index] = target.add_stream_from_template(stream)


def _picture_suffix(stream: Stream, jpeg: str = "jpg") -> str:
    codec = stream.codec_context.name if stream.codec_context else "mjpeg"
    return jpeg if codec == "mjpeg" else codec


def _cover(path: Path, index: int) -> bytes:
    """A cover's picture file, whole."""
    with open_source(path) as container:
        for packet in container.demux(container.streams[index]):
            return bytes(packet)
    return b""


class Carrier:
    """Copies packets into the result, each before the pictures of its time.

    `origin_s` is the film's time that is 0 in the result; nothing that begins before it is copied, unless it
    is 0: then the film is whole.
    """

    def __init__(
        self,
        source: InputContainer,
        target: OutputContainer,
        routes: dict[int, Stream],
        *,
        origin_s: Fraction,
    ) -> None:
        self._target, self._routes, self._origin_s = target, routes, origin_s
        self._start_s = origin_s if origin_s > 0 else None
        self._loose = bool(target.format.flags & _TS_NONSTRICT)
        self._last_dts: dict[int, int] = {}
        self._packets = _packets(source, routes)
        self._next = next(self._packets, None)

    def until(self, time_s: Fraction | None) -> None:
        """Copy what begins before `time_s` of the source; None is its end."""
        while self._next is not None:
            packet = self._next
            if time_s is not None and _begins_s(packet) >= time_s:
                return
            if self._start_s is None or _begins_s(packet) >= self._start_s:
                self._copy(packet)
            self._next = next(self._packets, None)

    def _copy(self, packet: Packet[Stream]) -> None:
        route = self._routes[packet.stream.index]
        offset = round(self._origin_s / packet.time_base)
        if packet.pts is not None:
            packet.pts -= offset
        if packet.dts is not None:
            packet.dts -= offset
        self._keep_growing(packet)
        packet.stream = route
        self._target.mux(packet)

    def _keep_growing(self, packet: Packet[Stream]) -> None:
        """Damaged sources step back in time, which muxers refuse."""
        index, dts = packet.stream.index, packet.dts
        if dts is None:
            return
        last = self._last_dts.get(index)
        least = None if last is None else last + (0 if self._loose else 1)
        if least is not None and dts < least and packet.stream.type != "subtitle":
            packet.dts = least
            packet.pts = max(packet.pts or least, least)
        self._last_dts[index] = packet.dts or dts


def _packets(source: InputContainer, routes: dict[int, Stream]) -> Iterator[Packet[Stream]]:
    """The packets that are carried, in the file's order, as far as the file goes."""
    chosen = [source.streams[index] for index in routes]
    if not chosen:
        return
    try:
        for packet in source.demux(*chosen):
            if packet.size and not _is_made_anew(packet):
                yield packet
    except FFmpegError:
        return  # a film that is cut off: whoever reads its pictures says so


def _is_made_anew(packet: Packet[Stream]) -> bool:
    """Whether the packet is one of the empty lines that an mp4's writer itself puts between subtitles."""
    context = packet.stream.codec_context
    return packet.size == 2 and packet.stream.type == "subtitle" and context.name == "mov_text"


def _begins_s(packet: Packet[Stream]) -> Fraction:
    time = packet.pts if packet.pts is not None else packet.dts
    return (time or 0) * packet.time_base
