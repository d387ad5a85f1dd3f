"""The report's network in the small: weights of few, random channels, exported on the spot."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import torch
from torch.optim.swa_utils import AveragedModel

from huecue.networks.report import ReportNet, ReportShape
from huecue.train.export_report import export_report
from huecue.weights import FORMAT, MANIFEST, NETWORK

SHAPE = ReportShape("contracted", width=8)


def write_report(folder: Path, *, classify: bool = False, seed: int = 2) -> Path:
    """A folder as `--weights` takes it."""
    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = folder / "checkpoint.pt"
    net = AveragedModel(lively(ReportNet(SHAPE)), use_buffers=True)
    torch.save({"network": "report", "shape": asdict(SHAPE), "average": net.state_dict()}, checkpoint)
    settings = {"course": {"task": "classify" if classify else "regress"}}
    export_report(checkpoint, folder, classify=classify, settings=settings)
    checkpoint.unlink()
    return folder


def lively(net: ReportNet) -> ReportNet:
    """The network with weights that let its input through: from the usual ones all pixels come out alike."""
    for layer in net.modules():
        if isinstance(layer, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    torch.nn.init.normal_(net.out.weight, std=0.5)
    return net


def write_manifest(folder: Path, network: str, data: bytes = b"network") -> Path:
    """A folder whose checksums are right, whatever its network is."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NETWORK).write_bytes(data)
    sums = {NETWORK: hashlib.sha256(data).hexdigest()}
    manifest = {"format": FORMAT, "network": network, "sha256": sums, "settings": {"steps": 7}}
    (folder / MANIFEST).write_text(json.dumps(manifest))
    return folder
