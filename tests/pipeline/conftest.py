"""A network that is quick to tell, and small films made on the spot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from films import info_of
from huecue.engine import Engine, Run, Tensor
from huecue.stages import motion
from huecue.types import FilmInfo, Frame, Size
from huecue.weights import Part

OWN_IDEA = 0.05


USUAL = Size(96, 64)


def plain_engine(size: Size = USUAL) -> Engine:
    """Keys and features are the look of each cell; the colour is the mean of what is on offer, by confidence.

    Trust is all that confidence, 1 at most.
    """
    dice = np.random.default_rng(0)

    def unit_of(side: int, channels: int) -> Run:
        patterns = dice.normal(0, 1, (side * side, channels)).astype(np.float32)

        def run(inputs: dict[str, Tensor]) -> Tensor:
            luma = inputs["luma"][0, 0]
            rows, columns = luma.shape[0] // side, luma.shape[1] // side
            cells = luma.reshape(rows, side, columns, side).transpose(0, 2, 1, 3).reshape(-1, side * side)
            unit = cells @ patterns
            unit /= np.linalg.norm(unit, axis=1, keepdims=True) + 1e-6
            return unit.T.reshape(1, channels, rows, columns)

        return run

    def colour(inputs: dict[str, Tensor]) -> Tensor:
        hints = inputs["hints"][0]
        offers = [(hints[:2], hints[4]), (hints[2:4], hints[4])]
        others = ("previous", "keyframe", "memory", "traced")
        offers += [(inputs[name][0, :2], inputs[name][0, 2]) for name in others]
        total = sum(chroma * sure for chroma, sure in offers)
        sure = sum(sure for _, sure in offers)
        return np.concatenate([total / (sure + OWN_IDEA), np.minimum(sure, 1)[None]])[None]

    def look(inputs: dict[str, Tensor]) -> Tensor:
        """Carried along the flow, and sure of what stands still."""
        chroma, trust = inputs["source"][0, :2].transpose(1, 2, 0), inputs["source"][0, 2]
        flow = inputs["flow"][0].transpose(1, 2, 0)
        sure = trust * (np.abs(flow).max(axis=-1) < 1)
        return np.concatenate([motion.carry(chroma, flow).transpose(2, 0, 1), sure[None]])[None]

    runs: dict[Part, Run] = {
        "colour": colour,
        "keys": unit_of(16, 64),
        "likeness": lambda inputs: inputs["luma"][:, :, ::2, ::2],
        "features": unit_of(4, 32),
        "look": look,
    }
    return Engine("plain", size, 1, runs)


def paint_texture(
    seed: int = 0, width: int = 96, height: int = 64, softness_px: float = 3.0
) -> NDArray[np.uint8]:
    """A luma plane (H, W), studio range, of soft noise."""
    noise = np.random.default_rng(seed).normal(0, 1, (height, width)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), softness_px)
    return np.clip(126 + 45 * soft / max(float(soft.std()), 1e-6), 16, 235).astype(np.uint8)


def make_pan(seed: int = 0, count: int = 6, step_px: int = 2, width: int = 96) -> list[NDArray[np.uint8]]:
    """Lumas of a slow pan to the right over a texture."""
    wide = paint_texture(seed, width + step_px * count)
    return [np.ascontiguousarray(wide[:, step_px * t : step_px * t + width]) for t in range(count)]


def film_of(
    lumas: Sequence[NDArray], start: int = 0, depth: int = 8, full_range: bool = False
) -> list[Frame]:
    """Frames of luma planes, counted from `start`."""
    rate = Fraction(1, 25)
    return [Frame(start + n, luma, depth, full_range, start + n, rate) for n, luma in enumerate(lumas)]


@pytest.fixture(scope="session")
def make_engine() -> Callable[..., Engine]:
    """make_engine(size)"""
    return plain_engine


@pytest.fixture(scope="session")
def engine() -> Engine:
    """For frames of 96x64."""
    return plain_engine()


@pytest.fixture(scope="session")
def texture() -> Callable[..., NDArray[np.uint8]]:
    """texture(seed, width, height, softness_px)"""
    return paint_texture


@pytest.fixture(scope="session")
def pan() -> Callable[..., list[NDArray[np.uint8]]]:
    """pan(seed, count, step_px)"""
    return make_pan


@pytest.fixture(scope="session")
def film() -> Callable[..., list[Frame]]:
    """film(lumas, start)"""
    return film_of


@pytest.fixture(scope="session")
def info() -> Callable[..., FilmInfo]:
    """info(frame, turns, chroma_shift)"""
    return info_of
