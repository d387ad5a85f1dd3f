"""The demo's film is real, has cuts, and its hints say the truth."""

from __future__ import annotations

import socket
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from huecue.evaluate.demo_film import (
    PANS,
    RADIUS_PX,
    SHOT_FRAMES,
    SIZE,
    demo_hints,
    demo_pictures,
    load,
    look_at,
)


def test_photographs_need_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_named: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    for pan in PANS:
        assert load(pan).shape[2] == 3


def test_windows_stay_inside_the_photographs() -> None:
    for pan in PANS:
        height, width = load(pan).shape[:2]
        for x, y, across in (pan.start, pan.stop):
            down = across * SIZE.height / SIZE.width
            assert across / 2 <= x <= width - across / 2
            assert down / 2 <= y <= height - down / 2


def test_film_moves_within_a_shot_and_cuts_between() -> None:
    pictures = list(demo_pictures())
    assert len(pictures) == SHOT_FRAMES * len(PANS)
    assert pictures[0].shape == (*SIZE.shape, 3)
    steps = [np.abs(a.astype(int) - b).mean() for a, b in pairwise(pictures)]
    cuts = [index + 1 for index in np.argsort(steps)[-2:]]
    assert sorted(cuts) == [SHOT_FRAMES, 2 * SHOT_FRAMES]
    assert min(steps) > 0.1


def test_hints_are_twelve_a_shot_and_have_the_true_colours() -> None:
    hints = demo_hints()
    assert Counter(hint.frame for hint in hints) == {number * SHOT_FRAMES: 12 for number in range(len(PANS))}
    for hint in hints:
        pan = PANS[hint.frame // SHOT_FRAMES]
        picture = look_at(load(pan), pan, 0.0)
        x, y = int(hint.x), int(hint.y)
        around = picture[y - RADIUS_PX : y + RADIUS_PX + 1, x - RADIUS_PX : x + RADIUS_PX + 1].reshape(-1, 3)
        assert np.abs(around.mean(axis=0) - hint.color).max() <= 0.5
