"""Where a click would help most."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from huecue.studio.painter import Painted

NEAR = 12
"""Frames around a hinted one that need no other hint yet."""


def next_click(seen: Mapping[int, Painted], guided: Collection[int], after: int) -> Painted | None:
    """The frame, and in it the point, that the colours are least sure of; hinted frames are left alone.

    Of equally doubtful ones the next after the frame `after`. None where nothing is known yet.
    """
    free = [one for one in seen.values() if all(abs(one.index - hinted) > NEAR for hinted in guided)]
    ranked = free or [one for one in seen.values() if one.index not in guided]
    return min(ranked, key=lambda one: (round(one.sure, 2), one.index <= after, one.index), default=None)
