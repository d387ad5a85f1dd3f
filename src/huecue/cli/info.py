"""`huecue info [FILM]`: what is installed here, and what a film holds."""

from __future__ import annotations

import platform
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from huecue.engine import engines
from huecue.pipeline import ColorOptions
from huecue.types import FilmInfo
from huecue.video import ends_early, probe
from huecue.weights import load_weights

PACKAGES = (
    "av",
    "numpy",
    "opencv-python-headless",
    "scenedetect-headless",
    "onnxruntime",
    "openvino",
    "torch",
)


def add_options(parser: ArgumentParser) -> None:
    """FILM, if one is asked about."""
    parser.add_argument("film", type=Path, nargs="?", metavar="FILM", help="film, GIF or numbered pictures")


def run(args: Namespace) -> int:
    """Print a name and a value a line: of the film if there is one, else of this installation."""
    lines = _installed() if args.film is None else _film(probe(args.film))
    for name, value in lines:
        print(f"{name:<24}{value}")
    return 0


def _installed() -> Iterator[tuple[str, str]]:
    yield "huecue", version("huecue")
    yield "python", f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    for package in PACKAGES:
        yield package, _version(package)
    names = engines()
    yield (
        "engines",
        f"{', '.join(names)} (--engine {ColorOptions().engine} takes {names[0]})" if names else "none",
    )
    weights = load_weights()
    size_mb = sum(map(len, weights.parts.values())) / 1e6
    yield "weights", f"{weights.name}, {size_mb:.1f} MB, checksums right"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _film(info: FilmInfo) -> Iterator[tuple[str, str]]:
    yield "film", info.path
    yield "kind", info.kind
    yield "size", str(info.size) + (f", shown as {info.displayed}" if info.turns else "")
    yield "pixel shape", str(info.sample_aspect_ratio)
    yield "frames", "not said" if info.frames is None else str(info.frames)
    yield "rate", "none" if info.rate is None else f"{info.rate} ({float(info.rate):.3f} frames/s)"
    yield "length", "not said" if info.duration_s is None else f"{info.duration_s:.3f} s"
    yield (
        "codec",
        f"{info.codec}, {info.pixel_format}, {info.depth} bits, {'full' if info.full_range else 'limited'}",
    )
    yield "sound tracks", str(info.sounds)
    yield "subtitles", str(info.subtitles)
    if info.kind != "sequence" and ends_early(Path(info.path)):
        yield "cut off", "yes, before its end; copy it again from where it came"
