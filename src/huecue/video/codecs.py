"""Which encoder writes a film, with which settings and pixel format."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import av
from av.codec import Codec
from av.codec.codec import UnknownCodecError
from av.error import FFmpegError

from huecue.errors import UsageError
from huecue.types import FilmInfo

FORMATS: Mapping[str, str] = {
    ".mp4": "mp4",
    ".m4v": "mp4",
    ".mov": "mov",
    ".mkv": "matroska",
    ".webm": "webm",
    ".avi": "avi",
    ".ts": "mpegts",
}
"""The muxer for each suffix that a film can be written to."""

_PLANAR = re.compile(r"yuv(420|422|444)p(?:(\d+)le)?")
_SHIFTS = {"420": (1, 1), "422": (1, 0), "444": (0, 0)}
_IN_STREAM = frozenset({"libx264", "libx265", "mpeg4", "mpeg2video"})
"""Encoders that write the range and the pixel's shape into the stream itself."""
_ONLY = {"mpegts": frozenset({"libx264", "libx265", "mpeg2video", "mpeg4"})}
"""What a container's readers understand, where its writer would take anything."""

_X26X = (
    "ultrafast",
    "superfast",
    "veryfast",
    "faster",
    "fast",
    "medium",
    "slow",
    "slower",
    "veryslow",
    "placebo",
)
_PRESETS = {"libx264": _X26X, "libx265": _X26X, "libsvtav1": tuple(str(number) for number in range(14))}
"""What --preset may be, where the encoder itself would complain past us on the terminal."""


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """How the result is written; None is the choice made for the codec and the film.

    By default films are H.264 at crf 18, which looks untouched, with x264's `ultrafast` preset: at 1080p it
    takes less than half the work of the next one, and leaves two cores time to colour. WebM is VP9.
    `threads` is how many the encoder may use.
    """

    codec: str | None = None
    crf: int | None = None
    preset: str | None = None
    overwrite: bool = False
    threads: int | None = None

    def __post_init__(self) -> None:
        if self.crf is not None and not 0 <= self.crf <= 63:
            raise UsageError(f"crf goes from 0 (best) to 63, not {self.crf}")
        if self.threads is not None and self.threads < 1:
            raise UsageError(f"threads must be at least 1, not {self.threads}")


@dataclass(frozen=True, slots=True)
class Recipe:
    """An encoder's settings for quality that looks untouched, at the speed nearest to real time."""

    preset: str | None = None
    crf: int | None = None
    options: Mapping[str, str] = field(default_factory=dict)


_RECIPES = {
    "libx264": Recipe("ultrafast", 18),
    "libx265": Recipe("ultrafast", 18, {"x265-params": "log-level=none"}),
    "libsvtav1": Recipe("9", 20),
    "libvpx-vp9": Recipe(None, 20, {"deadline": "realtime", "cpu-used": "8", "row-mt": "1", "b": "0"}),
    "ffv1": Recipe(options={"level": "3", "g": "1", "slicecrc": "1"}),
    "prores_ks": Recipe(options={"vendor": "apl0"}),
}


_ALSO = {
    **dict.fromkeys(("h264", "avc", "x264"), "libx264"),
    **dict.fromkeys(("h265", "hevc", "x265"), "libx265"),
    "vp9": "libvpx-vp9",
    "av1": "libsvtav1",
}
"""Formats that people name, and what encodes them here."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A settled way to write a film: the muxer, the encoder and its options, and the planes it takes."""

    format: str
    codec: str
    options: Mapping[str, str]
    pixel_format: str
    depth: int
    shift: tuple[int, int]
    full_range: bool


def choose(info: FilmInfo, suffix: str, options: WriteOptions) -> Choice:
    """How a film is written to a file with `suffix` (one of FORMATS, lower case).

    Raises UsageError where the encoder is unknown, can't take the film's depth, or doesn't fit the container;
    the message names what does.
    """
    muxer = FORMATS[suffix]
    name = _ALSO.get(options.codec or "", options.codec) or _default_codec(muxer, info.depth, suffix)
    codec = _encoder(name)
    if not takes(muxer, name):
        raise UsageError(f"{suffix} can't hold {name}; {_suffixes_for(name)}")
    pixel_format, depth, shift = _pixel_format(codec, info)
    if not _carries(muxer, name) and info.sample_aspect_ratio != 1:
        raise UsageError(f"{suffix} with {name} can't keep pixels that are not square; write to .mp4 or .mov")
    full_range = info.full_range and name != "prores_ks"  # ProRes is always the studio range
    if full_range and muxer == "avi" and name not in _IN_STREAM:
        raise UsageError(f".avi with {name} can't keep the full range of {info.path}; write to .mkv")
    return Choice(muxer, name, _settings(codec, muxer, info, options), pixel_format, depth, shift, full_range)


def _default_codec(muxer: str, depth: int, suffix: str) -> str:
    if muxer == "webm":
        ladder = {8: "libvpx-vp9", 10: "libsvtav1"}
    else:
        deep = "ffv1" if muxer == "avi" else "libx265"
        ladder = {10: "libx264", 12: deep}
        if muxer == "matroska":
            ladder[16] = "ffv1"
    for most, name in ladder.items():
        if depth <= most:
            return name
    raise UsageError(f"{suffix} can't hold {depth} bits a sample; write to .mkv")


def _encoder(name: str) -> Codec:
    try:
        codec = Codec(name, "w")
    except UnknownCodecError as error:
        known = ", ".join(_RECIPES)
        raise UsageError(f"there is no encoder named {name!r}; take one of {known}") from error
    if codec.type != "video":
        raise UsageError(f"{name} encodes {codec.type}, not pictures; take one of {', '.join(_RECIPES)}")
    return codec


def takes(muxer: str, codec: str) -> bool:
    """Whether films of this codec can be written, and read again, in this container."""
    if codec not in _ONLY.get(muxer, {codec}):
        return False
    try:
        av.open(io.BytesIO(), "w", format=muxer).add_stream(codec)
    except (ValueError, FFmpegError):
        return False
    return True


def _suffixes_for(name: str) -> str:
    fits = [suffix for suffix, muxer in FORMATS.items() if takes(muxer, name)]
    return f"write to {' or '.join(fits)}" if fits else f"take one of {', '.join(_RECIPES)}"


def _carries(muxer: str, name: str) -> bool:
    """Whether the shape of pixels survives: in the container, or in the coded stream."""
    return muxer in ("mp4", "mov") or name in _IN_STREAM


def _offers(codec: Codec) -> list[tuple[int, tuple[int, int], str]]:
    """(depth, chroma shift, name) of the planar formats an encoder takes."""
    names = [form.name for form in codec.video_formats or ()]
    matches = [match for name in names if (match := _PLANAR.fullmatch(name))]
    return [(int(match[2] or 8), _SHIFTS[match[1]], match[0]) for match in matches]


def _pixel_format(codec: Codec, info: FilmInfo) -> tuple[str, int, tuple[int, int]]:
    """The encoder's format nearest to the film: never fewer bits, and rather finer chroma than coarser."""
    offers = _offers(codec)
    deep = [depth for depth, _, _ in offers if depth >= info.depth]
    if not deep:
        raise UsageError(_too_shallow(codec.name, sorted({depth for depth, _, _ in offers}), info))
    wanted = _wanted_shift(codec.name, info)
    depth, shift, name = min(
        (offer for offer in offers if offer[0] == min(deep)),
        key=lambda offer: (sum(offer[1]) > sum(wanted), abs(sum(offer[1]) - sum(wanted))),
    )
    return name, depth, shift


def _wanted_shift(codec: str, info: FilmInfo) -> tuple[int, int]:
    """The film's own; but what was RGB becomes 4:2:0 in the codecs whose players often know nothing else."""
    was_rgb = info.kind != "film"
    even = info.size.width % 2 == 0 and info.size.height % 2 == 0
    return (1, 1) if was_rgb and even and codec not in ("ffv1", "prores_ks") else info.chroma_shift


def _too_shallow(name: str, depths: list[int], info: FilmInfo) -> str:
    takes = f"takes {' and '.join(map(str, depths))} bits" if depths else "takes no planes of luma and chroma"
    cure = "--codec libx265, or --codec ffv1 with .mkv" if info.depth <= 12 else "--codec ffv1 with .mkv"
    return f"{info.path} has {info.depth} bits a sample and {name} {takes}; use {cure}"


def _settings(codec: Codec, muxer: str, info: FilmInfo, options: WriteOptions) -> Mapping[str, str]:
    known = {option.name for option in codec.create("video").supported_options.private}
    recipe = _RECIPES.get(codec.name, Recipe())
    chosen = dict(recipe.options)
    for name, asked, usual in (("crf", options.crf, recipe.crf), ("preset", options.preset, recipe.preset)):
        if asked is not None and name not in known:
            raise UsageError(f"{codec.name} has no {name}; leave --{name} out")
        value = usual if asked is None else asked
        if value is not None:
            chosen[name] = str(value)
    presets = _PRESETS.get(codec.name)
    if presets and chosen["preset"] not in presets:
        raise UsageError(f"{codec.name} has no preset {chosen['preset']!r}; take one of {' '.join(presets)}")
    if muxer == "avi" and "x264-params" in known:
        chosen["x264-params"] = "bframes=0"  # AVI can't say when a frame out of order is shown
    if codec.name == "ffv1" and min(info.size.shape) >= 64:
        chosen["slices"] = "4"  # smaller pictures have no room for slices
    if codec.name == "libx265" and options.threads is not None:
        chosen["x265-params"] += f":pools={options.threads}"
    return chosen
