"""Palettes as people give them, and what they steer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from huecue.color import rgb_to_ycc
from huecue.errors import HintError, UsageError
from huecue.pipeline.palettes import Palette, read_palette
from huecue.stages.palette import no_tones, tones

TAN, NAVY = (170, 136, 85), (34, 51, 68)


def of_colors(*colors: tuple[int, int, int], vividness: float | None = None) -> np.ndarray:
    luma, chroma = rgb_to_ycc(np.array(colors, np.uint8))
    return tones(np.asarray(luma, np.float32), np.asarray(chroma, np.float32), vividness=vividness)


@pytest.mark.parametrize("text", ["#aa8855,#223344", " #AA8855 , #234 ", "#223344,#aa8855,"])
def test_colours_are_read_as_people_write_them(text):
    assert np.allclose(read_palette(text).tones(), of_colors(TAN, NAVY), atol=1e-6)


def test_colours_may_be_given_as_values():
    palette = read_palette([TAN, NAVY], vividness=0.2)
    assert np.array_equal(palette.tones(), of_colors(TAN, NAVY, vividness=0.2))


def test_a_row_more_vivid_than_photographs_are_counts_less():
    orange, (_, chroma) = (192, 96, 42), rgb_to_ycc(np.array([(192, 96, 42)], np.uint8))
    share = 0.2 / float(np.hypot(*chroma[0]))
    assert 0.3 < share < 0.6
    told, whole = read_palette([orange], vividness=0.1).tones(), of_colors(orange, vividness=0.1)
    assert np.allclose(told[:-2], share * whole[:-2], atol=1e-6)
    assert np.array_equal(told[-2:], whole[-2:])


def test_a_picture_counts_as_often_as_its_colours_stand_in_it(tmp_path: Path):
    pixels = np.zeros((40, 40, 3), np.uint8)
    pixels[:10], pixels[10:] = TAN, NAVY
    Image.fromarray(pixels).save(tmp_path / "autumn.png")
    luma, chroma = (np.asarray(plane, np.float32) for plane in rgb_to_ycc(np.array([TAN, NAVY], np.uint8)))
    length = np.hypot(*chroma.T) @ [0.25, 0.75]
    wanted = tones(luma, chroma, [0.25, 0.75], vividness=float(length))
    told = read_palette(str(tmp_path / "autumn.png")).tones()
    assert np.abs(told - wanted).max() < 0.02
    open_ = read_palette(tmp_path / "autumn.png", vividness=0.3).tones()
    assert np.allclose(open_[-2:], [1.2, 1])


def test_vividness_alone_is_a_palette():
    told = Palette(vividness=0.1).tones()
    assert told[-1] == 1
    assert not told[:-2].any()
    assert np.array_equal(Palette().tones(), no_tones())


@pytest.mark.parametrize("text", ["tael", "#aa8855,notacolour", "", ",", "missing.jpg"])
def test_what_is_no_palette_is_refused_with_the_cure(text: str):
    with pytest.raises(HintError, match=r"palette: .*picture"):
        read_palette(text)


def test_a_palette_out_of_range_is_refused():
    with pytest.raises(UsageError, match=r"vividness goes from 0 \(grey\) to 1, not 1.5"):
        Palette(vividness=1.5)
    with pytest.raises(UsageError, match="not both"):
        Palette((TAN,), np.zeros((2, 2, 3), np.uint8))
