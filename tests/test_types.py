"""The words of the house are checked once, at birth, and then never change."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from fractions import Fraction
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from huecue.errors import HintError, UsageError
from huecue.types import FilmInfo, Frame, Hint, Range, Reference, Shot, ShotSettings, Size, Stroke

RED = (200, 30, 30)
INFO = FilmInfo(
    path="film.mp4",
    kind="mp4",
    size=Size(640, 480),
    turns=0,
    sample_aspect_ratio=Fraction(1),
    rate=Fraction(24000, 1001),
    time_base=Fraction(1, 24000),
    frames=None,
    duration_s=None,
    codec="h264",
    pixel_format="yuv420p",
    depth=8,
    full_range=False,
    chroma_shift=(1, 1),
    sounds=0,
    subtitles=0,
)


def frame() -> Frame:
    luma = np.zeros((3, 5), np.uint8)
    return Frame(0, luma, 8, full_range=False, pts=0, time_base=Fraction(1, 25))


@pytest.mark.parametrize(("width", "height"), [(0, 5), (5, 0), (-1, 5)])
def test_size_is_at_least_one_pixel(width: int, height: int) -> None:
    with pytest.raises(UsageError, match=f"{width}x{height}"):
        Size(width, height)


def test_size_is_read_in_both_orders() -> None:
    assert Size(640, 480).shape == (480, 640)
    assert str(Size(640, 480)) == "640x480"


@pytest.mark.parametrize(("start", "stop"), [(-1, None), (5, 5), (5, 4), (0, 0)])
def test_range_holds_a_frame(start: int, stop: int | None) -> None:
    with pytest.raises(UsageError, match="0 <= A < B"):
        Range(start, stop)


def test_whole_film_is_the_range_unless_said_otherwise() -> None:
    assert Range() == Range(0, None)
    assert Range(5, 6).stop == 6


@pytest.mark.parametrize(
    "color", [(256, 0, 0), (0, -1, 0), (0, 0), (0, 0, 0, 0), (0.5, 0, 0), "red", "#ff0000", (nan, 0, 0)]
)
def test_color_is_three_whole_numbers_to_255(color: Any) -> None:
    with pytest.raises(HintError, match="0 to 255"):
        Hint(1, 2, color)
    with pytest.raises(HintError, match="0 to 255"):
        Stroke(((1, 2),), color)


def test_color_may_come_from_an_array() -> None:
    assert Hint(1, 2, tuple(np.array(RED, np.uint8))).color == RED


@pytest.mark.parametrize(
    "changes", [{"frame": -1}, {"radius": 0}, {"radius": -2}, {"radius": nan}, {"radius": inf}]
)
def test_hint_and_stroke_refuse_what_can_not_be(changes: dict[str, Any]) -> None:
    with pytest.raises(HintError, match=next(iter(changes))):
        replace(Hint(1, 2, RED), **changes)
    with pytest.raises(HintError, match=next(iter(changes))):
        replace(Stroke(((1, 2),), RED), **changes)


@pytest.mark.parametrize("point", [(nan, 0), (0, inf), (-inf, 0)])
def test_hint_stands_at_a_finite_point(point: tuple[float, float]) -> None:
    with pytest.raises(HintError, match="finite"):
        Hint(*point, RED)
    with pytest.raises(HintError, match="finite"):
        Stroke(((1, 2), point), RED)


def test_stroke_has_a_point() -> None:
    with pytest.raises(HintError, match="at least one point"):
        Stroke((), RED)


def test_a_shot_s_settings_are_for_a_frame_and_may_say_nothing() -> None:
    assert ShotSettings(3).saturation is None
    assert [ShotSettings(0, value).saturation for value in (0, 4)] == [0, 4]
    with pytest.raises(HintError, match="a shot's frame counts from 0, not -1"):
        ShotSettings(-1)


@pytest.mark.parametrize("saturation", [-0.1, 4.1, nan, inf])
def test_a_shot_s_saturation_goes_from_0_to_4(saturation: float) -> None:
    with pytest.raises(UsageError, match=f"saturation goes from 0 .*, not {saturation}"):
        ShotSettings(3, saturation)


@pytest.mark.parametrize(
    ("word", "field"),
    [
        (Size(1, 1), "width"),
        (Range(), "start"),
        (Hint(1, 2, RED), "x"),
        (Stroke(((1, 2),), RED), "radius"),
        (Reference(np.zeros((1, 1, 3), np.uint8)), "frame"),
        (Shot(0, 5), "stop"),
        (ShotSettings(3), "saturation"),
        (frame(), "index"),
        (INFO, "path"),
    ],
)
def test_words_never_change(word: object, field: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(word, field, 7)


def test_frame_knows_its_size() -> None:
    assert frame().size == Size(5, 3)


@pytest.mark.parametrize(
    ("turns", "shown"), [(0, (640, 480)), (1, (480, 640)), (2, (640, 480)), (3, (480, 640))]
)
def test_film_is_shown_turned_upright(turns: int, shown: tuple[int, int]) -> None:
    assert replace(INFO, turns=turns).displayed == Size(*shown)
