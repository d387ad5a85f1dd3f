"""Hints painted in a picture are found by their alpha, or by their colour where it has none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from huecue.errors import HintError
from huecue.project import hints_from_picture

RED = (200, 30, 30)


def grey_frame() -> NDArray[np.uint8]:
    """A grey ramp (40, 64, 4), opaque."""
    ramp = np.broadcast_to(np.linspace(20, 230, 64).astype(np.uint8)[None, :, None], (40, 64, 3))
    return np.dstack([ramp, np.full((40, 64), 255, np.uint8)])


def painted(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rgba[8:24, 16:40, :3] = RED
    return rgba


def test_hints_stand_where_a_clear_picture_is_opaque() -> None:
    rgba = np.zeros((10, 12, 4), np.uint8)
    rgba[2:4, 5:8] = (*RED, 255)
    rgba[6, 1] = (90, 90, 90, 255)
    rgba[7, 1] = (0, 255, 0, 127)
    rgba[7, 2] = (0, 255, 0, 128)
    mask, rgb = hints_from_picture(rgba)
    expected = np.zeros((10, 12), bool)
    expected[2:4, 5:8] = expected[6, 1] = expected[7, 2] = True
    np.testing.assert_array_equal(mask, expected)
    assert tuple(rgb[3, 6]) == RED
    assert rgb.shape == (10, 12, 3)


def test_hints_stand_where_an_opaque_picture_is_not_grey() -> None:
    mask, rgb = hints_from_picture(painted(grey_frame()))
    expected = np.zeros((40, 64), bool)
    expected[8:24, 16:40] = True
    np.testing.assert_array_equal(mask, expected)
    assert (rgb[mask] == RED).all()


def test_grey_kept_as_jpeg_is_still_grey() -> None:
    dice = np.random.default_rng(0)
    frame = grey_frame()
    frame[..., :3] = np.clip(frame[..., :1].astype(int) + dice.normal(0, 12, (40, 64, 1)), 0, 255)
    _, coded = cv2.imencode(".jpg", painted(frame)[..., 2::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])
    back = cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1]
    mask, _ = hints_from_picture(np.dstack([back, frame[..., 3]]))
    assert mask[10:22, 18:38].all()
    assert not mask[32:].any()
    assert not mask[:, 48:].any()


@pytest.mark.parametrize("alpha", [0, 255])
def test_picture_without_hints_is_refused(alpha: int) -> None:
    rgba = grey_frame()
    rgba[..., 3] = alpha
    with pytest.raises(HintError, match="without hints"):
        hints_from_picture(rgba)
