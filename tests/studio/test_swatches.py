"""Colours to offer are colours that the place can show."""

from __future__ import annotations

import numpy as np
import pytest

from huecue.color import rgb_to_ycc, to_picture, ycc_to_rgb
from huecue.studio.look import colour_jpeg, coloured, preview_size
from huecue.studio.swatches import MOST, color_at, hints_alike, luma_at, offers, shown_at
from huecue.types import Hint, Size

RED, BLUE = (200, 30, 30), (30, 30, 200)


def luma_of(color: tuple[int, int, int]) -> float:
    return float(rgb_to_ycc(np.array(color, np.uint8))[0]) * 255


@pytest.mark.parametrize("luma", [5, 60, 128, 200, 250])
def test_every_offer_has_the_brightness_of_its_place(luma: int) -> None:
    found = offers(luma, (120, 90, 60), [Hint(1, 1, RED)], [("coat", BLUE)])
    assert 0 < len(found) <= MOST
    for one in found:
        assert abs(luma_of(one.color) - luma) < 2


def test_its_own_colour_comes_first_and_none_comes_twice() -> None:
    found = offers(100, shown_at(RED, 100), [Hint(1, 1, RED, frame=6), Hint(1, 1, BLUE, frame=7)], [])
    assert found[0].color == shown_at(RED, 100)
    assert found[1].why == "as on frame 7"
    assert len({one.color for one in found}) == len(found)


def test_hints_on_places_of_other_brightness_are_not_offered() -> None:
    luma = np.zeros((64, 96), np.uint8)
    luma[:, 48:] = 200
    hints = [Hint(10, 10, RED), Hint(80, 10, BLUE)]
    assert hints_alike(hints, 195, 0, lambda _: luma, Size(96, 64)) == [hints[1]]
    assert luma_at(luma, 0.9, 0.5) == 200


def test_a_colour_is_read_where_it_is() -> None:
    chroma = np.zeros((64, 96, 2), np.float32)
    chroma[:, 48:, 1] = 0.4
    jpeg = colour_jpeg(coloured(np.full((64, 96), 120, np.uint8), chroma))
    assert np.ptp(color_at(jpeg, 0.2, 0.5)) <= 3
    red, _, blue = color_at(jpeg, 0.8, 0.5)
    assert red - blue > 50


def test_a_large_film_is_shown_small_and_a_small_one_as_it_is() -> None:
    assert preview_size(Size(1920, 1080)) == Size(960, 540)
    assert preview_size(Size(1080, 1920)) == Size(405, 720)
    assert preview_size(Size(640, 360)) == Size(640, 360)


def test_the_page_mixes_colours_as_the_rest_of_the_house_does() -> None:
    dice = np.random.default_rng(0)
    luma = dice.integers(0, 256, (30, 40), dtype=np.uint8)
    chroma = dice.uniform(-1, 1, (30, 40, 2)).astype(np.float32)
    wanted = to_picture(ycc_to_rgb(luma.astype(np.float32) / 255, chroma)).astype(int)
    assert np.abs(coloured(luma, chroma)[..., ::-1] - wanted).max() <= 1
