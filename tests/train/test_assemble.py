"""recipes/assemble.py: weights put together from several runs, exported."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from torch.optim.swa_utils import AveragedModel

from huecue.networks.realtime import RealtimeNet
from huecue.train.start import load_into
from tiny_realtime import TINY

RECIPE = Path(__file__).parents[2] / "recipes" / "assemble.py"
Assemble = Callable[[Sequence[str]], None]


@pytest.fixture(scope="module")
def assemble() -> Assemble:
    main: Assemble = runpy.run_path(str(RECIPE))["main"]
    return main


def run_of(folder: Path, value: float) -> Path:
    """A run whose weights are all alike, but for what an export would keep once."""
    torch.manual_seed(0)
    net = RealtimeNet(TINY)
    for weight in net.parameters():
        torch.nn.init.normal_(weight, mean=value, std=0.01)
    folder.mkdir()
    state = AveragedModel(net, use_buffers=True).state_dict()
    torch.save({"shape": asdict(TINY), "average": state}, folder / "checkpoint.pt")
    (folder / "settings.json").write_text(json.dumps({"steps": value}))
    return folder


def test_the_colouring_network_is_the_mean_and_all_else_the_later_runs(
    tmp_path: Path, assemble: Assemble
) -> None:
    before, after = run_of(tmp_path / "before", 1.0), run_of(tmp_path / "after", 2.0)
    assemble([str(after), str(tmp_path / "mean"), "--before", str(before), "--share", "0.25"])
    net = RealtimeNet(TINY)
    load_into(net, tmp_path / "mean")
    for name, weight in net.named_parameters():
        mean = 1.25 if name.startswith("colour.") else 2.0
        assert weight.mean().item() == pytest.approx(mean, abs=0.02), name
    settings = json.loads((tmp_path / "mean" / "manifest.json").read_text())["settings"]
    assert settings == {"steps": 2.0, "share of the last run": 0.25}


def test_the_likeness_network_is_another_run_s_where_that_is_named(
    tmp_path: Path, assemble: Assemble
) -> None:
    run, priors = run_of(tmp_path / "a", 2.0), run_of(tmp_path / "b", 3.0)
    assemble([str(run), str(tmp_path / "whole"), "--likeness", str(priors)])
    net = RealtimeNet(TINY)
    load_into(net, tmp_path / "whole")
    for name, weight in net.named_parameters():
        own = 3.0 if name.startswith("likeness.") else 2.0
        assert weight.mean().item() == pytest.approx(own, abs=0.02), name
    settings = json.loads((tmp_path / "whole" / "manifest.json").read_text())["settings"]
    assert settings == {"steps": 2.0, "likeness": {"steps": 3.0}}


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_run_that_is_not_there_is_named(
    tmp_path: Path, assemble: Assemble, capsys: pytest.CaptureFixture[str], gone: int
) -> None:
    runs = [run_of(tmp_path / str(number), 2.0) for number in range(3)]
    runs[gone] = tmp_path / "gone"
    run, before, likeness = map(str, runs)
    with pytest.raises(SystemExit) as left:
        assemble([run, str(tmp_path / "mean"), "--before", before, "--likeness", likeness])
    assert left.value.code == 2
    assert "gone: no checkpoint.pt in it" in capsys.readouterr().err
    assert not (tmp_path / "mean").exists()
