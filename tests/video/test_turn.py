"""How a stored picture is turned to stand upright."""

from __future__ import annotations

import av
import numpy as np
import pytest

from huecue.video.turn import matrix_of, turns_of, upright

PIXELS = np.arange(6).reshape(2, 3)
ONE = 1 << 16


def matrix(a, b, c, d):
    return (a * ONE, b * ONE, 0, c * ONE, d * ONE, 0, 0, 0, 1 << 30)


@pytest.mark.parametrize(
    ("turn", "turns", "expected"),
    [
        (None, 0, PIXELS),
        (matrix(1, 0, 0, 1), 0, PIXELS),
        (matrix(0, 1, -1, 0), 1, np.rot90(PIXELS, -1)),
        (matrix(-1, 0, 0, -1), 2, np.rot90(PIXELS, 2)),
        (matrix(0, -1, 1, 0), 3, np.rot90(PIXELS, 1)),
    ],
)
def test_quarter_turns(turn, turns, expected):
    assert turns_of(turn) == turns
    assert np.array_equal(upright(PIXELS, turn), expected)


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        (matrix(-1, 0, 0, 1), PIXELS[:, ::-1]),
        (matrix(1, 0, 0, -1), PIXELS[::-1]),
        (matrix(0, 1, 1, 0), PIXELS.T),
    ],
)
def test_mirrors(turn, expected):
    assert np.array_equal(upright(PIXELS, turn), expected)


@pytest.mark.parametrize("turn", [90, -90, 180])
def test_turn_is_the_one_ffmpeg_names(films, turn):
    with av.open(str(films.make("a.mp4", matrix_turn=turn, count=1))) as container:
        frame = next(container.decode(video=0))
    assert turns_of(matrix_of(frame)) == round(-frame.rotation / 90) % 4


def test_film_that_is_not_turned_has_no_matrix(films):
    with av.open(str(films.make("a.mp4", count=1))) as container:
        assert matrix_of(next(container.decode(video=0))) is None
