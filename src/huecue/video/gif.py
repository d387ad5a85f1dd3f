"""A GIF being written: each frame with its own palette, delays and loop count kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

import av
from av import VideoFrame
from av.error import BlockingIOError as NotYetError
from av.error import EOFError as EndError
from av.error import FFmpegError
from av.filter import Graph
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from huecue.types import Frame, Range
from huecue.video.fit import Chroma, pixels_of, to_bytes
from huecue.video.gif_timing import FOREVER, read_timing
from huecue.video.picture import packed_frame
from huecue.video.probe import SEQUENCE_RATE, Survey
from huecue.video.turn import upright

_TICK = Fraction(1, 100)
"""A GIF counts hundredths of a second."""
_DITHER = "sierra2_4a"
"""Colours that the palette has stay exact; of all dithers, this one errs least once the eye has mixed it."""


class GifSink:
    """A GIF file that frames are put into."""

    def __init__(self, source: Path, *, survey: Survey, frames: Range) -> None:
        self._survey, self._frames = survey, frames
        self._timing = read_timing(source) if survey.info.kind == "gif" else None
        self._reformatter = VideoReformatter()
        self._open_files = ExitStack()
        self._graph: Graph | None = None
        self._origin_s: Fraction | None = None
        self._last_tick = -1

    def open(self, path: Path) -> None:
        """Start the file at `path`."""
        options = {"loop": str(self._timing.loop if self._timing else FOREVER), **self._last_delay()}
        self._container = self._open_files.enter_context(
            av.open(str(path.absolute()), "w", format="gif", container_options=options)
        )
        info = self._survey.info
        stream = self._container.add_stream("gif", rate=info.rate or SEQUENCE_RATE)
        assert isinstance(stream, VideoStream)
        self._stream = stream
        size = info.displayed
        stream.codec_context.width, stream.codec_context.height = size.width, size.height
        stream.codec_context.pix_fmt = "pal8"
        stream.codec_context.time_base = stream.time_base = _TICK

    def _last_delay(self) -> dict[str, str]:
        """The last frame's delay, which no later frame's time tells."""
        if self._timing is None:
            return {}
        delays = self._timing.delays_cs[: self._frames.stop]
        return {"final_delay": str(delays[-1])} if delays else {}

    def put(self, frame: Frame, chroma: Chroma) -> None:
        """Add one frame."""
        pixels = pixels_of(frame, chroma, shift=self._survey.info.chroma_shift, reformatter=self._reformatter)
        packed = packed_frame(upright(to_bytes(pixels), self._survey.matrix))
        begins_s = (frame.pts or 0) * frame.time_base
        self._origin_s = begins_s if self._origin_s is None else self._origin_s
        self._last_tick = max(round((begins_s - self._origin_s) / _TICK), self._last_tick + 1)
        packed.pts, packed.time_base = self._last_tick, _TICK
        self._graph = self._graph or _palette_graph(packed)
        self._graph.push(packed)
        self._encode(_ready(self._graph))

    def _encode(self, frames: Iterator[VideoFrame]) -> None:
        for frame in frames:
            frame.pict_type = 0
            self._container.mux(self._stream.encode(frame))

    def finish(self, *, whole: bool) -> None:  # noqa: ARG002  # a GIF has nothing that goes on after its frames
        """Write the last frames and the file's end."""
        if self._graph is not None:
            self._graph.push(None)
            self._encode(_ready(self._graph))
        self._container.mux(self._stream.encode(None))
        self._open_files.close()

    def close(self) -> None:
        """Let go of the file; what was written is worth nothing."""
        try:
            self._open_files.close()
        except FFmpegError:
            return


def _palette_graph(first: VideoFrame) -> Graph:
    """RGB or RGBA frames in, frames of 255 colours of their own and one transparent out."""
    graph = Graph()
    source = graph.add_buffer(width=first.width, height=first.height, format=first.format, time_base=_TICK)
    split = graph.add("split")
    make = graph.add("palettegen", "stats_mode=single")
    use = graph.add("paletteuse", f"new=1:dither={_DITHER}:diff_mode=rectangle")
    sink = graph.add("buffersink")
    source.link_to(split)
    split.link_to(use, 0, 0)
    split.link_to(make, 1, 0)
    make.link_to(use, 0, 1)
    use.link_to(sink)
    graph.configure()
    return graph


def _ready(graph: Graph) -> Iterator[VideoFrame]:
    while True:
        try:
            yield graph.vpull()
        except (NotYetError, EndError):
            return
