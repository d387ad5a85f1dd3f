"""The film there and back has its frames in order, is one shot, and shows who drifts."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from huecue.errors import UsageError
from huecue.evaluate import drift, run
from huecue.evaluate.clips import ChromaPlanes, Clip, true_planes
from huecue.evaluate.drift import DriftScore, place_of, psnr_along, there_and_back
from huecue.evaluate.drift_table import DriftResults
from huecue.evaluate.run import EvaluateOptions, Progress, evaluate
from huecue.metrics import PSNR_TOP_DB
from huecue.pipeline import ColorOptions

pytestmark = pytest.mark.usefixtures("small_work")
MakeClip = Callable[..., Path]


def walked(frames: int, length: int) -> list[int]:
    """Positions as one walks them: to the end, turn round, to the beginning, turn round."""
    places, here, step = [0], 0, 1
    while len(places) < length:
        if not 0 <= here + step < frames:
            step = -step
        here += step
        places.append(here)
    return places


@pytest.mark.parametrize("frames", [2, 3, 7, 60])
def test_the_order_is_that_of_someone_who_walks_to_and_fro(frames: int) -> None:
    assert [place_of(index, frames) for index in range(300)] == walked(frames, 300)


def test_the_film_is_the_clip_s_frames_in_that_order(clip: Clip) -> None:
    film = there_and_back(clip, 11)
    assert len(film.frames) == film.info.frames == 11
    assert [frame.index for frame in film.frames] == list(range(11))
    for frame, place in zip(film.frames, [0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2], strict=True):
        assert frame.luma is clip.frames[place].luma
        assert frame.chroma is clip.frames[place].chroma


def test_a_clip_of_one_frame_is_named_and_refused(make_clip: MakeClip) -> None:
    with pytest.raises(UsageError, match=r"one\.mkv has one frame"):
        evaluate([make_clip("one.mkv", count=1)], EvaluateOptions("drift", ("grey",), length=5))


def test_each_frame_is_held_against_the_truth_of_its_own_position(clip: Clip) -> None:
    film = there_and_back(clip, 9)
    assert list(psnr_along(clip, map(true_planes, film.frames))) == [PSNR_TOP_DB] * 9
    others = [true_planes(frame) for frame in film.frames[1:]]
    assert max(psnr_along(clip, others)) < PSNR_TOP_DB


def score(psnrs: list[float], frames: int = 4) -> DriftScore:
    return DriftScore("c", "m", frames, tuple(psnrs))


def test_a_swing_is_the_mean_of_every_position_but_the_given_one_once() -> None:
    # positions            0   1  2  3  2  1  0   1   2   3   2
    one = score([99.0, 1, 2, 6, 4, 5, 50, 10, 20, 60, 7])
    assert one.swings == (3, 5, 30)
    for step, start in ((3, 0), (3, 3), (3, 6)):
        held = [place_of(index, 4) for index in range(start, start + step + 1)]
        assert sorted(held) == [0, 1, 2, 3]


def test_a_frame_belongs_to_the_swing_around_it_and_at_the_end_to_the_last_whole_one() -> None:
    one = score([float(index) for index in range(12)])  # three whole swings and two frames
    assert len(one.swings) == 3
    wanted = {1: 0, 2: 0, 4: 0, 5: 1, 7: 1, 8: 2, 10: 2, 11: 2, 12: 2}
    assert {frame: one.swings.index(one.swing(frame) or 0) for frame in wanted} == wanted
    assert one.alone(12) == 11
    assert score([1.0, 2.0, 3.0]).swing(3) is None


def test_the_fall_is_to_the_worst_swing_after_frame_fifty() -> None:
    psnrs = [30.0] * 49 + [20.0] * 3 + [26.0] * 3 + [29.0] * 45  # frame 50 ends the swing of frames 49 to 52
    one = score(psnrs, 4)
    assert one.fall == pytest.approx(one.swings[16] - min(one.swings[17:]))
    level = score([10.0] * 10 + [30.0] * 90)
    assert level.fall == 0  # what was worse before does not count
    assert score([30.0] * 90 + [25.0] * 10).fall == 5
    assert score([30.0] * 50).fall is None


def drifted(path: Path, *methods: str, length: int, **others: object) -> DriftResults:
    options = EvaluateOptions("drift", methods, length=length, color=ColorOptions(engine="onnxruntime"))
    results = evaluate([path], replace(options, **others))  # type: ignore[arg-type]
    assert isinstance(results, DriftResults)
    return results


def test_a_method_that_drifts_is_seen_to_drift_and_one_that_stands_is_not(make_clip: MakeClip) -> None:
    results = drifted(make_clip(count=6, step_px=3), "frozen", "dis", length=150)
    (frozen,), (dis,) = results.of("frozen"), results.of("dis")
    assert frozen.swings == (frozen.swings[0],) * 29
    assert frozen.fall == 0
    assert dis.fall is not None
    assert dis.fall > 1
    assert dis.swings[-1] < dis.swings[9] < dis.swings[0]


def test_huecue_goes_the_way_of_any_film_and_colours_the_first_frame_as_given(make_clip: MakeClip) -> None:
    results = drifted(make_clip(count=3), "grey", "huecue", length=8)
    grey, huecue = (results.of(name)[0] for name in ("grey", "huecue"))
    assert len(huecue.psnr_frames) == 8
    assert huecue.psnr_frames[0] > 38
    assert min(huecue.psnr_frames) > max(grey.psnr_frames[1:]) + 3


def test_the_film_is_one_shot_whatever_its_pictures_look_like(
    make_clip: MakeClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[ColorOptions] = []
    real = run.start

    def spy(*words: object, options: ColorOptions, **others: object) -> Iterator[ChromaPlanes]:
        asked.append(options)
        return real(*words, options=options, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(run, "start", spy)
    results = drifted(make_clip(), "grey", "frozen", length=5, color=ColorOptions(cuts="auto"))
    assert [options.cuts for options in asked] == ["none", "none"]
    assert results.settings["color"]["cuts"] == "none"


def test_a_long_film_takes_no_more_memory_than_a_short_one(make_clip: MakeClip) -> None:
    path = make_clip(count=5)
    drifted(path, "grey", length=5)

    def peak(length: int) -> int:
        tracemalloc.start()
        drifted(path, "grey", length=length)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    kept = 300 * 2 * 32 * 48  # bytes of the planes alone, were they kept
    assert peak(320) - peak(20) < kept / 5


def test_progress_counts_frames_up_to_its_end(make_clip: MakeClip) -> None:
    seen: list[Progress] = []
    options = EvaluateOptions("drift", ("grey", "frozen"), length=5)
    evaluate([make_clip()], options, seen.append)
    assert [one.done for one in seen] == list(range(11))
    assert {one.total for one in seen} == {10}
    assert seen[5].doing == "glide.mkv: frozen"


def test_two_thousand_frames_are_the_rule(make_clip: MakeClip, monkeypatch: pytest.MonkeyPatch) -> None:
    assert drift.DRIFT_LENGTH == 2000
    monkeypatch.setattr(run, "DRIFT_LENGTH", 7)
    results = evaluate([make_clip()], EvaluateOptions("drift", ("grey",)))
    assert isinstance(results, DriftResults)
    assert len(results.scores[0].psnr_frames) == results.settings["length"] == 7


def test_a_worn_film_is_worn_anew_on_every_turn_and_scored_on_the_clean_luma(make_clip: MakeClip) -> None:
    results = drifted(make_clip(count=3), "grey", "dis", length=20, degrade=("heavy",))
    clean, worn = results.of("grey")[0], results.of("grey, heavy wear")[0]
    assert worn.psnr_frames == clean.psnr_frames
    clean, worn = results.of("dis")[0], results.of("dis, heavy wear")[0]
    assert worn.swings[0] < clean.swings[0]
    assert results.titles == ("grey", "grey, heavy wear", "dis", "dis, heavy wear")
