"""Making the next items in another thread while the last one is in use."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterable, Iterator
from queue import Empty, Queue
from threading import Event, Thread
from typing import TypeVar

Item = TypeVar("Item")

_Ready = Queue[tuple[bool, Item | BaseException | None]]
"""(True, an item), (False, the error that ended the source) or (False, None) at its plain end."""
_running: dict[Thread, Callable[[], None]] = {}
"""Threads that are at work, and what stops each and waits for it."""


def prefetch(items: Iterable[Item], depth: int = 4) -> Iterator[Item]:
    """The same items in the same order, up to `depth` of them made ahead by a background thread.

    An error of the source is raised here, after the items before it. Closing the iterator stops the thread,
    closes the source in it and waits for both. The thread starts with the first item asked for.
    """
    ready: _Ready[Item] = Queue(maxsize=depth)
    stop = Event()
    thread = Thread(target=_fill, args=(items, ready, stop), name="huecue-prefetch", daemon=True)

    def end() -> None:
        stop.set()
        _drain(ready)  # a thread waiting for room finds some, and then sees that it should stop
        thread.join()
        _running.pop(thread, None)

    _running[thread] = end
    thread.start()
    try:
        while True:
            more, value = ready.get()
            if more:
                yield value  # type: ignore[misc]  # an item: the flag says so
            elif isinstance(value, BaseException):
                raise value
            else:
                return
    finally:
        end()


@atexit.register
def _end_all() -> None:
    """What nobody closed, as after Ctrl-C, must not be in native code while Python is taken down."""
    for end in list(_running.values()):
        end()


def _fill(items: Iterable[Item], ready: _Ready[Item], stop: Event) -> None:
    last: tuple[bool, BaseException | None] = (False, None)
    source = iter(items)
    try:
        while not stop.is_set():
            try:
                item = next(source)
            except StopIteration:
                break
            ready.put((True, item))
        if stop.is_set() and hasattr(source, "close"):
            source.close()
    except BaseException as error:  # carried to the other side, which raises it
        last = (False, error)
    if not stop.is_set():
        ready.put(last)


def _drain(ready: _Ready[Item]) -> None:
    while True:
        try:
            ready.get_nowait()
        except Empty:
            return
