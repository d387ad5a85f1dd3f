"""The report's pipeline: each frame's colours come from the coloured frame before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from films import make_film
from huecue.color import plane_to_luma, rgb_to_ycc
from huecue.errors import UsageError, WeightsError
from huecue.networks.vgg import Vgg
from huecue.pipeline import ColoredFrame, ColorOptions, Guidance, colorize
from huecue.transfer.film import ReportOptions, transfer_clip, transfer_coloring, transfer_step
from huecue.transfer.options import TransferOptions
from huecue.transfer.pixels import picture_of
from huecue.types import FilmInfo, Frame, Hint, ShotSettings, Size
from huecue.video import WriteOptions, read_frames

QUICK = ReportOptions(TransferOptions(iterations=6), size_px=48)
RED = 90, 190


class Painter:
    """Colours every frame red, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, Guidance, ColorOptions]] = []

    def __call__(
        self, frames: Iterable[Frame], _info: FilmInfo, guidance: Guidance, options: ColorOptions
    ) -> Iterator[ColoredFrame]:
        for frame in frames:
            self.asked.append((frame.index, guidance, options))
            half = -(-frame.luma.shape[0] // 2), -(-frame.luma.shape[1] // 2)
            planes = np.full(half, RED[0], np.uint8), np.full(half, RED[1], np.uint8)
            yield ColoredFrame(frame, planes, True, np.ones((1, 1), np.float32), None)


def grey(frames: Iterable[Frame]) -> Iterator[Frame]:
    return (replace(frame, chroma=None) for frame in frames)


def color(
    first: Painter, frames: list[Frame], info: FilmInfo, vgg: Vgg, guidance: Guidance, **options: object
) -> list[ColoredFrame]:
    coloring = transfer_coloring(first, QUICK, vgg=vgg)
    return list(coloring(grey(frames), info, guidance, ColorOptions(**options)))


def test_only_the_first_frame_of_a_shot_is_coloured_by_the_first_method(
    pan: list[Frame], info: FilmInfo, vgg: Vgg
) -> None:
    first, picture = Painter(), np.zeros((40, 48, 3), np.uint8)
    done = color(first, pan, info, vgg, Guidance(first_frame=picture), cuts=(2,))
    assert [index for index, *_ in first.asked] == [0, 2]
    assert [one.shot_start for one in done] == [True, False, True, False]
    assert first.asked[0][1].first_frame is picture
    assert first.asked[1][1].first_frame is None
    assert {options.cuts for *_, options in first.asked} == {"none"}


def test_frame_with_hints_is_coloured_by_the_first_method(pan: list[Frame], info: FilmInfo, vgg: Vgg) -> None:
    first = Painter()
    done = color(first, pan, info, vgg, Guidance(hints=(Hint(5, 5, (200, 0, 0), 3),)), cuts="none")
    assert [index for index, *_ in first.asked] == [0, 3]
    assert [one.shot_start for one in done] == [True, False, False, False]


def test_luma_is_untouched_and_colours_come_from_the_frame_before(
    pan: list[Frame], info: FilmInfo, vgg: Vgg
) -> None:
    done = color(Painter(), pan, info, vgg, Guidance(), cuts="none")
    for frame, one in zip(pan, done, strict=True):
        assert one.frame.luma is frame.luma
        assert one.chroma[0].shape == (20, 24)
    assert done[1].chroma[1].mean() > 130  # towards the red of the first
    before = picture_of(done[0].frame, done[0].chroma, info, Size(48, 40))
    for frame, one in zip(pan[1:], done[1:], strict=True):
        light = np.clip(plane_to_luma(frame.luma, 8, False), 0, 1)
        expected = transfer_step(vgg, np.rint(light * 255).astype(np.uint8), before, QUICK)
        halved = expected.chroma.reshape(20, 2, 24, 2, 2).mean(axis=(1, 3))
        for part, plane in enumerate(one.chroma):
            assert np.abs(halved[..., part] * 112 + 128 - plane).max() <= 1
        before = expected.picture


def test_saturation_scales_what_is_written(pan: list[Frame], info: FilmInfo, vgg: Vgg) -> None:
    done = color(Painter(), pan[:2], info, vgg, Guidance(), cuts="none", saturation=0)
    assert np.all(done[1].chroma[0] == 128)


def test_a_shot_s_own_saturation_counts_for_its_first_frame_too(
    pan: list[Frame], info: FilmInfo, vgg: Vgg
) -> None:
    first, given = Painter(), Guidance(saturation=2, shots=(ShotSettings(3, 0),))
    done = color(first, pan, info, vgg, given, cuts=(2,))
    assert [options.saturation for *_, options in first.asked] == [2, 0]
    assert [asked.shots for _, asked, _ in first.asked] == [(), ()]
    assert [bool((done[index].chroma[0] == 128).all()) for index in (1, 3)] == [False, True]


def test_keyframes_are_refused_at_once(pan: list[Frame], info: FilmInfo, vgg: Vgg) -> None:
    coloring: Callable[..., object] = transfer_coloring(Painter(), QUICK, vgg=vgg)
    with pytest.raises(UsageError, match="report takes no keyframes"):
        coloring(iter(pan), info, Guidance(keyframes=((1, np.zeros((40, 48, 3), np.uint8)),)), ColorOptions())


def test_clip_gives_the_raw_picture_and_the_one_on_the_frames_luma(pan: list[Frame], vgg: Vgg) -> None:
    lumas = [frame.luma for frame in pan]
    first = np.repeat(lumas[0][..., None], 3, axis=2)
    first[..., 2] //= 2
    pairs = list(transfer_clip(lumas, first, QUICK, vgg=vgg))
    assert len(pairs) == 3
    for luma, (raw, kept) in zip(lumas[1:], pairs, strict=True):
        assert raw.shape == kept.shape == (40, 48, 3)
        off = [np.abs(rgb_to_ycc(picture)[0] * 255 - luma).mean() for picture in (raw, kept)]
        assert off[1] < min(1, off[0])
        inside = (raw > 0).all(axis=2) & (raw < 255).all(axis=2) & (kept > 0).all(axis=2)
        gap = np.abs(rgb_to_ycc(raw)[1] - rgb_to_ycc(kept)[1])[inside & (kept < 255).all(axis=2)]
        assert gap.max() < 0.02


def test_carried_colours_are_where_a_frame_starts(pan: list[Frame], vgg: Vgg) -> None:
    barely = TransferOptions(iterations=1, optimizer="adam", rate=1e-4)
    luma = pan[0].luma
    before = np.stack([luma / 255, luma / 400, luma / 500], axis=2).astype(np.float32)
    carried = transfer_step(vgg, luma, before, ReportOptions(barely, carry=True))
    alone = transfer_step(vgg, luma, before, ReportOptions(barely))
    assert np.abs(carried.chroma - rgb_to_ycc(before)[1]).mean() < 0.01
    assert np.abs(alone.chroma).max() < 0.01


def test_coloring_goes_through_colorize(tmp_path: Path, vgg: Vgg) -> None:
    film = make_film(tmp_path / "film.mkv", frames=3, codec="ffv1")
    coloring, lossless = transfer_coloring(Painter(), QUICK, vgg=vgg), WriteOptions(codec="ffv1")
    report = colorize(film, tmp_path / "out.mkv", coloring=coloring, write=lossless)
    assert report.frames == 3
    assert report.settings["method"] == "report"
    pairs = list(zip(read_frames(film), read_frames(report.out), strict=True))
    assert all(old.pts == new.pts for old, new in pairs)
    assert np.array_equal(pairs[2][0].luma, pairs[2][1].luma)
    assert pairs[2][1].chroma[1].mean() > 129


def test_weights_that_are_missing_are_missed_before_any_frame(
    pan: list[Frame], info: FilmInfo, tmp_path: Path
) -> None:
    options = ReportOptions(TransferOptions(vgg=tmp_path / "gone.npz"))
    coloring: Callable[..., object] = transfer_coloring(Painter(), options)
    with pytest.raises(WeightsError, match=r"gone\.npz"):
        coloring(iter(pan), info, Guidance(), ColorOptions())


def test_size_is_checked() -> None:
    with pytest.raises(UsageError, match="size"):
        ReportOptions(size_px=8)
