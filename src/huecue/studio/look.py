"""What the page shows of a frame: its luma at preview size, and that in colour."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from huecue.color import KB, KG, KR, rgb_to_ycc
from huecue.pipeline.guidance import Guide, picture_chroma
from huecue.stages.hints import honour
from huecue.stages.upsample import grow
from huecue.types import Chroma, FilmInfo, Luma, Size

MOST_WIDTH, MOST_HEIGHT = 960, 720
GREY_QUALITY, COLOUR_QUALITY = 92, 90
_BGR = 255 * np.array([[1 - KB, 0], [-KB * (1 - KB) / KG, -KR * (1 - KR) / KG], [0, 1 - KR]], np.float32)
"""B, G and R, 0..255, less luma, of Cb and Cr -1..1 (BT.709)."""


def preview_size(displayed: Size) -> Size:
    """The film's size, or the largest of its shape that the page asks for."""
    share = min(1.0, MOST_WIDTH / displayed.width, MOST_HEIGHT / displayed.height)
    return Size(*(max(1, round(side * share)) for side in (displayed.width, displayed.height)))


def grey_jpeg(luma: Luma) -> bytes:
    """A luma (H, W) as JPEG."""
    return _jpeg(luma, GREY_QUALITY)


def luma_of_jpeg(jpeg: bytes) -> Luma:
    """The luma (H, W) of a grey JPEG."""
    luma = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    return np.asarray(luma, np.uint8)


def shown_chroma(luma: Luma, chroma: Chroma, guide: Guide, index: int) -> Chroma:
    """Working-size chroma (h, w, 2) at the size of a luma (H, W), as in a render: what was given stands."""
    size, whole = Size(luma.shape[1], luma.shape[0]), guide.whole(index, first=index == 0)
    if whole is not None:
        return picture_chroma(whole, size)
    wide = grow(chroma, size)
    given = guide.given(index, luma, first=index == 0)
    return wide if given is None else honour(wide, given, luma)


def coloured(luma: Luma, chroma: Chroma) -> NDArray[np.uint8]:
    """BGR (H, W, 3) of luma (H, W) 0..255 and chroma (H, W, 2) -1..1."""
    grey, tint = cv2.cvtColor(luma, cv2.COLOR_GRAY2BGR), cv2.transform(chroma, _BGR)
    return np.asarray(cv2.add(grey, tint, dtype=cv2.CV_8U), np.uint8)  # rounds, and clips


def colour_jpeg(bgr: NDArray[np.uint8]) -> bytes:
    """A picture (H, W, 3) as JPEG."""
    return _jpeg(bgr, COLOUR_QUALITY)


def png_of(jpeg: bytes, luma: Luma) -> bytes:
    """A picture as PNG: the colours of its JPEG on a luma (H, W) 0..255 of any size."""
    shown = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
    _, chroma = rgb_to_ycc(np.asarray(shown, np.uint8))
    wide = grow(chroma.astype(np.float32), Size(luma.shape[1], luma.shape[0]))
    return bytes(cv2.imencode(".png", coloured(luma, wide))[1])


def pixel_aspect(info: FilmInfo) -> float:
    """How much wider than high a pixel is, upright."""
    aspect = float(info.sample_aspect_ratio or 1)
    return 1 / aspect if info.turns % 2 and aspect else aspect or 1.0


def _jpeg(pixels: NDArray[np.uint8], quality: int) -> bytes:
    return bytes(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])
