"""What a person says on a frame counts for the frames before it too: carried backwards, and blended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from huecue.engine import Engine
from huecue.pipeline.step import Colours, FrameGuidance, State, step
from huecue.types import FilmInfo, Luma

MOST_FRAMES = 300
"""Frames that a hint reaches back over, at most."""
MOST_BYTES = 400_000_000
"""Memory that the frames which wait for a hint may take; above 1080p it shortens the reach."""
WORKING_BYTES = 2_000_000


def reach(info: FilmInfo) -> int:
    """How many frames a hint reaches back in a film."""
    luma_bytes = info.size.width * info.size.height * (1 if info.depth == 8 else 2)
    return min(MOST_FRAMES, MOST_BYTES // (luma_bytes + WORKING_BYTES))


def carry_back(engine: Engine, lumas: Sequence[Luma], state: State) -> list[Colours]:
    """The colours of frames, in display order, carried backwards from the guided one that left `state`."""
    return list(steps_back(engine, lumas, state))[::-1]


def steps_back(engine: Engine, lumas: Sequence[Luma], state: State) -> Iterator[Colours]:
    """The same, one by one, the last frame first."""
    back = State(state.past, state.entries[-1:])
    for luma in reversed(lumas):
        colours, back = step(engine, luma, FrameGuidance(), back)
        yield colours.on(luma)


def blend(forwards: Colours, backwards: Colours, share: float, *, ramped: bool) -> Colours:
    """Both colours of a frame, by how sure they are and how near their sources; `share` grows from 0 to 1.

    From a shot's start where nothing was guided, not `ramped`: only how sure both are counts.
    """
    ahead = np.square(backwards.confidence) * np.float32(share if ramped else 1)
    behind = np.square(forwards.confidence) * np.float32(1 - share)
    part = ahead / (ahead + behind + np.float32(1e-6))
    chroma = forwards.chroma + part[..., None] * (backwards.chroma - forwards.chroma)
    confidence = forwards.confidence + part * (backwards.confidence - forwards.confidence)
    return Colours(chroma, confidence, forwards.flicker)
