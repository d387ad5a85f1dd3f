"""A trained network becomes the weights that colour films: folded, in ONNX, in fp16, with a checksum."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from huecue.engine import QUARTER
from huecue.errors import UsageError
from huecue.networks.realtime import INPUTS, MODULES, MULTIPLE, RealtimeNet, Shape
from huecue.networks.trace import CELL_PX
from huecue.networks.unet import Block
from huecue.train.run import averaged
from huecue.weights import FORMAT, MANIFEST, PARTS, Part, file_of

OPSET = 18
SAMPLE_SIDE = 2 * MULTIPLE


def export(checkpoint: Path, target: Path, *, settings: dict[str, Any]) -> Path:
    """Write the averaged network of a checkpoint into the folder `target`: ONNX files and their manifest.

    Raises UsageError where there is no checkpoint.
    """
    net = load_net(checkpoint)
    target.mkdir(parents=True, exist_ok=True)
    fold(net)
    for part in PARTS:
        module, inputs = _part(net, part)
        write(module, list(inputs.values()), list(inputs), target / file_of(part))
    write_manifest(target, [file_of(part) for part in PARTS], network="realtime", settings=settings)
    return target


def _part(net: RealtimeNet, part: Part) -> tuple[nn.Module, dict[str, torch.Tensor]]:
    """A part of the network, and inputs of the kind that it takes, by name."""
    inputs = {"luma": 1}
    if part == "colour":
        inputs = INPUTS
    if part == "look":
        inputs = {"asked": net.shape.trace, "features": net.shape.trace, "source": 3, "flow": 2}
    sides = {name: SAMPLE_SIDE // (CELL_PX if name in QUARTER else 1) for name in inputs}
    sides |= {name: 1 for name in inputs if name == "palette"}
    drawn = {name: torch.rand(1, channels, sides[name], sides[name]) for name, channels in inputs.items()}
    return net.get_submodule(MODULES[part]), drawn


def write_manifest(target: Path, files: Sequence[str], *, network: str, settings: dict[str, Any]) -> None:
    """Write down what the folder holds: the network's kind, its files' checksums and the run's settings."""
    sums = {name: hashlib.sha256((target / name).read_bytes()).hexdigest() for name in files}
    manifest = {"format": FORMAT, "network": network, "sha256": sums, "settings": settings}
    (target / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")


def load_net(checkpoint: Path) -> RealtimeNet:
    """The averaged network of a checkpoint, ready to use. Raises UsageError where there is none."""
    if not checkpoint.exists():
        raise UsageError(f"{checkpoint}: no checkpoint to export; train first")
    whole = torch.load(checkpoint, map_location="cpu", weights_only=True)
    net = RealtimeNet(Shape(**{name: _tuple(value) for name, value in whole["shape"].items()}))
    net.load_state_dict(averaged(whole))
    return net.eval()


def fold(net: nn.Module) -> None:
    """Make every block of the network one plain convolution, in place."""
    for name, child in net.named_children():
        if isinstance(child, Block):
            setattr(net, name, child.folded())
        else:
            fold(child)


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def write(
    net: nn.Module, inputs: list[torch.Tensor], names: list[str], path: Path, *, multiple: int = MULTIPLE
) -> None:
    """Write a network as ONNX, weights in fp16; pictures may have any sides that are multiples."""
    rows, columns = torch.export.Dim("rows"), torch.export.Dim("columns")
    each = [multiple // (CELL_PX if name in QUARTER else 1) for name in names]
    with warnings.catch_warnings():
        # torch's exporter calls what torch itself has deprecated, and remarks on sizes that inputs share.
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            net,
            tuple(inputs),
            input_names=names,
            output_names=["answer"],
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
            dynamic_shapes=tuple(
                {2: many * rows, 3: many * columns} if one.shape[2] > 1 else {}
                for one, many in zip(inputs, each, strict=True)
            ),
        )
    assert program is not None
    model = program.model_proto
    forget(model)
    halve(model)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def forget(model: onnx.ModelProto) -> None:
    """Drop the exporter's notes: they hold the paths of the machine that exported."""
    del model.metadata_props[:], model.graph.metadata_props[:]
    for part in (*model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output):
        del part.metadata_props[:]


def halve(model: onnx.ModelProto) -> None:
    """Keep large weights as fp16, each cast back to fp32 where it is used; not those that it can't hold."""
    casts = []
    for tensor in model.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < 256:
            continue
        name, values = tensor.name, numpy_helper.to_array(tensor)
        if np.abs(values).max() > np.finfo(np.float16).max:
            continue
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    for place, node in enumerate(casts):
        model.graph.node.insert(place, node)
