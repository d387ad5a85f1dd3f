"""The teacher learns by the same loop; its eyes do not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from huecue.errors import UsageError, WeightsError
from huecue.networks.teacher import TeacherNet, TeacherShape
from huecue.train import curves, run, teacher
from huecue.train.feed import Mix
from huecue.train.run import TrainOptions, train
from huecue.train.samples import Habits
from huecue.train.teacher import TeacherCourse, load_teacher
from tiny_vgg import tiny_arrays, write_npz

SMALL = TeacherShape(seen=6, widths=(8, 8, 8), down=(1, 1, 1), up=(1, 1))


@pytest.fixture
def course(photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TeacherCourse:
    monkeypatch.setattr(teacher, "PLAIN", Habits(still_px=(32,), palette=0.0))
    monkeypatch.setattr(teacher, "ALONE", Mix(stills=1, hinted=0, imagined=0, clips=0, batch_stills=3))
    vgg = write_npz(tmp_path / "vgg.npz", **tiny_arrays("conv3_4"))
    return TeacherCourse((str(photos),), (str(photos),), vgg=vgg, shape=SMALL)


@pytest.fixture
def options(course: TeacherCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrainOptions:
    monkeypatch.setattr(curves, "LOSS_EVERY", 1)
    monkeypatch.setattr(run, "draw_curves", lambda folder: folder)  # it takes its time
    return TrainOptions(course, out=tmp_path / "run", steps=2, check_every=2, workers=0, ema=0.5)


def test_a_run_leaves_the_head_alone(options: TrainOptions, course: TeacherCourse) -> None:
    before = {name: weight.clone() for name, weight in course.eyes.state_dict().items()}
    whole = torch.load(train(options, quiet=True), weights_only=True)
    assert (whole["network"], whole["step"]) == ("teacher", 2)
    assert whole["net"].keys() == TeacherNet(SMALL).state_dict().keys()
    assert all(torch.equal(before[name], weight) for name, weight in course.eyes.state_dict().items())
    sets = [row.split(",")[1] for row in (options.out / "scores.csv").read_text().splitlines()[1:]]
    assert sets == ["stills without hints"]


def test_it_learns_the_photographs_colours(course: TeacherCourse) -> None:
    torch.manual_seed(0)
    net = course.build()
    batch = {name: torch.as_tensor(plane) for name, plane in next(iter(course.batches(seed=0))).items()}
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3)
    first = course.loss(net, batch)
    for _ in range(40):
        optimizer.zero_grad()
        course.loss(net, batch).backward()
        optimizer.step()
    assert course.loss(net, batch).item() < first.item() - 0.3


def test_it_is_judged_beside_grey(course: TeacherCourse) -> None:
    torch.manual_seed(0)
    net, judge = course.build(), course.judge()
    torch.nn.init.zeros_(net.head.bias)
    grey = judge(net, torch.device("cpu"))["stills without hints"]
    assert grey.psnr == pytest.approx(grey.grey)
    torch.nn.init.constant_(net.head.bias, 30.0)
    assert judge(net, torch.device("cpu"))["stills without hints"].psnr < grey.grey - 1


def test_a_run_can_start_from_another_s_weights(options: TrainOptions, course: TeacherCourse) -> None:
    torch.manual_seed(1)
    path = train(options, quiet=True)
    net = replace(course, start=path).build()
    assert torch.equal(net.head.bias, run.averaged(torch.load(path, weights_only=True))["head.bias"])


def test_a_file_that_ends_too_early_is_named(course: TeacherCourse, vgg_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"tiny\.npz ends at relu3_1 and has no relu3_4"):
        _ = replace(course, vgg=vgg_path).eyes


def test_a_teacher_is_loaded_from_its_run(options: TrainOptions) -> None:
    path = train(options, quiet=True)
    net = load_teacher(path)
    assert not net.training
    assert torch.equal(net.head.bias, run.averaged(torch.load(path, weights_only=True))["head.bias"])
    with pytest.raises(UsageError, match="no teacher here; train it by `huecue train teacher`"):
        load_teacher(path.with_name("gone.pt"))
    torch.save({"shape": {"key": 64}, "average": {}}, path)
    with pytest.raises(UsageError, match="another network than the teacher"):
        load_teacher(path)
