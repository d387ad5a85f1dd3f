"""Items made ahead in another thread."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from huecue.video import prefetch


def helpers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "huecue-prefetch"]


@pytest.mark.parametrize("depth", [1, 2, 50])
def test_items_come_in_order(depth):
    assert list(prefetch(range(300), depth)) == list(range(300))
    assert helpers() == []


def test_items_are_made_in_another_thread():
    def names():
        yield threading.current_thread().name

    assert list(prefetch(names())) == ["huecue-prefetch"]


def test_no_more_than_depth_is_made_ahead():
    made = []

    def items():
        for number in range(100):
            made.append(number)
            yield number

    ahead = prefetch(items(), 3)
    next(ahead)
    for _ in range(100):
        threading.Event().wait(0.001)
    assert len(made) <= 5  # one given, three waiting, one in the hand
    ahead.close()


def test_error_comes_after_the_items_before_it():
    def items():
        yield 1
        yield 2
        raise ValueError("third")

    ahead = prefetch(items())
    assert [next(ahead), next(ahead)] == [1, 2]
    with pytest.raises(ValueError, match="third"):
        next(ahead)
    assert helpers() == []


@pytest.mark.parametrize("depth", [1, 4])
def test_closing_stops_the_thread_and_closes_the_source(depth):
    closed = []

    def items():
        try:
            yield from range(10**9)
        finally:
            closed.append(threading.current_thread().name)

    ahead = prefetch(items(), depth)
    assert next(ahead) == 0
    ahead.close()
    assert closed == ["huecue-prefetch"]
    assert helpers() == []


def test_nothing_starts_before_the_first_item_is_asked_for():
    prefetch(range(3))
    assert helpers() == []


def test_any_iterable_will_do():
    assert list(prefetch([])) == []
    assert list(prefetch({"a": 1})) == ["a"]


LEFT_OPEN = """
from huecue.video import prefetch

def items(name):
    try:
        yield from range(10**9)
    finally:
        print("closed", name)

ahead = prefetch(int(item) for item in prefetch(items("inner")))
other = prefetch(items("other"))
next(ahead), next(other)
"""


def test_what_nobody_closed_is_ended_with_the_program():
    done = subprocess.run(
        [sys.executable, "-c", LEFT_OPEN], capture_output=True, text=True, timeout=60, check=True
    )
    assert sorted(done.stdout.split("\n")) == ["", "closed inner", "closed other"]
    assert done.stderr == ""
