"""Photographs as a teacher colours them, in a zip: what the prior learns from beside the photographs."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from huecue.color import to_picture, ycc_to_rgb
from huecue.errors import UsageError
from huecue.train.samples import as_planes
from huecue.train.sources import Opener, Source, find_pictures
from huecue.types import Chroma, Luma, Picture

QUALITY = 90
"""Of the WebP files; their chroma is kept at half size, which is what is learned."""


def write_lessons(pictures: Sequence[Opener], guess: Callable[[Luma], Chroma], path: Path) -> Path:
    """Colour each picture from its luma (H, W) by `guess`, whose chroma is (H, W, 2), into the zip `path`.

    It comes whole or not at all.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    try:
        with zipfile.ZipFile(part, "w") as archive:
            for number, opener in enumerate(pictures):
                luma, _ = as_planes(opener())
                rgb = ycc_to_rgb(luma.astype(np.float32) / np.float32(255), guess(luma))
                archive.writestr(f"{number:06}.webp", _encoded(to_picture(rgb)))
        return part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def open_lessons(taught: Sequence[str], count: int) -> list[Opener]:
    """The pictures in the zips named, in order. Raises UsageError where they are not `count`."""
    found = find_pictures([Source.parse(name) for name in taught])
    if len(found) != count:
        raise UsageError(
            f"{', '.join(taught)}: {len(found)} coloured photographs, but {count} to learn from; "
            "make them of the same DATA in the same order"
        )
    return found


def _encoded(picture: Picture) -> bytes:
    done, data = cv2.imencode(
        ".webp", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_WEBP_QUALITY, QUALITY]
    )
    assert done
    return data.tobytes()
