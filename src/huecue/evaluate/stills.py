"""Photographs to measure point hints on, and where the 2017 protocol puts the hints.

Zhang et al., Real-time user-guided image colorization with learned deep priors, 2017.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from huecue.color import chroma_to_planes, rgb_to_ycc
from huecue.errors import FilmError, UsageError
from huecue.evaluate.clips import Clip
from huecue.types import FilmInfo, Frame, Hint, Picture, Size

HINT_COUNTS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500)
PATCH_PX = 6
SUFFIXES = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp"})


def read_stills(paths: Iterable[Path]) -> Iterator[tuple[str, Picture]]:
    """Name and picture (H, W, 3) of every image in files, folders, tars and zips, in order of name in each.

    Raises UsageError where a path does not exist or holds no image, FilmError where one can't be read.
    """
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist: name images, or a folder, tar or zip of images")
        empty = True
        for name, data in _read_bytes(path):
            empty = False
            yield name, _decode(data, f"{path}: {name}")
        if empty:
            raise UsageError(f"{path} holds no image: they end in {', '.join(sorted(SUFFIXES))}")


def _read_bytes(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        yield from ((file.name, file.read_bytes()) for file in sorted(path.iterdir()) if _is_image(file.name))
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as pack:
            yield from ((name, pack.read(name)) for name in sorted(filter(_is_image, pack.namelist())))
    elif tarfile.is_tarfile(path):
        with tarfile.open(path) as tar:
            for name in sorted(filter(_is_image, tar.getnames())):
                member = tar.extractfile(name)
                if member is not None:
                    yield name, member.read()
    else:
        yield path.name, path.read_bytes()


def _is_image(name: str) -> bool:
    return Path(name).suffix.lower() in SUFFIXES


def _decode(data: bytes, where: str) -> Picture:
    try:
        with Image.open(io.BytesIO(data)) as image:
            return np.asarray(image.convert("RGB"), np.uint8)
    except (UnidentifiedImageError, OSError) as problem:
        raise FilmError(f"{where} can't be read as an image; remove it or replace it") from problem


def as_clip(name: str, picture: Picture, side_px: int | None) -> Clip:
    """A still as a film of one frame, 4:4:4, resized to a square of `side_px` (None keeps its size)."""
    if side_px is not None:
        smaller = side_px < min(picture.shape[:2])
        how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
        picture = np.asarray(cv2.resize(picture, (side_px, side_px), interpolation=how), np.uint8)
    luma, chroma = rgb_to_ycc(picture)
    plane = np.clip(np.rint(luma * 255), 0, 255).astype(np.uint8)
    second = Fraction(1)
    frame = Frame(0, plane, 8, True, 0, second, chroma_to_planes(chroma.astype(np.float32), 8, True))
    return Clip(Path(name), _info(name, frame.size), (frame,))


def _info(name: str, size: Size) -> FilmInfo:
    return FilmInfo(
        path=name,
        kind="picture",
        size=size,
        turns=0,
        sample_aspect_ratio=Fraction(1),
        rate=None,
        time_base=Fraction(1),
        frames=1,
        duration_s=None,
        codec="rawvideo",
        pixel_format="yuv444p",
        depth=8,
        full_range=True,
        chroma_shift=(0, 0),
        sounds=0,
        subtitles=0,
    )


def draw_patches(picture: Picture, count: int, rng: np.random.Generator) -> tuple[Hint, ...]:
    """Hints of 6x6 pixels in their patch's mean colour; fewer are always the first of more.

    A patch's corner is normal around the centre, its standard deviation a quarter of the span, clipped.
    """
    height, width = picture.shape[:2]
    spans = np.array([max(0, width - PATCH_PX), max(0, height - PATCH_PX)])
    corners = np.clip(rng.normal(spans / 2, spans / 4, (count, 2)), 0, spans).astype(int).tolist()
    return tuple(_patch(picture, x, y) for x, y in corners)


def _patch(picture: Picture, x: int, y: int) -> Hint:
    pixels = picture[y : y + PATCH_PX, x : x + PATCH_PX].reshape(-1, 3)
    red, green, blue = np.rint(pixels.mean(axis=0)).astype(int).tolist()
    middle = (PATCH_PX - 1) / 2
    return Hint(x + middle, y + middle, (red, green, blue), radius=PATCH_PX / 2)
