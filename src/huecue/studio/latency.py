"""How long a person waits: clicks and scrubbing on the real page, in a real browser."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from huecue.errors import FailureError, UsageError

CLICKS = 50
PATIENCE_MS = 300_000
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
_CLICKS = """async (count) => {
  const { width, height } = huecue.state.film, found = [];
  for (let n = 0; n < count; n += 1) {
    const x = width * (0.1 + 0.8 * ((n * 0.618) % 1)), y = height * (0.1 + 0.8 * ((n * 0.381) % 1));
    found.push(await huecue.colourPoint(x, y, ['#a03020', '#3050a0', '#408040', '#c0a060'][n % 4]));
    await new Promise((done) => setTimeout(done, 400));
  }
  return found;
}"""
_SCRUB = """async () => {
  huecue.clear();
  const begun = performance.now();
  for (let frame = 1; frame < huecue.state.count; frame += 1) {
    huecue.go(frame);
    while (!(huecue.best(frame) && huecue.best(frame).how === 'final')) {
      await huecue.want(frame);
      await new Promise((done) => setTimeout(done));
    }
    await new Promise(requestAnimationFrame);
  }
  return (huecue.state.count - 1) * 1000 / (performance.now() - begun);
}"""
_PAINTED = "[...huecue.state.painted.values()].filter(Boolean).length >= huecue.state.count"


@dataclass(frozen=True, slots=True)
class Waits:
    """Milliseconds from a click to new pixels on the page, and of the step on the server; rates in frames/s.

    `painting_fps`: a shot coloured again behind the page; `scrub_fps`: frames shown one after the other.
    """

    clicks: int
    click_ms_median: float
    click_ms_p95: float
    step_ms_median: float
    painting_fps: float
    scrub_fps: float

    def as_json(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)


def measure(film: Path, *, clicks: int = CLICKS) -> Waits:
    """The waits on a film's page. Raises UsageError where there is no browser to look at it with."""
    with _browser() as browser, _served(film) as address:
        page = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 800}).new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(address)
        page.wait_for_function("window.huecue && huecue.state.whole && huecue.best(0)")
        page.wait_for_function(_PAINTED)
        found = page.evaluate(_CLICKS, clicks)
        begun = page.evaluate("performance.now()")
        page.evaluate("huecue.colourPoint(9, 9, '#806040')")
        page.wait_for_function(_PAINTED)
        passed_ms = page.evaluate("performance.now()") - begun
        frames = page.evaluate("huecue.state.count")
        ms = [one["ms"] for one in found]
        return Waits(
            clicks=clicks,
            click_ms_median=float(np.median(ms)),
            click_ms_p95=float(np.percentile(ms, 95)),
            step_ms_median=float(np.median([one["step_ms"] for one in found])),
            painting_fps=frames * 1000 / passed_ms,
            scrub_fps=float(page.evaluate(_SCRUB)),
        )


@contextmanager
def _browser() -> Iterator[Any]:
    try:
        api = import_module("playwright.sync_api")
    except ImportError as error:
        raise UsageError("measuring the page needs a browser; run: pip install playwright") from error
    own = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with api.sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=own, args=list(FLAGS))
        except api.Error as error:
            raise UsageError("there is no browser here; run: playwright install chromium") from error
        yield browser
        browser.close()


@contextmanager
def _served(film: Path) -> Iterator[str]:
    """The address of a studio with a film, in a process of its own."""
    words = [sys.executable, "-m", "huecue.cli", "studio", str(film), "--no-browser", "--port", "0"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = ""
        try:
            for line in process.stderr:
                said += line
                if found := re.search(r"http://\S+", line):
                    yield found[0]
                    return
            raise FailureError(f"the studio did not start: {said.strip()}")
        finally:
            process.send_signal(signal.SIGTERM)
