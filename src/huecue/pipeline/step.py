"""One frame's colours from its luma, what a person gave for it, and the state the last frame left."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from huecue.engine import Engine, Tensor, offer
from huecue.stages import hints, memory, motion
from huecue.stages.hints import Given, Spread, honour, spread
from huecue.stages.memory import Entry
from huecue.stages.upsample import grow, shrink
from huecue.types import Chroma, Luma, Mask, Size

MOST_ENTRIES = 8
MOST_RESTS = 1
STEADY = 0.8
"""A frame whose colours the motion carries with this mean confidence may do without the network."""
LOST = 0.3
"""A keyframe whose mean confidence falls below this is left behind for the present frame."""


@dataclass(frozen=True, slots=True, eq=False)
class Keyframe:
    """A coloured frame that the motion is followed back to; `flow` leads there from the last frame seen.

    `features` are those by which the network finds its colours again.
    """

    luma: Luma
    chroma: Chroma
    features: Tensor
    flow: motion.Flow


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """The frame before: its luma, its colours and the keyframe it is tracked to."""

    luma: Luma
    chroma: Chroma
    keyframe: Keyframe


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """All that one frame leaves to the next. An empty state starts a shot.

    `rests` counts the frames in a row that the network was spared.
    """

    past: Past | None = None
    entries: tuple[Entry, ...] = ()
    rests: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class FrameGuidance:
    """What is given for one frame: hinted pixels, the whole frame's chroma, and references to borrow from."""

    given: Given | None = None
    whole: Chroma | None = None
    references: tuple[Entry, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether a person said something about this very frame."""
        return self.given is not None or self.whole is not None


@dataclass(frozen=True, slots=True, eq=False)
class Colours:
    """Chroma (H, W, 2), how sure each pixel's source is (H, W) 0..1, and the change along the motion."""

    chroma: Chroma
    confidence: Mask
    flicker: float | None


@dataclass(frozen=True, slots=True, eq=False)
class _Carried:
    chroma: Chroma
    confidence: Mask

    def shrunk(self, size: Size) -> _Carried:
        return _Carried(shrink(self.chroma, size), shrink(self.confidence, size))


@dataclass(frozen=True, slots=True, eq=False)
class _Motion:
    previous: _Carried
    keyframe: _Carried
    flow: motion.Flow

    @property
    def surest(self) -> Mask:
        """The confidence (H, W) of the surer of the two, pixel by pixel."""
        return np.maximum(self.previous.confidence, self.keyframe.confidence)

    def mixed(self) -> Chroma:
        """Both carried colours (H, W, 2), each as far as it is trusted."""
        total = self.previous.confidence + self.keyframe.confidence + np.float32(1e-3)
        share = (self.keyframe.confidence / total)[..., None]
        return np.asarray(self.previous.chroma + share * (self.keyframe.chroma - self.previous.chroma))

    def shrunk(self, size: Size) -> _Motion:
        return replace(self, previous=self.previous.shrunk(size), keyframe=self.keyframe.shrunk(size))


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """A frame's luma and all that is on offer for it."""

    luma: Luma
    given: Given | None
    moved: _Motion | None
    recalled: _Carried | None
    traced: _Carried | None

    def shrunk(self, size: Size) -> _Seen:
        return _Seen(
            shrink(self.luma, size),
            hints.shrink(self.given, size) if self.given else None,
            self.moved.shrunk(size) if self.moved else None,
            self.recalled.shrunk(size) if self.recalled else None,
            self.traced.shrunk(size) if self.traced else None,
        )


def step(engine: Engine, luma: Luma, guidance: FrameGuidance, state: State) -> tuple[Colours, State]:
    """The colours of a working-size frame (H, W), and the state for the next one.

    The same verb for guided and unguided frames; it remembers nothing itself.
    """
    moved = _follow(luma, state.past) if state.past else None
    if moved is not None and not guidance.stands and state.rests < MOST_RESTS:
        surest = moved.surest
        if float(surest.mean()) >= STEADY:
            return _rest(engine, luma, moved, surest, state)
    entries = (*state.entries, *guidance.references)
    looks = _look(engine, luma, keyed=bool(entries) or moved is None or guidance.stands)
    if guidance.whole is not None:
        chroma, confidence = guidance.whole, np.ones(luma.shape, np.float32)
    else:
        recalled = _recall(looks.keys, entries, luma) if looks.keys is not None and entries else None
        traced = _trace(engine, looks, state.past.keyframe, moved) if state.past and moved else None
        chroma, confidence = _choose(engine, _Seen(luma, guidance.given, moved, recalled, traced))
    colours = Colours(chroma, confidence, _flicker(chroma, moved))
    return colours, _next(engine, luma, chroma, looks, guidance, state, moved)


@dataclass(frozen=True, slots=True, eq=False)
class _Looks:
    """What the network makes of a frame's luma: features, and keys where memory is asked or filled."""

    features: Tensor
    keys: memory.Keys | None


def _look(engine: Engine, luma: Luma, *, keyed: bool) -> _Looks:
    return _Looks(engine.features(luma), engine.keys(luma) if keyed else None)


def _rest(engine: Engine, luma: Luma, moved: _Motion, surest: Mask, state: State) -> tuple[Colours, State]:
    """A frame that the motion explains: both carried colours mixed by confidence, without the network."""
    chroma = moved.mixed()
    left = _next(engine, luma, chroma, None, FrameGuidance(), state, moved)
    return Colours(chroma, surest, _flicker(chroma, moved)), replace(left, rests=state.rests + 1)


def _follow(luma: Luma, past: Past) -> _Motion:
    """The colours of the frame before and of the keyframe, carried to this frame."""
    flow = motion.find_flow(luma, past.luma)
    key = past.keyframe
    longer = motion.find_flow(luma, key.luma, motion.compose(flow, key.flow))
    previous = _Carried(motion.carry(past.chroma, flow), motion.find_confidence(luma, past.luma, flow))
    keyframe = _Carried(motion.carry(key.chroma, longer), motion.find_confidence(luma, key.luma, longer))
    return _Motion(previous, keyframe, longer)


def _recall(keys: memory.Keys, entries: tuple[Entry, ...], luma: Luma) -> _Carried:
    height, width = luma.shape
    return _Carried(*memory.look_up(keys, entries, height=height, width=width))


def _trace(engine: Engine, looks: _Looks, keyframe: Keyframe, moved: _Motion) -> _Carried:
    return _Carried(*engine.look(looks.features, keyframe.features, keyframe.chroma, moved.flow))


def _choose(engine: Engine, seen: _Seen) -> tuple[Chroma, Mask]:
    """The network's choice among all that is on offer, with the hints kept to.

    A shot's first frame and hinted ones, which all others follow, are looked at at half the size as well:
    there a hint reaches further. The mean of both is nearer to the truth than either (log.md, section 7).
    """
    chroma, wide = _ask(engine, seen)
    if engine.coarse is not None and (seen.given is not None or seen.moved is None):
        small, _ = _ask(engine.coarse, seen.shrunk(engine.coarse.size))
        chroma = np.float32(0.5) * (chroma + grow(small, engine.size))
    moved = seen.moved
    surest = moved.surest if moved else None
    if moved is not None and surest is not None and seen.given is None:
        # Where the motion is sure it knows better than the network (log.md, section 7).
        chroma = chroma + surest[..., None] * (moved.mixed() - chroma)
    sources = [wide.reach, wide.mask] if wide else []
    sources += [surest] if surest is not None else []
    confidence = np.maximum.reduce(sources) if sources else np.zeros(seen.luma.shape, np.float32)
    return (honour(chroma, seen.given, seen.luma) if seen.given else chroma), confidence


def _ask(engine: Engine, seen: _Seen) -> tuple[Chroma, Spread | None]:
    wide = spread(seen.given, seen.luma, engine.likeness(seen.luma)) if seen.given else None
    carried = {
        "previous": seen.moved.previous if seen.moved else None,
        "keyframe": seen.moved.keyframe if seen.moved else None,
        "memory": seen.recalled,
        "traced": seen.traced,
    }
    offers = {name: offer(one.chroma, one.confidence) for name, one in carried.items() if one is not None}
    if wide is not None:
        offers["hints"] = _hint_planes(wide)
    return engine.colour(seen.luma, **offers), wide


def _hint_planes(wide: Spread) -> Tensor:
    chroma = np.concatenate([wide.diffused, wide.near], axis=-1).transpose(2, 0, 1)
    return np.concatenate([chroma, wide.reach[None], wide.mask[None]])


def _next(
    engine: Engine,
    luma: Luma,
    chroma: Chroma,
    looks: _Looks | None,
    guidance: FrameGuidance,
    state: State,
    moved: _Motion | None,
) -> State:
    entries = state.entries
    told = guidance.stands or moved is None or state.past is None
    if told:
        assert looks is not None
        assert looks.keys is not None
        entries = _keep((*entries, memory.remember(looks.keys, chroma)))
    if told or moved is None or state.past is None or float(moved.keyframe.confidence.mean()) < LOST:
        features = engine.features(luma) if looks is None else looks.features
        keyframe = Keyframe(luma, chroma, features, np.zeros((*luma.shape, 2), np.float32))
    else:
        keyframe = replace(state.past.keyframe, flow=moved.flow)
    return State(Past(luma, chroma, keyframe), entries)


def _keep(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The first entry and the latest ones, MOST_ENTRIES in all: memory stays bounded on long shots."""
    return entries if len(entries) <= MOST_ENTRIES else (entries[0], *entries[2:])


def _flicker(chroma: Chroma, moved: _Motion | None) -> float | None:
    """Mean change along the motion where it is trusted, in 8-bit chroma levels, of every fourth pixel."""
    if moved is None:
        return None
    sure = moved.previous.confidence[::4, ::4] > 0.5
    change = np.abs(chroma[::4, ::4] - moved.previous.chroma[::4, ::4])[sure]
    return float(change.mean()) * 112 if change.size else None
