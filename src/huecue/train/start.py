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

GROWS = "likeness."
"""What the names of the part that may have been smaller begin with."""


def load_into(net: nn.Module, start: Path) -> None:
    """Take the averaged weights of a checkpoint, or the real-time network's from the folder of its export.

    Exported weights have been rounded to fp16. A likeness network that was smaller is grown: it answers as
    before until it learns. Raises UsageError where there are none, or another network's.
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
        net.load_state_dict(_grown(net, state))
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
    names = (name for name in net.state_dict() if not _is_new(name, found))
    return {name: _unfolded(name, found, modules) for name in names}


def _is_new(name: str, found: dict[str, NDArray[np.float32]]) -> bool:
    """Whether a block was added to the likeness network after the export."""
    block, conv, leaf = name.rpartition(".conv.")
    return name.startswith(GROWS) and bool(conv) and f"{block}.0.{leaf}" not in found


def _grown(net: nn.Module, state: dict[str, Tensor]) -> dict[str, Tensor]:
    """A smaller likeness network in the corner of the new one: what is new changes no answer at first.

    New blocks are the identity, and nothing old listens to a new channel yet.
    Source: Chen et al. 2016, Net2Net.
    """
    grown = dict(state)
    for name, fresh in net.state_dict().items():
        if not name.startswith(GROWS):
            continue
        old = state.get(name)
        if old is None:
            grown[name] = torch.zeros_like(fresh)
        elif old.shape != fresh.shape and all(a <= b for a, b in zip(old.shape, fresh.shape, strict=True)):
            wider = fresh.clone()
            wider[: len(old)] = 0
            wider[tuple(slice(side) for side in old.shape)] = old
            grown[name] = wider
    return grown


def _unfolded(name: str, found: dict[str, NDArray[np.float32]], modules: dict[str, nn.Module]) -> Tensor:
    owner, _, leaf = name.rpartition(".")
    block = owner.removesuffix(".conv")
    if not isinstance(modules[block], Block):
        return torch.from_numpy(found[name].copy())
    kernel = torch.from_numpy(found[f"{block}.0.{leaf}"].copy())
    if leaf == "weight":
        kernel[:, :, 1, 1] -= torch.eye(len(kernel))
    return kernel
