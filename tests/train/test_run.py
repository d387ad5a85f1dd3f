"""A run goes to its end, goes on where it was stopped, and never loses its last good state."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import cv2
import pytest
import torch
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import IterableDataset

from huecue.errors import FailureError, UsageError
from huecue.train import course, curves, realtime, run, unroll
from huecue.train.export import export, load_net
from huecue.train.feed import Mix
from huecue.train.realtime import RealtimeCourse
from huecue.train.run import TrainOptions, rate_at, settings, train
from huecue.train.samples import Habits
from tiny_realtime import TINY


@pytest.fixture
def options(tmp_path: Path, photos: Path, clips: Path, monkeypatch: pytest.MonkeyPatch) -> TrainOptions:
    """Four steps of a tiny network on tiny samples, checked on a handful of samples."""
    monkeypatch.setattr(curves, "LOSS_EVERY", 1)
    monkeypatch.setattr(run, "draw_curves", lambda folder: folder)  # it takes its time
    whole = realtime.make_check
    monkeypatch.setattr(realtime, "make_check", lambda *data: whole(*data, count=2))
    return TrainOptions(
        RealtimeCourse(
            (str(photos), str(clips)),
            shape=TINY,
            habits=Habits(still_px=(32,), film_px=(32,), frames=2, imagined_gap=1, longest_gap=2),
            mix=Mix(batch_stills=2, batch_films=2),
        ),
        out=tmp_path / "run",
        steps=4,
        warmup=2,
        ema=0.5,
        workers=0,
        check_every=2,
    )


def steps_in(path: Path) -> list[int]:
    with path.open(newline="") as file:
        return [int(row["step"]) for row in csv.DictReader(file)]


def step_of(checkpoint: Path) -> int:
    return torch.load(checkpoint, weights_only=True)["step"]


def fail_at(step: int, problem: Callable[[], torch.Tensor]) -> Callable[..., torch.Tensor]:
    """A loss that goes wrong at a step, counted from 1."""
    whole, calls = unroll.loss, iter(range(1, 1000))
    return lambda *given: problem() if next(calls) == step else whole(*given)


class Endless(IterableDataset[int]):
    def __iter__(self) -> Iterator[int]:
        return count()


def stop() -> torch.Tensor:
    raise KeyboardInterrupt


def test_a_run_leaves_a_network_its_settings_and_its_log(
    options: TrainOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "draw_curves", curves.draw_curves)
    path = train(options, quiet=True)
    assert path == options.out / "checkpoint.pt"
    assert step_of(path) == 4
    assert load_net(path).shape == TINY
    assert json.loads((options.out / "settings.json").read_text()) == settings(options)
    assert steps_in(options.out / "loss.csv") == [1, 2, 3, 4]
    assert sorted(set(steps_in(options.out / "scores.csv"))) == [2, 4]
    assert cv2.imread(str(options.out / "curves.png")) is not None
    assert not list(options.out.glob("*.part"))


def test_training_changes_the_network(options: TrainOptions) -> None:
    films = Mix(stills=0, hinted=0, imagined=1, clips=0, batch_films=2)  # all that learns plays a part there
    options = replace(options, course=replace(options.course, mix=films))
    first = load_net(train(replace(options, steps=1), quiet=True)).state_dict()
    last = load_net(train(options, quiet=True)).state_dict()
    for name in ("colour.unet.stem.weight", "keys.layers.0.weight", "trace.head.weight"):
        assert not torch.equal(first[name], last[name]), name


def test_the_average_forgets_where_it_began() -> None:
    net = torch.nn.BatchNorm1d(1)
    average = AveragedModel(net, multi_avg_fn=run._follow(0.999), use_buffers=True)
    for value in range(200):
        net.weight.data.fill_(value)
        net.num_batches_tracked.fill_(value)
        average.update_parameters(net)
    assert average.module.weight.item() == pytest.approx(180, abs=3)  # 0.999 alone would give 10
    assert average.module.num_batches_tracked == 199


def test_a_stopped_run_saves_and_goes_on_from_there(
    options: TrainOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(unroll, "loss", fail_at(4, stop))
        with pytest.raises(KeyboardInterrupt):
            train(options, quiet=True)
    assert step_of(options.out / "checkpoint.pt") == 3
    saved = torch.load(options.out / "checkpoint.pt", weights_only=True)
    learned = []
    with monkeypatch.context() as patch:
        whole = run._Run._learn
        patch.setattr(run._Run, "_learn", lambda self, batch: learned.append(self.step) or whole(self, batch))
        train(options, quiet=True)
    assert learned == [3]
    assert step_of(options.out / "checkpoint.pt") == 4
    assert steps_in(options.out / "loss.csv") == [1, 2, 3, 4]
    after = torch.load(options.out / "checkpoint.pt", weights_only=True)
    counts = [max(part["step"] for part in whole["optimizer"]["state"].values()) for whole in (saved, after)]
    assert counts == [3, 4]


@pytest.mark.parametrize(("workers", "shares"), [(1, [7]), (2, [4, 3]), (3, [3, 2, 2])])
def test_workers_draw_as_many_batches_as_the_run_has_steps(
    monkeypatch: pytest.MonkeyPatch, workers: int, shares: list[int]
) -> None:
    stream = cast(course.Batches, Endless())
    assert len(list(run.First(stream, 7))) == 7
    drawn = []
    for number in range(workers):
        worker = SimpleNamespace(id=number, num_workers=workers)
        monkeypatch.setattr(run, "get_worker_info", lambda worker=worker: worker)
        drawn.append(len(list(run.First(stream, 7))))
    assert drawn == shares


def test_resuming_at_the_end_learns_nothing_more(options: TrainOptions) -> None:
    path = train(options, quiet=True)
    before = torch.load(path, weights_only=True)["net"]
    train(options, quiet=True)
    after = torch.load(path, weights_only=True)["net"]
    assert step_of(path) == 4
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_a_fresh_run_starts_over(options: TrainOptions) -> None:
    train(options, quiet=True)
    train(replace(options, steps=2), fresh=True, quiet=True)
    assert step_of(options.out / "checkpoint.pt") == 2
    assert steps_in(options.out / "loss.csv") == [1, 2]


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_loss_that_is_no_number_stops_and_keeps_the_last_good_state(
    options: TrainOptions, monkeypatch: pytest.MonkeyPatch, number: float
) -> None:
    monkeypatch.setattr(unroll, "loss", fail_at(4, lambda: torch.tensor(number, requires_grad=True)))
    with pytest.raises(FailureError, match=r"the loss is (nan|inf) at step 3;.*checkpoint\.pt holds"):
        train(options, quiet=True)
    assert step_of(options.out / "checkpoint.pt") == 2
    weights = torch.load(options.out / "checkpoint.pt", weights_only=True)["net"].values()
    assert all(torch.isfinite(weight).all() for weight in weights)


def test_a_failed_save_leaves_the_old_checkpoint_whole(
    options: TrainOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(_whole: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("disk full")

    path = train(replace(options, steps=2), quiet=True)
    monkeypatch.setattr(torch, "save", break_off)
    with pytest.raises(OSError, match="disk full"):
        train(options, quiet=True)
    assert step_of(path) == 2


def test_without_photographs_nothing_is_begun(options: TrainOptions, clips: Path) -> None:
    with pytest.raises(UsageError, match="no photographs"):
        train(replace(options, course=RealtimeCourse((str(clips),))), quiet=True)
    assert not (options.out / "checkpoint.pt").exists()


def test_the_rate_warms_up_and_falls_to_a_hundredth() -> None:
    options = TrainOptions(RealtimeCourse(()), steps=1000, warmup=100, rate=2e-3)
    rates = [rate_at(step, options) for step in range(1001)]
    assert rates[0] == pytest.approx(2e-5)
    assert rates[:100] == sorted(rates[:100])
    assert rates[100] == max(rates) == pytest.approx(2e-3)
    assert rates[100:] == sorted(rates[100:], reverse=True)
    assert rates[550] == pytest.approx(2e-3 * 0.505)
    assert rates[1000] == rate_at(5000, options) == pytest.approx(2e-5)
    assert rate_at(0, replace(options, warmup=0)) == pytest.approx(2e-3)


def test_a_short_run_warms_up_for_a_tenth_of_it() -> None:
    options = TrainOptions(RealtimeCourse(()), steps=50, warmup=300, rate=1e-3)
    rates = [rate_at(step, options) for step in range(51)]
    assert rates.index(max(rates)) in (4, 5)
    assert rates[50] == pytest.approx(1e-5)


def test_settings_are_plain_json(options: TrainOptions) -> None:
    plain = settings(options)
    assert json.loads(json.dumps(plain)) == plain
    assert plain["course"]["habits"]["hints"]["geometric"] == RealtimeCourse(()).habits.hints.geometric
    assert plain["out"] == str(options.out)


def test_settings_tell_what_was_before(options: TrainOptions, tmp_path: Path) -> None:
    checkpoint = train(options, quiet=True)
    second = replace(options, course=replace(options.course, start=checkpoint), out=tmp_path / "second")
    assert settings(second)["before"] == settings(options)
    exported = export(checkpoint, tmp_path / "exported", settings=settings(second))
    third = replace(options, course=replace(options.course, start=exported), out=tmp_path / "third")
    assert settings(third)["before"]["before"] == settings(options)
    bare = tmp_path / "bare.pt"
    assert "before" not in settings(replace(options, course=replace(options.course, start=bare)))
