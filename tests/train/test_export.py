"""What is exported colours as the trained network does, on every engine, at every size."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.optim.swa_utils import AveragedModel

from huecue.engine import engines, open_engine
from huecue.errors import UsageError
from huecue.networks.realtime import INPUTS, RealtimeNet, Shape
from huecue.train.export import SAMPLE_SIDE, export, halve, load_net
from huecue.types import Size
from huecue.weights import COLOUR, FILES, MANIFEST, load_weights

TINY = Shape(
    widths=(8, 8),
    down=(1, 1),
    up=(1,),
    key_widths=(8, 8, 8),
    key=8,
    likeness_widths=(8, 8),
    likeness=4,
)
SIZE = Size(128, 32)  # not the sample's


def trained_net() -> RealtimeNet:
    torch.manual_seed(3)
    net = RealtimeNet(TINY)
    nn.init.normal_(net.colour.head.weight, std=0.3)
    return net.eval()


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As a run saves it: the average is the trained network, the last step's network is another."""
    path = tmp_path_factory.mktemp("run") / "checkpoint.pt"
    other = RealtimeNet(TINY)
    whole = {
        "step": 3,
        "shape": asdict(TINY),
        "net": other.state_dict(),
        "average": AveragedModel(trained_net(), use_buffers=True).state_dict(),
    }
    torch.save(whole, path)
    return path


@pytest.fixture(scope="module")
def exported(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(checkpoint, tmp_path_factory.mktemp("weights") / "tiny", settings={"steps": 3})


def some_inputs(size: Size) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    dice = np.random.default_rng(0)
    luma = dice.integers(0, 256, size.shape).astype(np.uint8)
    planes = {name: dice.uniform(0, 1, (n, *size.shape)) for name, n in INPUTS.items() if name != "luma"}
    return luma, {name: plane.astype(np.float32) for name, plane in planes.items()}


@pytest.mark.parametrize("name", engines())
@pytest.mark.parametrize("size", [SIZE, Size(SAMPLE_SIDE, SAMPLE_SIDE), Size(32, 96)])
def test_every_engine_gives_what_torch_gives(exported: Path, name: str, size: Size) -> None:
    engine = open_engine(load_weights(exported), size, name=name, threads=1)
    luma, offers = some_inputs(size)
    net, light = trained_net(), torch.from_numpy(luma / np.float32(255) - np.float32(0.5))[None, None]
    with torch.no_grad():
        wanted = net.colour(light, **{k: torch.from_numpy(plane)[None] for k, plane in offers.items()})
        keys, likeness = net.keys(light)[0], net.likeness(light)[0]
    close = 0.03 if name == "openvino" else 5e-3  # OpenVINO works in bf16 where the processor can
    assert np.abs(engine.colour(luma, **offers) - wanted[0].permute(1, 2, 0).numpy()).max() < close
    assert np.abs(engine.keys(luma) - keys.numpy()).max() < close
    assert engine.likeness(luma).shape == (TINY.likeness, size.height // 2, size.width // 2)
    assert np.abs(engine.likeness(luma) - likeness.numpy()).max() < close
    assert wanted.std() > 0.05


def test_what_is_exported_is_checksummed_and_says_how_it_was_made(exported: Path) -> None:
    manifest = json.loads((exported / MANIFEST).read_text())
    assert manifest["settings"] == {"steps": 3}
    for name in FILES:
        assert manifest["sha256"][name] == hashlib.sha256((exported / name).read_bytes()).hexdigest()
    assert load_weights(exported).settings == {"steps": 3}


def test_large_weights_are_kept_in_half_the_bytes(exported: Path) -> None:
    kinds = {}
    for tensor in onnx.load(exported / COLOUR).graph.initializer:
        kinds.setdefault(tensor.data_type, []).append(int(np.prod(tensor.dims)))
    assert min(kinds[TensorProto.FLOAT16]) >= 256
    assert max(kinds.get(TensorProto.FLOAT, [0])) < 256


def test_exporting_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nothing\.pt: no checkpoint to export; train first"):
        export(tmp_path / "nothing.pt", tmp_path / "out", settings={})
    assert not (tmp_path / "out").exists()


def test_the_averaged_network_is_loaded_in_its_own_shape(checkpoint: Path) -> None:
    net = load_net(checkpoint)
    assert net.shape == TINY
    assert not net.training
    for name, weight in trained_net().state_dict().items():
        assert torch.equal(net.state_dict()[name], weight), name


def test_halving_keeps_what_the_graph_computes() -> None:
    weight = np.random.default_rng(0).normal(0, 1, (16, 32)).astype(np.float32)
    small = np.ones(32, np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"]), helper.make_node("Add", ["y", "b"], ["z"])],
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 16])],
        [helper.make_tensor_value_info("z", TensorProto.FLOAT, [1, 32])],
        [numpy_helper.from_array(weight, "w"), numpy_helper.from_array(small, "b")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    halve(model)
    onnx.checker.check_model(model)
    assert {tensor.name: tensor.data_type for tensor in model.graph.initializer} == {
        "w.half": TensorProto.FLOAT16,
        "b": TensorProto.FLOAT,
    }
    x = np.random.default_rng(1).normal(0, 1, (1, 16)).astype(np.float32)
    answer = onnx.reference.ReferenceEvaluator(model).run(None, {"x": x})[0]
    assert np.abs(answer - (x @ weight + small)).max() < 0.01


def test_shapes_survive_being_saved(tmp_path: Path) -> None:
    shape = replace(TINY, widths=(8, 16))
    net = RealtimeNet(shape)
    path = tmp_path / "checkpoint.pt"
    torch.save({"shape": asdict(shape), "average": AveragedModel(net, use_buffers=True).state_dict()}, path)
    assert load_net(path).shape == shape
