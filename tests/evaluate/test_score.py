"""Scores are the measures applied to the frames that count, and to no others."""

from __future__ import annotations

import numpy as np
import pytest

from huecue import metrics
from huecue.color import chroma_to_planes, hint_chroma, plane_to_luma, rgb_to_lab, ycc_to_rgb
from huecue.evaluate import score
from huecue.evaluate.clips import ChromaPlanes, Clip, picture_of, true_chroma, true_picture, true_planes
from huecue.evaluate.protocols import Task
from huecue.types import Hint

GREY = (np.full((32, 48), 128, np.uint8),) * 2


def truth_of(clip: Clip) -> list[ChromaPlanes]:
    return [true_planes(frame) for frame in clip.frames]


def scores_of(
    clip: Clip, planes: list[ChromaPlanes], task: Task | None = None, **options: object
) -> score.ClipScore:
    made = [score.Made("m", planes, 0.5)]
    (one,) = score.score_clip(clip, task or Task(), made, **options)  # type: ignore[arg-type]
    return one


def test_the_truth_scores_as_perfect(clip: Clip) -> None:
    one = scores_of(clip, truth_of(clip), measures=("cdc", "warping", "colorfulness", "ssim"))
    assert one.psnr == one.psnr_last == one.chroma_psnr == metrics.PSNR_TOP_DB
    assert one.ssim == pytest.approx(1)
    assert (one.cdc_gap, one.warping_ratio, one.colorfulness_gap) == (0, 1, 0)
    assert one.seconds_per_frame == 0.5


def test_scores_are_the_measures_frame_by_frame(clip: Clip) -> None:
    one = scores_of(clip, [GREY] * 4)
    pairs = [(picture_of(frame, GREY), true_picture(frame)) for frame in clip.frames]
    assert one.psnr_frames == pytest.approx([metrics.psnr(*pair) for pair in pairs])
    true = [picture for _, picture in pairs]
    assert one.true_look.cdc == pytest.approx(metrics.cdc([metrics.color_histogram(p) for p in true]))
    assert one.true_look.colorfulness == pytest.approx(np.mean([metrics.colorfulness(p) for p in true]))
    assert one.colorfulness_gap == pytest.approx(-one.true_look.colorfulness)
    chroma = [metrics.chroma_psnr(true_chroma(f) * 0, true_chroma(f)) for f in clip.frames]
    assert one.chroma_psnr == pytest.approx(np.mean(chroma))


def test_warping_is_measured_from_each_frame_to_the_next(clip: Clip) -> None:
    flicker = [(np.full((32, 48), 128 + 20 * (k % 2), np.uint8),) * 2 for k in range(4)]
    still = scores_of(clip, [GREY] * 4)
    assert still.warping_ratio is not None
    flickering = scores_of(clip, flicker)
    assert flickering.warping_ratio is not None
    assert flickering.warping_ratio > 3 * still.warping_ratio


def test_the_frame_that_was_given_is_not_scored(clip: Clip) -> None:
    planes = [truth_of(clip)[0], GREY, GREY, GREY]
    assert len(scores_of(clip, planes, Task(unscored=frozenset({0}))).psnr_frames) == 3
    assert scores_of(clip, planes, Task(unscored=frozenset({0}))).psnr < 30
    assert scores_of(clip, planes).psnr > 40


def test_the_last_five_frames_have_a_mean_of_their_own() -> None:
    one = score.ClipScore("c", "m", (10, 20, 1, 2, 3, 4, 5), 0, None, score.Look(), score.Look(), (), 0)
    assert one.psnr_last == 3


def test_what_is_not_asked_for_is_not_measured(clip: Clip) -> None:
    one = scores_of(clip, [GREY] * 4, measures=())
    assert (one.ssim, one.cdc_gap, one.warping_ratio, one.colorfulness_gap) == (None,) * 4
    assert one.psnr > 0


def test_a_film_of_one_frame_can_be_scored(clip: Clip) -> None:
    from dataclasses import replace

    one = scores_of(replace(clip, frames=clip.frames[:1]), [GREY])
    assert (one.warping_ratio, one.cdc_gap) == (None, 0)


def test_motion_too_even_to_measure_counts_as_rounding() -> None:
    looks = (score.Look(warping_error=0.0), score.Look(warping_error=metrics.WARPING_FLOOR / 9))
    one = score.ClipScore("c", "m", (1.0,), 0, None, *looks, (), 0)
    assert one.warping_ratio == 1


def test_a_hint_that_was_kept_to_has_next_to_no_error(clip: Clip) -> None:
    frame = clip.frames[0]
    hint = Hint(40, 30, (200, 60, 40))
    light = plane_to_luma(frame.luma, 8, False)
    wanted = hint_chroma(hint.color, light[30:31, 40])[0]
    kept = chroma_to_planes(np.tile(wanted, (32, 48, 1)).astype(np.float32), 8, False)
    assert score.hint_errors(frame, kept, [hint])[0] < 1


def test_a_hint_that_was_not_kept_to_has_its_distance_as_error(clip: Clip) -> None:
    frame = clip.frames[0]
    hint = Hint(41, 30, (200, 60, 40))
    light = plane_to_luma(frame.luma, 8, False)[30, 41]
    asked = ycc_to_rgb(light[None], hint_chroma(hint.color, light[None]))
    distance = metrics.ciede2000(rgb_to_lab(asked), rgb_to_lab(np.full((1, 3), light, np.float32)))
    assert score.hint_errors(frame, GREY, [hint, hint]) == pytest.approx([float(distance[0])] * 2, abs=1e-4)


def test_each_method_is_scored_by_its_own_planes_and_bears_its_wear(clip: Clip) -> None:
    made = [score.Made("m", truth_of(clip), 0.1), score.Made("m", [GREY] * 4, 0.2, (3.0,), "light")]
    true, grey = score.score_clip(clip, Task(), made, measures=())
    assert (true.title, true.psnr, true.hint_errors) == ("m", metrics.PSNR_TOP_DB, ())
    assert (grey.title, grey.degrade, grey.hint_errors) == ("m, light wear", "light", (3.0,))
    assert (true.seconds_per_frame, grey.seconds_per_frame) == (0.1, 0.2)
    assert max(grey.psnr, grey.chroma_psnr) < 30 < true.chroma_psnr


def test_no_hints_no_errors(clip: Clip) -> None:
    assert score.hint_errors(clip.frames[0], GREY, ()) == ()
