"""The report's network as a method: luma untouched, hints taken where they stand, each frame by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from huecue import color
from huecue.engine import ReportEngine, Tensor
from huecue.errors import UsageError, WeightsError
from huecue.pipeline import ColorOptions, Guidance
from huecue.pipeline.report_net import report_chroma, report_coloring, report_net, report_size
from huecue.stages.hints import Given
from huecue.types import FilmInfo, Frame, Hint, Size
from tiny_report import write_manifest

RED = (200, 40, 40)
NO_CUTS = ColorOptions(cuts="none", engine="onnxruntime", threads=1)
FAINT = 0.02
Make = Callable[..., object]


def smearing(size: Size, seen: list[dict[str, Tensor]] | None = None) -> ReportEngine:
    """A network that smears the hints it is given 20 pixels far, and is a little blue elsewhere."""

    def run(inputs: dict[str, Tensor]) -> Tensor:
        if seen is not None:
            seen.append(inputs)
        hints = inputs["hints"][0].transpose(1, 2, 0)
        mask = hints[..., 2] + 0.5
        far = [cv2.blur(plane, (41, 41)) for plane in (hints[..., 0] * mask, hints[..., 1] * mask, mask)]
        near = far[2] > 1e-6
        ab = [np.where(near, plane / np.maximum(far[2], 1e-6), 0) for plane in far[:2]]
        return np.stack([ab[0], np.where(near, ab[1], -FAINT)])[None].astype(np.float32)

    return ReportEngine("smearing", size, 1, run)


def run(
    frames: list[Frame],
    info: FilmInfo,
    engine: ReportEngine,
    options: ColorOptions = NO_CUTS,
    **given: object,
) -> list[np.ndarray]:
    done = list(report_net(frames, info, Guidance(**given), options, engine=engine))
    assert all(one.frame is frame for one, frame in zip(done, frames, strict=True))
    return [np.stack(one.chroma).astype(float) - 128 for one in done]


@pytest.mark.parametrize(
    ("displayed", "size"),
    [
        ((256, 256), (256, 256)),
        ((1920, 1080), (344, 192)),
        ((1080, 1920), (192, 344)),
        ((33, 17), (360, 184)),
    ],
)
def test_the_area_is_that_of_the_paper_in_the_film_s_shape(
    displayed: tuple[int, int], size: tuple[int, int]
) -> None:
    assert report_size(Size(*displayed)) == Size(*size)


def test_frames_come_out_in_order_with_their_luma_untouched(pan: Make, film: Make, info: Make) -> None:
    frames = film(pan(count=3), start=7)
    lumas = [frame.luma.copy() for frame in frames]
    done = list(report_net(frames, info(frames[0]), Guidance(), NO_CUTS, engine=smearing(Size(96, 64))))
    assert [one.frame.index for one in done] == [7, 8, 9]
    assert all(np.array_equal(one.frame.luma, luma) for one, luma in zip(done, lumas, strict=True))
    assert all(one.chroma[0].shape == (32, 48) for one in done)
    assert [one.shot_start for one in done] == [True, False, False]


def test_hints_change_the_colours_near_them_on_their_own_frame(pan: Make, film: Make, info: Make) -> None:
    frames = film(pan(count=2))
    (hinted, after) = run(frames, info(frames[0]), smearing(Size(96, 64)), hints=(Hint(20, 32, RED),))
    plain = run(frames, info(frames[0]), smearing(Size(96, 64)))
    changed = np.abs(hinted - plain[0]).max(axis=0)
    assert hinted[1, 10:22, 4:16].min() > 10  # red, farther than the last touch on a hint reaches
    assert changed[:, 36:].max() == 0
    assert np.array_equal(after, plain[1])


def test_a_hint_reaches_the_network_as_its_a_and_b_at_the_pixel_s_luma(
    pan: Make, film: Make, info: Make
) -> None:
    frames, seen = film(pan(count=1)), list[dict[str, Tensor]]()
    run(frames, info(frames[0]), smearing(Size(96, 64), seen), hints=(Hint(20, 32, RED),))
    given = seen[0]["hints"][0]
    at, light = np.s_[32, 20], color.plane_to_luma(frames[0].luma, 8, False)[32, 20]
    wanted = color.chroma_to_ab(color.hint_chroma(RED, light), light) / 110
    assert np.allclose(given[:2][:, *at], wanted, atol=0.02)
    assert np.unique(given[2]).tolist() == [-0.5, 0.5]
    assert not given[:2][:, given[2] < 0].any()
    expected = (color.luma_to_lightness(light) - 50) / 100
    assert seen[0]["light"][0, 0][at] == pytest.approx(expected, abs=0.01)


def test_a_and_b_become_the_chroma_that_shows_them() -> None:
    luma = np.full((16, 16), 128, np.uint8)
    ab = np.array([40, -30], np.float32) / 110
    engine = ReportEngine("even", Size(16, 16), 1, lambda _: np.full((1, 2, 16, 16), ab[:, None, None]))
    chroma = report_chroma(engine, luma, Given(np.zeros((16, 16, 2), np.float32), np.zeros((16, 16), bool)))
    shown = color.rgb_to_lab(color.ycc_to_rgb(np.float32(128 / 255), chroma[0, 0]))
    assert np.allclose(shown[1:], (40, -30), atol=0.5)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (7, 5), (300, 9), (50, 90)])
def test_films_of_any_size_turned_or_deep_can_be_coloured(
    report_weights: Path, film: Make, info: Make, width: int, height: int
) -> None:
    dice = np.random.default_rng(0)
    lumas = [dice.integers(64, 940, (height, width)).astype(np.uint16) for _ in range(2)]
    frames = film(lumas, depth=10)
    about = info(frames[0], turns=1)
    coloring = report_coloring(report_weights)
    for one in coloring(frames, about, Guidance(hints=(Hint(0, 0, RED),)), NO_CUTS):
        assert [plane.shape for plane in one.chroma] == [((height + 1) // 2, (width + 1) // 2)] * 2
        assert one.chroma[0].dtype == np.uint16


def test_the_method_bears_its_name_and_misses_its_weights_at_once(
    report_weights: Path, tmp_path: Path
) -> None:
    assert report_coloring(report_weights).__name__ == "report-net"
    assert report_coloring(report_weights, "zhang2016").__name__ == "zhang2016"
    with pytest.raises(WeightsError, match="no weights here"):
        report_coloring(tmp_path)
    with pytest.raises(WeightsError, match="weights of the realtime network"):
        report_coloring(write_manifest(tmp_path / "own", "realtime"))


def test_saturation_is_the_film_s_own_matter(pan: Make, film: Make, info: Make) -> None:
    frames = film(pan(count=1))
    engine = smearing(Size(96, 64))
    (grey,) = run(frames, info(frames[0]), engine, replace(NO_CUTS, saturation=0))
    assert not grey.any()


def test_keyframes_are_refused_at_once(pan: Make, film: Make, info: Make) -> None:
    frames = film(pan(count=1))
    given = Guidance(keyframes=((0, np.zeros((64, 96, 3), np.uint8)),))
    with pytest.raises(UsageError, match="report-net takes no keyframes"):
        report_net(frames, info(frames[0]), given, NO_CUTS, engine=smearing(Size(96, 64)))
