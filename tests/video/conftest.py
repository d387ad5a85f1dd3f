"""Small films made on the spot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition

from huecue.errors import HuecueError
from huecue.types import Frame, Plane, Range
from huecue.video import FilmWriter, WriteOptions, read_frames

FILM_RATE = Fraction(24000, 1001)


@dataclass(frozen=True)
class Recipe:
    """What a made film is like; `pts` are in `time_base`, which is one frame unless given."""

    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    size: tuple[int, int] = (64, 48)
    count: int = 12
    rate: Fraction = FILM_RATE
    time_base: Fraction | None = None
    pts: Sequence[int] | None = None
    color_range: int = 0
    matrix_turn: float | None = None
    pixel_shape: Fraction = Fraction(1)
    sounds: int = 0
    subtitles: int = 0
    fonts: int = 0
    chapters: Sequence[tuple[float, float, str]] = ()
    tags: dict[str, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    container_options: dict[str, str] = field(default_factory=dict)
    seed: int = 0


def noise_plane(rng: np.random.Generator, shape: tuple[int, int], depth: int) -> Plane:
    """A plane with every value of its depth likely, smooth enough to code."""
    coarse = rng.integers(0, 2**depth, (shape[0] // 8 + 1, shape[1] // 8 + 1))
    plane = np.kron(coarse, np.ones((8, 8), np.int64))[: shape[0], : shape[1]]
    plane = plane + rng.integers(-3, 4, shape)
    return np.clip(plane, 0, 2**depth - 1).astype(np.uint8 if depth == 8 else np.uint16)


def _picture(rng: np.random.Generator, recipe: Recipe) -> av.VideoFrame:
    frame = av.VideoFrame(*recipe.size, recipe.pixel_format)
    form = frame.format
    depth = form.components[0].bits
    for plane in frame.planes:
        kind = np.uint8 if depth <= 8 else np.uint16
        lines = np.frombuffer(plane, kind).reshape(plane.height, -1)
        lines[:] = noise_plane(rng, lines.shape, max(depth, 8))
    return frame


def _add_sound(container: av.container.OutputContainer, number: int) -> av.AudioStream:
    codec = {"webm": "libopus", "avi": "pcm_s16le"}.get(container.format.name, "aac")
    stream = container.add_stream(codec, rate=48000)
    stream.codec_context.layout = "mono"
    stream.metadata["language"] = ["eng", "fra"][number % 2]
    if number == 1:
        stream.disposition = Disposition.hearing_impaired
    return stream


def _sound_packets(stream: av.AudioStream, seconds: float, number: int) -> Iterator[av.Packet]:
    form = stream.codec_context.format.name
    for start in range(0, int(seconds * 48000), 960):
        wave = np.sin(np.arange(start, start + 960) * (0.02 + 0.01 * number)).astype(np.float32) * 0.3
        samples = (wave * 32767).astype(np.int16) if form.startswith("s16") else wave
        frame = av.AudioFrame.from_ndarray(samples[None], format=form, layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _add_subtitles(container: av.container.OutputContainer, folder: Path, number: int) -> tuple[object, list]:
    """A stream of two lines, muxed from a text file beside the film."""
    text = folder / f"lines{number}.srt"
    text.write_text("1\n00:00:00,050 --> 00:00:00,200\nHello\n\n2\n00:00:00,250 --> 00:00:00,400\nThere\n")
    source = av.open(str(text))
    if container.format.name in ("mp4", "mov"):
        stream = container.add_mux_stream("mov_text", time_base=Fraction(1, 1000))
        packets = [_mov_text(packet, stream) for packet in source.demux() if packet.size]
        return stream, packets
    stream = container.add_stream_from_template(source.streams[0])
    packets = [packet for packet in source.demux() if packet.size]
    for packet in packets:
        packet.stream = stream
    return stream, packets


def _mov_text(packet: av.Packet, stream: object) -> av.Packet:
    text = bytes(packet)
    made = av.Packet(len(text).to_bytes(2) + text)
    made.pts, made.dts, made.duration = packet.pts, packet.pts, packet.duration
    made.time_base = packet.time_base
    made.stream = stream
    return made


def write_film(path: Path, recipe: Recipe) -> Path:
    """A film of `recipe` at `path`."""
    container = av.open(str(path), "w", container_options=dict(recipe.container_options))
    container.metadata.update(recipe.tags)
    time_base = recipe.time_base or 1 / recipe.rate
    video = container.add_stream(recipe.codec, rate=recipe.rate, options=dict(recipe.options))
    video.width, video.height = recipe.size
    video.pix_fmt = recipe.pixel_format
    video.codec_context.time_base = video.time_base = time_base
    video.codec_context.sample_aspect_ratio = recipe.pixel_shape
    if recipe.color_range:
        video.codec_context.color_range = recipe.color_range
    if recipe.matrix_turn is not None:
        video.set_display_rotation(recipe.matrix_turn)
    sounds = [_add_sound(container, number) for number in range(recipe.sounds)]
    subtitles = [_add_subtitles(container, path.parent, number) for number in range(recipe.subtitles)]
    for number in range(recipe.fonts):
        container.add_attachment(f"font{number}.ttf", "application/x-truetype-font", bytes(range(200)))
    if recipe.chapters:
        container.set_chapters([_chapter(number, chapter) for number, chapter in enumerate(recipe.chapters)])
    packets = list(_video_packets(video, recipe, time_base))
    seconds = recipe.count / float(recipe.rate)
    for number, stream in enumerate(sounds):
        packets += list(_sound_packets(stream, seconds, number))
    for _, lines in subtitles:
        packets += lines
    for packet in sorted(packets, key=lambda one: one.dts * one.time_base):
        container.mux(packet)
    container.close()
    return path


def _chapter(number: int, chapter: tuple[float, float, str]) -> dict[str, object]:
    start, end, title = chapter
    times = {"start": round(start * 1000), "end": round(end * 1000), "time_base": Fraction(1, 1000)}
    return {"id": number + 1, **times, "metadata": {"title": title}}


def _video_packets(video: av.VideoStream, recipe: Recipe, time_base: Fraction) -> Iterator[av.Packet]:
    rng = np.random.default_rng(recipe.seed)
    for index in range(recipe.count):
        frame = _picture(rng, recipe)
        if recipe.color_range:
            frame.color_range = recipe.color_range
        frame.pts = recipe.pts[index] if recipe.pts else index
        frame.time_base = time_base
        yield from video.encode(frame)
    yield from video.encode(None)


@dataclass(frozen=True)
class Films:
    """Makes films in a test's own folder, runs them through reader and writer, and looks inside."""

    folder: Path

    def make(self, name: str, **settings: object) -> Path:
        """A film named `name`; the settings are those of Recipe."""
        return write_film(self.folder / name, Recipe(**settings))

    def copy(self, source: Path, name: str, *, frames: Range | None = None, **options: object) -> Path:
        """`source` read and written with grey chroma to `name`; the options are those of WriteOptions."""
        given, target = frames or Range(), self.folder / name
        with FilmWriter(source, target, WriteOptions(**options), frames=given) as writer:
            for frame in read_frames(source, frames=given):
                writer.write(frame, self.grey(frame, writer.info.chroma_shift))
        return target

    def grey(self, frame: Frame, shift: tuple[int, int]) -> tuple[Plane, Plane]:
        """Chroma planes without colour, of the size that the writer wants."""
        height, width = (-(-side >> by) for side, by in zip(frame.luma.shape, shift[::-1], strict=True))
        plane = np.full((height, width), 1 << frame.depth - 1, frame.luma.dtype)
        return plane, plane

    def until_error(self, path: Path) -> tuple[list[Frame], HuecueError | None]:
        """The frames that can be read, and the error that ends them."""
        frames: list[Frame] = []
        source = read_frames(path)
        while True:
            try:
                frames.append(next(source))
            except StopIteration:
                return frames, None
            except HuecueError as error:
                return frames, error

    def cut(self, path: Path, name: str, share: float = 0.6) -> Path:
        """The first `share` of a file, of odd length: a cut between packets does not show in a .ts."""
        data, target = path.read_bytes(), self.folder / name
        target.write_bytes(data[: int(len(data) * share) | 1])
        return target

    def lumas(self, path: Path) -> list[Plane]:
        """Every frame's luma plane."""
        return [frame.luma for frame in read_frames(path)]

    def times(self, path: Path) -> list[Fraction]:
        """Every frame's time in seconds."""
        return [(frame.pts or 0) * frame.time_base for frame in read_frames(path)]

    def packets(self, path: Path, kind: str) -> list[list[tuple[bytes, Fraction]]]:
        """(bytes, time in seconds) of every packet of every stream of one kind."""
        with av.open(str(path)) as container:
            chosen = [stream for stream in container.streams if stream.type == kind]
            found: dict[int, list[tuple[bytes, Fraction]]] = {stream.index: [] for stream in chosen}
            for packet in container.demux(*chosen) if chosen else ():
                if packet.size:
                    found[packet.stream.index].append((bytes(packet), packet.pts * packet.time_base))
        return list(found.values())


@pytest.fixture
def films(tmp_path: Path) -> Films:
    """Films in the test's own folder."""
    return Films(tmp_path)
