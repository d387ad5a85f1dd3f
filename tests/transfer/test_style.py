"""A film is painted frame by frame, and holds still where it holds still."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from math import inf, nan

import numpy as np
import pytest
from numpy.typing import NDArray

from huecue.color import to_picture
from huecue.errors import UsageError
from huecue.metrics import flow_between, trusted, warping_error
from huecue.networks.vgg import Vgg
from huecue.pipeline import ColoredFrame, ColorOptions, Guidance
from huecue.transfer import style as module
from huecue.transfer.options import StyleOptions, TransferOptions
from huecue.transfer.pixels import picture_of
from huecue.transfer.style import FIRST_TIMES, Past, Steps, paint, style_frames
from huecue.transfer.transfer import read_look
from huecue.types import FilmInfo, Frame, Picture, Size

QUICK = StyleOptions(TransferOptions(iterations=8), size_px=48, color=ColorOptions(cuts="none"))


@pytest.fixture
def look(style: NDArray[np.float32]) -> Picture:
    return to_picture(style)


def lumas(done: list[ColoredFrame]) -> list[NDArray[np.uint8]]:
    return [one.frame.luma for one in done]


def test_luma_and_chroma_are_repainted(pan: list[Frame], info: FilmInfo, look: Picture, vgg: Vgg) -> None:
    done = list(style_frames(pan, info, look, QUICK, vgg=vgg))
    assert [one.frame.index for one in done] == [0, 1, 2, 3]
    assert [one.shot_start for one in done] == [True, False, False, False]
    for frame, one in zip(pan, done, strict=True):
        assert one.frame.pts == frame.pts
        assert one.frame.luma.shape == frame.luma.shape
        assert np.abs(one.frame.luma.astype(int) - frame.luma).mean() > 2
        assert one.chroma[0].std() > 0


def test_temporal_term_lowers_flicker(
    film_of: Callable[..., list[Frame]], info: FilmInfo, look: Picture, vgg: Vgg
) -> None:
    film = film_of(5, seed=7, step_px=1)
    flickers, errors = [], []
    for weight in (0.0, 1000.0):
        longer = replace(QUICK, transfer=TransferOptions(iterations=20), temporal=weight)
        done = list(style_frames(film, info, look, longer, vgg=vgg))
        assert done[0].flicker is None
        flickers.append(np.mean([one.flicker for one in done[1:]]))
        errors.append(warping_error_of(film, done, info))
    assert flickers[1] < 0.7 * flickers[0]
    assert errors[1] < 0.7 * errors[0]


def warping_error_of(film: list[Frame], done: list[ColoredFrame], info: FilmInfo) -> float:
    """Of what was written, along the motion of the film: a measure that the painter does not know."""
    seen = [to_picture(picture_of(one.frame, one.chroma, info, Size(48, 40))) for one in done]
    errors = []
    for (old, new), (here, there) in zip(pairwise(film), pairwise(seen), strict=True):
        forward, backward = flow_between(old.luma, new.luma), flow_between(new.luma, old.luma)
        errors.append(warping_error(here, there, forward, trusted(forward, backward)))
    return float(np.mean(errors))


def test_frame_starts_from_the_last_painting_where_that_can_be_followed(
    pan: list[Frame], look: Picture, vgg: Vgg
) -> None:
    barely = TransferOptions(iterations=1, optimizer="adam", rate=1e-4)
    luma = pan[0].luma
    before = luma.copy()
    before[:, 32:] = 255 - before[:, 32:]
    content, black = np.full((40, 48, 3), 0.5, np.float32), np.zeros((40, 48, 3), np.float32)
    painting, trust, _ = paint(
        vgg,
        content,
        luma,
        read_look(vgg, look, barely),
        replace(QUICK, transfer=barely, temporal=0.0),
        Past(before, black),
    )
    assert trust[:, :20].mean() > 0.9
    assert trust[:, 36:].mean() < 0.5
    assert np.allclose(painting, 0.5 * (1 - trust[..., None]), atol=1e-3)


def test_cut_starts_anew(
    film_of: Callable[..., list[Frame]], info: FilmInfo, look: Picture, vgg: Vgg
) -> None:
    film = [*film_of(2, seed=3), *(replace(one, index=one.index + 2) for one in film_of(2, seed=4))]
    cut = replace(QUICK, color=ColorOptions(cuts=(2,)))
    done = list(style_frames(film, info, look, cut, vgg=vgg))
    assert [one.shot_start for one in done] == [True, False, True, False]
    alone = list(style_frames(film[2:], info, look, QUICK, vgg=vgg))
    assert np.array_equal(lumas(done)[2], lumas(alone)[0])
    assert np.array_equal(lumas(done)[3], lumas(alone)[1])


def test_same_film_is_painted_the_same_twice(
    pan: list[Frame], info: FilmInfo, look: Picture, vgg: Vgg
) -> None:
    first, again = (list(style_frames(pan, info, look, QUICK, vgg=vgg)) for _ in range(2))
    assert all(map(np.array_equal, lumas(first), lumas(again)))


def test_strength_of_nothing_leaves_the_film_as_it_is(
    pan: list[Frame], info: FilmInfo, look: Picture, vgg: Vgg
) -> None:
    done = list(style_frames(pan, info, look, replace(QUICK, strength=0.0), vgg=vgg))
    for frame, one in zip(pan, done, strict=True):
        assert np.abs(one.frame.luma.astype(int) - frame.luma).mean() < 2


def test_more_strength_is_more_style(pan: list[Frame], info: FilmInfo, look: Picture, vgg: Vgg) -> None:
    changes = []
    for strength in (1e-4, 10):
        (one,) = style_frames(pan[:1], info, look, replace(QUICK, strength=strength), vgg=vgg)
        changes.append(np.abs(one.frame.luma.astype(int) - pan[0].luma).mean())
    assert changes[0] < 0.7 * changes[1]


def test_colours_can_be_kept(pan: list[Frame], info: FilmInfo, look: Picture, vgg: Vgg) -> None:
    kept = replace(QUICK, keep_colors=True)
    (one,) = style_frames(pan[:1], info, look, kept, vgg=vgg)
    assert np.all(one.chroma[0] == 110)
    assert np.all(one.chroma[1] == 150)
    assert np.abs(one.frame.luma.astype(int) - pan[0].luma).mean() > 2


def test_film_can_be_coloured_first(
    pan: list[Frame], info: FilmInfo, look: Picture, vgg: Vgg, monkeypatch: pytest.MonkeyPatch
) -> None:
    grey = [replace(frame, chroma=None) for frame in pan]
    kept = replace(QUICK, keep_colors=True)
    plain = list(style_frames(grey, info, look, kept, vgg=vgg))
    assert np.all(plain[0].chroma[0] == 128)
    blue, asked = (np.full((20, 24), 170, np.uint8), np.full((20, 24), 100, np.uint8)), []

    def color(
        frames: Iterable[Frame], _info: FilmInfo, guidance: Guidance, options: ColorOptions
    ) -> Iterator[ColoredFrame]:
        asked.append((guidance, options))
        for frame in frames:
            yield ColoredFrame(frame, blue, frame.index in (0, 2), np.ones((1, 1), np.float32), None)

    monkeypatch.setattr(module, "color_frames", color)
    done = list(style_frames(grey, info, look, replace(kept, colorize=True), vgg=vgg))
    assert [one.shot_start for one in done] == [True, False, True, False]
    assert all(np.all(one.chroma[0] == 170) for one in done)
    assert [options for _, options in asked] == [QUICK.color]
    assert asked[0][0].hints == ()


def test_every_iteration_is_told_of_and_their_number_is_known(
    pan: list[Frame], info: FilmInfo, look: Picture, vgg: Vgg
) -> None:
    told: list[Steps] = []
    cut = replace(QUICK, color=ColorOptions(cuts=(2,)), transfer=replace(QUICK.transfer, optimizer="adam"))
    list(style_frames(pan, info, look, cut, vgg=vgg, expected=4, watch=told.append))
    assert [one.done for one in told] == list(range(1, 8 * (4 + 2 * (FIRST_TIMES - 1)) + 1))
    assert told[0].total == 8 * (4 + FIRST_TIMES - 1)
    assert told[-1] == Steps(told[-1].done, told[-1].done, "frame 3")
    list(style_frames(pan[:1], info, look, QUICK, vgg=vgg, watch=told.append))
    assert told[-1].total is None


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"strength": -1.0}, "strength"),
        ({"temporal": nan}, "temporal"),
        ({"temporal": inf}, "temporal"),
        ({"size_px": 20}, "size"),
        ({"transfer": TransferOptions(content_layers=())}, "layer"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, object], word: str) -> None:
    with pytest.raises(UsageError, match=word):
        StyleOptions(**given)
