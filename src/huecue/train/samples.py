"""A training sample: a few frames in a row with all the guidance that the network is given at run time.

Motion is found on the sample's own luma by the same stages that colour a film, so what the network learns to
distrust in training is what goes wrong in use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from huecue.color import rgb_to_ycc
from huecue.stages.hints import Given, half_points
from huecue.stages.levin import diffuse
from huecue.train.imagine import HintHabits, draw_hints, draw_wear, turn_hue
from huecue.train.palettes import draw_tones
from huecue.types import Chroma, Luma, Picture

Array = NDArray[np.float32]
MOST_POINTS = 64
"""Half-size hinted pixels of a sample that are weighed."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """T frames of SxS px. Chroma -1..1, luma -0.5..0.5, flows in pixels; channels first."""

    luma: Array  # (T, 1, S, S)
    target: Array  # (T, 2, S, S)
    hints: Array  # (3, S, S), for the first frame: diffused chroma, mask
    points: NDArray[np.int64]  # (64,): hinted pixels of the half-size first frame, -1 where there are no more
    point_chroma: Array  # (64, 2)
    start: Array  # (3, S, S): chroma of the frame before the first, and how far it is to be trusted
    flow: Array  # (T, 2, S, S) to the frame before
    confidence: Array  # (T, 1, S, S)
    key_luma: Array  # (1, S, S)
    key: Array  # (3, S, S): the keyframe's chroma and trust
    key_flow: Array  # (T, 2, S, S) to the keyframe
    key_confidence: Array  # (T, 1, S, S)
    keyed: Array  # (1, 1, 1): 1 where there is a keyframe, else 0
    memory: Array  # (1, 1, 1): 1 where the keyframe is remembered, else 0
    near: Array  # (1, 1, 1): 1 where what is remembered is a frame of this shot, 0 for any other picture
    palette: Array  # (150, 1, 1): zeros where there is none
    taught: Array  # (2, S/2, S/2): a still's chroma as a teacher has it, if there is one; zeros for films


@dataclass(frozen=True, slots=True)
class Habits:
    """How samples are drawn.

    `drifted` is the share of films whose previous colours are the keyframe's, carried along the motion,
    `alone` the share of films that have nothing but the memory of another view of the scene, `palette` the
    share of samples that have a palette.
    """

    still_px: tuple[int, ...] = (128, 192, 256)
    film_px: tuple[int, ...] = (128,)
    frames: int = 3
    from_clips: float = 0.1
    film_hints: float = 0.2
    turned: float = 0.3
    worn: float = 0.2
    no_key: float = 0.25
    no_memory: float = 0.3
    no_start: float = 0.15
    worn_key: float = 0.3
    drifted: float = 0.0
    alone: float = 0.0
    palette: float = 0.3
    longest_gap: int = 40
    imagined_gap: int = 8
    hints: HintHabits = field(default_factory=HintHabits)


def stack(samples: Sequence[Sample]) -> dict[str, NDArray[Any]]:
    """Samples of one shape as a batch: (B, ...) by field name."""
    return {f.name: np.stack([getattr(sample, f.name) for sample in samples]) for f in fields(Sample)}


def still_sample(
    rng: Generator,
    picture: Picture,
    habits: Habits,
    *,
    size: int,
    hinted: bool,
    taught: Picture | None = None,
) -> Sample:
    """One photograph of `size` px, with hints or without; `taught` is the same as a teacher colours it."""
    crops = crop_alike(rng, [picture] if taught is None else [picture, taught], size)
    planes = [as_planes(crop) for crop in crops]
    (luma, chroma), told = planes[0], planes[-1][1]
    wear = draw_wear(rng, habits.worn)
    luma = wear.on(rng, luma) if wear else luma
    steered = rng.random() < habits.palette
    if (hinted or steered) and rng.random() < habits.turned:
        turn = turn_hue(rng)
        chroma, told = turned(chroma, turn), turned(told, turn)
    tones = draw_tones(rng, luma, chroma, float(steered))
    given = draw_hints(rng, chroma, habits.hints) if hinted else nothing(luma.shape)
    guidance = {**hint_planes(given, luma), "palette": tones[:, None, None], "taught": first(halved(told))}
    return _without_motion(luma, chroma, guidance)


def as_planes(picture: Picture) -> tuple[Luma, Chroma]:
    """Luma 0..255 and chroma of an sRGB picture."""
    luma, chroma = rgb_to_ycc(picture)
    return np.clip(np.rint(luma * 255), 0, 255).astype(np.uint8), chroma.astype(np.float32)


def as_input(luma: Luma) -> Array:
    """(1, H, W), -0.5..0.5."""
    return (luma.astype(np.float32) / np.float32(255) - np.float32(0.5))[None]


def hint_planes(given: Given, luma: Luma) -> dict[str, NDArray[Any]]:
    """A sample's hints, points and point_chroma; zeros and -1 where nothing is given."""
    points, point_chroma = np.full(MOST_POINTS, -1, np.int64), np.zeros((MOST_POINTS, 2), np.float32)
    if given.empty:
        hints = np.zeros((3, *luma.shape), np.float32)
    else:
        diffused = diffuse(given.chroma, given.mask, luma)
        hints = np.concatenate([first(diffused), given.mask[None].astype(np.float32)])
        found = half_points(given, MOST_POINTS)
        points[: len(found.index)], point_chroma[: len(found.index)] = found.index, found.chroma
    return {"hints": hints, "points": points, "point_chroma": point_chroma}


def nothing(shape: tuple[int, ...]) -> Given:
    """No hints."""
    return Given(np.zeros((*shape, 2), np.float32), np.zeros(shape, bool))


def turned(chroma: Chroma, turn: Array) -> Chroma:
    """Chroma with its hue turned, kept inside -1..1."""
    return np.asarray(np.clip(chroma @ turn, -1, 1), np.float32)


def crop_still(rng: Generator, picture: Picture, size: int) -> Picture:
    """A square crop, mirrored half of the time, of 0.6 to 1 of the short side."""
    return crop_alike(rng, [picture], size)[0]


def crop_alike(rng: Generator, pictures: Sequence[Picture], size: int) -> list[Picture]:
    """The same such crop of pictures of one size."""
    height, width = pictures[0].shape[:2]
    side = max(1, round(min(height, width) * rng.uniform(0.6, 1.0)))
    top, left = int(rng.integers(0, height - side + 1)), int(rng.integers(0, width - side + 1))
    crops = [picture[top : top + side, left : left + side] for picture in pictures]
    mirrored = rng.random() < 0.5
    return [resize(crop[:, ::-1] if mirrored else crop, size) for crop in crops]


def _without_motion(luma: Luma, chroma: Chroma, guidance: dict[str, NDArray[Any]]) -> Sample:
    none = np.zeros((1, 2, *luma.shape), np.float32)
    unsure = np.zeros((1, 1, *luma.shape), np.float32)
    unsaid = np.zeros((3, *luma.shape), np.float32)
    return Sample(
        luma=as_input(luma)[None],
        target=first(chroma)[None],
        **guidance,
        start=unsaid,
        flow=none,
        confidence=unsure,
        key_luma=as_input(luma),
        key=unsaid,
        key_flow=none,
        key_confidence=unsure,
        keyed=np.zeros((1, 1, 1), np.float32),
        memory=np.zeros((1, 1, 1), np.float32),
        near=np.ones((1, 1, 1), np.float32),
    )


def first(plane: Array) -> Array:
    """(H, W, C) -> (C, H, W)."""
    return np.ascontiguousarray(plane.transpose(2, 0, 1))


def halved(plane: Array) -> Array:
    """(S/2, S/2, ...) of a square plane (S, S, ...)."""
    return resize(plane, plane.shape[0] // 2)


def resize(plane: NDArray[Any], size: int) -> NDArray[Any]:
    """(size, size, ...) of any square plane."""
    way = cv2.INTER_AREA if plane.shape[0] >= size else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(np.ascontiguousarray(plane), (size, size), interpolation=way))
