"""A network that is quick to tell: what it gives is a mean of what is on offer."""

from __future__ import annotations

import numpy as np

from huecue.engine import Engine, Run, Tensor
from huecue.stages import motion
from huecue.stages.krige import EXTRA, TRAITS
from huecue.types import Size
from huecue.weights import Part

OWN_IDEA = 0.05


USUAL = Size(96, 64)


def as_prior(likeness: Tensor) -> Tensor:
    """A prior's planes (C + 11, h, w) of coordinates (C, h, w): nothing else is known."""
    extra = np.zeros((EXTRA, *likeness.shape[1:]), np.float32)
    extra[TRAITS] = 1
    return np.concatenate([likeness, extra])


def plain_engine(size: Size = USUAL) -> Engine:
    """Keys and features are the look of each cell; the colour is the mean of what is on offer, by confidence.

    Its own idea is grey, with any palette 0.5. Trust is all that confidence, 1 at most.
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
        told = np.float32(0.5) * inputs["palette"][0, -3, 0, 0]  # whether there are colours in the palette
        total = OWN_IDEA * told + sum(chroma * sure for chroma, sure in offers)
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
        "likeness": lambda inputs: as_prior(inputs["luma"][0, :, ::2, ::2])[None],
        "features": unit_of(4, 32),
        "look": look,
    }
    return Engine("plain", size, 1, runs)
