"""The real-time network's course: what it learns from and what it is judged on."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from huecue.networks.realtime import RealtimeNet
from huecue.train import realtime, unroll
from huecue.train.feed import Mix
from huecue.train.realtime import RealtimeCourse
from huecue.train.samples import Habits
from tiny_realtime import TINY


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[dict]:
    """The checks that courses make, of two samples each."""
    made, whole = [], realtime.make_check

    def make(*data: object) -> dict:
        made.append(whole(*data, count=2))
        return made[-1]

    monkeypatch.setattr(realtime, "make_check", make)
    return made


def test_validation_can_be_on_pictures_of_its_own(photos: Path, clips: Path, checks: list[dict]) -> None:
    habits = Habits(still_px=(32,), film_px=(32,), frames=2, imagined_gap=1, longest_gap=2)
    data = (str(photos), str(clips))
    RealtimeCourse(data, (str(photos / "more"),), habits=habits).judge()
    RealtimeCourse(data, habits=habits).judge()
    seen, usual = checks
    assert seen.keys() == usual.keys()
    name = "stills without hints"
    assert (seen[name][0]["luma"] != usual[name][0]["luma"]).any()


def test_a_course_builds_judges_and_teaches_its_own_network(
    photos: Path, clips: Path, checks: list[dict]
) -> None:
    habits = Habits(still_px=(32,), film_px=(32,), frames=2, imagined_gap=1, longest_gap=2)
    course = RealtimeCourse((str(photos), str(clips)), shape=TINY, habits=habits)
    net = course.build()
    assert isinstance(net, RealtimeNet)
    assert net.shape == TINY
    scores = course.judge()(net.eval(), torch.device("cpu"))
    assert scores.keys() == checks[0].keys()
    batch = {name: torch.as_tensor(plane) for name, plane in next(iter(course.batches(seed=0))).items()}
    course.loss(net, batch).backward()
    assert any(weight.grad is not None for weight in net.colour.parameters())


def test_the_film_stage_shows_more_films_and_memory_alone() -> None:
    (habits, mix, _), (usual, all_kinds, _) = realtime.STAGES["films"], realtime.STAGES["all"]
    assert mix.imagined + mix.clips > 0.5 > all_kinds.imagined + all_kinds.clips
    assert habits.alone > 0 == usual.alone
    assert habits.longest_gap > usual.longest_gap


def test_what_a_prior_is_learned_from_are_stills_alone() -> None:
    habits, mix, only = realtime.STAGES["priors"]
    assert mix.imagined == mix.clips == 0
    assert mix.hinted > 0
    assert mix.stills > 0  # without hints the guess is learned
    assert habits.palette == habits.turned == 0  # nothing before the hints says that hues were turned
    assert only == realtime.LIKENESS


def test_the_hints_stage_shows_more_hints_and_fewer_films() -> None:
    (habits, mix, only), (usual, films, _) = realtime.STAGES["hints"], realtime.STAGES["films"]
    assert habits.hints.many > usual.hints.many
    assert mix.stills + mix.hinted > films.stills + films.hinted
    assert mix.clips > 0
    assert only is None


@pytest.mark.parametrize("stage", realtime.STAGES)
def test_the_part_that_a_stage_teaches_is_the_network_s(stage: realtime.Stage) -> None:
    _, _, only = realtime.STAGES[stage]
    net = RealtimeCourse((), shape=TINY, only=only).build()
    learning = {name for name, weight in net.named_parameters() if weight.requires_grad}
    assert learning == {name for name, _ in net.named_parameters() if name.startswith(only or "")}
    assert learning


def test_where_the_likeness_alone_learns_the_hints_spread_is_judged(photos: Path, clips: Path) -> None:
    habits = Habits(still_px=(32,))
    mix = Mix(stills=0.0, hinted=1.0, imagined=0.0, clips=0.0)
    data = (str(photos), str(clips))
    course = RealtimeCourse(data, shape=TINY, habits=habits, mix=mix, only=realtime.LIKENESS)
    net = course.build()
    batch = {name: torch.as_tensor(plane) for name, plane in next(iter(course.batches(seed=0))).items()}
    loss = course.loss(net, batch)
    assert torch.equal(loss, unroll.prior_loss(net, batch))
    loss.backward()
    for name, weight in net.named_parameters():
        assert (weight.grad is not None) == name.startswith("likeness.")
    whole = RealtimeCourse(data, shape=TINY, habits=habits, mix=mix).loss(net, batch)
    assert torch.equal(whole, unroll.loss(unroll.run(net, batch), batch, unroll.Weights()))
    assert not torch.equal(whole, loss)
