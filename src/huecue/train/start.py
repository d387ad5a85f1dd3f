"""Weights to go on from: a checkpoint's, or those of a folder that `export` wrote."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

from huecue.errors import UsageError
from huecue.networks.realtime import MODULES, RealtimeNet
from huecue.networks.unet import Block
from huecue.train.run import averaged
from huecue.weights import file_of

WORKED_OUT = {"trace.look.sharp": "trace.look.exp", "trace.look.far": "trace.look.exp_1"}
"""Weights of which an export keeps nothing but the exponential, and what that is called there."""


def load_into(net: nn.Module, start: Path) -> None:
    """Take the averaged weights of a checkpoint, or the real-time network's from the folder of its export.

    Exported weights have been rounded to fp16. Raises UsageError where there are none, or another network's.
    """
    if not start.exists():
        raise UsageError(f"{start}: no weights to start from; train them first, or leave --start out")
    if start.is_dir() and not isinstance(net, RealtimeNet):
        raise UsageError(f"{start}: this network goes on from a checkpoint.pt, not from exported weights")
    try:
        if start.is_dir():
            state = _exported(net, start)
        else:
            state = averaged(torch.load(start, map_location="cpu", weights_only=True))
        net.load_state_dict(state)
    except (RuntimeError, KeyError, OSError) as problem:  # torch's words for keys and shapes that do not fit
        raise UsageError(f"{start}: weights of another network; name the same network's") from problem


def _exported(net: nn.Module, folder: Path) -> dict[str, Tensor]:
    """The network's state from ONNX files; `export` put each block's identity into its kernel."""
    found: dict[str, NDArray[np.float32]] = {}
    for part, prefix in MODULES.items():
        for tensor in onnx.load(folder / file_of(part)).graph.initializer:
            values = numpy_helper.to_array(tensor).astype(np.float32)
            found[f"{prefix}.{tensor.name.removesuffix('.half')}"] = values
    found |= {name: np.asarray(np.log(found[told])) for name, told in WORKED_OUT.items()}
    modules = dict(net.named_modules())
    return {name: _unfolded(name, found, modules) for name in net.state_dict()}


def _unfolded(name: str, found: dict[str, NDArray[np.float32]], modules: dict[str, nn.Module]) -> Tensor:
    owner, _, leaf = name.rpartition(".")
    block = owner.removesuffix(".conv")
    if not isinstance(modules[block], Block):
        return torch.from_numpy(found[name].copy())
    kernel = torch.from_numpy(found[f"{block}.0.{leaf}"].copy())
    if leaf == "weight":
        kernel[:, :, 1, 1] -= torch.eye(len(kernel))
    return kernel
