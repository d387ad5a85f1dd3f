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

from huecue.engine import Engine, engines, open_engine
from huecue.errors import UsageError
from huecue.networks.realtime import INPUTS, PLANES, RealtimeNet
from huecue.train.export import SAMPLE_SIDE, export, halve, load_net
from huecue.types import Luma, Size
from huecue.weights import MANIFEST, PARTS, Part, file_of, load_weights
from tiny_realtime import TINY

SIZE = Size(128, 32)  # not the sample's


def trained_net() -> RealtimeNet:
    torch.manual_seed(3)
    net = RealtimeNet(TINY)
    nn.init.normal_(net.colour.head.weight, std=0.3)
    nn.init.normal_(net.colour.palette.told.weight, std=0.3)
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


@pytest.fixture(
    scope="module", params=[SIZE, Size(SAMPLE_SIDE, SAMPLE_SIDE), Size(32, 96)], ids=lambda size: f"{size}"
)
def size(request: pytest.FixtureRequest) -> Size:
    return request.param


@pytest.fixture(scope="module", params=engines())
def engine(exported: Path, size: Size, request: pytest.FixtureRequest) -> Engine:
    return open_engine(load_weights(exported), size, name=request.param, threads=1)


@pytest.fixture
def luma(size: Size) -> Luma:
    return np.random.default_rng(0).integers(0, 256, size.shape).astype(np.uint8)


def light(luma: Luma) -> torch.Tensor:
    return torch.from_numpy(luma / np.float32(255) - np.float32(0.5))[None, None]


def drawn(seed: int, *shape: int, low: float = 0, high: float = 1) -> np.ndarray:
    return np.random.default_rng(seed).uniform(low, high, shape).astype(np.float32)


def as_batch(*planes: np.ndarray) -> torch.Tensor:
    """(H, W) or (H, W, C) each -> (1, C, H, W)."""
    return torch.from_numpy(np.dstack(planes).transpose(2, 0, 1).copy())[None]


def off(got: np.ndarray | tuple[np.ndarray, np.ndarray], wanted: torch.Tensor) -> float:
    """The largest difference of an engine's answer from torch's (1, C, H, W), which is no constant."""
    assert wanted.std() > 0.05
    if isinstance(got, tuple):  # chroma and how sure it is
        got = np.dstack(got).transpose(2, 0, 1)
    return float(np.abs(got - wanted[0].numpy()).max())


def close(engine: Engine) -> float:
    return 0.03 if engine.name == "openvino" else 5e-3  # OpenVINO works in bf16 where the processor can


@torch.no_grad()
def test_every_engine_colours_as_torch_does(engine: Engine, luma: Luma) -> None:
    names = [name for name in PLANES if name != "luma"]
    offers = {name: drawn(n, PLANES[name], *luma.shape) for n, name in enumerate(names)}
    palette = drawn(9, INPUTS["palette"])
    given = {name: torch.from_numpy(plane)[None] for name, plane in offers.items()}
    wanted = trained_net().colour(
        light(luma), **given, palette=torch.from_numpy(palette)[None, :, None, None]
    )
    assert wanted[:, 2].std() > 0.05
    assert off(engine.colour(luma, palette, **offers), wanted) < close(engine)
    assert off(engine.colour(luma, **offers), wanted) > 3 * close(engine)


@pytest.mark.parametrize(("part", "own"), [("keys", "keys"), ("likeness", "likeness"), ("features", "trace")])
@torch.no_grad()
def test_every_engine_describes_a_frame_as_torch_does(
    engine: Engine, luma: Luma, part: Part, own: str
) -> None:
    got = getattr(engine, part)(luma)
    assert off(got, getattr(trained_net(), own)(light(luma))) < close(engine)


@torch.no_grad()
def test_every_engine_looks_for_colours_as_torch_does(engine: Engine, luma: Luma) -> None:
    height, width = luma.shape
    chroma, trust = drawn(1, height, width, 2, low=-0.5, high=0.5), drawn(2, height, width)
    flow = drawn(3, height, width, 2, low=-20, high=40)
    described = [drawn(n, TINY.trace, height // 4, width // 4, low=-1) for n in (4, 5)]
    asked, features = (unit / np.linalg.norm(unit, axis=0) for unit in described)
    both = (torch.from_numpy(unit)[None] for unit in (asked, features))
    wanted = trained_net().trace.look(*both, as_batch(chroma, trust), as_batch(flow))
    assert off(engine.look(asked, features, chroma, trust, flow), wanted) < close(engine)


def test_what_is_exported_is_checksummed_and_says_how_it_was_made(exported: Path) -> None:
    manifest = json.loads((exported / MANIFEST).read_text())
    assert manifest["settings"] == {"steps": 3}
    assert manifest["sha256"].keys() == {file_of(part) for part in PARTS}
    for name in manifest["sha256"]:
        assert manifest["sha256"][name] == hashlib.sha256((exported / name).read_bytes()).hexdigest()
    assert load_weights(exported).settings == {"steps": 3}


def test_large_weights_are_kept_in_half_the_bytes(exported: Path) -> None:
    kinds = {}
    for tensor in onnx.load(exported / file_of("colour")).graph.initializer:
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


def test_what_half_precision_can_not_hold_stays_whole() -> None:
    weights = {"large": np.full(300, 70_000, np.float32), "small": np.full(300, 7, np.float32)}
    graph = helper.make_graph(
        [helper.make_node("Add", ["large", "small"], ["sum"])],
        "sum",
        [],
        [helper.make_tensor_value_info("sum", TensorProto.FLOAT, [300])],
        [numpy_helper.from_array(values, name) for name, values in weights.items()],
    )
    model = helper.make_model(graph)
    halve(model)
    kept = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    assert {name: values.dtype.name for name, values in kept.items()} == {
        "large": "float32",
        "small.half": "float16",
    }
    assert (kept["large"] == 70_000).all()


def test_shapes_survive_being_saved(tmp_path: Path) -> None:
    shape = replace(TINY, widths=(8, 8, 8, 16))
    net = RealtimeNet(shape)
    path = tmp_path / "checkpoint.pt"
    torch.save({"shape": asdict(shape), "average": AveragedModel(net, use_buffers=True).state_dict()}, path)
    assert load_net(path).shape == shape
