"""The network runs alike on every engine and at every size, remembers nothing, and says what is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import huecue.engine
from films import names
from huecue.engine import (
    Engine,
    ReportEngine,
    as_input,
    default_threads,
    engines,
    nothing,
    offer,
    open_engine,
    open_report,
)
from huecue.errors import EngineError
from huecue.stages.krige import EXTRA
from huecue.types import Size
from huecue.weights import ReportWeights, load_report, load_weights

SIZES = [Size(96, 64), Size(64, 128)]


def luma_of(size: Size, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, size.shape).astype(np.uint8)


def offers_of(size: Size, seed: int = 0) -> dict[str, NDArray[np.float32]]:
    """Something of everything."""
    dice = np.random.default_rng(seed)
    channels = {"hints": 6, "previous": 3, "keyframe": 3, "memory": 3, "traced": 3}
    return {name: dice.uniform(0, 0.5, (n, *size.shape)).astype(np.float32) for name, n in channels.items()}


@pytest.fixture(scope="module", params=engines())
def engine(request: pytest.FixtureRequest) -> Engine:
    return open_engine(load_weights(), SIZES[0], name=request.param, threads=1)


def test_an_engine_is_installed() -> None:
    assert "onnxruntime" in engines()


def features_of(size: Size, seed: int = 0) -> NDArray[np.float32]:
    features = np.random.default_rng(seed).normal(0, 1, (32, size.height // 4, size.width // 4))
    return (features / np.linalg.norm(features, axis=0)).astype(np.float32)


def looked(engine: Engine, size: Size) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What features find in others of the same picture, moved by 8 pixels; the flow knows."""
    dice = np.random.default_rng(7)
    features, flow = features_of(size), np.full((*size.shape, 2), (8, 0), np.float32)
    chroma = cv2.GaussianBlur(dice.normal(0, 1, (*size.shape, 2)).astype(np.float32), (0, 0), 6)
    trust = dice.uniform(0, 1, size.shape).astype(np.float32)
    return engine.look(np.roll(features, -2, axis=2), features, chroma, trust, flow)


def test_colours_have_the_frame_s_shape_and_are_finite(engine: Engine) -> None:
    chroma, trust = engine.colour(luma_of(engine.size), **offers_of(engine.size))
    assert (chroma.shape, trust.shape) == ((*engine.size.shape, 2), engine.size.shape)
    assert (chroma.dtype, trust.dtype) == (np.float32, np.float32)
    assert np.isfinite(chroma).all()
    assert np.abs(chroma).max() <= 1
    assert 0 <= trust.min() < trust.max() <= 1


def test_threads_may_share_an_engine(engine: Engine) -> None:
    lumas = [luma_of(engine.size, seed) for seed in range(24)]
    alone = [engine.likeness(luma) for luma in lumas]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(engine.likeness, lumas))
    assert all(np.array_equal(one, other) for one, other in zip(alone, together, strict=True))


def test_a_luma_that_was_just_seen_is_not_looked_at_again(engine: Engine) -> None:
    luma = luma_of(engine.size)
    answer = engine.keys(luma)
    assert np.shares_memory(answer, engine.keys(luma.copy()))
    with pytest.raises(ValueError, match="read-only"):
        answer[...] = 0
    others = [engine.keys(luma_of(engine.size, seed)) for seed in (1, 2, 3)]
    assert not any(np.array_equal(answer, other) for other in others)
    assert not np.shares_memory(answer, engine.keys(luma))  # what is at hand is bounded


def test_what_is_left_out_is_not_on_offer(engine: Engine) -> None:
    luma, offers = luma_of(engine.size), offers_of(engine.size)
    none = {name: np.zeros_like(plane) for name, plane in offers.items()}
    given = {**none, "previous": offers["previous"]}
    alone = engine.colour(luma, previous=offers["previous"])
    assert np.array_equal(alone[0], engine.colour(luma, **given)[0])
    assert not np.array_equal(alone[0], engine.colour(luma)[0])


def test_keys_and_features_have_length_one(engine: Engine) -> None:
    for make, channels, cell_px in ((engine.keys, 64, 16), (engine.features, 32, 4)):
        made = make(luma_of(engine.size))
        assert made.shape == (channels, engine.size.height // cell_px, engine.size.width // cell_px)
        assert np.allclose(np.linalg.norm(made, axis=0), 1, atol=0.01)


def test_likeness_is_told_at_half_size(engine: Engine) -> None:
    likeness = engine.likeness(luma_of(engine.size))
    assert likeness.shape == (16 + EXTRA, engine.size.height // 2, engine.size.width // 2)
    assert np.isfinite(likeness).all()


def test_colours_are_looked_for_in_a_keyframe(engine: Engine) -> None:
    chroma, confidence = looked(engine, engine.size)
    assert (chroma.shape, confidence.shape) == ((*engine.size.shape, 2), engine.size.shape)
    assert np.isfinite(chroma).all()
    assert 0 <= confidence.min() < confidence.max() <= 1.01


def test_the_engine_remembers_nothing(engine: Engine) -> None:
    first, _ = engine.colour(luma_of(engine.size), **offers_of(engine.size))
    keys = engine.keys(luma_of(engine.size))
    kept = first.copy(), keys.copy()
    engine.colour(luma_of(engine.size, 1), **offers_of(engine.size, 1))
    engine.keys(luma_of(engine.size, 1))
    assert np.array_equal(engine.colour(luma_of(engine.size), **offers_of(engine.size))[0], kept[0])
    assert np.array_equal(engine.keys(luma_of(engine.size)), kept[1])
    assert np.array_equal(first, kept[0])  # an answer is not overwritten by the next one
    assert np.array_equal(keys, kept[1])


def test_what_is_given_is_not_changed(engine: Engine) -> None:
    luma, offers = luma_of(engine.size), offers_of(engine.size)
    engine.colour(luma, **offers)
    assert np.array_equal(luma, luma_of(engine.size))
    assert all(np.array_equal(offers[name], plane) for name, plane in offers_of(engine.size).items())


WATCHED = """
import sys
def watch(event, args):
    if event in ("socket.getaddrinfo", "socket.connect"):
        print(event, args)
sys.addaudithook(watch)
from huecue.engine import open_engine
from huecue.types import Size
from huecue.weights import load_weights
open_engine(load_weights(), Size(64, 64), name=sys.argv[1], threads=1)
"""
"""Opens an engine, and prints every look-up and connection."""


@pytest.mark.parametrize("name", engines())
def test_opening_an_engine_tells_nobody_and_writes_nothing(name: str, tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "CI": ""}
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, name],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **home},
    )
    assert (done.stdout, done.stderr) == ("", "")
    assert names(tmp_path) == set()


@pytest.mark.skipif(len(engines()) < 2, reason="only one engine is installed")
@pytest.mark.parametrize("size", SIZES)
def test_all_engines_give_the_same_at_any_size(size: Size) -> None:
    one, other = (
        open_engine(load_weights(), size, name=name, threads=1) for name in ("onnxruntime", "openvino")
    )
    luma, offers = luma_of(size), offers_of(size)
    pairs = [
        *zip(one.colour(luma, **offers), other.colour(luma, **offers), strict=True),
        (one.keys(luma), other.keys(luma)),
        (one.features(luma), other.features(luma)),
        *zip(looked(one, size), looked(other, size), strict=True),
    ]
    for first, second in pairs:
        assert first.shape == second.shape
        assert np.abs(first - second).max() < 0.03  # OpenVINO works in bf16 where the processor can


def test_luma_goes_in_around_zero() -> None:
    assert as_input(np.array([[0, 255]], np.uint8)).tolist() == [[[[-0.5, 0.5]]]]
    assert as_input(luma_of(SIZES[0])).shape == (1, 1, 64, 96)


def test_an_offer_holds_colours_only_where_they_are_trusted() -> None:
    chroma = np.full((2, 2, 2), (0.5, -0.25), np.float32)
    offered = offer(chroma, np.array([[1, 0.5], [0.005, 0]], np.float32))
    assert offered[0].tolist() == [[0.5, 0.5], [0, 0]]
    assert offered[1].tolist() == [[-0.25, -0.25], [0, 0]]
    assert np.allclose(offered[2], [[1, 0.5], [0.005, 0]])


def test_no_offer_is_all_zeros() -> None:
    assert nothing(3, Size(7, 5)).shape == (3, 5, 7)
    assert not nothing(6, Size(7, 5)).any()


@pytest.mark.parametrize(("cores", "threads"), [(None, 1), (1, 1), (2, 1), (4, 2), (64, 4)])
def test_the_network_leaves_cores_to_the_codec(
    monkeypatch: pytest.MonkeyPatch, cores: int | None, threads: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    assert default_threads() == threads


def test_auto_takes_the_first_engine_that_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    size = Size(64, 64)
    assert open_engine(load_weights(), size, threads=1).name == engines()[0]
    monkeypatch.setattr(huecue.engine, "engines", lambda: ("onnxruntime",))
    opened = open_engine(load_weights(), size, threads=3)
    assert (opened.name, opened.threads, opened.size) == ("onnxruntime", 3, size)


def test_openvino_on_a_gpu_is_refused_with_the_cure() -> None:
    with pytest.raises(EngineError, match="--engine onnxruntime"):
        open_engine(load_weights(), SIZES[0], name="openvino", device="cuda")


@pytest.mark.parametrize("name", ["auto", "onnxruntime"])
def test_a_gpu_that_onnxruntime_does_not_know_is_refused_with_the_cure(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: ["CPUExecutionProvider"])
    with pytest.raises(EngineError, match=r"pip install onnxruntime-gpu.*--device cpu"):
        open_engine(load_weights(), SIZES[0], name=name, device="cuda")


@pytest.mark.parametrize(("name", "package"), [("openvino", r"'\.\[openvino\]'"), ("onnxruntime", "onnx")])
def test_an_engine_that_is_not_installed_is_named_with_its_package(
    monkeypatch: pytest.MonkeyPatch, name: str, package: str
) -> None:
    monkeypatch.setattr(huecue.engine, "engines", lambda: ())
    with pytest.raises(EngineError, match=f"{name} is not installed; run.*: pip install {package}"):
        open_engine(load_weights(), SIZES[0], name=name)


def lightness_of(size: Size) -> NDArray[np.float32]:
    return np.random.default_rng(0).uniform(0, 100, size.shape).astype(np.float32)


def test_the_report_s_network_is_given_what_it_was_taught_with() -> None:
    seen: dict[str, NDArray[np.float32]] = {}

    def run(inputs: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
        seen.update(inputs)
        return np.stack([np.full((1, 2), 0.5), np.full((1, 2), -0.25)])[None].astype(np.float32)

    engine = ReportEngine("fake", Size(2, 1), 1, run)
    ab = engine.ab(np.array([[0, 75]], np.float32), np.array([[[0, 0, 0], [55, -110, 1]]], np.float32))
    assert seen["light"].tolist() == [[[[-0.5, 0.25]]]]
    assert seen["hints"].tolist() == [[[[0, 0.5]], [[0, -1]], [[-0.5, 0.5]]]]
    assert seen["overall"].shape == (1, 316, 1, 1)
    assert not seen["overall"].any()
    assert {plane.dtype for plane in seen.values()} == {np.dtype(np.float32)}
    assert ab.tolist() == [[[55, -27.5], [55, -27.5]]]
    engine.ab(np.zeros((1, 2), np.float32), np.zeros((1, 2, 3), np.float32), np.ones(316, np.float32))
    assert seen["overall"].all()


@pytest.mark.parametrize("size", [Size(64, 64), Size(104, 40)])
def test_the_report_s_network_runs_alike_on_every_engine_at_any_size(
    report_weights: Path, size: Size
) -> None:
    weights, lightness = load_report(report_weights), lightness_of(size)
    hints = np.zeros((*size.shape, 3), np.float32)
    hinted = hints.copy()
    hinted[10:20, 10:20] = (60, -40, 1)
    answers = []
    for name in engines():
        opened = open_report(weights, size, name=name, threads=1)
        assert (opened.name, opened.size, opened.threads) == (name, size, 1)
        ab, with_hints = opened.ab(lightness, hints), opened.ab(lightness, hinted)
        assert ab.shape == (*size.shape, 2)
        assert np.array_equal(ab, opened.ab(lightness, hints))
        assert ab.std(axis=(0, 1)).min() > 0.5
        assert np.abs(with_hints - ab)[8:22, 8:22].mean() > 1
        answers.append(ab)
    assert np.abs(answers[0] - answers[-1]).max() < 3  # in units of ab: bf16 where the processor has it


def test_the_report_s_network_says_which_engine_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huecue.engine, "engines", lambda: ())
    with pytest.raises(EngineError, match="onnxruntime is not installed"):
        open_report(ReportWeights("none", b"", {}), SIZES[0], name="onnxruntime")
