"""How far a long job has come, on a terminal; silence where stderr is piped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from huecue.pipeline import Progress


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
    from tqdm import tqdm

    with tqdm(desc=name, unit="frame", disable=None, file=sys.stderr, dynamic_ncols=True, leave=False) as bar:

        def show(progress: Progress) -> None:
            bar.total = progress.total
            bar.set_description(f"{name}: {progress.doing}" if progress.doing else name, refresh=False)
            bar.update(progress.done - bar.n)

        yield show


@contextmanager
def step_bar() -> Iterator[Callable[[Steps], None]]:
    """Steps done, time left and what is being done on stderr; the function shows progress."""
    from tqdm import tqdm

    with tqdm(unit="step", disable=None, file=sys.stderr, dynamic_ncols=True, leave=False) as bar:

        def show(progress: Steps) -> None:
            bar.total = progress.total
            bar.set_description(progress.doing, refresh=False)
            bar.update(progress.done - bar.n)

        yield show
