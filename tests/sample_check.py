"""What every training sample must hold."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from huecue.stages.palette import NUMBERS
from huecue.train.samples import MOST_POINTS, Sample


def shapes_of(frames: int, side: int = 32) -> dict[str, tuple[int, ...]]:
    return {
        "luma": (frames, 1, side, side),
        "target": (frames, 2, side, side),
        "hints": (3, side, side),
        "points": (MOST_POINTS,),
        "point_chroma": (MOST_POINTS, 2),
        "start": (3, side, side),
        "flow": (frames, 2, side, side),
        "confidence": (frames, 1, side, side),
        "key_luma": (1, side, side),
        "key": (3, side, side),
        "key_flow": (frames, 2, side, side),
        "key_confidence": (frames, 1, side, side),
        "keyed": (1, 1, 1),
        "memory": (1, 1, 1),
        "near": (1, 1, 1),
        "palette": (NUMBERS, 1, 1),
        "taught": (2, side // 2, side // 2),
    }


def check(sample: Sample, frames: int) -> None:
    """Declared shapes and ranges, float32, finite."""
    found = {field.name: getattr(sample, field.name) for field in fields(Sample)}
    assert {name: plane.shape for name, plane in found.items()} == shapes_of(frames)
    for name, plane in found.items():
        assert plane.dtype == (np.int64 if name == "points" else np.float32), name
        assert np.isfinite(plane).all(), name
    assert np.abs(sample.luma).max() <= 0.5
    assert np.abs(sample.target).max() <= 1
    for sure in (sample.confidence, sample.key_confidence, sample.hints[2:], sample.start[2], sample.key[2]):
        assert sure.min() >= 0
        assert sure.max() <= 1
    for switch in (sample.keyed, sample.memory, sample.near):
        assert switch.item() in (0, 1)
