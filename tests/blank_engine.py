"""A network that gives no colours and knows nothing, of any size."""

from __future__ import annotations

import numpy as np

from huecue.engine import Engine, Run
from huecue.stages.krige import EXTRA
from huecue.types import Size
from huecue.weights import Part


def blank_engine(size: Size) -> Engine:
    """All parts of it answer with zeros of the right shape."""
    cells: dict[Part, tuple[int, int]] = {
        "colour": (3, 1),
        "keys": (64, 16),
        "likeness": (16 + EXTRA, 2),
        "features": (32, 4),
        "look": (3, 1),
    }

    def zeros(channels: int, px: int) -> Run:
        return lambda _: np.zeros((1, channels, size.height // px, size.width // px), np.float32)

    return Engine("blank", size, 1, {part: zeros(*shape) for part, shape in cells.items()})
