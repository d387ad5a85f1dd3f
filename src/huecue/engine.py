"""The network on this machine: ONNX Runtime or OpenVINO, CPU or GPU."""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from huecue.errors import EngineError, install_extra
from huecue.stages.motion import Flow
from huecue.stages.palette import Tones, no_tones
from huecue.stages.upsample import coarse_size
from huecue.types import Chroma, Luma, Mask, Size
from huecue.weights import Part, ReportWeights, Weights

EngineName = Literal["auto", "onnxruntime", "openvino"]
Device = Literal["cpu", "cuda"]
Tensor = NDArray[np.float32]
Run = Callable[[dict[str, Tensor]], Tensor]
Load = Callable[..., Run]
"""Of a model's bytes; `precise` is whether its sums must not be rounded to bf16."""

OFFERED = {"hints": 6, "previous": 3, "keyframe": 3, "memory": 3, "traced": 3}
"""Channels of what may be on offer for a frame."""
QUARTER = frozenset({"asked", "features"})
"""Inputs that are a quarter of the working size high and wide."""

OF_LUMA: tuple[Part, ...] = ("keys", "likeness", "features")
"""Parts that see a luma alone."""

AB = 110.0
"""What the report's networks have a and b divided by."""
GLOBAL_HINTS = 316
"""Their global hints: a histogram of 313 bins, whether it is given, a saturation, whether it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Engine:
    """The network's parts, loaded for one working size.

    It remembers nothing between calls but its last answers about a luma alone, and threads may share it.
    `coarse` is the same at half the size, where what is far apart is near; it only colours.
    """

    name: str
    size: Size
    threads: int
    runs: Mapping[Part, Run]
    coarse: Engine | None = None

    def keys(self, luma: Luma) -> Tensor:
        """Unit keys (64, H/16, W/16) of a working-size luma (H, W)."""
        keys: Tensor = self.runs["keys"]({"luma": as_input(luma)})[0]
        return keys

    def likeness(self, luma: Luma) -> Tensor:
        """What is known of a working-size luma (H, W) before any hint: planes (16 + 11, H/2, W/2).

        `stages.krige` says which; in the first 16 pixels of like colour lie close.
        """
        planes: Tensor = self.runs["likeness"]({"luma": as_input(luma)})[0]
        return planes

    def features(self, luma: Luma) -> Tensor:
        """Unit features (32, H/4, W/4) of a working-size luma (H, W), by which a colour is traced."""
        features: Tensor = self.runs["features"]({"luma": as_input(luma)})[0]
        return features

    def look(
        self, asked: Tensor, features: Tensor, chroma: Chroma, trust: Mask, flow: Flow
    ) -> tuple[Chroma, Mask]:
        """Chroma (H, W, 2) traced for a frame's features in a keyframe, and confidence (H, W) 0..1.

        `features`, `chroma` (H, W, 2) and `trust` (H, W) are the keyframe's; `flow` (H, W, 2) leads to it, in
        pixels.
        """
        source = np.concatenate([first(chroma), trust[None]])
        inputs = {"asked": asked, "features": features, "source": source, "flow": first(flow)}
        return _split(self.runs["look"]({name: plane[None] for name, plane in inputs.items()})[0])

    def colour(self, luma: Luma, palette: Tones | None = None, **offers: Tensor) -> tuple[Chroma, Mask]:
        """Chroma (H, W, 2) and trust (H, W) 0..1 of a working-size luma (H, W) and what is on offer for it.

        `palette` (150,) steers what nothing else says.

        Offers are (C, H, W). hints: 6 channels (diffused CbCr, near CbCr, reach, mask); previous, keyframe,
        memory and traced: 3 (CbCr, confidence). What is left out is not on offer.
        """
        planes = {name: offers.get(name, nothing(channels, self.size)) for name, channels in OFFERED.items()}
        inputs = {"luma": as_input(luma), **{name: plane[None] for name, plane in planes.items()}}
        inputs["palette"] = (no_tones() if palette is None else palette)[None, :, None, None]
        return _split(self.runs["colour"](inputs)[0])


def _split(answer: Tensor) -> tuple[Chroma, Mask]:
    """(3, H, W) as chroma (H, W, 2) and how sure it is (H, W)."""
    return np.ascontiguousarray(answer[:2].transpose(1, 2, 0)), answer[2]


@dataclass(frozen=True, slots=True, eq=False)
class ReportEngine:
    """A network of the report's, loaded for one working size. It remembers nothing between calls."""

    name: str
    size: Size
    threads: int
    run: Run

    def ab(self, lightness: Tensor, hints: Tensor, overall: Tensor | None = None) -> Tensor:
        """a and b (H, W, 2), -110..110, of L* (H, W), 0..100, and hints (H, W, 3): a, b and a mask 0 or 1.

        `overall` (316,) are the global hints; None gives none.
        """
        given = np.concatenate([hints[..., :2] / AB, hints[..., 2:] - np.float32(0.5)], axis=-1)
        told = np.zeros(GLOBAL_HINTS, np.float32) if overall is None else overall
        inputs = {
            "light": (lightness[None, None] - np.float32(50)) / np.float32(100),
            "hints": np.ascontiguousarray(given.transpose(2, 0, 1)[None], np.float32),
            "overall": told[None, :, None, None],
        }
        return np.ascontiguousarray(self.run(inputs)[0].transpose(1, 2, 0) * AB)


def first(plane: NDArray[np.float32]) -> Tensor:
    """(H, W, C) -> (C, H, W)."""
    return np.ascontiguousarray(plane.transpose(2, 0, 1), np.float32)


def as_input(luma: Luma) -> Tensor:
    """(1, 1, H, W), -0.5..0.5."""
    return (luma.astype(np.float32) * np.float32(1 / 255) - np.float32(0.5))[None, None]


def offer(chroma: Chroma, confidence: Mask) -> Tensor:
    """(3, H, W): colours as far as they are trusted at all, and the trust."""
    trusted = confidence > 0.01
    return np.stack([chroma[..., 0] * trusted, chroma[..., 1] * trusted, confidence])


def nothing(channels: int, size: Size) -> Tensor:
    """(channels, H, W) of zeros: an offer that is not there."""
    return np.zeros((channels, *size.shape), np.float32)


def engines() -> tuple[str, ...]:
    """The engines installed here, the one that `auto` takes first."""
    return tuple(name for name in ("openvino", "onnxruntime") if importlib.util.find_spec(name))


def default_threads() -> int:
    """Threads for the network: half of the cores, so that decoding and encoding have the rest; at most 4."""
    return max(1, min(4, (os.cpu_count() or 1) // 2))


def open_engine(
    weights: Weights,
    size: Size,
    *,
    name: EngineName = "auto",
    device: Device = "cpu",
    threads: int | None = None,
) -> Engine:
    """The network ready for frames of a working size. Raises EngineError, naming what to change."""
    small = coarse_size(size)
    engine, count, load = _loader(small, name=name, device=device, threads=threads)
    coarse = Engine(engine, small, count, {"colour": load(weights.parts["colour"])})
    engine, count, load = _loader(size, name=name, device=device, threads=threads)
    whole = {part: load(model, precise=part == "look") for part, model in weights.parts.items()}
    whole |= {part: _ready(whole[part]) for part in OF_LUMA}
    return Engine(engine, size, count, whole, coarse)


def _ready(run: Run) -> Run:
    """The same, with its last answers at hand: a person gives one hint after the other on the same frame."""

    @lru_cache(maxsize=2)
    def answer(light: bytes, shape: tuple[int, ...]) -> Tensor:
        found = run({"luma": np.frombuffer(light, np.float32).reshape(shape)})
        found.flags.writeable = False
        return found

    return lambda inputs: answer(inputs["luma"].tobytes(), inputs["luma"].shape)


def open_report(
    weights: ReportWeights,
    size: Size,
    *,
    name: EngineName = "auto",
    device: Device = "cpu",
    threads: int | None = None,
) -> ReportEngine:
    """A network of the report's, ready for frames of a size; both sides are multiples of 8.

    Raises EngineError, naming what to change.
    """
    engine, count, load = _loader(size, name=name, device=device, threads=threads)
    return ReportEngine(engine, size, count, load(weights.network))


def _loader(size: Size, *, name: EngineName, device: Device, threads: int | None) -> tuple[str, int, Load]:
    """The engine that is taken, its threads, and what makes it run a model."""
    count = threads or default_threads()
    if name == "auto":
        name = "openvino" if device == "cpu" and "openvino" in engines() else "onnxruntime"
    if name == "openvino" and device != "cpu":
        raise EngineError("openvino runs on the CPU here; for a GPU use --engine onnxruntime")
    if name not in engines():
        how = install_extra(name) if name == "openvino" else f"run: pip install {name}"
        raise EngineError(f"{name} is not installed; {how}")
    if name == "openvino":
        return name, count, partial(_openvino, size=size, threads=count)
    return name, count, partial(_onnxruntime, device=device, threads=count)


def _onnxruntime(model: bytes, *, device: Device, threads: int, precise: bool = False) -> Run:
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # word of every model would go to Microsoft
    import onnxruntime as ort

    ort.disable_telemetry_events()  # the same on Windows
    del precise  # it never rounds
    wanted = "CUDAExecutionProvider" if device == "cuda" else "CPUExecutionProvider"
    if wanted not in ort.get_available_providers():
        raise EngineError(
            "this onnxruntime has no CUDA; run: pip install onnxruntime-gpu, or use --device cpu"
        )
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = ort.InferenceSession(model, options, providers=[wanted])

    def run(inputs: dict[str, Tensor]) -> Tensor:
        answer: Tensor = session.run(None, inputs)[0]
        return answer

    return run


def _openvino(model: bytes, *, size: Size, threads: int, precise: bool = False) -> Run:
    # Word of this import would go to Google; without the module that sends it, openvino has a stand-in.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # None: not to be imported
    import openvino as ov

    core = ov.Core()
    network = core.read_model(model)
    shapes = {}
    for port in network.inputs:
        if port.get_partial_shape().is_dynamic:
            part = 4 if port.get_any_name() in QUARTER else 1
            sides = (side // part for side in size.shape)
            shapes[port] = [1, port.get_partial_shape()[1], *sides]
    network.reshape(shapes)
    settings: dict[str, Any] = {
        "INFERENCE_NUM_THREADS": threads,
        "PERFORMANCE_HINT": "LATENCY",
        "NUM_STREAMS": 1,
        "ENABLE_CPU_PINNING": False,
    }
    if precise:
        settings["INFERENCE_PRECISION_HINT"] = "f32"
    request = core.compile_model(network, "CPU", settings).create_infer_request()
    turn = threading.Lock()  # threads in one request at a time would mix up their frames

    def run(inputs: dict[str, Tensor]) -> Tensor:
        with turn:
            answer: Tensor = request.infer(inputs, share_inputs=True)[0].copy()
        return answer

    return run
