"""A film being written: pictures encoded, everything else carried along in time with them."""

from __future__ import annotations

import os
from contextlib import ExitStack
from fractions import Fraction
from math import ceil, lcm
from pathlib import Path
from typing import TYPE_CHECKING

import av
from av import Packet
from av.codec.context import Flags
from av.error import FFmpegError
from av.stream import Discard
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream

from huecue.errors import UsageError, WriteError
from huecue.types import Frame, Range
from huecue.video.carry import Carrier, add_copies, tags_of
from huecue.video.codecs import Choice
from huecue.video.fit import Chroma, coded_frame
from huecue.video.probe import SEQUENCE_RATE, Survey
from huecue.video.source import open_source, picture_stream

if TYPE_CHECKING:  # a name that av has for type checkers alone
    from av.container.core import Chapter

_INTERLEAVE_US = 1_000_000
"""How far streams may drift apart in the muxer's memory; FFmpeg's own 10 s would hold 10 s of coded film."""
_MOST_REORDERED = 16
"""No encoder sends more frames than this ahead of the one that is shown first."""
_MOST_TICKS = 100_000_000
"""The finest clock, in ticks a second, that is asked of an mp4 for its edit lists."""


class FilmSink:
    """A film file that frames are put into, one after another.

    `open` raises UsageError where the encoder refuses the settings and WriteError where the container can't
    take the source's sound or subtitles; both before any frame is made.
    """

    def __init__(
        self,
        source: Path,
        target: Path,
        *,
        survey: Survey,
        choice: Choice,
        frames: Range,
        threads: int | None,
    ) -> None:
        self._source_path, self._target_path = source, target
        self._survey, self._choice, self._frames, self._threads = survey, choice, frames, threads
        self._open_files = ExitStack()
        self._carrier: Carrier | None = None
        self._origin_s = Fraction(0)
        self._last_tick: int | None = None
        self._least_dts = 0
        self._end_s = Fraction(0)

    def open(self, path: Path) -> None:
        """Start the file at `path`."""
        info = self._survey.info
        main, tags = None, dict[str, str]()
        if info.kind == "film":
            self._source = self._open_files.enter_context(open_source(self._source_path))
            main, tags = picture_stream(self._source, self._source_path), tags_of(self._source.metadata)
            main.discard = Discard.all
        options = _container_options(self._choice.format, self._survey, tags)
        self._container = self._open_files.enter_context(
            av.open(str(path.absolute()), "w", format=self._choice.format, container_options=options)
        )
        self._container.metadata.update(tags)
        self._stream = self._add_video(main)
        if main is not None:
            self._routes = add_copies(
                self._source,
                self._container,
                main,
                source_path=self._source_path,
                target_path=self._target_path,
            )
        self._open_encoder()

    def _add_video(self, main: VideoStream | None) -> VideoStream:
        info, choice = self._survey.info, self._choice
        rate = info.rate or SEQUENCE_RATE
        stream = self._container.add_stream(choice.codec, rate=rate, options=dict(choice.options))
        assert isinstance(stream, VideoStream)
        context = stream.codec_context
        context.width, context.height = info.size.width, info.size.height
        context.pix_fmt = choice.pixel_format
        # AVI counts frames; every other container counts the source's own ticks.
        context.time_base = stream.time_base = 1 / rate if choice.format == "avi" else info.time_base
        context.sample_aspect_ratio = info.sample_aspect_ratio
        context.color_range = ColorRange.JPEG if choice.full_range else ColorRange.MPEG
        context.colorspace, context.color_primaries = Colorspace.ITU709, ColorPrimaries.BT709
        context.color_trc = ColorTrc.BT709
        # Without this the last frame of a variable rate would be as long as the one before it.
        context.flags |= Flags.frame_duration
        context.thread_type = "AUTO"
        context.thread_count = self._threads or 0
        if choice.codec == "libx265" and choice.format in ("mp4", "mov"):
            context.codec_tag = "hvc1"  # Apple's players know no other
        if main is not None:
            stream.metadata.update(tags_of(main.metadata))
            stream.disposition = main.disposition
        self._turn(stream)
        return stream

    def _turn(self, stream: VideoStream) -> None:
        if self._survey.matrix is None:
            return
        if self._choice.format in ("avi", "mpegts"):
            suffix = self._target_path.suffix
            raise UsageError(
                f"{self._source_path} is shown turned, which {suffix} can't say; write to .mp4 or .mkv"
            )
        stream.set_display_matrix(self._survey.matrix)

    def _open_encoder(self) -> None:
        if self._choice.codec == "libsvtav1":
            os.environ.setdefault("SVT_LOG", "0")  # the one way to keep it from talking on the terminal
        try:
            self._stream.codec_context.open()
        except FFmpegError as error:
            info = self._survey.info
            raise UsageError(
                f"{self._choice.codec} refuses {info.size} {self._choice.pixel_format} with "
                f"{dict(self._choice.options)} ({error.strerror}); "
                "leave --preset and --crf out, or try --codec ffv1"
            ) from error

    def put(self, frame: Frame, chroma: Chroma) -> None:
        """Encode one frame; frames come in the order they are shown."""
        begins_s = (frame.pts or 0) * frame.time_base
        if self._carrier is None:
            self._start(begins_s)
        coded = coded_frame(
            frame,
            chroma,
            pixel_format=self._choice.pixel_format,
            depth=self._choice.depth,
            shift=self._choice.shift,
            full_range=self._choice.full_range,
        )
        time_base = self._stream.codec_context.time_base
        shown_s = self._shown_s(frame)
        coded.pts, coded.time_base = self._tick(begins_s - self._origin_s, time_base), time_base
        coded.duration = round(shown_s / time_base)
        self._end_s = begins_s + shown_s
        for packet in self._stream.encode(coded):
            self._mux(packet)

    def _shown_s(self, frame: Frame) -> Fraction:
        """How long a frame is shown; coarse clocks round the rate's own time, which is then put right."""
        usual_s = 1 / (self._survey.info.rate or SEQUENCE_RATE)
        shown_s = getattr(frame.side, "duration", 0) * frame.time_base
        return usual_s if not shown_s or abs(shown_s - usual_s) < frame.time_base else shown_s

    def _tick(self, time_s: Fraction, time_base: Fraction) -> int:
        tick = round(time_s / time_base)
        if self._choice.format == "avi" and abs(time_s / time_base - tick) > Fraction(1, 4):
            raise WriteError(
                f"{self._source_path} has a variable rate, which .avi can't keep; write to .mkv or .mp4"
            )
        if self._last_tick is None:
            usual_s = 1 / (self._survey.info.rate or SEQUENCE_RATE)
            self._least_dts = tick - ceil(_MOST_REORDERED * usual_s / time_base)
        elif tick <= self._last_tick:
            tick = self._last_tick + 1
        self._last_tick = tick
        return tick

    def _start(self, begins_s: Fraction) -> None:
        """Settle where the result's time begins: a range at its first frame, the film where it always did.

        Broadcast streams start at any hour, which other containers would show as hours of nothing.
        """
        broadcast = self._survey.format.startswith("mpeg") and self._choice.format != "mpegts"
        if self._frames.start > 0:
            self._origin_s = begins_s
        elif broadcast:
            self._origin_s = min(self._survey.starts_s, default=self._origin_s)
        if self._survey.info.kind == "film":
            self._container.set_chapters(self._chapters())
            self._carrier = Carrier(self._source, self._container, self._routes, origin_s=self._origin_s)

    def _chapters(self) -> list[Chapter]:
        """The source's chapters that reach into the range, moved with it."""
        rate = self._survey.info.rate or SEQUENCE_RATE
        stop = self._frames.stop
        end_s = None if stop is None else self._origin_s + (stop - self._frames.start) / rate
        moved = (_moved(chapter, self._origin_s, end_s) for chapter in self._source.chapters())
        return [chapter for chapter in moved if chapter is not None]

    def _mux(self, packet: Packet[VideoStream]) -> None:
        if packet.dts is not None and packet.pts is not None:
            # x265 makes decoding times up where a film has two frames: far off, and after they are shown.
            packet.dts = max(min(packet.dts, packet.pts), self._least_dts)
            self._least_dts = packet.dts + 1
        if self._carrier is not None and packet.dts is not None:
            self._carrier.until(self._origin_s + packet.dts * packet.time_base)
        self._container.mux(packet)

    def finish(self, *, whole: bool) -> None:
        """Write what the encoder still holds, the rest of the sound, and the file's end.

        If not `whole`, or with the range's end given, sound stops with the last frame.
        """
        for packet in self._stream.encode(None):
            self._mux(packet)
        if self._carrier is not None:
            self._carrier.until(None if whole and self._frames.stop is None else self._end_s)
        self._open_files.close()

    def close(self) -> None:
        """Let go of the files; what was written is worth nothing."""
        try:
            self._open_files.close()
        except FFmpegError:
            return


def _container_options(muxer: str, survey: Survey, tags: dict[str, str]) -> dict[str, str]:
    options = {"max_interleave_delta": str(_INTERLEAVE_US)}
    if muxer in ("mp4", "mov"):
        of_a_phone = any(key.startswith("com.") for key in tags)
        options["movflags"] = "+faststart" + ("+use_metadata_tags" if of_a_phone else "")
    if muxer in ("mp4", "mov") and any(start_s > 0 for start_s in survey.starts_s):
        options["movie_timescale"] = str(_clock(survey.info.time_base))
    if muxer == "mpegts":
        options["mpegts_copyts"] = "1"
    return options


def _clock(time_base: Fraction) -> int:
    """Ticks a second in which an mp4 can say exactly when pictures and sound begin; 1/1000 s is usual."""
    ticks = time_base.denominator * ceil(1000 / time_base.denominator)
    common = lcm(ticks, 48000, 44100)
    return common if common <= _MOST_TICKS else ticks


def _moved(chapter: Chapter, origin_s: Fraction, end_s: Fraction | None) -> Chapter | None:
    time_base = chapter["time_base"] or Fraction(1, 1000)
    offset = round(origin_s / time_base)
    limit = None if end_s is None else round((end_s - origin_s) / time_base)
    start, end = max(0, chapter["start"] - offset), chapter["end"] - offset
    if limit is not None:
        end = min(end, limit)
    if end <= start:
        return None
    return {**chapter, "start": start, "end": end, "time_base": time_base}
