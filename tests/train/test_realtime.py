"""The real-time network's course: what it learns from and what it is judged on."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from huecue.networks.realtime import RealtimeNet
from huecue.train import realtime
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
