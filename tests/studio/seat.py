"""A window of the studio with a person before it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huecue.project import Project, read_project

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATIENCE_MS = 60_000
LOOK_AT = Path(os.environ.get("HUECUE_SCREENSHOTS", "build/screenshots"))
"""Where the pictures of the pages are put."""


@dataclass
class Seat:
    """A window with a person before it. Points are pixels of the film."""

    page: Page
    wrong: list[str]

    def wait(self, what: str) -> None:
        self.page.wait_for_function(what, timeout=PATIENCE_MS)

    def ask(self, what: str) -> Any:
        return self.page.evaluate(what)

    def settled(self) -> None:
        """Until this frame is in its final colours."""
        self.wait(
            "(() => { const one = huecue.best(huecue.state.frame);"
            " return one && one.how === 'final' && !one.stale; })()"
        )

    def place(self, x: float, y: float) -> tuple[float, float]:
        box = self.page.locator("#frame").bounding_box()
        across, down = self.ask(f"huecue.screenOf({x}, {y})")
        assert box is not None
        return box["x"] + across, box["y"] + down

    def click(self, x: float, y: float) -> None:
        self.page.mouse.click(*self.place(x, y))

    def begin(self, x: float, y: float) -> None:
        """Click a point, and wait for the colours that it is offered."""
        self.click(x, y)
        self.offered()

    def offered(self) -> None:
        """Until colours are on offer."""
        self.page.wait_for_selector("#suggested button", timeout=PATIENCE_MS)

    def drag(self, *points: tuple[float, float]) -> None:
        self.page.mouse.move(*self.place(*points[0]))
        self.page.mouse.down()
        for point in points[1:]:
            self.page.mouse.move(*self.place(*point), steps=4)
        self.page.mouse.up()

    def colour(self, color: str) -> None:
        """Choose a colour for the point that waits for one."""
        self.page.fill("#hex", color)
        self.page.press("#hex", "Enter")
        self.ask("document.activeElement.blur()")

    def marks(self) -> dict[str, Any]:
        entries = self.ask("huecue.state.entries")
        return {name: one for name, one in entries.items() if name[0] in "hs" and name != "saturation"}

    def redness(self, x: float, y: float) -> float:
        red, _, blue = self.ask(f"huecue.colourAt({x}, {y})")
        return float(red) - float(blue)

    def key(self, key: str) -> None:
        self.page.keyboard.press(key)

    def shoot(self, name: str) -> None:
        LOOK_AT.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=LOOK_AT / f"{name}.png")


def saved(made: Path) -> Any:
    """The film's project; an empty one before the first change is written."""
    kept = made.with_name(f"{made.name}.huecue.json")
    return read_project(kept) if kept.exists() else Project()


def until(holds: Callable[[], bool]) -> None:
    """What the page shows at once is written down a moment later."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while not holds():
        assert time.monotonic() < end, "it was not saved"
        time.sleep(0.02)
