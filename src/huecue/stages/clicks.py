"""Where one more hint would help most, among the frames of a shot.

A frame is cut into cells of 8x8 working pixels. A hint in one takes doubt from all that seems to be of its
colour, in every frame of the shot; the cell that takes the most is chosen, what it took is gone, and the next
is chosen. Source: greedy facility location, Nemhauser, Wolsey and Fisher 1978.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huecue.stages.cells import Cells, Chosen, alike, cut, middle

Floats = NDArray[np.float32]

LEAST_SPOTS = 16
"""Cells of each frame that are weighed against those of the others, at least."""
FADE_FRAMES = 250.0
"""Frames over which what a hint gives falls to 1/e."""
LEAST_DOUBT = 1e-3
"""Of a cell; what has less is sure."""
LEAST_GAIN = 1e-3
"""In whole frames; a hint that gains less is not worth a click."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A frame of a shot, ready to be searched.

    `seen` (C, H/2, W/2) is luma 0..1 and the network's likeness, by which things are told apart; `doubt`
    (h, w) 0..1 is each cell's. `stands_for` counts the shot's frames that are nearest to this one;
    `told` are its cells, counted along the rows, in which hints are given already.
    """

    index: int
    seen: Floats
    doubt: Floats
    stands_for: int
    told: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Click:
    """A point (x, y) of the working-size frame `index`; `gain` says how many frames' doubt a hint takes."""

    index: int
    x: float
    y: float
    gain: float


def choose(views: Sequence[View], count: int, *, reach: int) -> list[Click]:
    """The best points for hints in a shot, the best first; fewer than `count` where no doubt is left.

    Hints do most side by side, and on the frame that all others follow: the points are on the hinted frames,
    or else on the first one, and others are asked about only for what these do not show. A hint counts for
    no frame more than `reach` before its own.
    """
    cells = [cut(view.seen) for view in views]
    homes = [number for number, view in enumerate(views) if view.told] or [0]
    asked = [_asked(views, cells, homes, number) for number in range(len(views))]
    spots, takes = list[tuple[int, int]](), list[Floats]()
    for number, here in enumerate(cells):
        own = np.maximum(alike(here, here) * here.clear[:, None] - asked[number].taken, 0)
        chosen = [cell for cell, _ in _greedy(own, asked[number].doubt, max(count, LEAST_SPOTS))]
        spots += [(number, cell) for cell in chosen]
        takes.append(np.concatenate(list(_takes(views, cells, number, chosen, reach)), axis=1))  # (m, n)
    if not spots:
        return []
    taken = np.concatenate([one.taken for one in asked])  # (n,)
    shown = np.max([_shown(views, cells, asked, home, reach) for home in homes], axis=0)  # (n,)
    left = [rows - (taken if number in homes else taken + shown) for number, rows in enumerate(takes)]
    doubt = np.concatenate([one.doubt for one in asked])
    clicks = list[Click]()
    for best, gain in _greedy(np.maximum(np.concatenate(left), 0), doubt, count):
        number, cell = spots[best]
        x, y = middle(views[number].seen, cells[number].spots[cell])
        clicks.append(Click(views[number].index, x, y, gain))
    return clicks


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """Of each cell (n,) of a frame: its doubt, in frames, and what share was asked about already."""

    doubt: Floats
    taken: Floats

    @property
    def left(self) -> Floats:
        """(n,) What is still to be asked about."""
        return self.doubt * (1 - self.taken)


def _asked(views: Sequence[View], cells: Sequence[Cells], homes: Sequence[int], number: int) -> _Asked:
    """What is in doubt in one frame.

    What is carried seems surer than it is, and counts for no surer than where it comes from. What doubt a
    hint leaves in what is like it is past asking again; not so where its colour was lost on the way.
    """
    own = views[number].doubt.ravel()
    source, told = np.zeros_like(own), np.zeros_like(own)
    for home in homes:
        like = alike(cells[home], cells[number])  # (n, n)
        if views[home].told:
            told = np.maximum(told, like[list(views[home].told)].max(axis=0))
        if home != number:
            from_there = like.max(axis=0) * views[home].doubt.ravel()[like.argmax(axis=0)]
            source = np.maximum(source, from_there)
    if number in homes:
        source = own
    doubt = np.maximum(own, source)
    taken = told * source / np.maximum(doubt, LEAST_DOUBT)
    parts = np.float32(views[number].stands_for / doubt.size)
    return _Asked(doubt * parts, np.asarray(taken, np.float32))


def _shown(
    views: Sequence[View], cells: Sequence[Cells], asked: Sequence[_Asked], home: int, reach: int
) -> Floats:
    """(n,) 0..1: how far one frame can answer for the cells of all of them.

    What it shows and is sure of itself is no answer to where the same thing is in doubt.
    """
    each = [one.left / view.stands_for for one, view in zip(asked, views, strict=True)]
    answers = list[Floats]()
    for there, part in zip(each, _takes(views, cells, home, slice(None), reach), strict=True):
        sure_of = (part * each[home][:, None]).max(axis=0) / np.maximum(there, LEAST_DOUBT / len(there))
        answers.append(np.minimum(part.max(axis=0), sure_of))
    return np.concatenate(answers)


def _takes(
    views: Sequence[View], cells: Sequence[Cells], number: int, chosen: Chosen, reach: int
) -> Iterator[Floats]:
    """(m, n) 0..1, for each frame: how much of the doubt of its cells hints in one frame's cells take."""
    for view, there in zip(views, cells, strict=True):
        later = view.index - views[number].index
        lasts = 0.0 if -later > reach else np.exp(-abs(later) / FADE_FRAMES)
        yield alike(cells[number], there, chosen) * (cells[number].clear[chosen, None] * np.float32(lasts))


def _greedy(takes: Floats, doubt: Floats, count: int) -> list[tuple[int, float]]:
    """Rows of `takes` (m, n) one by one, each the one that takes most of the `doubt` (n,) left, and how much.

    Gains only fall, so only those at the top are counted anew. Source: Minoux 1978.
    """
    chosen = list[tuple[int, float]]()
    gains, counted = takes @ doubt, np.zeros(len(takes), np.intp)
    taken = np.zeros_like(doubt)
    while len(chosen) < count:
        best = int(gains.argmax())
        if gains[best] < LEAST_GAIN:
            break
        if counted[best] == len(chosen):
            chosen.append((best, float(gains[best])))
            np.maximum(taken, takes[best], out=taken)
        gains[best] = np.maximum(takes[best] - taken, 0) @ doubt
        counted[best] = len(chosen)
    return chosen
