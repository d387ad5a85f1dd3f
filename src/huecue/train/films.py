"""Samples of films: frames in a row with their motion, of clips or imagined from photographs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.random import Generator

from huecue.color import to_picture, ycc_to_rgb
from huecue.networks.realtime import TRUSTED
from huecue.stages import motion
from huecue.train.imagine import draw_hints, draw_path, draw_wear, turn_hue
from huecue.train.palettes import draw_tones
from huecue.train.samples import (
    Array,
    Habits,
    Sample,
    as_input,
    as_planes,
    first,
    hint_planes,
    nothing,
    resize,
    turned,
)
from huecue.train.sources import Clip
from huecue.types import Chroma, Luma, Picture


def film_sample(
    rng: Generator, lumas: Sequence[Luma], chromas: Sequence[Chroma], habits: Habits, *, alone: bool = False
) -> Sample:
    """Frames in display order: the keyframe first, the last `habits.frames` to be coloured.

    The frame before those is where the previous colours come from. Any of keyframe, memory and previous
    colours may be left out. Where the memory is `alone` the first frame is another view, and all there is.
    """
    wear = draw_wear(rng, habits.worn)
    lumas = [wear.on(rng, luma) for luma in lumas] if wear else list(lumas)
    if rng.random() < habits.turned:
        turn = turn_hue(rng)
        chromas = [turned(chroma, turn) for chroma in chromas]
    steps, longer = _track(lumas)
    begin = len(lumas) - habits.frames
    key_on = not alone and rng.random() >= habits.no_key
    start_on = not alone and rng.random() >= habits.no_start
    key_worn = not alone and rng.random() < habits.worn_key
    rows = range(begin, len(lumas))
    hinted = not alone and rng.random() < habits.film_hints
    given = draw_hints(rng, chromas[begin], habits.hints) if hinted else nothing(lumas[0].shape)
    return Sample(
        luma=np.stack([as_input(lumas[t]) for t in rows]),
        target=np.stack([first(chromas[t]) for t in rows]),
        **hint_planes(given, lumas[begin]),
        start=_left_behind(rng, chromas, longer, begin, habits) * np.float32(start_on),
        flow=np.stack([first(steps[t]) for t in rows]),
        confidence=np.stack([_sure(lumas[t], lumas[t - 1], steps[t], start_on or t > begin) for t in rows]),
        key_luma=as_input(lumas[0]),
        key=_source(rng, chromas[0], fade(rng, chromas[0]) if key_worn else chromas[0]),
        key_flow=np.stack([first(longer[t]) for t in rows]),
        key_confidence=np.stack([_sure(lumas[t], lumas[0], longer[t], key_on) for t in rows]),
        keyed=np.full((1, 1, 1), key_on, np.float32),
        memory=np.full((1, 1, 1), alone or rng.random() >= habits.no_memory, np.float32),
        near=np.full((1, 1, 1), not alone, np.float32),
        palette=draw_tones(rng, lumas[begin], chromas[begin], habits.palette)[:, None, None],
        taught=np.zeros((2, *(side // 2 for side in lumas[0].shape)), np.float32),
    )


def clip_frames(
    rng: Generator, clip: Clip, habits: Habits, *, size: int, alone: bool = False
) -> tuple[list[Luma], list[Chroma]]:
    """A crop of consecutive frames of a clip, forwards or backwards; a short one stands still at its end.

    Where the memory is to be `alone`, the first is another crop of any frame.
    """
    most = 1 if alone else max(1, min(habits.longest_gap, len(clip.luma) - habits.frames))
    count = habits.frames + int(rng.integers(1, most + 1))
    start = int(rng.integers(0, max(0, len(clip.luma) - count) + 1))
    places = np.arange(start, start + count).clip(max=len(clip.luma) - 1)
    places = places[:: 1 if rng.random() < 0.5 else -1]
    crop = _crop(rng, clip, size)
    frames = [crop.of(clip, int(t)) for t in places]
    if alone:
        frames.insert(0, _crop(rng, clip, size).of(clip, int(rng.integers(len(clip.luma)))))
    return [luma for luma, _ in frames], [chroma for _, chroma in frames]


@dataclass(frozen=True, slots=True)
class _Crop:
    at: tuple[slice, slice]
    mirror: int
    size: int

    def of(self, clip: Clip, t: int) -> tuple[Luma, Chroma]:
        luma, chroma = clip.luma[t][self.at], clip.colours(t)[self.at]
        return resize(luma[:, :: self.mirror], self.size), resize(chroma[:, :: self.mirror], self.size)


def _crop(rng: Generator, clip: Clip, size: int) -> _Crop:
    """1 to 1.4 times as large as asked for, as far as there is that much, mirrored half of the time."""
    height, width = clip.luma.shape[1:]
    side = int(np.clip(rng.uniform(1.0, 1.4) * size, 16, min(height, width)))
    top, left = int(rng.integers(0, height - side + 1)), int(rng.integers(0, width - side + 1))
    at = (slice(top, top + side), slice(left, left + side))
    return _Crop(at, 1 if rng.random() < 0.5 else -1, size)


def clip_picture(rng: Generator, clip: Clip) -> Picture:
    """Any frame of a clip as a photograph."""
    index = int(rng.integers(len(clip.luma)))
    return to_picture(ycc_to_rgb(clip.luma[index].astype(np.float32) / np.float32(255), clip.colours(index)))


def imagined_frames(
    rng: Generator, picture: Picture, other: Picture, habits: Habits, *, size: int
) -> tuple[list[Luma], list[Chroma]]:
    """A film made of a photograph that moves, and of a piece of another that passes before it."""
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


def fade(rng: Generator, chroma: Chroma) -> Chroma:
    """Previous colours as a long run leaves them: paler, blurred, drifted, in 70 % of the samples."""
    if rng.random() < 0.3:
        return chroma
    worn = chroma * np.float32(rng.uniform(0.85, 1.0))
    if rng.random() < 0.7:
        worn = cv2.GaussianBlur(worn, (0, 0), rng.uniform(0.4, 2.5))
    drift = cv2.resize(
        rng.normal(0, 1, (6, 6, 2)).astype(np.float32), chroma.shape[1::-1], interpolation=cv2.INTER_CUBIC
    )
    worn = motion.carry(worn, (drift * rng.uniform(0, 2.5)).astype(np.float32))
    return _blocks(rng, worn, drift) if rng.random() < 0.5 else worn


def _left_behind(
    rng: Generator, chromas: Sequence[Chroma], longer: Sequence[motion.Flow], begin: int, habits: Habits
) -> Array:
    """What the frame before the first has: worn true colours, or the keyframe's, carried along the motion."""
    true = chromas[begin - 1]
    if rng.random() >= habits.drifted:
        return _source(rng, true, fade(rng, true))
    return _source(rng, true, motion.carry(chromas[0], longer[begin - 1]))


def _source(rng: Generator, true: Chroma, left: Chroma) -> Array:
    """(3, H, W): colours as a run left them, and the trust it might have in them: blurred and misjudged."""
    error = np.abs(left - true).max(axis=-1)
    error = cv2.GaussianBlur(error, (0, 0), rng.uniform(1, 4)) * np.float32(rng.uniform(0.5, 2))
    return np.concatenate([first(left), np.exp(-error / TRUSTED)[None]])


def _blocks(rng: Generator, chroma: Chroma, drift: Array) -> Chroma:
    """2 to 10 % of the 16 px blocks get colours from elsewhere."""
    wrong = rng.random((-(-chroma.shape[0] // 16), -(-chroma.shape[1] // 16))) < rng.uniform(0.02, 0.1)
    mask = cv2.resize(wrong.astype(np.float32), chroma.shape[1::-1], interpolation=cv2.INTER_LINEAR)[
        ..., None
    ]
    elsewhere = np.roll(chroma, tuple(rng.integers(-40, 41, 2)), axis=(0, 1)) + 0.02 * drift
    return np.asarray(chroma * (1 - mask) + elsewhere * mask, np.float32)


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
