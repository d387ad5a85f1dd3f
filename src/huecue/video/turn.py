"""How a stored picture is turned to stand upright: FFmpeg's display matrix."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from av import VideoFrame
from numpy.typing import NDArray

Matrix = tuple[int, ...]
"""a b u c d v x y w, as FFmpeg stores them: the pixel (x, y) is shown at (a x + c y, b x + d y)."""

_ONE = 1 << 16
_QUARTERS: tuple[Matrix | None, ...] = (
    None,
    (0, _ONE, 0, -_ONE, 0, 0, 0, 0, 1 << 30),
    (-_ONE, 0, 0, 0, -_ONE, 0, 0, 0, 1 << 30),
    (0, -_ONE, 0, _ONE, 0, 0, 0, 0, 1 << 30),
)
"""The matrices of 0 to 3 quarter turns clockwise."""

Sample = TypeVar("Sample", bound=np.generic)


def matrix_of(frame: VideoFrame) -> Matrix | None:
    """The display matrix that came with a frame, None where it is shown as stored."""
    try:
        side: Any = frame.side_data  # a mapping; its type stub is narrower than it
    except ValueError:  # some other side data (such as EXIF) is of a kind that PyAV has no name for
        return _QUARTERS[round(-frame.rotation / 90) % 4]
    data = side.get("DISPLAYMATRIX")
    return None if data is None else tuple(int(value) for value in np.frombuffer(data, np.int32))


def turns_of(matrix: Matrix | None) -> int:
    """Quarter turns clockwise, 0 to 3, that show the stored picture upright."""
    if matrix is None:
        return 0
    a, b = matrix[:2]
    if abs(a) >= abs(b):
        return 0 if a >= 0 else 2
    return 1 if b > 0 else 3


def upright(pixels: NDArray[Sample], matrix: Matrix | None) -> NDArray[Sample]:
    """Pixels (H, W, ...) turned and mirrored by quarter turns, as a view."""
    if matrix is None:
        return pixels
    a, b, _, c, d = matrix[:5]
    if abs(a) >= abs(b):  # x stays across
        down, across = d, a
    else:
        pixels, down, across = pixels.swapaxes(0, 1), b, c  # (W, H, ...)
    return pixels[:: -1 if down < 0 else 1, :: -1 if across < 0 else 1]
