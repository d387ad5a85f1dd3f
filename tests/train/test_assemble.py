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


@pytest.mark.parametrize("likeness", [False, True])
@pytest.mark.parametrize("share", [None, 0.25, 0.5])
def test_each_part_is_the_run_s_own_or_what_is_asked_for(
    tmp_path: Path, assemble: Assemble, share: float | None, likeness: bool
) -> None:
    before, run, priors = (run_of(tmp_path / name, at) for name, at in (("a", 1.0), ("b", 2.0), ("c", 3.0)))
    words, settings = [str(run), str(tmp_path / "whole")], {"steps": 2.0}
    expected = {"colour": 2.0, "likeness": 2.0}
    if share is not None:
        words += ["--before", str(before), "--share", str(share)]
        expected["colour"], settings["share of the last run"] = 1.0 + share, share
    if likeness:
        words += ["--likeness", str(priors)]
        expected["likeness"] = 3.0
    assemble(words)
    net = RealtimeNet(TINY)
    load_into(net, tmp_path / "whole")
    for name, weight in net.named_parameters():
        assert weight.mean().item() == pytest.approx(expected.get(name.split(".")[0], 2.0), abs=0.02), name
    told = json.loads((tmp_path / "whole" / "manifest.json").read_text())["settings"]
    assert told == {**settings, **({"likeness": {"steps": 3.0}} if likeness else {})}


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
