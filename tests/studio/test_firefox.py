"""The page in Firefox: what a person does most, under the page's own policy."""

from __future__ import annotations

import base64
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("starlette", reason="the studio's web server is not installed")

from firefox import NAME, firefox
from seat import LOOK_AT, saved, until
from server import Studio

from conftest import FILM_SIZE, FRAMES

SETTLED = "huecue.best(huecue.state.frame)?.how === 'final' && !huecue.best(huecue.state.frame).stale"
REDNESS = "(([red, , blue]) => red - blue)(huecue.colourAt(160, 90))"


@pytest.mark.skipif(NAME is None, reason="there is no Firefox here: run `make browser`")
def test_a_film_is_coloured_in_firefox(studio: Studio, made: Path, tmp_path: Path) -> None:
    with firefox(tmp_path / "profile") as window:
        window.open(studio.address)
        window.wait(f"window.huecue && huecue.state.whole && {SETTLED}")
        before = window.ask(REDNESS)
        window.click("#frame")  # the middle of the film
        window.wait("document.querySelectorAll('#suggested button').length >= 3")
        window.ask("document.getElementById('hex').value = '#d02020'")
        window.ask("document.getElementById('hex').dispatchEvent(new Event('change'))")
        window.wait("Object.keys(huecue.state.entries).length === 1")
        window.wait(f"{SETTLED} && {REDNESS} > {before} + 40")
        window.shoot(LOOK_AT / "16-firefox.png")
        until(lambda: len(saved(made).hints) == 1)
        window.keys("Control", "z")
        window.wait("Object.keys(huecue.state.entries).length === 0")
        window.keys("Escape")
        window.ask(drop())
        window.wait("document.getElementById('picture-box').open")
        window.click("#as-keyframe")
        window.wait("Object.values(huecue.state.entries).some((one) => one.kind === 'keyframe')")
        window.wait(SETTLED)
        assert window.ask(REDNESS) > 60
        until(lambda: len(saved(made).keyframes) == 1)
        window.ask(drop())
        window.wait("document.getElementById('picture-box').open")
        window.click("#as-palette")
        window.wait("Object.values(huecue.state.entries).some((one) => one.kind === 'palette')")
        window.wait(f"[...huecue.state.painted.values()].filter(Boolean).length === {FRAMES}")
        window.keys(" ")
        window.wait("huecue.state.frame > 4")
        window.keys(" ")
        assert window.ask("huecue.state.playing") is False
        assert window.wrong == []


def drop() -> str:
    """What drops a picture of the film's size on the frame."""
    red = np.full((FILM_SIZE.height, FILM_SIZE.width, 3), (40, 60, 200), np.uint8)
    picture = base64.b64encode(cv2.imencode(".png", red)[1].tobytes()).decode()
    return f"""(() => {{
      const bytes = Uint8Array.from(atob('{picture}'), (one) => one.charCodeAt(0));
      const moved = new DataTransfer();
      moved.items.add(new File([bytes], 'painted.png', {{ type: 'image/png' }}));
      const event = new DragEvent('drop', {{ dataTransfer: moved, bubbles: true }});
      document.getElementById('frame').dispatchEvent(event);
    }})()"""
