"""Palettes as a person might give them, drawn from true colours."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from huecue.stages.palette import BANDS, STEPS
from huecue.train.palettes import draw_tones

COLORS = np.array([[-0.1, 0.2], [0.1, -0.1], [0.0, 0.1], [-0.2, 0.0]], np.float32)
"""Each of them in the middle of a cell of the histogram."""
EVERYWHERE = 4
"""Cells that all four colours together fill, summed over the bands of luma."""


def patchwork() -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Four quarters of a picture, 64x64, of one colour and brightness each."""
    quarters = np.arange(4).reshape(2, 2).repeat(32, axis=0).repeat(32, axis=1)
    return (quarters * 85).astype(np.uint8), COLORS[quarters]


def drawn(share: float, count: int = 400) -> NDArray[np.float32]:
    dice = np.random.default_rng(0)
    return np.stack([draw_tones(dice, *patchwork(), share) for _ in range(count)])


def colours(told: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 7, 7): how much there is of each colour, bright or dark."""
    return told[:, :-3].reshape(-1, BANDS, STEPS, STEPS).sum(axis=1)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_as_many_have_a_palette_as_asked(share: float) -> None:
    assert drawn(share).any(axis=1).mean() == pytest.approx(share, abs=0.07)


def test_half_are_the_whole_histogram() -> None:
    told = colours(drawn(1.0))
    exact = [np.allclose(np.sort(one.ravel())[-EVERYWHERE:], 1 / EVERYWHERE, atol=0.01) for one in told]
    assert np.mean(exact) == pytest.approx(0.5, abs=0.08)


def test_half_say_how_vivid_the_picture_is() -> None:
    told = drawn(1.0)
    assert told[:, -1].mean() == pytest.approx(0.5, abs=0.08)
    assert np.allclose(told[told[:, -1] == 1, -2], 4 * np.hypot(*COLORS.T).mean())


def test_a_few_colours_are_those_of_the_picture_a_little_off() -> None:
    told = colours(drawn(1.0))
    near = np.zeros((STEPS, STEPS), bool)
    for cb, cr in np.rint(COLORS * 10 + 3).astype(int):
        near[max(0, cb - 1) : cb + 2, max(0, cr - 1) : cr + 2] = True
    assert (told * near).sum() / told.sum() > 0.98
    assert not np.allclose(told, told[0])
