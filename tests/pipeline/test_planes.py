"""Every hint is kept to on the film's own pixels, whatever the film's size, shape, turn and format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.color import deltaE_ciede2000, rgb2lab

from huecue import color
from huecue.engine import Engine
from huecue.pipeline import ColoredFrame, ColorOptions, Guidance, color_frames
from huecue.types import Color, FilmInfo, Frame, Hint, Luma, Size, Stroke

Make = Callable[..., object]
COLORS: list[Color] = [
    (200, 40, 40),
    (40, 60, 200),
    (60, 160, 60),
    (220, 190, 60),
    (150, 120, 100),
    (128,) * 3,
]
SIZES = [(96, 64), (101, 57), (64, 200), (333, 40), (640, 360)]
NO_CUTS = ColorOptions(cuts="none")


@pytest.fixture(scope="module")
def engine(make_engine: Callable[..., Engine]) -> Engine:
    return make_engine(Size(64, 64))


def upright_index(frame: Frame, turns: int) -> NDArray[np.intp]:
    """(H, W) of the film as displayed: which stored pixel is seen there."""
    stored = np.arange(frame.luma.size).reshape(frame.luma.shape)
    return np.rot90(stored, -turns)


def seen_at(one: ColoredFrame, info: FilmInfo, x: float, y: float) -> tuple[NDArray, NDArray]:
    """(luma, chroma (2,)) of the displayed pixel (x, y), from the chroma sample that covers it."""
    frame, (shift_x, shift_y) = one.frame, info.chroma_shift
    stored = upright_index(frame, info.turns)[round(y), round(x)]
    row, column = np.unravel_index(stored, frame.luma.shape)
    luma = color.plane_to_luma(frame.luma[row, column], frame.depth, frame.full_range)
    planes = color.planes_to_chroma(one.chroma, frame.depth, frame.full_range)
    return luma, planes[row >> shift_y, column >> shift_x]


def error_at(one: ColoredFrame, info: FilmInfo, hint: Hint) -> float:
    """CIEDE2000 between what is seen at a hint and the hint's colour at that pixel's luma."""
    luma, chroma = seen_at(one, info, hint.x, hint.y)
    wanted = color.hint_chroma(hint.color, np.clip(luma, 0, 1)[None])[0]
    labs = [rgb2lab(np.clip(color.ycc_to_rgb(np.clip(luma, 0, 1), each), 0, 1)) for each in (wanted, chroma)]
    return float(deltaE_ciede2000(*labs))


def hints_over(size: Size, radius: float = 3) -> tuple[Hint, ...]:
    """A hint of every colour, spread over the frame: corners too."""
    places = [(0, 0), (1, 0.1), (0.5, 0.5), (0.13, 0.87), (0.71, 0.33), (1, 1)]
    return tuple(
        Hint(round(x * (size.width - 1)), round(y * (size.height - 1)), asked, radius=radius)
        for (x, y), asked in zip(places, COLORS, strict=True)
    )


def color_one(
    engine: Engine, frame: Frame, info: FilmInfo, guidance: Guidance, saturation: float = 1
) -> ColoredFrame:
    options = replace(NO_CUTS, saturation=saturation)
    return next(color_frames([frame], info, guidance, options, engine=engine))


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_hinted_pixels_come_out_in_the_colour_asked_for(
    engine: Engine, texture: Make, film: Make, info: Make, width: int, height: int, turns: int
) -> None:
    frame = film([texture(1, width, height)])[0]
    about = info(frame, turns)
    hints = hints_over(about.displayed)
    one = color_one(engine, frame, about, Guidance(hints=hints))
    assert len(one.hint_errors) == len(hints)
    assert max(one.hint_errors) <= 1.0
    assert max(error_at(one, about, hint) for hint in hints) <= 1.0


@pytest.mark.parametrize("radius", [0.3, 1, 8, 30])
def test_hints_of_any_radius_are_kept_to(
    engine: Engine, texture: Make, film: Make, info: Make, radius: float
) -> None:
    frame = film([texture(2, 320, 180)])[0]
    about = info(frame)
    hints = hints_over(about.displayed, radius)
    one = color_one(engine, frame, about, Guidance(hints=hints))
    assert max(error_at(one, about, hint) for hint in hints) <= 1.0


@pytest.mark.parametrize("depth", [8, 10, 12])
@pytest.mark.parametrize("full_range", [False, True])
@pytest.mark.parametrize("shift", [(1, 1), (1, 0), (0, 0)])
def test_hints_are_kept_to_in_every_format(
    engine: Engine,
    texture: Make,
    film: Make,
    info: Make,
    depth: int,
    full_range: bool,
    shift: tuple[int, int],
) -> None:
    luma = texture(3, 101, 57).astype(np.uint8 if depth == 8 else np.uint16) << (depth - 8)
    frame = film([luma], depth=depth, full_range=full_range)[0]
    about = info(frame, chroma_shift=shift)
    hints = hints_over(about.displayed)
    one = color_one(engine, frame, about, Guidance(hints=hints))
    assert [plane.dtype for plane in one.chroma] == [luma.dtype] * 2
    wanted = (-(-57 // 2 ** shift[1]), -(-101 // 2 ** shift[0]))
    assert [plane.shape for plane in one.chroma] == [wanted] * 2
    assert max(error_at(one, about, hint) for hint in hints) <= 1.0
    if depth > 8 or shift == (0, 0):
        assert np.median([error_at(one, about, hint) for hint in hints]) < 0.6


@pytest.mark.parametrize("asked", COLORS)
def test_on_pixels_of_its_own_brightness_a_hint_shows_its_very_colour(
    engine: Engine, film: Make, info: Make, asked: Color
) -> None:
    own = color.rgb_to_ycc(np.array(asked, np.uint8))[0]
    luma = np.full((64, 96), round(float(own) * 219 + 16), np.uint8)
    frame = film([luma])[0]
    one = color_one(engine, frame, info(frame), Guidance(hints=(Hint(40, 30, asked),)))
    shown = color.ycc_to_rgb(*seen_at(one, info(frame), 40, 30))
    assert deltaE_ciede2000(rgb2lab(np.clip(shown, 0, 1)), rgb2lab(np.array(asked, np.uint8))) <= 1.0


def test_the_hint_errors_that_are_reported_are_true(
    engine: Engine, texture: Make, film: Make, info: Make
) -> None:
    """Two hints on one pixel can't both be kept: the one painted over is reported as lost."""
    frame = film([texture(1)])[0]
    hints = (Hint(40, 30, COLORS[0]), Hint(40, 30, COLORS[1]))
    one = color_one(engine, frame, info(frame), Guidance(hints=hints))
    assert one.hint_errors[1] <= 1.0
    assert one.hint_errors[0] > 20
    for hint, error in zip(hints, one.hint_errors, strict=True):
        assert error == pytest.approx(error_at(one, info(frame), hint), abs=0.5)


@pytest.mark.parametrize(
    ("asked", "level"), [((136, 132, 131), 52), ((234, 193, 10), 231), ((104, 100, 84), 112)]
)
def test_of_the_values_that_a_plane_can_hold_the_nearest_is_written(
    engine: Engine, film: Make, info: Make, asked: Color, level: int
) -> None:
    """Rounding Cb and Cr each for itself is off by up to 1.18 here."""
    frame = film([np.full((64, 96), level, np.uint8)])[0]
    hint = Hint(40, 30, asked)
    one = color_one(engine, frame, info(frame), Guidance(hints=(hint,)))
    assert error_at(one, info(frame), hint) < 0.8


def test_every_pixel_of_a_hint_s_disc_shows_its_colour(engine: Engine, film: Make, info: Make) -> None:
    """On a film ten times as wide as the network's picture of it."""
    frame = film([np.full((360, 640), 120, np.uint8)])[0]
    hint = Hint(303, 177, COLORS[0], radius=7)
    around = tuple(Hint(303 + x, 177 + y, COLORS[1]) for x in (-25, 25) for y in (-25, 25))
    one = color_one(engine, frame, info(frame), Guidance(hints=(hint, *around)))
    for across, down in [(0, 0), (-6, 0), (6, 0), (0, -6), (0, 6), (-4, 4), (4, -4)]:
        assert error_at(one, info(frame), replace(hint, x=303 + across, y=177 + down)) <= 1.0


def test_strokes_are_kept_to_along_their_line(engine: Engine, texture: Make, film: Make, info: Make) -> None:
    frame = film([texture(1, 320, 180)])[0]
    stroke = Stroke(((40, 40), (200, 100)), COLORS[1], radius=4)
    one = color_one(engine, frame, info(frame), Guidance(strokes=(stroke,)))
    errors = [
        error_at(one, info(frame), Hint(40 + 160 * share, 40 + 60 * share, COLORS[1]))
        for share in np.linspace(0.05, 0.95, 12)
    ]
    assert np.median(errors) <= 1.0
    assert one.hint_errors == ()  # these are of hints


def test_hints_on_a_later_frame_are_kept_to_there(engine: Engine, pan: Make, film: Make, info: Make) -> None:
    frames = film(pan(count=4))
    hint = Hint(50, 20, COLORS[0], frame=2)
    done = list(color_frames(frames, info(frames[0]), Guidance(hints=(hint,)), NO_CUTS, engine=engine))
    assert [len(one.hint_errors) for one in done] == [0, 0, 1, 0]
    assert error_at(done[2], info(frames[0]), hint) <= 1.0
    assert error_at(done[1], info(frames[0]), hint) < 5  # it counts for the frames before as well


def test_on_a_steep_edge_a_hint_is_kept_to_on_its_own_side(engine: Engine, film: Make, info: Make) -> None:
    luma = np.full((64, 96), 60, np.uint8)
    luma[:, 48:] = 200
    frame = film([luma])[0]
    for x in (46, 47, 48, 49):
        hint = Hint(x, 30, COLORS[0], radius=1)
        one = color_one(engine, frame, info(frame), Guidance(hints=(hint,)))
        assert error_at(one, info(frame), hint) <= 1.0


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("scale", [1, 2])
def test_the_first_frame_is_taken_pixel_for_pixel(
    engine: Engine, texture: Make, film: Make, info: Make, turns: int, scale: int
) -> None:
    frame = film([texture(1, 96, 64)])[0]
    about = info(frame, turns)
    displayed = about.displayed
    coarse = np.random.default_rng(0).integers(0, 256, (*displayed.shape, 3)).astype(np.uint8)
    picture = coarse.repeat(scale, axis=0).repeat(scale, axis=1)
    one = color_one(engine, frame, about, Guidance(first_frame=picture))
    stored = np.rot90(color.rgb_to_ycc(coarse)[1], turns)  # (64, 96, 2)
    mean = stored.reshape(32, 2, 48, 2, 2).mean(axis=(1, 3))
    for plane, wanted in zip(one.chroma, color.chroma_to_planes(mean, 8, False), strict=True):
        assert np.abs(plane.astype(int) - wanted).max() <= 1
    assert one.hint_errors == ()


def test_the_first_frame_s_colours_are_carried_on(
    engine: Engine, texture: Make, film: Make, info: Make
) -> None:
    frames = film([texture(1)] * 2)
    picture = np.full((64, 96, 3), (180, 90, 60), np.uint8)
    picture[:, 48:] = (60, 90, 180)
    guidance = Guidance(first_frame=picture)
    first, second = color_frames(frames, info(frames[0]), guidance, NO_CUTS, engine=engine)
    for plane, later in zip(first.chroma, second.chroma, strict=True):
        assert np.abs(plane.astype(float) - later).mean() < 6
        assert np.ptp(later) > 30


def test_saturation_scales_what_is_written(engine: Engine, texture: Make, film: Make, info: Make) -> None:
    frame = film([texture(1)])[0]
    guidance = Guidance(hints=hints_over(frame.size))
    grey, pale, usual, double = (
        color_one(engine, frame, info(frame), guidance, saturation) for saturation in (0, 0.5, 1, 2)
    )
    assert all((plane == 128).all() for plane in grey.chroma)
    for half, whole, twice in zip(pale.chroma, usual.chroma, double.chroma, strict=True):
        assert np.abs((half.astype(float) - 128) * 2 - (whole.astype(float) - 128)).max() <= 2
        wanted = np.clip(128 + 2 * (whole.astype(float) - 128), 0, 255)
        assert np.abs(twice - wanted).max() <= 2
    for one in (grey, pale, usual, double):  # held against the colours as scaled
        assert len(one.hint_errors) == len(guidance.hints)
        assert max(one.hint_errors) <= 1.5  # rounded to 8 bits before and after


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_film_gets_the_same_colours_turned(
    engine: Engine, texture: Make, film: Make, info: Make, turns: int
) -> None:
    upright = film([texture(1, 96, 64)])[0]
    turned = film([np.ascontiguousarray(np.rot90(upright.luma, turns))])[0]
    guidance = Guidance(hints=hints_over(upright.size))
    one = color_one(engine, upright, info(upright), guidance)
    other = color_one(engine, turned, info(turned, turns), guidance)
    for plane, stored in zip(one.chroma, other.chroma, strict=True):
        assert np.array_equal(np.rot90(plane, turns), stored)
        assert stored.flags.c_contiguous
        assert stored.shape == tuple(-(-side // 2) for side in turned.luma.shape)


def test_a_hint_leaves_no_speck(engine: Engine, film: Make, info: Make) -> None:
    """A hint's own pixel is set right without leaving a speck that can be seen around it."""
    flat: Luma = np.full((180, 320), 120, np.uint8)
    frame = film([flat])[0]
    one = color_one(engine, frame, info(frame), Guidance(hints=(Hint(160, 90, COLORS[0], radius=6),)))
    for plane in one.chroma:
        soft = cv2.GaussianBlur(plane.astype(np.float32), (0, 0), 1.0)
        assert np.abs(plane - soft)[43:48, 78:83].max() < 4
