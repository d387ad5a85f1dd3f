"""Cuts are found in old film, and nothing else is taken for one."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data

from huecue.errors import FilmTruncated
from huecue.stages import shots
from huecue.stages.shots import AHEAD, CutState, Look, find_cut, frame_luma, with_cuts
from huecue.types import Frame, Luma

HEIGHT, WIDTH = 144, 256


def photograph(name: str) -> Luma:
    """A photograph's luma, 200 x 320."""
    picture = getattr(data, name)()
    grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return cv2.resize(grey, (320, 200), interpolation=cv2.INTER_AREA)


def shot(name: str, frames: int, speed_px: float = 1.0) -> list[Luma]:
    """A camera gliding over a photograph."""
    picture = photograph(name)
    lefts = (round(index * speed_px) % (320 - WIDTH) for index in range(frames))
    return [picture[20 : 20 + HEIGHT, left : left + WIDTH] for left in lefts]


def pan(name: str, frames: int, speed_px: float) -> list[Luma]:
    """A pan over a photograph and its mirror images, without end, with its smear."""
    picture = photograph(name)[20 : 20 + HEIGHT]
    strip = np.hstack([picture, picture[:, ::-1]] * (int(frames * speed_px) // 640 + 2))
    strip = cv2.blur(strip, (max(1, int(speed_px / 2)), 1))
    lefts = (round(index * speed_px) for index in range(frames))
    return [strip[:, left : left + WIDTH] for left in lefts]


def make_old(film: list[Luma], seed: int = 7) -> list[Luma]:
    """Flicker of 15 %, grain, scratches, dust and an unsteady gate."""
    dice = np.random.default_rng(seed)
    return [_age(luma, dice) for luma in film]


def _age(luma: Luma, dice: np.random.Generator) -> Luma:
    grain = cv2.GaussianBlur(dice.normal(0, 16, luma.shape).astype(np.float32), (0, 0), 0.7)
    aged = luma * np.float32(dice.uniform(0.85, 1.15)) + grain
    aged[:, dice.integers(0, WIDTH, 2)] += dice.choice([-60, 60])
    spot = (int(dice.integers(WIDTH)), int(dice.integers(HEIGHT)))
    cv2.circle(aged, spot, 3, 255.0, -1)
    jump = np.array([[1, 0, dice.normal(0, 0.7)], [0, 1, dice.normal(0, 0.7)]], np.float32)
    return to_luma(cv2.warpAffine(aged, jump, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE))


def to_luma(values: NDArray[np.floating]) -> Luma:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def make_dark(film: list[Luma]) -> list[Luma]:
    return [to_luma(luma * 0.15 + 4) for luma in film]


def fade_out(film: list[Luma], frames: int) -> list[Luma]:
    """The film with its last frames fading to black."""
    shares = [1.0] * (len(film) - frames) + [1 - (index + 1) / frames for index in range(frames)]
    return [to_luma(luma * share) for luma, share in zip(film, shares, strict=True)]


def find_cuts(film: list[Luma]) -> list[int]:
    found = with_cuts(enumerate(film), lambda numbered: numbered[1])
    return [index for (index, _), is_cut in found if is_cut]


def three_shots() -> list[Luma]:
    return shot("camera", 20) + shot("coins", 15) + shot("chelsea", 20, speed_px=3)


THREE_SHOTS_CUTS = [20, 35]


def test_hard_cuts_are_found_at_their_very_frame() -> None:
    assert find_cuts(three_shots()) == THREE_SHOTS_CUTS


def test_cuts_are_found_under_flicker_grain_and_scratches() -> None:
    assert find_cuts(make_old(three_shots())) == THREE_SHOTS_CUTS


def test_cuts_are_found_in_the_dark() -> None:
    assert find_cuts(make_dark(three_shots())) == THREE_SHOTS_CUTS


def test_cuts_between_shots_of_one_brightness_and_contrast_are_found() -> None:
    film = [to_luma((luma - luma.mean()) / luma.std() * 40 + 120) for luma in three_shots()]
    assert find_cuts(film) == THREE_SHOTS_CUTS


def test_cuts_out_of_and_into_fast_film_are_found() -> None:
    film = pan("camera", 20, 20) + pan("coffee", 20, 20)
    assert find_cuts(film) == [20]


def test_cut_over_one_blended_frame_is_found_once() -> None:
    film = shot("camera", 20) + shot("coffee", 20)
    film[20] = cv2.addWeighted(film[19], 0.5, film[20], 0.5, 0)
    assert find_cuts(film) == [20]


def test_cut_on_the_second_and_on_the_last_frame_is_found() -> None:
    film = shot("camera", 1) + shot("coins", 12) + shot("chelsea", 1)
    assert find_cuts(film) == [1, 13]


@pytest.mark.parametrize("name", ["camera", "coins", "chelsea", "astronaut", "coffee"])
def test_flicker_grain_scratches_and_dust_are_no_cuts(name: str) -> None:
    assert find_cuts(make_old(shot(name, 40))) == []
    assert find_cuts(make_old(make_dark(shot(name, 40)))) == []


@pytest.mark.parametrize("speed_px", [8, 15, 25])
def test_fast_pan_is_no_cut(speed_px: int) -> None:
    for name in ("camera", "chelsea", "coffee"):
        assert find_cuts(shot(name, 8, 0) + pan(name, 30, speed_px)[1:]) == []


def test_camera_shake_is_no_cut() -> None:
    dice = np.random.default_rng(3)
    picture = photograph("astronaut")
    corners = dice.integers(0, 24, (40, 2))
    assert find_cuts([picture[y : y + HEIGHT, x : x + WIDTH] for y, x in corners]) == []


@pytest.mark.parametrize("length", [1, 2, 3])
@pytest.mark.parametrize("strength", [1.5, 6.0])
def test_flash_is_no_cut(length: int, strength: float) -> None:
    film = make_old(shot("astronaut", 24))
    for index in range(10, 10 + length):
        film[index] = to_luma(film[index].astype(np.float32) * strength + 40)
    assert find_cuts(film) == []


def test_lone_strange_frames_are_no_cut() -> None:
    film = shot("camera", 24)
    film[10:12] = shot("coins", 2)
    assert find_cuts(film) == []


@pytest.mark.parametrize("speed_px", [14, 50])
def test_repeated_frames_are_no_cuts(speed_px: int) -> None:
    film = [luma for luma in pan("coins", 16, speed_px) for _ in range(3)]
    assert find_cuts(film) == []


def test_slow_fade_to_black_and_back_is_no_cut() -> None:
    film = fade_out(shot("camera", 24), 12)
    assert find_cuts(film + film[::-1]) == []


def test_fade_to_black_and_up_to_another_shot_is_one_cut_where_the_new_picture_appears() -> None:
    out, black = fade_out(shot("camera", 24), 10), [np.zeros((HEIGHT, WIDTH), np.uint8)] * 30
    found = find_cuts(out + black + fade_out(shot("coins", 24), 10)[::-1])
    assert len(found) == 1
    assert 54 <= found[0] < 60


def test_dissolve_is_no_false_start_in_either_shot() -> None:
    shares = np.linspace(0, 1, 14)[1:-1]
    before, after = shot("camera", 30), shot("coins", 30)
    mixed = [to_luma(a * (1 - s) + b * s) for a, b, s in zip(before[18:], after, shares, strict=False)]
    assert all(18 <= cut < 30 for cut in find_cuts(before[:18] + mixed + after[12:]))


def test_state_is_a_value() -> None:
    film = three_shots()
    state = CutState()
    for luma in film[: 20 + AHEAD]:
        state, _ = find_cut(state, luma)
    answers = [find_cut(state, film[20 + AHEAD])[1] for _ in range(3)]
    assert answers == [True, True, True]
    assert find_cut(state, film[19])[1] is False


def test_search_from_the_middle_finds_the_same_cut() -> None:
    assert [cut + 12 for cut in find_cuts(three_shots()[12:])] == THREE_SHOTS_CUTS


@pytest.mark.parametrize("length", [0, 1, 2, 3, 4, 5, 30])
def test_every_frame_is_given_once_in_order_and_the_first_is_no_cut(length: int) -> None:
    film = (shot("camera", 1) + shot("coins", 29))[:length]
    given = list(with_cuts(enumerate(film), lambda numbered: numbered[1]))
    assert [index for (index, _), _ in given] == list(range(length))
    assert [index for (index, _), is_cut in given if is_cut] == ([1] if length > 1 else [])


def test_only_a_few_frames_are_held_back() -> None:
    taken = 0

    def count() -> Iterator[Luma]:
        nonlocal taken
        for luma in shot("camera", 20):
            taken += 1
            yield luma

    for given, _ in enumerate(with_cuts(count(), lambda luma: luma), start=1):
        assert taken - given <= AHEAD


def test_film_that_breaks_off_is_given_whole_before_the_error() -> None:
    def broken() -> Iterator[Luma]:
        yield from shot("camera", 5)
        raise FilmTruncated("film.mp4 ends early")

    found = with_cuts(broken(), lambda luma: luma)
    assert [next(found)[1] for _ in range(5)] == [False] * 5
    with pytest.raises(FilmTruncated, match="ends early"):
        next(found)


@pytest.mark.parametrize("shape", [(1, 1), (1, 4000), (4000, 1), (3, 5), (17, 900), (1081, 1919)])
def test_any_size_works(shape: tuple[int, int]) -> None:
    dice = np.random.default_rng(0)
    film = [dice.integers(0, 255, shape).astype(np.uint8)] * 4
    film += [np.full(shape, 90, np.uint8)] * 4
    assert find_cuts(film) == []


def frame_of(luma: NDArray[np.uint8] | NDArray[np.uint16], depth: int) -> Frame:
    return Frame(0, luma, depth, full_range=False, pts=0, time_base=Fraction(1, 25))


def test_ten_bit_film_is_seen_as_eight_bit_film() -> None:
    luma = shot("camera", 1)[0]
    deep = frame_luma(frame_of(luma.astype(np.uint16) << 2, 10))
    flat = frame_luma(frame_of(luma, 8))
    assert deep.dtype == np.uint8
    assert np.abs(deep.astype(int) - flat).max() <= 1


def test_adaptive_detector_sees_the_unexplained_part() -> None:
    dice = np.random.default_rng(5)
    for _ in range(200):
        parts = dice.integers(0, 127, (5, 48, 64)) * dice.uniform(0.1, 1, (5, 1, 1))
        parts[2] = dice.integers(0, 127, (48, 64)) * dice.uniform(0.3, 1)
        looks = [Look(np.zeros((48, 64), np.uint8), part.astype(np.uint8)) for part in parts]
        scores = [look.score for look in looks]
        around = (scores[0] + scores[1] + scores[3] + scores[4]) / 4
        expected = scores[2] >= 18 and scores[2] >= 2.2 * around
        assert shots._stands_out(looks) == expected


def test_motion_and_light_explain_a_moved_and_dimmed_picture() -> None:
    picture = photograph("astronaut")
    before, now = picture[20:164, 10:266], to_luma(picture[22:166, 14:270] * 0.6)
    flat = [shots._flatten(shots._shrink(luma))[0] for luma in (before, now)]
    moved = float(cv2.absdiff(flat[0], flat[1]).mean())
    assert shots._unexplained(flat[0], flat[1]).mean() < 0.3 * moved
