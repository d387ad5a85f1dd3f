"""The report's network learns by the same loop, from the 2017 hints or from distributions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from huecue.errors import UsageError
from huecue.networks import bins
from huecue.networks.report import ReportShape
from huecue.train import curves, report, run
from huecue.train.report import ReportCourse, colour_loss, distribution_loss
from huecue.train.run import TrainOptions, train

Photo = Callable[..., np.ndarray]
SHAPE = ReportShape("squeezed", width=8)


@pytest.fixture
def course(photos: Path) -> ReportCourse:
    return ReportCourse((str(photos),), shape=SHAPE, side=16, batch=2, check_count=3)


@pytest.fixture
def options(course: ReportCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrainOptions:
    monkeypatch.setattr(curves, "LOSS_EVERY", 1)
    monkeypatch.setattr(run, "draw_curves", lambda folder: folder)  # it takes its time
    return TrainOptions(course, out=tmp_path / "run", steps=2, check_every=2, workers=0, ema=0.5)


def a_batch(course: ReportCourse, seed: int = 0) -> dict[str, torch.Tensor]:
    return {name: torch.as_tensor(plane) for name, plane in next(iter(course.batches(seed=seed))).items()}


@pytest.mark.parametrize("task", ["regress", "classify"])
def test_a_run_leaves_a_checkpoint_and_its_curves(options: TrainOptions, task: str) -> None:
    path = train(replace(options, course=replace(options.course, task=task)), quiet=True)
    whole = torch.load(path, weights_only=True)
    assert (whole["network"], whole["step"]) == ("report", 2)
    assert whole["shape"] == {"variant": "squeezed", "width": 8}
    sets = [row.split(",")[1] for row in (options.out / "scores.csv").read_text().splitlines()[1:]]
    assert sets == (["0 hints"] if task == "classify" else ["0 hints", "1 hints", "5 hints", "20 hints"])


def test_a_finished_run_is_examined_on_all_that_is_held_out(options: TrainOptions, photos: Path) -> None:
    train(options, quiet=True)
    assert not (options.out / "exam.csv").exists()
    for _ in range(2):  # the second goes on from a finished run
        train(replace(options, course=replace(options.course, validation=(str(photos),))), quiet=True)
        rows = [row.split(",")[:2] for row in (options.out / "exam.csv").read_text().splitlines()[1:]]
        assert rows == [["2", f"{hints} hints"] for hints in (0, 1, 5, 20)]


def test_a_run_can_start_from_another_s_weights(options: TrainOptions) -> None:
    first = train(options, quiet=True)
    later = replace(options.course, start=first)
    saved = torch.load(first, weights_only=True)["average"]
    assert torch.equal(later.build().out.weight, saved["module.out.weight"])
    with pytest.raises(UsageError, match="weights of another network"):
        replace(later, shape=ReportShape("full", width=8)).build()
    with pytest.raises(UsageError, match=r"gone\.pt: no weights to start from"):
        replace(later, start=Path("gone.pt")).build()
    with pytest.raises(UsageError, match=r"goes on from a checkpoint\.pt"):
        replace(later, start=first.parent).build()


def test_every_picture_is_seen_before_any_comes_again(
    course: ReportCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, whole = Counter[int](), report.Photographs.draw

    def draw(self: report.Photographs, rng: np.random.Generator, index: int) -> object:
        seen[index] += 1
        return whole(self, rng, index)

    monkeypatch.setattr(report.Photographs, "draw", draw)
    batches = iter(replace(course, batch=5).batches(seed=0))
    for times in (1, 2):
        next(batches)
        assert seen == dict.fromkeys(range(5), times)


def test_a_classifier_gets_no_hints(course: ReportCourse) -> None:
    batch = a_batch(replace(course, task="classify"))
    assert (batch["hints"] == torch.tensor([0, 0, -0.5])[:, None, None]).all()
    assert not batch["overall"].any()


def test_what_was_opened_stays_with_the_course(course: ReportCourse) -> None:
    assert course.photographs.pictures
    assert "photographs" not in vars(course.batches(seed=0).owner)


@pytest.mark.parametrize(
    ("task", "taught"), [("regress", "out.weight"), ("classify", "conv1.layers.0.expand3.weight")]
)
def test_the_loss_teaches_what_the_task_is_about(course: ReportCourse, task: str, taught: str) -> None:
    torch.manual_seed(0)
    wider = ReportShape("squeezed", width=32)  # narrower ones are born with dead layers
    course = replace(course, task=task, shape=wider)
    net = course.build()
    course.loss(net, a_batch(course)).backward()
    named = dict(net.named_parameters())
    assert named[taught].grad.abs().max() > 0
    assert (named["out.weight"].grad is None) == (task == "classify")


def test_colours_cost_their_huber_distance_in_ab() -> None:
    target = torch.zeros(1, 2, 1, 1)
    near, far = (torch.full((1, 2, 1, 1), value / 110) for value in (0.5, 10.0))
    assert float(colour_loss(near, target)) == pytest.approx(0.5 * 0.5**2, rel=1e-4)
    assert float(colour_loss(far, target)) == pytest.approx(10 - 0.5, rel=1e-4)


def test_distributions_cost_their_cross_entropy() -> None:
    ab = torch.from_numpy(bins.centres()[[20, 200]].T.reshape(1, 2, 1, 2).copy()) / 110
    wide = ab.repeat_interleave(4, dim=2).repeat_interleave(4, dim=3)
    told = torch.randn(1, bins.BIN_COUNT, 1, 2, generator=torch.Generator().manual_seed(0))
    weights = torch.linspace(0.5, 2, bins.BIN_COUNT)
    cost = 0.0
    for place, middle in enumerate((20, 200)):
        index, shares = bins.encode(ab[0, :, 0, place][None] * 110)
        logs = torch.log_softmax(told[0, :, 0, place], dim=0)
        cost -= float(weights[middle] * (shares[0] * logs[index[0]]).sum()) / 2
    assert float(distribution_loss(told, wide, weights)) == pytest.approx(cost, rel=1e-4)


def test_rebalancing_can_be_left_out(course: ReportCourse) -> None:
    course = replace(course, task="classify")
    batch, net = a_batch(course), course.build().eval()
    with torch.no_grad():
        costs = [float(replace(course, rebalance=on).loss(net, batch)) for on in (True, False)]
    assert costs[0] != pytest.approx(costs[1], rel=1e-3)


def test_sides_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UsageError, match="multiple of 8, not 30"):
        ReportCourse(("photos",), side=30)
