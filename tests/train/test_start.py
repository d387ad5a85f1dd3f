"""A run goes on from a checkpoint or from exported weights."""

from __future__ import annotations

import shutil
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch
from torch.optim.swa_utils import AveragedModel

from huecue.errors import UsageError
from huecue.networks.realtime import RealtimeNet
from huecue.train.export import export
from huecue.train.start import load_into
from huecue.weights import PARTS, Part, file_of
from tiny_realtime import TINY


@pytest.fixture(scope="module")
def trained() -> RealtimeNet:
    torch.manual_seed(3)
    net = RealtimeNet(TINY)
    for weight in net.parameters():  # no two alike: an export keeps those once
        torch.nn.init.normal_(weight, std=0.3)
    return net


@pytest.fixture(scope="module")
def checkpoint(trained: RealtimeNet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run") / "checkpoint.pt"
    average = AveragedModel(trained, use_buffers=True).state_dict()
    torch.save({"shape": asdict(TINY), "average": average}, path)
    return path


@pytest.fixture(scope="module")
def exported(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(checkpoint, tmp_path_factory.mktemp("exported") / "weights", settings={})


def test_a_checkpoint_is_taken_as_it_is(trained: RealtimeNet, checkpoint: Path) -> None:
    net = RealtimeNet(TINY)
    load_into(net, checkpoint)
    for name, weight in trained.state_dict().items():
        assert torch.equal(net.state_dict()[name], weight), name


def test_exported_weights_are_taken_but_for_their_rounding(trained: RealtimeNet, exported: Path) -> None:
    net = RealtimeNet(TINY)
    load_into(net, exported)
    for name, weight in trained.state_dict().items():
        assert (net.state_dict()[name] - weight).abs().max() < 2e-3, name


@pytest.mark.parametrize("part", PARTS)
def test_exported_weights_are_taken_whole_or_not_at_all(exported: Path, tmp_path: Path, part: Part) -> None:
    folder = tmp_path / "partly"
    shutil.copytree(exported, folder, ignore=shutil.ignore_patterns(file_of(part)))
    with pytest.raises(UsageError, match="partly: weights of another network"):
        load_into(RealtimeNet(TINY), folder)


def test_a_smaller_likeness_network_is_grown_and_says_what_it_said(checkpoint: Path, exported: Path) -> None:
    luma = torch.rand(1, 1, 64, 96) - 0.5
    for start in (checkpoint, exported):
        small = RealtimeNet(TINY)
        net = RealtimeNet(replace(TINY, likeness_widths=(12, 16), likeness_down=(1, 3), likeness_up=(2,)))
        load_into(small, start)
        load_into(net, start)
        assert torch.allclose(net.likeness(luma), small.likeness(luma), rtol=1e-3, atol=1e-3)
        assert net.likeness(luma).std() > 0.1
        net.likeness(luma).square().sum().backward()
        assert all(one.grad is not None and one.grad.abs().max() > 0 for one in net.likeness.parameters())


def test_what_cannot_be_taken_is_named(checkpoint: Path, exported: Path, tmp_path: Path) -> None:
    wider = RealtimeNet(replace(TINY, key=16))
    with pytest.raises(UsageError, match=r"checkpoint\.pt: weights of another network"):
        load_into(wider, checkpoint)
    with pytest.raises(UsageError, match=r"weights: weights of another network"):
        load_into(wider, exported)
    narrower = RealtimeNet(replace(TINY, likeness_widths=(4, 8)))
    with pytest.raises(UsageError, match=r"checkpoint\.pt: weights of another network"):
        load_into(narrower, checkpoint)
    with pytest.raises(UsageError, match=r"gone: no weights to start from"):
        load_into(wider, tmp_path / "gone")
    with pytest.raises(UsageError, match="weights of another network"):
        load_into(wider, tmp_path)
