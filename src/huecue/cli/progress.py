"""How far a long job has come, on a terminal; silence where stderr is piped."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from huecue.pipeline import Progress

COLUMNS, LINES = 80, 24
"""Of a terminal that does not say."""


class Steps(Protocol):
    """Steps done, of how many (None: not known), and what is being done, in words."""

    @property
    def done(self) -> int: ...
    @property
    def total(self) -> int | None: ...
    @property
    def doing(self) -> str: ...


@contextmanager
def progress_bar(name: str) -> Iterator[Callable[[Progress], None]]:
    """Frames done, frames per second and time left on stderr; the function shows a film's progress."""
    with _bar("frame", name) as bar:

        def show(progress: Progress) -> None:
            bar.total = progress.total
            bar.set_description(f"{name}: {progress.doing}" if progress.doing else name, refresh=False)
            bar.update(progress.done - bar.n)

        yield show


@contextmanager
def step_bar() -> Iterator[Callable[[Steps], None]]:
    """Steps done, time left and what is being done on stderr; the function shows progress."""
    with _bar("step") as bar:

        def show(progress: Steps) -> None:
            bar.total = progress.total
            bar.set_description(progress.doing, refresh=False)
            bar.update(progress.done - bar.n)

        yield show


def _bar(unit: str, name: str | None = None) -> Any:
    from tqdm import tqdm

    told = _tells_its_size()
    return tqdm(
        desc=name,
        unit=unit,
        disable=None,
        file=sys.stderr,
        dynamic_ncols=told,
        ncols=None if told else COLUMNS,
        nrows=None if told else LINES,
        leave=False,
    )


def _tells_its_size() -> bool:
    """Some terminals say that they have no columns at all; tqdm would believe it, and show nothing."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns > 0
    except OSError:
        return False
