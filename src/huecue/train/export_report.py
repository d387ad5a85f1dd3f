"""The report's network as one ONNX file, with its manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from huecue.engine import GLOBAL_HINTS
from huecue.errors import UsageError
from huecue.networks.report import MULTIPLE, ReportNet, ReportShape
from huecue.train.export import write, write_manifest
from huecue.train.report_check import guess_of
from huecue.train.run import averaged
from huecue.weights import NETWORK

SAMPLE_SIDE = 8 * MULTIPLE


class _Colours(nn.Module):
    """What is run: the ab (B, 2, H, W), -1..1, regressed or read off the distribution."""

    def __init__(self, net: ReportNet, *, classify: bool) -> None:
        super().__init__()
        self.net, self.classify = net, classify

    def forward(self, light: Tensor, hints: Tensor, overall: Tensor) -> Tensor:
        return guess_of(self.net(light, hints, overall), classify=self.classify)


def export_report(checkpoint: Path, target: Path, *, classify: bool, settings: dict[str, Any]) -> Path:
    """Write the averaged network of a checkpoint into the folder `target`.

    Raises UsageError where there is no checkpoint of such a network.
    """
    net = _Colours(load_report(checkpoint), classify=classify).eval()
    target.mkdir(parents=True, exist_ok=True)
    inputs = [torch.rand(1, channels, SAMPLE_SIDE, SAMPLE_SIDE) for channels in (1, 3)]
    write(
        net,
        [*inputs, torch.rand(1, GLOBAL_HINTS, 1, 1)],
        ["light", "hints", "overall"],
        target / NETWORK,
        multiple=MULTIPLE,
    )
    write_manifest(target, (NETWORK,), network="report", settings=settings)
    return target


def load_report(checkpoint: Path) -> ReportNet:
    """The averaged network of a checkpoint, ready to use. Raises UsageError where there is none."""
    if not checkpoint.exists():
        raise UsageError(f"{checkpoint}: no checkpoint to export; train first")
    whole = torch.load(checkpoint, map_location="cpu", weights_only=True)
    if whole.get("network") != "report":
        raise UsageError(f"{checkpoint}: not a checkpoint of the report's network")
    net = ReportNet(ReportShape(**whole["shape"]))
    net.load_state_dict(averaged(whole))
    return net.eval()
