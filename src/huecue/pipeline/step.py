"""One frame's colours from its luma, what a person gave for it, and the state the last frame left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from huecue.color import inside_srgb
from huecue.engine import Engine, Tensor
from huecue.pipeline.offers import Carried, Keyframe, Motion, Past, Seen, ask, follow
from huecue.stages import memory
from huecue.stages.hints import Given, guessed, honour, spread
from huecue.stages.memory import Entry
from huecue.stages.palette import Tones
from huecue.stages.upsample import grow
from huecue.types import Chroma, Luma, Mask

MOST_ENTRIES = 8
MOST_RESTS = 1
STEADY = 0.8
"""A frame whose colours the motion carries with this mean confidence may do without the network."""
LIKELY, GUESSED = 0.3, 0.5
"""Of a frame with nothing but hints to go by, the share that their spread has in its colours; and the
guess's, of one with nothing at all."""
LOST = 0.05
"""A keyframe whose mean confidence falls below this is left behind for the present frame."""


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """All that one frame leaves to the next. An empty state starts a shot.

    `rests` counts the frames in a row that the network was spared; `guided` says whether a person said
    something of the shot so far. `home` is the last frame that began the shot or that a person spoke of.
    """

    past: Past | None = None
    entries: tuple[Entry, ...] = ()
    rests: int = 0
    guided: bool = False
    home: Keyframe | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FrameGuidance:
    """What is given for a frame: hinted pixels, its whole chroma, references to borrow from, a palette."""

    given: Given | None = None
    whole: Chroma | None = None
    references: tuple[Entry, ...] = ()
    palette: Tones | None = None

    @property
    def stands(self) -> bool:
        """Whether a person said something about this very frame."""
        return self.given is not None or self.whole is not None


@dataclass(frozen=True, slots=True, eq=False)
class Colours:
    """Chroma (H, W, 2), how near it seems to be to the truth (H, W) 0..1, and the change along the motion."""

    chroma: Chroma
    confidence: Mask
    flicker: float | None

    def on(self, luma: Luma) -> Colours:
        """The same on a luma (H, W), 0..255: paled where sRGB has no such colour, as in a fade to black."""
        return replace(self, chroma=inside_srgb(self.chroma, luma * np.float32(1 / 255)))


def step(engine: Engine, luma: Luma, guidance: FrameGuidance, state: State) -> tuple[Colours, State]:
    """The colours of a working-size frame (H, W), and the state for the next one.

    The same verb for guided and unguided frames; it remembers nothing itself.
    """
    if guidance.stands and not state.guided:
        state = State(guided=True)  # what was only guessed gives way to what is said
    moved = follow(luma, state.past) if state.past else None
    may_rest = not guidance.stands and state.rests < MOST_RESTS
    if moved is not None and may_rest and moved.steadiness >= STEADY:
        return _rest(luma, moved, state)
    looks = _Looks(engine.features(luma), engine.keys(luma))
    moved = moved.found_again(luma, looks.keys, state.home) if moved else None
    chroma, trust = _colour(engine, luma, looks, guidance, state, moved)
    left = _next(luma, chroma, trust, looks, guidance, state, moved)
    return Colours(chroma, trust, _flicker(chroma, moved)), left


@dataclass(frozen=True, slots=True, eq=False)
class _Looks:
    """What the network makes of a frame's luma."""

    features: Tensor
    keys: memory.Keys


def _rest(luma: Luma, moved: Motion, state: State) -> tuple[Colours, State]:
    """A frame that the motion explains: both carried colours mixed by confidence, without the network."""
    chroma, trust = moved.mixed()
    left = Past(luma, chroma, trust, moved.key)
    return Colours(chroma, trust, _flicker(chroma, moved)), replace(state, past=left, rests=state.rests + 1)


def _colour(
    engine: Engine,
    luma: Luma,
    looks: _Looks,
    guidance: FrameGuidance,
    state: State,
    moved: Motion | None,
) -> tuple[Chroma, Mask]:
    if guidance.whole is not None:
        return guidance.whole, np.ones(luma.shape, np.float32)
    recalled = _recall(looks, (*state.entries, *guidance.references), luma)
    lent, traced, given = None, None, guidance.given
    if moved is not None:
        lent = _recall(looks, guidance.references, luma) if given is None else None
        key = moved.key
        found = engine.look(looks.features, key.features, key.chroma, key.trust, key.flow)
        traced = Carried.whole(*found)
    wide = None if given is None else spread(given, luma, engine.likeness(luma))
    guess = guessed(luma, engine.likeness(luma)) if given is None and moved is None else None
    seen = Seen(luma, wide, guess, moved, recalled, traced, guidance.palette)
    if moved is not None:
        seen = seen.giving_way()
    return _choose(engine, seen, given, lent)


def _recall(looks: _Looks, entries: Sequence[Entry], luma: Luma) -> Carried | None:
    if not entries:
        return None
    height, width = luma.shape
    return Carried.whole(*memory.look_up(looks.keys, entries, height=height, width=width))


def _choose(engine: Engine, seen: Seen, given: Given | None, lent: Carried | None) -> tuple[Chroma, Mask]:
    """The network's choice among all that is on offer and how far to trust it, with the hints kept to.

    `lent` is what references alone say, of a frame without hints that follows others. A shot's first frame
    and hinted ones, which all others follow, are looked at at half the size as well: there a hint reaches
    further. The mean of both is nearer to the truth than either (log.md, section 7).
    """
    chroma, trust = ask(engine, seen)
    if engine.coarse is not None and (given is not None or seen.moved is None):
        small = ask(engine.coarse, seen.shrunk(engine.coarse.size))
        chroma, trust = (
            np.float32(0.5) * (fine + grow(wide, engine.size))
            for fine, wide in zip((chroma, trust), small, strict=True)
        )
    if seen.likely is not None:  # it errs apart from the network, as the sizes do (log.md, section 18)
        share = GUESSED if given is None else LIKELY
        chroma = chroma + np.float32(share) * (seen.likely - chroma)
    if given is not None:
        return honour(chroma, given, seen.luma), np.maximum(trust, given.mask)
    if seen.moved is not None:
        # Where the motion is sure, what it carries is better left alone (log.md, sections 7 and 8), but for
        # what a reference says: a later frame may be more like it than the first one was (section 15).
        others = [one for one in (seen.traced, lent) if one is not None]
        carried, sure = seen.moved.mixed(*others), seen.moved.surest
        chroma = chroma + sure[..., None] * (carried[0] - chroma)
        trust = trust + sure * (carried[1] - trust)
    return chroma, trust


def _next(
    luma: Luma,
    chroma: Chroma,
    trust: Mask,
    looks: _Looks,
    guidance: FrameGuidance,
    state: State,
    moved: Motion | None,
) -> State:
    if not guidance.stands and moved is not None and float(moved.keyframe.motion.mean()) >= LOST:
        return replace(state, past=Past(luma, chroma, trust, moved.key), rests=0)
    own = memory.remember(looks.keys, chroma, trust)
    here = np.zeros((*luma.shape, 2), np.float32)
    past = Past(luma, chroma, trust, Keyframe(luma, chroma, trust, looks.features, own, here))
    if guidance.stands or moved is None:
        return replace(state, past=past, entries=_keep((*state.entries, own)), rests=0, home=past.keyframe)
    return replace(state, past=past, rests=0)


def _keep(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The first entry and the latest ones, MOST_ENTRIES in all: memory stays bounded on long shots."""
    return entries if len(entries) <= MOST_ENTRIES else (entries[0], *entries[2:])


def _flicker(chroma: Chroma, moved: Motion | None) -> float | None:
    """Mean change along the motion where it is trusted, in 8-bit chroma levels, of every fourth pixel."""
    if moved is None:
        return None
    sure = moved.previous.motion[::4, ::4] > 0.5
    change = np.abs(chroma[::4, ::4] - moved.previous.chroma[::4, ::4])[sure]
    return float(change.mean()) * 112 if change.size else None
