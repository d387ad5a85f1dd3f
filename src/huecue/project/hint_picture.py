"""A picture of hints, as painted over a frame, becomes a mask and colours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from huecue.errors import HintError
from huecue.types import Picture

_OPAQUE = 128
_GREY_SPREAD = 12  # a grey frame kept as JPEG is grey within this


def hints_from_picture(rgba: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], Picture]:
    """Where the picture (H, W, 4) holds hints, (H, W), and their colours, (H, W, 3).

    Hints stand where it is opaque; in a picture that is opaque all over, where it is not grey.
    Raises HintError where there is no hint in it.
    """
    rgb, alpha = rgba[..., :3], rgba[..., 3]
    mask = alpha >= _OPAQUE
    if (alpha == 255).all():
        mask = np.ptp(rgb, axis=-1) > _GREY_SPREAD
    if not mask.any():
        raise HintError(
            "a hint picture without hints: paint them in colour over the grey frame, "
            "or opaque on clear ground"
        )
    return mask, rgb
