"""Evaluation from paths to results: seeded, watched, bounded, and refusing what makes no sense."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage.data import astronaut

from huecue.errors import UsageError
from huecue.evaluate import run
from huecue.evaluate.curve import StillResults
from huecue.evaluate.run import EvaluateOptions, Progress, evaluate
from huecue.evaluate.table import ClipResults
from huecue.pipeline import ColorOptions

pytestmark = pytest.mark.usefixtures("small_work")
MakeClip = Callable[..., Path]
SIMPLE = EvaluateOptions(methods=("grey", "dis"))


def clips_of(paths: list[Path], options: EvaluateOptions) -> ClipResults:
    results = evaluate(paths, options)
    assert isinstance(results, ClipResults)
    return results


def figures(results: ClipResults) -> list[tuple[str, str, float]]:
    return [(score.clip, score.method, score.psnr) for score in results.scores]


def test_every_method_is_scored_on_every_clip(make_clip: MakeClip, tmp_path: Path) -> None:
    make_clip("b.mkv")
    make_clip("a.mkv", step_px=4)
    results = clips_of([tmp_path], SIMPLE)
    assert [(s.clip, s.method) for s in results.scores] == [
        ("a.mkv", "grey"),
        ("a.mkv", "dis"),
        ("b.mkv", "grey"),
        ("b.mkv", "dis"),
    ]


@pytest.mark.parametrize("protocol", ["auto", "hints20", "first-frame", "reference", "both-ends"])
def test_each_protocol_runs_huecue_by_the_way_people_run_it(protocol: str, make_clip: MakeClip) -> None:
    color = ColorOptions(engine="onnxruntime")
    results = clips_of([make_clip(count=3)], EvaluateOptions(protocol, ("grey", "huecue"), color=color))
    scored = {"first-frame": 2, "reference": 2, "both-ends": 1}.get(protocol, 3)
    assert [len(score.psnr_frames) for score in results.scores] == [scored, scored]
    assert len(results.scores[1].hint_errors) == (20 if protocol == "hints20" else 0)
    json.dumps(results.as_json(), allow_nan=False)


def test_the_same_seed_gives_the_same_figures_and_another_gives_others(make_clip: MakeClip) -> None:
    path = make_clip(count=2)
    options = EvaluateOptions("hints20", ("levin",))
    first, again, other = (clips_of([path], replace(options, seed=seed)) for seed in (0, 0, 1))
    assert figures(first) == figures(again)
    assert figures(first) != figures(other)


def test_frames_and_clips_can_be_limited(make_clip: MakeClip, tmp_path: Path) -> None:
    make_clip("a.mkv")
    make_clip("b.mkv")
    results = clips_of([tmp_path], replace(SIMPLE, clips=1, frames=3))
    assert {score.clip for score in results.scores} == {"a.mkv"}
    assert {len(score.psnr_frames) for score in results.scores} == {2}


def test_worn_clips_stand_beside_clean_ones_and_are_judged_on_the_clean_luma(make_clip: MakeClip) -> None:
    path = make_clip(count=3)
    results = clips_of([path], replace(SIMPLE, degrade=("light", "heavy", "light")))
    assert [score.title for score in results.scores] == [
        "grey",
        "grey, light wear",
        "grey, heavy wear",
        "dis",
        "dis, light wear",
        "dis, heavy wear",
    ]
    grey, *worn_grey, dis, light, heavy = results.scores
    assert {score.psnr_frames for score in worn_grey} == {grey.psnr_frames}
    assert dis.psnr > light.psnr > heavy.psnr
    assert grey.true_look == heavy.true_look
    assert figures(results) == figures(clips_of([path], replace(SIMPLE, degrade=("light", "heavy"))))
    assert figures(clips_of([path], SIMPLE)) == [figures(results)[0], figures(results)[3]]


@pytest.mark.parametrize("protocol", ["auto", "hints20", "reference", "both-ends"])
def test_every_protocol_can_be_worn(protocol: str, make_clip: MakeClip) -> None:
    color = ColorOptions(engine="onnxruntime")
    options = EvaluateOptions(protocol, ("huecue",), color=color, degrade=("heavy",), measures=())
    clean, worn = clips_of([make_clip(count=3)], options).scores
    assert worn.psnr_frames != clean.psnr_frames
    assert len(worn.psnr_frames) == len(clean.psnr_frames)
    assert all(error < 1 for error in worn.hint_errors)  # as the worn film shows them
    assert len(worn.hint_errors) == (20 if protocol == "hints20" else 0)


def test_settings_say_how_strong_the_wear_is(make_clip: MakeClip) -> None:
    options = replace(SIMPLE, degrade=("light",), frames=2)
    settings = json.loads(json.dumps(evaluate([make_clip()], options).as_json()["settings"], default=str))
    assert settings["degrade"] == ["light"]
    assert settings["wear"]["light"]["grain"] == 5


def test_progress_counts_up_to_its_end(make_clip: MakeClip) -> None:
    seen: list[Progress] = []
    evaluate([make_clip()], SIMPLE, seen.append)
    assert [one.done for one in seen] == [0, 1, 2, 3]
    assert {one.total for one in seen} == {3}
    assert seen[0].doing == "glide.mkv: grey"


def test_settings_stand_in_the_results(make_clip: MakeClip) -> None:
    settings = evaluate([make_clip()], replace(SIMPLE, seed=7)).as_json()["settings"]
    assert (settings["seed"], settings["methods"], settings["protocol"]) == (
        7,
        ("grey", "dis"),
        "first-frame",
    )


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    folder = tmp_path / "stills"
    folder.mkdir()
    for number, x in enumerate((150, 220)):
        Image.fromarray(np.asarray(astronaut())[20:84, x : x + 64]).save(folder / f"{number}.png")
    return folder


def stills_of(folder: Path, options: EvaluateOptions) -> StillResults:
    results = evaluate([folder], options)
    assert isinstance(results, StillResults)
    return results


def test_stills_gain_with_more_hints(photographs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "HINT_COUNTS", (0, 5, 50))
    results = stills_of(photographs, EvaluateOptions("stills-N", ("spread",), still_side_px=None))
    assert results.counts == (0, 5, 50)
    assert results.psnr("spread", 0) == results.psnr("grey", 0)
    assert results.psnr("spread", 50) > results.psnr("spread", 5) > results.psnr("grey", 5) + 1


def test_the_whole_curve_is_the_papers() -> None:
    assert EvaluateOptions("stills-N").hint_counts == (0, 1, 2, 5, 10, 20, 50, 100, 200, 500)


def test_stills_can_be_measured_at_one_number_of_hints(photographs: Path) -> None:
    color = ColorOptions(engine="onnxruntime")
    options = EvaluateOptions("stills-10", ("huecue",), clips=1, color=color, still_side_px=64)
    results = stills_of(photographs, options)
    assert [(s.still, s.method, s.hints) for s in results.scores] == [
        ("0.png", "grey", 10),
        ("0.png", "huecue", 10),
    ]
    assert len(results.scores[1].hint_errors) == 10


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"protocol": "guess"}, "no protocol 'guess'; choose from auto"),
        ({"protocol": "stills-x"}, "no protocol 'stills-x'"),
        ({"protocol": "auto", "methods": ("levin",)}, "choose from grey, still, huecue"),
        ({"protocol": "stills-N", "methods": ("dis",)}, "choose from grey, spread, levin, yatziv, huecue"),
        ({"frames": 0}, "frames must be 1 or more"),
        ({"clips": 0}, "clips must be 1 or more"),
        ({"seed": -1}, "seed must be 0 or more"),
        ({"protocol": "drift", "length": 0}, "length must be 1 or more"),
        ({"protocol": "drift", "methods": ("still",)}, "choose from grey, frozen, dis, dis-refill, huecue"),
        ({"protocol": "auto", "length": 9}, "--length goes with --protocol drift, not with auto"),
        ({"protocol": "stills-5", "degrade": ("light",)}, "does not go with --protocol stills-5"),
        ({"degrade": ("light", "awful")}, "no wear 'awful'; choose from light, heavy"),
        ({"protocol": "drift", "networks": (("n", Path("n")),)}, "does not go with the protocol drift"),
    ],
)
def test_options_that_make_no_sense_are_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        EvaluateOptions(**wrong)  # type: ignore[arg-type]
