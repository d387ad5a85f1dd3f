"""The points for hints: what is in doubt, what a hint would settle, and where a person can click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from math import hypot

import numpy as np
import pytest
from numpy.typing import NDArray

from huecue.stages import cells, clicks
from huecue.stages.cells import CELL_PX, cells_of, look
from huecue.stages.clicks import Click, View
from huecue.stages.doubt import KNOWS_NOTHING, doubt_of

WIDTH, HEIGHT = 128, 96
THINGS = (slice(16, 80), slice(8, 56)), (slice(24, 64), slice(72, 112)), (slice(8, 24), slice(64, 80))
"""Rows and columns of three things, the first the largest; around them is a fourth."""
APART = 30.0
"""How far things lie apart in the eyes of the network."""

Plane = NDArray[np.float32]


def choose(views: Sequence[View], count: int, reach: int = 300) -> list[Click]:
    return clicks.choose(views, count, reach=reach)


def scene() -> tuple[NDArray[np.uint8], Plane]:
    """Luma (H, W) and likeness (4, H/2, W/2) of the things."""
    luma = np.full((HEIGHT, WIDTH), 120, np.uint8)
    likeness = np.zeros((4, HEIGHT // 2, WIDTH // 2), np.float32)
    for number, (rows, columns) in enumerate(THINGS):
        luma[rows, columns] = 120 + 4 * (number + 1)
        likeness[number + 1, rows.start // 2 : rows.stop // 2, columns.start // 2 : columns.stop // 2] = APART
    return luma, likeness


def view(trust: float | Plane = KNOWS_NOTHING, *, index: int = 0, stands_for: int = 1) -> View:
    luma, likeness = scene()
    sure = np.broadcast_to(np.float32(trust), luma.shape)
    return View(index, look(luma, likeness), doubt_of(sure, luma), stands_for)


def sure_but_for(*numbers: int) -> Plane:
    """Trust (H, W): none in these things, whole elsewhere."""
    trust = np.ones((HEIGHT, WIDTH), np.float32)
    for number in numbers:
        trust[THINGS[number]] = KNOWS_NOTHING
    return trust


def thing_at(click: Click) -> int | None:
    """The thing that a point lies in."""
    for number, (rows, columns) in enumerate(THINGS):
        if rows.start <= click.y < rows.stop and columns.start <= click.x < columns.stop:
            return number
    return None


def edge_px(click: Click) -> float:
    """How far a point in a thing is from its edge."""
    rows, columns = THINGS[thing_at(click) or 0]
    return min(click.y - rows.start, rows.stop - click.y, click.x - columns.start, columns.stop - click.x)


def test_nothing_in_doubt_gives_no_point() -> None:
    assert choose([view(1.0)], 5) == []
    assert choose([], 5) == []


def test_the_largest_thing_in_doubt_comes_first() -> None:
    found = choose([view(sure_but_for(0, 1, 2))], 3)
    assert [thing_at(click) for click in found] == [0, 1, 2]


def test_what_is_sure_is_passed_over() -> None:
    assert [thing_at(click) for click in choose([view(sure_but_for(1))], 1)] == [1]


def test_no_two_points_are_about_the_same_thing() -> None:
    found = choose([view()], 6)
    things = [thing_at(click) for click in found]
    assert sorted(thing for thing in things if thing is not None) == [0, 1, 2]
    ground = [click for click, thing in zip(found, things, strict=True) if thing is None]
    apart = [hypot(one.x - other.x, one.y - other.y) for one, other in combinations(ground, 2)]
    assert min(apart) > HEIGHT / 2  # all around lies so much of it that it is asked about at both ends


def test_gains_fall_and_hold_all_doubt_between_them() -> None:
    here = view()
    gains = [click.gain for click in choose([here], 50)]
    assert gains == sorted(gains, reverse=True)
    assert 0.5 * here.doubt.mean() < sum(gains) <= here.doubt.mean()


def test_no_more_points_than_were_asked_for() -> None:
    assert len(choose([view(), view(index=40)], 2)) == 2


def test_points_stand_in_the_middle_of_their_thing() -> None:
    first, second = choose([view(sure_but_for(0, 1))], 2)
    assert edge_px(first) > 14
    assert edge_px(second) > 14


def test_doubt_at_the_edge_of_a_thing_is_settled_further_inside() -> None:
    trust = np.ones((HEIGHT, WIDTH), np.float32)
    trust[16:80, 8:16] = KNOWS_NOTHING
    (click,) = choose([view(trust)], 1)
    assert thing_at(click) == 0
    assert edge_px(click) > 8


def test_a_thing_that_is_seen_longer_comes_first() -> None:
    early, late = view(sure_but_for(1), stands_for=3), view(sure_but_for(0), index=40, stands_for=30)
    assert [(one.index, thing_at(one)) for one in choose([early, late], 2)] == [(40, 0), (0, 1)]
    early, late = view(sure_but_for(1), stands_for=30), view(sure_but_for(0), index=40, stands_for=3)
    assert [(one.index, thing_at(one)) for one in choose([early, late], 2)] == [(0, 1), (40, 0)]


def test_one_point_is_enough_for_a_thing_in_all_frames() -> None:
    views = [view(sure_but_for(0), index=index) for index in (0, 8, 16)]
    first, *others = choose(views, 5)
    assert first.index == 0
    assert first.gain > 2.4 * views[0].doubt.mean()
    assert all(other.gain < 0.1 * first.gain for other in others)


def test_points_stay_on_the_hinted_frame() -> None:
    views = [view(sure_but_for(0, 1, 2), index=index) for index in (0, 8, 16)]
    assert {click.index for click in choose(views, 3)} == {0}
    hinted = [views[0], replace(views[1], told=(1,)), views[2]]
    assert {click.index for click in choose(hinted, 3)} == {8}


def test_what_was_told_is_not_asked_again_though_doubt_is_left() -> None:
    luma, _ = scene()
    inside = np.zeros(luma.shape, bool)
    inside[40:44, 30:34] = True
    told = replace(view(sure_but_for(0, 1)), told=cells_of(inside))
    assert [thing_at(click) for click in choose([told, view(sure_but_for(0, 1), index=8)], 1)] == [1]


def test_what_was_told_is_asked_about_where_it_is_lost() -> None:
    luma, _ = scene()
    told = replace(view(1.0), told=cells_of(luma == luma[40, 30]))
    assert [(one.index, thing_at(one)) for one in choose([told, view(sure_but_for(0), index=8)], 1)] == [
        (8, 0)
    ]


def test_what_the_first_frame_does_not_show_is_asked_about_elsewhere() -> None:
    luma, likeness = scene()
    likeness[2] = 0  # the second thing is not yet there
    before = View(0, look(luma, likeness), doubt_of(sure_but_for(0), luma), 10)
    after = view(sure_but_for(0, 1), index=8, stands_for=10)
    assert [(one.index, thing_at(one)) for one in choose([before, after], 2)] == [(0, 0), (8, 1)]


def test_what_the_first_frame_is_sure_of_is_asked_about_where_it_is_lost() -> None:
    found = choose([view(sure_but_for(0)), view(sure_but_for(0, 1), index=8)], 2)
    assert [(one.index, thing_at(one)) for one in found] == [(0, 0), (8, 1)]


def test_what_is_carried_is_no_surer_than_where_it_comes_from() -> None:
    doubtful, sure = view(sure_but_for(0)), view(index=8, trust=1.0)
    alone, both = choose([doubtful], 1)[0].gain, choose([doubtful, sure], 1)[0].gain
    assert 1.7 * alone < both < 2 * alone


def test_a_hint_counts_for_no_frame_beyond_its_reach() -> None:
    views = [view(sure_but_for(0), index=0), replace(view(sure_but_for(0), index=20), told=(1,))]
    near, far = choose(views, 1, 20)[0], choose(views, 1, 19)[0]
    assert near.index == 20
    assert 1.7 * far.gain < near.gain < 2 * far.gain
    assert {click.index for click in choose(views, 2, 19)} == {0, 20}


def test_edges_and_clutter_are_avoided() -> None:
    luma, likeness = scene()
    dice = np.random.default_rng(0)
    rows, columns = (slice(side.start // 2, side.stop // 2) for side in THINGS[0])
    likeness[:, rows, columns] += dice.normal(0, 2, likeness[:, rows, columns].shape).astype(np.float32)
    cluttered = View(0, look(luma, likeness), doubt_of(sure_but_for(0, 1), luma), 1)
    assert thing_at(choose([cluttered], 1)[0]) == 1


def test_gain_equals_the_slow_sum() -> None:
    """A hint's gain is the doubt of every cell times how much alike it is, less what was taken before."""
    luma, likeness = scene()
    trust = np.random.default_rng(1).uniform(KNOWS_NOTHING, 1, luma.shape).astype(np.float32)
    one = View(0, look(luma, likeness), doubt_of(trust, luma), 3)
    taken = np.zeros_like(one.doubt)
    for click in choose([one], 3):
        more = np.maximum(slow_share(click, one) - taken, 0)
        taken += more
        assert click.gain == pytest.approx(float((one.doubt * more).mean()) * 3, rel=0.05)


def slow_share(click: Click, one: View) -> Plane:
    """(h, w): how much a hint takes of each cell's doubt, of things that are all alike within."""
    rows, columns = one.doubt.shape
    share = np.zeros((rows, columns), np.float32)
    at = one.seen[:, int(click.y) // 2, int(click.x) // 2]
    for row in range(rows):
        for column in range(columns):
            there = one.seen[:, row * 4 : row * 4 + 4, column * 4 : column * 4 + 4].mean(axis=(1, 2))
            square = (cells.LUMA_SCALE * (there[0] - at[0])) ** 2
            square += cells.LIKENESS_SCALE**2 * ((there[1:] - at[1:]) ** 2).sum()
            for here, middle, side in (
                (click.y, row * CELL_PX + 3.5, HEIGHT),
                (click.x, column * CELL_PX + 3.5, HEIGHT),
            ):
                square += (cells.PLACE_SCALE * (here - middle) / side) ** 2
            share[row, column] = np.exp(-square)
    return share
