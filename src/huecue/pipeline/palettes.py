"""A palette as people give it, colours in a row or a picture, becomes the numbers that the network takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from huecue import color, video
from huecue.errors import HintError, UsageError
from huecue.project import parse_color
from huecue.stages.palette import Tones, tones, vividness_of
from huecue.types import Color, Picture

SIDE_PX = 64
"""Of a picture, the colours of so many by so many places are counted."""
MOST_VIVID = 0.2
"""A row whose chroma is longer than this on average names what stands out, and counts by so much less: hardly
a photograph is as vivid all over."""


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """Colours without places, all alike, or those of a `picture`; and how vivid the film is to be.

    `vividness` is the mean length of the chroma (Cb, Cr), 0 for grey; photographs have 0.02 to 0.25. None
    leaves it to the network, or to the picture.
    """

    colors: tuple[Color, ...] = ()
    picture: Picture | None = None
    vividness: float | None = None

    def __post_init__(self) -> None:
        if self.colors and self.picture is not None:
            raise UsageError("a palette is a row of colours or a picture, not both")
        if self.vividness is not None and not 0 <= self.vividness <= 1:
            raise UsageError(f"vividness goes from 0 (grey) to 1, not {self.vividness}")

    def tones(self) -> Tones:
        """The numbers (150,) that stand for it."""
        if self.picture is not None:
            return _picture_tones(self.picture, self.vividness)
        luma, chroma = color.rgb_to_ycc(np.array(self.colors, np.uint8).reshape(-1, 3))
        told = tones(luma, chroma, vividness=self.vividness)
        if self.colors:
            told[:-2] *= MOST_VIVID / max(vividness_of(chroma), MOST_VIVID)
        return told


def read_palette(text: str | Path | Sequence[Color], *, vividness: float | None = None) -> Palette:
    """The palette that "#aa8855,#223344", the path of a picture or a sequence of colours names.

    Raises HintError, FilmError where the picture can't be read.
    """
    if not isinstance(text, str | Path):
        return Palette(tuple(text), vividness=vividness)
    if Path(text).is_file():
        return Palette(picture=video.read_picture(Path(text))[..., :3], vividness=vividness)
    words = [word for word in str(text).split(",") if word.strip()]
    try:
        colors = tuple(parse_color(word) for word in words)
    except HintError as problem:
        raise HintError(f"palette: {problem}, several with commas between, or a picture's name") from problem
    if not colors:
        raise HintError("palette: no colours in it; write '#aa8855,#223344', or name a picture")
    return Palette(colors, vividness=vividness)


def _picture_tones(picture: Picture, vividness: float | None) -> Tones:
    small = cv2.resize(picture, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    luma, chroma = color.rgb_to_ycc(small.reshape(-1, 3))
    return tones(luma, chroma, vividness=vividness_of(chroma) if vividness is None else vividness)
