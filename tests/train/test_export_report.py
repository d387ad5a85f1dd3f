"""The report's network as ONNX gives what torch gives."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch
from torch.optim.swa_utils import AveragedModel

from huecue.engine import GLOBAL_HINTS
from huecue.errors import UsageError
from huecue.networks.report import ReportNet, ReportShape
from huecue.train.export_report import export_report
from huecue.train.report_check import guess_of
from huecue.weights import MANIFEST, NETWORK
from tiny_report import lively

SHAPE = ReportShape("squeezed", width=8)


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    torch.manual_seed(2)
    path = tmp_path / "checkpoint.pt"
    net = AveragedModel(lively(ReportNet(SHAPE)), use_buffers=True)
    torch.save({"network": "report", "shape": asdict(SHAPE), "average": net.state_dict()}, path)
    return path


@pytest.mark.parametrize("classify", [False, True])
def test_what_is_exported_colours_as_torch_does(checkpoint: Path, tmp_path: Path, classify: bool) -> None:
    target = export_report(checkpoint, tmp_path / "weights", classify=classify, settings={"steps": 3})
    dice = np.random.default_rng(0)
    inputs = {
        "light": dice.uniform(-0.5, 0.5, (1, 1, 24, 40)).astype(np.float32),
        "hints": dice.uniform(-0.5, 0.5, (1, 3, 24, 40)).astype(np.float32),
        "overall": dice.uniform(0, 1, (1, GLOBAL_HINTS, 1, 1)).astype(np.float32),
    }
    (got,) = ort.InferenceSession(target / NETWORK).run(None, inputs)
    torch.manual_seed(2)
    with torch.no_grad():
        answer = lively(ReportNet(SHAPE)).eval()(*(torch.from_numpy(plane) for plane in inputs.values()))
    wanted = guess_of(answer, classify=classify).numpy()
    assert np.abs(got - wanted).max() < 0.02
    assert wanted.std() > 0.1
    manifest = json.loads((target / MANIFEST).read_text())
    assert manifest["network"] == "report"
    assert manifest["sha256"][NETWORK] == hashlib.sha256((target / NETWORK).read_bytes()).hexdigest()


def test_exporting_names_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.pt: no checkpoint to export"):
        export_report(tmp_path / "gone.pt", tmp_path / "out", classify=False, settings={})
    torch.save({"shape": {}}, tmp_path / "other.pt")
    with pytest.raises(UsageError, match=r"other\.pt: not a checkpoint of the report's network"):
        export_report(tmp_path / "other.pt", tmp_path / "out", classify=False, settings={})
