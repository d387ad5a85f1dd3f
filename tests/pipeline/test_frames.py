"""A film's frames come out one by one, in order, in colour; and a cut forgets everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from huecue.engine import Engine
from huecue.errors import FilmTruncated, UsageError
from huecue.pipeline import ColoredFrame, ColorOptions, Guidance, color_frames, open_default_engine, still
from huecue.pipeline.frames import find_cuts, walk
from huecue.pipeline.guidance import Guide
from huecue.pipeline.small import Place
from huecue.pipeline.step import Colours
from huecue.stages.shots import AHEAD
from huecue.stages.upsample import working_size
from huecue.types import FilmInfo, Frame, Hint, Luma, Reference, ShotSettings, Size

RED, BLUE = (200, 40, 40), (40, 60, 200)
Make = Callable[..., object]
NO_CUTS = ColorOptions(cuts="none")


def two_scenes(pan: Make, film: Make, first: int = 5, second: int = 5) -> list[Frame]:
    """A film of two shots that have nothing in common."""
    return film([*pan(seed=1, count=first), *pan(seed=2, count=second)])


def red_hints(frame: int = 0) -> tuple[Hint, ...]:
    return tuple(Hint(x, y, RED, frame=frame) for x in (10, 48, 86) for y in (10, 32, 54))


def same(one: ColoredFrame, other: ColoredFrame) -> bool:
    planes = zip(one.chroma, other.chroma, strict=True)
    return all(np.array_equal(a, b) for a, b in planes) and np.array_equal(one.confidence, other.confidence)


def run(
    engine: Engine, frames: list[Frame], about: FilmInfo, options: ColorOptions, **given: object
) -> list[ColoredFrame]:
    return list(color_frames(frames, about, Guidance(**given), options, engine=engine))


def test_every_frame_comes_out_once_in_order_with_its_luma_untouched(
    engine: Engine, pan: Make, film: Make, info: Make
) -> None:
    frames = film(pan(count=5), start=30)
    lumas = [frame.luma.copy() for frame in frames]
    done = run(engine, frames, info(frames[0]), NO_CUTS)
    assert all(one.frame is frame for one, frame in zip(done, frames, strict=True))
    assert all(np.array_equal(frame.luma, luma) for frame, luma in zip(frames, lumas, strict=True))
    assert [one.shot_start for one in done] == [True, False, False, False, False]
    assert done[0].flicker is None
    assert all(one.flicker is not None for one in done[1:])


def test_a_film_without_frames_gives_none(engine: Engine, pan: Make, film: Make, info: Make) -> None:
    assert run(engine, [], info(film(pan())[0]), ColorOptions()) == []


def test_a_fade_to_black_is_black_and_what_comes_back_has_its_colours(
    engine: Engine, texture: Make, film: Make, info: Make
) -> None:
    def faded(share: float) -> NDArray[np.uint8]:
        return np.rint(16 + (texture() - 16.0) * share).astype(np.uint8)

    shares = (1.0, 0.8, 0.6, 0.3, 0.1, 0.0, 0.1, 0.3, 0.6, 0.8, 1.0)
    frames = film([faded(share) for share in shares])
    done = run(engine, frames, info(frames[0]), NO_CUTS, hints=red_hints())
    vivid = [float(np.abs(one.chroma[1] - 128.0).mean()) for one in done]
    assert vivid[5] < 1
    assert vivid[4] < 0.6 * vivid[0]
    assert vivid[-1] > 0.8 * vivid[0] > 10


def test_nothing_leaks_across_a_cut(engine: Engine, pan: Make, film: Make, info: Make) -> None:
    frames = two_scenes(pan, film)
    about = info(frames[0])
    given = {"hints": red_hints(0), "references": (Reference(np.full((40, 60, 3), BLUE, np.uint8), 2),)}
    whole = run(engine, frames, about, ColorOptions(cuts=(5,)), **given)
    alone = run(engine, frames[5:], about, NO_CUTS)
    assert [one.shot_start for one in whole] == [n in (0, 5) for n in range(10)]
    assert all(same(one, other) for one, other in zip(whole[5:], alone, strict=True))
    uncut = run(engine, frames, about, NO_CUTS, **given)
    assert not same(uncut[5], alone[0])  # without the cut it would


def test_cuts_are_found(engine: Engine, pan: Make, film: Make, info: Make) -> None:
    frames = two_scenes(pan, film, first=9, second=8)
    about = info(frames[0])
    found = run(engine, frames, about, ColorOptions(), hints=red_hints())
    assert [one.frame.index for one in found if one.shot_start] == [0, 9]
    named = run(engine, frames, about, ColorOptions(cuts=(9,)), hints=red_hints())
    assert all(same(one, other) for one, other in zip(found, named, strict=True))


def test_cuts_can_be_switched_off(engine: Engine, pan: Make, film: Make, info: Make) -> None:
    frames = two_scenes(pan, film, first=9, second=8)
    done = run(engine, frames, info(frames[0]), NO_CUTS)
    assert [one.frame.index for one in done if one.shot_start] == [0]


@pytest.mark.parametrize("cuts", [(), (2,), (1, 4), (3, 90)])
def test_given_cuts_start_shots(pan: Make, film: Make, cuts: tuple[int, ...]) -> None:
    seen = [(frame, frame.luma) for frame in film(pan(count=6))]
    starts = [one[0].index for one, cut in find_cuts(seen, cuts) if cut]
    assert starts == [cut for cut in cuts if cut < 6]


def test_what_a_person_gave_after_a_cut_counts_there(
    engine: Engine, pan: Make, film: Make, info: Make
) -> None:
    frames = two_scenes(pan, film)
    done = run(engine, frames, info(frames[0]), ColorOptions(cuts=(5,)), hints=red_hints(6))
    strength = [float(np.abs(one.chroma[1].astype(float) - 128).mean()) for one in done]
    assert max(strength[:5]) < 2
    assert min(strength[5:]) > 10


def test_frames_stream_with_few_held_back(engine: Engine, pan: Make, film: Make, info: Make) -> None:
    frames, taken = film(pan(count=12)), []

    def reading() -> Iterator[Frame]:
        for frame in frames:
            taken.append(frame.index)
            yield frame

    colored = color_frames(reading(), info(frames[0]), Guidance(), ColorOptions(), engine=engine)
    assert taken == []
    for index in range(4):
        assert next(colored).frame.index == index
        assert len(taken) <= index + 1 + AHEAD
    plain = color_frames(reading(), info(frames[0]), Guidance(), NO_CUTS, engine=engine)
    taken.clear()
    next(plain)
    assert taken == [0]


@pytest.mark.parametrize("options", [ColorOptions(), NO_CUTS])
def test_a_film_that_breaks_off_gives_what_is_there_first(
    engine: Engine, pan: Make, film: Make, info: Make, options: ColorOptions
) -> None:
    frames = film(pan(count=5))

    def reading() -> Iterator[Frame]:
        yield from frames
        raise FilmTruncated("film.mp4 ends early")

    colored, done = color_frames(reading(), info(frames[0]), Guidance(), options, engine=engine), []
    with pytest.raises(FilmTruncated):
        done.extend(one.frame.index for one in colored)
    assert done in ([], [0, 1, 2, 3, 4])
    again = color_frames(reading(), info(frames[0]), Guidance(), options, engine=engine)
    assert [next(again).frame.index for _ in range(5)] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 300), (7, 5), (900, 3)])
def test_films_of_any_shape_can_be_coloured(
    make_engine: Callable[..., Engine], film: Make, info: Make, width: int, height: int
) -> None:
    dice = np.random.default_rng(0)
    frames = film([dice.integers(16, 236, (height, width)).astype(np.uint8) for _ in range(2)])
    about = info(frames[0])
    engine = make_engine(working_size(about.displayed))
    for one in run(engine, frames, about, ColorOptions(), hints=(Hint(0, 0, RED),)):
        assert [plane.shape for plane in one.chroma] == [((height + 1) // 2, (width + 1) // 2)] * 2
        assert one.confidence.shape == engine.size.shape
    assert one.frame.index == 1


def test_hints_before_the_range_that_is_coloured_are_left_alone(
    engine: Engine, pan: Make, film: Make, info: Make
) -> None:
    frames = film(pan(count=6))[3:]
    plain = run(engine, frames, info(frames[0]), NO_CUTS)
    hinted = run(engine, frames, info(frames[0]), NO_CUTS, hints=red_hints(1))
    assert all(same(one, other) for one, other in zip(plain, hinted, strict=True))


def test_the_first_frame_of_a_range_takes_the_first_frame_s_colours(
    engine: Engine, pan: Make, film: Make, info: Make
) -> None:
    frames = film(pan(count=6))[3:]
    picture = np.full((64, 96, 3), RED, np.uint8)
    done = run(engine, frames, info(frames[0]), NO_CUTS, first_frame=picture)
    assert np.ptp(done[0].chroma[1]) == 0
    assert done[0].chroma[1][0, 0] > 170


def test_still_frames_know_nothing_of_one_another(engine: Engine, pan: Make, film: Make, info: Make) -> None:
    frames = film(pan(count=5))
    about, given = info(frames[0]), Guidance(hints=(*red_hints(0), *red_hints(3)))
    done = list(still(frames, about, given, NO_CUTS, engine=engine))
    alone = [run(engine, [frame], about, NO_CUTS, hints=given.hints)[0] for frame in frames]
    assert [one.frame.index for one in done] == [0, 1, 2, 3, 4]
    assert all(same(one, other) for one, other in zip(done, alone, strict=True))
    steady = run(engine, frames, about, NO_CUTS, hints=given.hints)
    assert not same(done[1], steady[1])  # without the hint's colours


def test_still_frames_borrow_from_references_where_these_count(
    engine: Engine, pan: Make, film: Make, info: Make
) -> None:
    frames = film(pan(count=6))
    about, options = info(frames[0]), ColorOptions(cuts=(4,))
    given = Guidance(references=(Reference(np.full((40, 60, 3), BLUE, np.uint8), 2),))
    plain = list(still(frames, about, Guidance(), options, engine=engine))
    done = list(still(frames, about, given, options, engine=engine))
    changed = [not same(one, other) for one, other in zip(done, plain, strict=True)]
    assert changed == [False, False, True, True, False, False]


def test_a_cut_empties_the_state_of_every_method(pan: Make, film: Make, info: Make) -> None:
    frames, seen = film(pan(count=6), start=3), []
    about = info(frames[0])

    def count(luma: Luma, place: Place, state: int | None) -> tuple[Colours, int]:
        seen.append((place, state))
        blank = np.zeros(luma.shape, np.float32)
        return Colours(np.stack([blank, blank], axis=-1), blank, None), (state or 0) + 1

    guide = Guide(Guidance(), about.displayed, ())
    done = list(walk(frames, about, guide, ColorOptions(cuts=(6,)), size=Size(96, 64), color=count))
    assert [state for _, state in seen] == [None, 1, 2, None, 1, 2]
    assert [place.index for place, _ in seen] == [3, 4, 5, 6, 7, 8]
    assert [place.shot_start for place, _ in seen] == [0, 0, 0, 6, 6, 6]
    assert [place.first for place, _ in seen] == [True] + [False] * 5
    assert [one.shot_start for one in done] == [True, False, False, True, False, False]


def test_still_frames_keep_their_keyframes_and_leave_the_others(
    engine: Engine, pan: Make, film: Make, info: Make
) -> None:
    frames = film(pan(count=5))
    about, given = info(frames[0]), Guidance(keyframes=((3, np.full((64, 96, 3), RED, np.uint8)),))
    plain = list(still(frames, about, Guidance(), NO_CUTS, engine=engine))
    done = list(still(frames, about, given, NO_CUTS, engine=engine))
    assert [same(one, other) for one, other in zip(done, plain, strict=True)] == [n != 3 for n in range(5)]
    assert np.ptp(done[3].chroma[1]) == 0
    assert done[3].chroma[1][0, 0] > 170


def test_a_keyframe_of_a_film_s_frame_stands_there_in_a_range_too(
    engine: Engine, pan: Make, film: Make, info: Make
) -> None:
    frames = film(pan(count=8))
    given = {"keyframes": ((5, np.full((64, 96, 3), RED, np.uint8)),)}
    done = list(still(frames[3:], info(frames[0]), Guidance(**given), NO_CUTS, engine=engine))
    assert [one.frame.index for one in done if one.chroma[1].min() > 170] == [5]
    elsewhere = run(engine, frames[6:], info(frames[0]), NO_CUTS, **given)
    plain = run(engine, frames[6:], info(frames[0]), NO_CUTS)
    assert all(same(one, other) for one, other in zip(elsewhere, plain, strict=True))


def test_settings_change_the_frames_of_their_own_shot_alone(
    engine: Engine, pan: Make, film: Make, info: Make
) -> None:
    frames, options = two_scenes(pan, film), ColorOptions(cuts=(5,))
    hints = (*red_hints(0), *red_hints(8))  # the frames before 8 wait for it
    plain = run(engine, frames, info(frames[0]), options, hints=hints)
    done = run(engine, frames, info(frames[0]), options, hints=hints, shots=(ShotSettings(7, 0.5),))
    assert all(same(one, other) for one, other in zip(done[:5], plain[:5], strict=True))
    for one, other in zip(done[5:], plain[5:], strict=True):
        for half, whole in zip(one.chroma, other.chroma, strict=True):
            assert np.abs((half.astype(float) - 128) * 2 - (whole.astype(float) - 128)).max() <= 2
    assert max(np.abs(one.chroma[1].astype(int) - 128).max() for one in done[5:]) > 15


def test_saturation_of_the_project_counts_unless_another_is_asked_for(
    engine: Engine, pan: Make, film: Make, info: Make
) -> None:
    frames = film(pan(count=1))

    def redness(asked: float | None, kept: float | None) -> float:
        options = ColorOptions(cuts="none", saturation=asked)
        (one,) = run(engine, frames, info(frames[0]), options, hints=red_hints(), saturation=kept)
        return float(np.abs(one.chroma[1].astype(float) - 128).mean())

    assert redness(None, 0) == redness(0, 1.5) == 0
    assert redness(1, 0.25) == redness(None, None) > 10
    assert redness(None, 0.25) == pytest.approx(redness(None, None) / 4, abs=0.5)


def test_settings_of_shots_ask_for_cuts(engine: Engine, pan: Make, film: Make, info: Make) -> None:
    frames = film(pan(count=2))
    with pytest.raises(UsageError, match="cuts must be known beforehand"):
        run(engine, frames, info(frames[0]), ColorOptions(), shots=(ShotSettings(1, 0.5),))


def test_a_reference_of_a_shot_before_the_range_is_left_alone(
    engine: Engine, pan: Make, film: Make, info: Make
) -> None:
    frames = film(pan(count=8))
    given = {"references": (Reference(np.full((40, 60, 3), BLUE, np.uint8), 2),)}
    cut, uncut = ColorOptions(cuts=(4,)), NO_CUTS
    for options, counts in ((cut, False), (uncut, True)):
        done = run(engine, frames[6:], info(frames[0]), options, **given)
        plain = run(engine, frames[6:], info(frames[0]), options)
        assert same(done[0], plain[0]) == (not counts)


def test_the_shipped_network_is_opened_for_the_film_as_displayed(pan: Make, film: Make, info: Make) -> None:
    about = replace(info(film(pan())[0]), size=Size(1920, 1080), turns=1)
    opened = open_default_engine(about, ColorOptions(engine="onnxruntime", threads=1))
    assert (opened.name, opened.threads, opened.size) == ("onnxruntime", 1, Size(256, 448))


def test_the_shipped_network_colours_a_film_steadily(texture: Make, film: Make, info: Make) -> None:
    frames = film([texture(1)] * 4)
    given = Guidance(hints=red_hints())
    done = list(color_frames(frames, info(frames[0]), given, ColorOptions(cuts="none", threads=1)))

    def cr(one: ColoredFrame) -> NDArray[np.float64]:
        return one.chroma[1].astype(float) - 128

    assert max(done[0].hint_errors) <= 1.0
    assert cr(done[0]).mean() > 5
    assert np.abs(cr(done[3]) - cr(done[0])).mean() < 0.5 * np.abs(cr(done[0])).mean()
