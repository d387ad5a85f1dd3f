"""Small grey films of a pan over a soft texture, lossless, and options that colour them quickly."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from huecue.pipeline import ColorOptions

RED = (200, 40, 40)
QUICK = ColorOptions(threads=1, engine="onnxruntime")


def scene(seed: int, count: int) -> list[np.ndarray]:
    """Luma planes (48, 64) of a pan over a soft texture."""
    noise = np.random.default_rng(seed).normal(0, 1, (48, 64 + count)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 3)
    wide = np.clip(126 + 45 * soft / soft.std(), 16, 235).astype(np.uint8)
    return [np.ascontiguousarray(wide[:, t : t + 64]) for t in range(count)]


def write_film(path: Path, lumas: list[np.ndarray], codec: str = "ffv1", pixel_format: str = "gray") -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=Fraction(25))
        stream.height, stream.width = lumas[0].shape
        stream.pix_fmt = pixel_format
        for luma in lumas:
            frame = av.VideoFrame.from_ndarray(luma, format="gray")
            container.mux(stream.encode(frame.reformat(format=pixel_format)))
        container.mux(stream.encode(None))
    return path
