"""The engine as the studio needs it: it can be called off between its parts, and looks at a luma once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from huecue.engine import Engine, Run, Tensor
from huecue.weights import Part

LUMA_ONLY: tuple[Part, ...] = ("keys", "likeness", "features")
"""Parts that see nothing but a frame's luma: what they say of the frame that is clicked on stays true."""


class CalledOff(Exception):  # no error: what was being worked on is no longer wanted
    """Raised between the parts of a step that `Attention` says is not worth going on with."""


@dataclass(slots=True, eq=False)
class Attention:
    """What the engine works for: a person who waits or, `behind` the page, what can be called off."""

    unwanted: Callable[[], bool]
    behind: bool = False

    def check(self) -> None:
        """Raises CalledOff where the work behind the page is no longer wanted."""
        if self.behind and self.unwanted():
            raise CalledOff


def quick(engine: Engine, attention: Attention) -> Engine:
    """The same engine; what it finds in the luma that a person looks at is kept for the next click."""
    coarse = None if engine.coarse is None else quick(engine.coarse, attention)
    runs = {part: _Part(run, attention, keeps=part in LUMA_ONLY) for part, run in engine.runs.items()}
    return replace(engine, runs=runs, coarse=coarse)


@dataclass(slots=True, eq=False)
class _Part:
    run: Run
    attention: Attention
    keeps: bool
    known: bytes = b""
    answer: Tensor = field(init=False)

    def __call__(self, inputs: dict[str, Tensor]) -> Tensor:
        self.attention.check()
        if not self.keeps or self.attention.behind:
            return self.run(inputs)
        asked = inputs["luma"].tobytes()
        if asked != self.known:
            self.answer, self.known = self.run(inputs), asked
        return self.answer
