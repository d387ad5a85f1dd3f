"""What is on offer for a frame: colours carried, remembered, traced and hinted, each with its confidence."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from huecue.engine import Engine, Tensor, offer
from huecue.stages import memory, motion
from huecue.stages.hints import Spread
from huecue.stages.memory import LOST_TRACK, Entry
from huecue.stages.palette import Tones
from huecue.stages.upsample import shrink
from huecue.types import Chroma, Luma, Mask, Size

NEARLY = 0.8
"""A frame is looked for in an earlier keyframe where it is this much as like it as it is like its own."""
FOUND, REACHES = 0.1, 0.5
"""It is found there where the motion's mean confidence is this much, and this share of that to its own."""
_LEAST = np.float32(1e-3)


@dataclass(frozen=True, slots=True, eq=False)
class Keyframe:
    """A coloured frame that the motion is followed back to; `flow` leads there from the last frame seen.

    `trust` says how sure its colours were, `features` and `entry` are what its colours are found again by.
    """

    luma: Luma
    chroma: Chroma
    trust: Mask
    features: Tensor
    entry: Entry
    flow: motion.Flow


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """The frame before: its luma, its colours, how sure they were, and the keyframe it is tracked to."""

    luma: Luma
    chroma: Chroma
    trust: Mask
    keyframe: Keyframe


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """Colours from elsewhere: how sure their way here is (`motion`) and how sure they were (`trust`)."""

    chroma: Chroma
    motion: Mask
    trust: Mask

    @classmethod
    def whole(cls, chroma: Chroma, confidence: Mask) -> Carried:
        """Of colours whose confidence holds both."""
        return cls(chroma, np.ones_like(confidence), confidence)

    @property
    def confidence(self) -> Mask:
        """(H, W): both together."""
        return self.motion * self.trust

    def faded(self, left: Mask) -> Carried:
        """The same, trusted less: by so much (H, W) of what it was."""
        return replace(self, trust=self.trust * left)

    def shrunk(self, size: Size) -> Carried:
        """The same at another size."""
        return Carried(*(shrink(plane, size) for plane in (self.chroma, self.motion, self.trust)))


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """What the motion carries from the frame before and from the keyframe, `key`, with the flow to it."""

    previous: Carried
    keyframe: Carried
    key: Keyframe

    @property
    def surest(self) -> Mask:
        """The confidence (H, W) of the surer of the two, pixel by pixel."""
        return np.maximum(self.previous.confidence, self.keyframe.confidence)

    @property
    def steadiness(self) -> float:
        """How much of the frame the motion explains, 0..1."""
        return float(np.maximum(self.previous.motion, self.keyframe.motion).mean())

    def mixed(self, *others: Carried) -> tuple[Chroma, Mask]:
        """What is carried, and others, as colours (H, W, 2) and trust (H, W), each as far as it is sure."""
        chroma, trust, total = self.previous.chroma, self.previous.trust, self.previous.confidence + _LEAST
        for other in (self.keyframe, *others):
            sure = other.confidence
            total = total + sure
            share = sure / total
            chroma = chroma + share[..., None] * (other.chroma - chroma)
            trust = trust + share * (other.trust - trust)
        return chroma, trust

    def found_again(self, luma: Luma, keys: memory.Keys, home: Keyframe | None) -> Motion:
        """The same, the flow to the keyframe leading to what looks most alike wherever the motion is lost.

        Tracked to `home` instead, a keyframe left behind earlier, where the film is back there.
        """
        own = _match(luma, keys, self.key)
        if home is not None and home.entry is not self.key.entry:
            back = self._returned(luma, _match(luma, keys, home), own, home)
            if back is not None:
                return back
        lost = self.keyframe.motion < LOST_TRACK
        return replace(self, key=replace(self.key, flow=np.where(lost[..., None], own.flow, self.key.flow)))

    def _returned(self, luma: Luma, there: memory.Match, own: memory.Match, home: Keyframe) -> Motion | None:
        """The same, tracked to `home`; None where that looks less alike or hardly any of it is found.

        True colours that reach half as far are worth more than colours that have come a long way.
        """
        if there.similarity < NEARLY * own.similarity:
            return None
        flow = motion.find_flow(luma, home.luma, there.flow)
        again = _carry(home, luma, flow)
        if float(again.motion.mean()) < max(FOUND, REACHES * float(self.keyframe.motion.mean())):
            return None
        return Motion(self.previous, again, replace(home, flow=flow))

    def faded(self, left: Mask) -> Motion:
        """What is carried, trusted less."""
        return replace(self, previous=self.previous.faded(left), keyframe=self.keyframe.faded(left))

    def shrunk(self, size: Size) -> Motion:
        """What is carried, at another size."""
        return replace(self, previous=self.previous.shrunk(size), keyframe=self.keyframe.shrunk(size))


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A frame's luma and all that is on offer for it; `guess` stands in for hints where there are none."""

    luma: Luma
    hinted: Spread | None
    guess: Spread | None
    moved: Motion | None
    recalled: Carried | None
    traced: Carried | None
    palette: Tones | None

    @property
    def likely(self) -> Chroma | None:
        """What the hints, or the guess, make likely by themselves, (H, W, 2), where that is all to go by."""
        spread = self.hinted or self.guess
        others = (self.moved, self.recalled, self.palette)
        return spread.near if spread and all(one is None for one in others) else None

    def giving_way(self) -> Seen:
        """The same, with what is carried or remembered trusted less the nearer a hint is.

        Trained on true colours before a hint, the network would hold on to guesses (log.md, section 15).
        """
        if self.hinted is None:
            return self
        left = 1 - self.hinted.sway
        return replace(
            self,
            moved=self.moved.faded(left) if self.moved else None,
            recalled=self.recalled.faded(left) if self.recalled else None,
            traced=self.traced.faded(left) if self.traced else None,
        )

    def shrunk(self, size: Size) -> Seen:
        """The same at another size."""
        return Seen(
            shrink(self.luma, size),
            _shrunk(self.hinted, size) if self.hinted else None,
            _shrunk(self.guess, size) if self.guess else None,
            self.moved.shrunk(size) if self.moved else None,
            self.recalled.shrunk(size) if self.recalled else None,
            self.traced.shrunk(size) if self.traced else None,
            self.palette,
        )


def _shrunk(hinted: Spread, size: Size) -> Spread:
    """Spread hints at a smaller size; a pixel that covers a hinted one is hinted."""
    diffused, near, reach, mask = (
        shrink(plane, size) for plane in (hinted.diffused, hinted.near, hinted.reach, hinted.mask)
    )
    return Spread(diffused, near, reach, (mask > 0).astype(np.float32))


def follow(luma: Luma, past: Past) -> Motion:
    """The colours of the frame before and of the keyframe, carried to this frame."""
    flow = motion.find_flow(luma, past.luma)
    key = past.keyframe
    longer = motion.find_flow(luma, key.luma, motion.compose(flow, key.flow))
    return Motion(_carry(past, luma, flow), _carry(key, luma, longer), replace(key, flow=longer))


def _carry(source: Past | Keyframe, luma: Luma, flow: motion.Flow) -> Carried:
    sure = motion.find_confidence(luma, source.luma, flow)
    return Carried(motion.carry(source.chroma, flow), sure, motion.carry(source.trust, flow))


def _match(luma: Luma, keys: memory.Keys, key: Keyframe) -> memory.Match:
    height, width = luma.shape
    return memory.match(keys, key.entry, height=height, width=width)


def ask(engine: Engine, seen: Seen) -> tuple[Chroma, Mask]:
    """What the network makes of all offers: chroma (H, W, 2) and trust (H, W)."""
    carried = {
        "previous": seen.moved.previous if seen.moved else None,
        "keyframe": seen.moved.keyframe if seen.moved else None,
        "memory": seen.recalled,
        "traced": seen.traced,
    }
    offers = {name: offer(one.chroma, one.confidence) for name, one in carried.items() if one is not None}
    if seen.hinted is None:
        free = engine.colour(seen.luma, seen.palette, **offers)
        if seen.guess is None:
            return free
        # The network's own idea and the guess err apart: the mean is nearer than either (log.md, section 16).
        guided = engine.colour(seen.luma, seen.palette, hints=_hint_planes(seen.guess), **offers)
        return (free[0] + guided[0]) * np.float32(0.5), (free[1] + guided[1]) * np.float32(0.5)
    offers["hints"] = _hint_planes(seen.hinted)
    free = engine.colour(seen.luma, **offers)
    if seen.palette is None:
        return free
    # A palette would tint what hints reach as well: there they alone count (log.md, section 10).
    steered = engine.colour(seen.luma, seen.palette, **offers)
    near = seen.hinted.sway
    chroma = steered[0] + near[..., None] * (free[0] - steered[0])
    return chroma, steered[1] + near * (free[1] - steered[1])


def _hint_planes(wide: Spread) -> Tensor:
    return np.stack([*cv2.split(wide.diffused), *cv2.split(wide.near), wide.reach, wide.mask])
