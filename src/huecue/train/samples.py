"""A training sample: a few frames in a row with all the guidance that the network is given at run time.

Motion is found on the sample's own luma by the same stages that colour a film, so what the network learns to
distrust in training is what goes wrong in use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from huecue.color import rgb_to_ycc, to_picture, ycc_to_rgb
from huecue.stages import motion
from huecue.stages.hints import Given, half_points
from huecue.stages.levin import diffuse
from huecue.train.imagine import HintHabits, draw_hints, draw_path, draw_wear, turn_hue
from huecue.train.sources import Clip
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
    start: Array  # (2, S, S): chroma of the frame before the first
    flow: Array  # (T, 2, S, S) to the frame before
    confidence: Array  # (T, 1, S, S)
    key_luma: Array  # (1, S, S)
    key_chroma: Array  # (2, S, S)
    key_flow: Array  # (T, 2, S, S) to the keyframe
    key_confidence: Array  # (T, 1, S, S)
    memory: Array  # (1, 1, 1): 1 where the keyframe is remembered, else 0


@dataclass(frozen=True, slots=True)
class Habits:
    """How samples are drawn."""

    still_px: tuple[int, ...] = (128, 192, 256)
    film_px: int = 128
    frames: int = 3
    from_clips: float = 0.1
    film_hints: float = 0.2
    turned: float = 0.3
    worn: float = 0.2
    no_key: float = 0.25
    no_memory: float = 0.3
    no_start: float = 0.15
    longest_gap: int = 40
    imagined_gap: int = 8
    hints: HintHabits = field(default_factory=HintHabits)


def stack(samples: Sequence[Sample]) -> dict[str, NDArray[Any]]:
    """Samples of one shape as a batch: (B, ...) by field name."""
    return {f.name: np.stack([getattr(sample, f.name) for sample in samples]) for f in fields(Sample)}


def still_sample(rng: Generator, picture: Picture, habits: Habits, *, size: int, hinted: bool) -> Sample:
    """One photograph of `size` px, with hints or without."""
    luma, chroma = as_planes(crop_still(rng, picture, size))
    wear = draw_wear(rng, habits.worn)
    luma = wear.on(rng, luma) if wear else luma
    if hinted and rng.random() < habits.turned:
        chroma = turned(chroma, turn_hue(rng))
    given = draw_hints(rng, chroma, habits.hints) if hinted else nothing(luma.shape)
    return _without_motion(luma, chroma, hint_planes(given, luma))


def film_sample(rng: Generator, lumas: Sequence[Luma], chromas: Sequence[Chroma], habits: Habits) -> Sample:
    """Frames in display order: the keyframe first, the last `habits.frames` to be coloured.

    The frame before those is where the previous colours come from. Any of keyframe, memory and previous
    colours may be left out.
    """
    wear = draw_wear(rng, habits.worn)
    lumas = [wear.on(rng, luma) for luma in lumas] if wear else list(lumas)
    if rng.random() < habits.turned:
        turn = turn_hue(rng)
        chromas = [turned(chroma, turn) for chroma in chromas]
    steps, longer = _track(lumas)
    first = len(lumas) - habits.frames
    key_on = rng.random() >= habits.no_key
    start_on = rng.random() >= habits.no_start
    rows = range(first, len(lumas))
    hinted = rng.random() < habits.film_hints
    given = draw_hints(rng, chromas[first], habits.hints) if hinted else nothing(lumas[0].shape)
    return Sample(
        luma=np.stack([as_input(lumas[t]) for t in rows]),
        target=np.stack([_first(chromas[t]) for t in rows]),
        **hint_planes(given, lumas[first]),
        start=_first(fade(rng, chromas[first - 1], lumas[0].shape) * start_on),
        flow=np.stack([_first(steps[t]) for t in rows]),
        confidence=np.stack([_sure(lumas[t], lumas[t - 1], steps[t], start_on or t > first) for t in rows]),
        key_luma=as_input(lumas[0]),
        key_chroma=_first(chromas[0]),
        key_flow=np.stack([_first(longer[t]) for t in rows]),
        key_confidence=np.stack([_sure(lumas[t], lumas[0], longer[t], key_on) for t in rows]),
        memory=np.full((1, 1, 1), rng.random() >= habits.no_memory, np.float32),
    )


def clip_frames(rng: Generator, clip: Clip, habits: Habits) -> tuple[list[Luma], list[Chroma]]:
    """A crop of consecutive frames of a clip, forwards or backwards; a short one stands still at its end."""
    most = max(1, min(habits.longest_gap, len(clip.luma) - habits.frames))
    count = habits.frames + int(rng.integers(1, most + 1))
    start = int(rng.integers(0, max(0, len(clip.luma) - count) + 1))
    places = np.arange(start, start + count).clip(max=len(clip.luma) - 1)
    places = places[:: 1 if rng.random() < 0.5 else -1]
    size = habits.film_px
    height, width = clip.luma.shape[1:]
    side = int(np.clip(rng.uniform(1.0, 1.4) * size, 16, min(height, width)))
    top, left = int(rng.integers(0, height - side + 1)), int(rng.integers(0, width - side + 1))
    at = (slice(top, top + side), slice(left, left + side))
    mirror = 1 if rng.random() < 0.5 else -1
    lumas = [_resize(clip.luma[t][at][:, ::mirror], size) for t in places]
    chromas = [_resize(clip.colours(t)[at][:, ::mirror], size) for t in places]
    return lumas, chromas


def clip_picture(rng: Generator, clip: Clip) -> Picture:
    """Any frame of a clip as a photograph."""
    index = int(rng.integers(len(clip.luma)))
    return to_picture(ycc_to_rgb(clip.luma[index].astype(np.float32) / np.float32(255), clip.colours(index)))


def imagined_frames(
    rng: Generator, picture: Picture, other: Picture, habits: Habits
) -> tuple[list[Luma], list[Chroma]]:
    """A film made of a photograph that moves, and of a piece of another that passes before it."""
    size = habits.film_px
    count = habits.frames + int(rng.integers(1, habits.imagined_gap + 1))
    back = _at_least(picture, int(size * rng.uniform(1.0, 1.3)))
    front = _at_least(other, size)
    behind = draw_path(rng, size, back.shape, count)
    before = draw_path(rng, size, front.shape, 2 * count)
    shape = _blob(rng, size)
    speed = rng.normal(0, 0.25 * size, 2) / count
    frames = []
    for time in range(count):
        scene = _sample(back, behind.at(time, size))
        passing = _sample(front, before.at(time, size))
        shift = np.array([[1, 0, speed[0] * time], [0, 1, speed[1] * time]], np.float32)
        cover = cv2.warpAffine(shape, shift, (size, size))
        mixed = scene * (1 - cover[..., None]) + passing * cover[..., None]
        frames.append(as_planes(np.rint(mixed).astype(np.uint8)))
    return [luma for luma, _ in frames], [chroma for _, chroma in frames]


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
        hints = np.concatenate([_first(diffused), given.mask[None].astype(np.float32)])
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
    short = min(picture.shape[:2])
    side = max(1, round(short * rng.uniform(0.6, 1.0)))
    top = int(rng.integers(0, picture.shape[0] - side + 1))
    left = int(rng.integers(0, picture.shape[1] - side + 1))
    crop = picture[top : top + side, left : left + side]
    return _resize(crop[:, ::-1] if rng.random() < 0.5 else crop, size)


def fade(rng: Generator, chroma: Chroma, shape: tuple[int, ...]) -> Chroma:
    """Previous colours as a long run leaves them: paler, blurred, drifted, in 70 % of the samples."""
    if rng.random() < 0.3:
        return chroma
    worn = chroma * np.float32(rng.uniform(0.85, 1.0))
    if rng.random() < 0.7:
        worn = cv2.GaussianBlur(worn, (0, 0), rng.uniform(0.4, 2.5))
    drift = cv2.resize(
        rng.normal(0, 1, (6, 6, 2)).astype(np.float32), shape[::-1], interpolation=cv2.INTER_CUBIC
    )
    worn = motion.carry(worn, (drift * rng.uniform(0, 2.5)).astype(np.float32))
    return _blocks(rng, worn, drift) if rng.random() < 0.5 else worn


def _blocks(rng: Generator, chroma: Chroma, drift: Array) -> Chroma:
    """2 to 10 % of the 16 px blocks get colours from elsewhere."""
    wrong = rng.random((-(-chroma.shape[0] // 16), -(-chroma.shape[1] // 16))) < rng.uniform(0.02, 0.1)
    mask = cv2.resize(wrong.astype(np.float32), chroma.shape[1::-1], interpolation=cv2.INTER_LINEAR)[
        ..., None
    ]
    elsewhere = np.roll(chroma, tuple(rng.integers(-40, 41, 2)), axis=(0, 1)) + 0.02 * drift
    return np.asarray(chroma * (1 - mask) + elsewhere * mask, np.float32)


def _without_motion(luma: Luma, chroma: Chroma, hints: dict[str, NDArray[Any]]) -> Sample:
    none = np.zeros((1, 2, *luma.shape), np.float32)
    unsure = np.zeros((1, 1, *luma.shape), np.float32)
    return Sample(
        luma=as_input(luma)[None],
        target=_first(chroma)[None],
        **hints,
        start=none[0],
        flow=none,
        confidence=unsure,
        key_luma=as_input(luma),
        key_chroma=none[0],
        key_flow=none,
        key_confidence=unsure,
        memory=np.zeros((1, 1, 1), np.float32),
    )


def _track(lumas: Sequence[Luma]) -> tuple[list[motion.Flow], list[motion.Flow]]:
    """For each frame, the flow to the one before and the flow to the first."""
    still = np.zeros((*lumas[0].shape, 2), np.float32)
    steps, longer = [still], [still]
    for earlier, luma in pairwise(lumas):
        steps.append(motion.find_flow(luma, earlier))
        longer.append(motion.find_flow(luma, lumas[0], motion.compose(steps[-1], longer[-1])))
    return steps, longer


def _sure(luma: Luma, earlier: Luma, flow: motion.Flow, there: bool) -> Array:
    return motion.find_confidence(luma, earlier, flow)[None] * np.float32(there)


def _first(plane: Array) -> Array:
    """(H, W, C) -> (C, H, W)."""
    return np.ascontiguousarray(plane.transpose(2, 0, 1))


def _resize(plane: NDArray[Any], size: int) -> NDArray[Any]:
    way = cv2.INTER_AREA if plane.shape[0] >= size else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(np.ascontiguousarray(plane), (size, size), interpolation=way))


def _at_least(picture: Picture, side: int) -> Picture:
    scale = side / min(picture.shape[:2])
    if scale <= 1:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)


def _sample(picture: Picture, where: Array) -> Array:
    taken = cv2.remap(picture, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(taken, np.float32)


def _blob(rng: Generator, size: int) -> Array:
    """(S, S) 0..1: a smooth random shape, or nothing in three of ten."""
    if rng.random() < 0.3:
        return np.zeros((size, size), np.float32)
    rough = cv2.resize(rng.random((6, 6)).astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[:size, :size].astype(np.float32)
    centre = rng.uniform(0.2, 0.8, 2) * size
    far = np.hypot(x - centre[0], y - centre[1]) / (size * rng.uniform(0.15, 0.35))
    return np.asarray(cv2.GaussianBlur((far + rough < 1.5).astype(np.float32), (0, 0), 1.0), np.float32)
