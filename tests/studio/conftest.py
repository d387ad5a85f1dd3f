"""A studio with a made film, and a browser to look at it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from seat import Seat
from server import Studio
from told import Told

from films import SIZE, make_film
from huecue.studio import room as rooms
from huecue.studio.keep import project_path
from huecue.studio.room import Room
from huecue.types import Size
from plain_engine import plain_engine

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FILM_SIZE = Size(320, 180)
FRAMES, SHOTS = 36, 2
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A film of two shots, alone in its folder."""
    folder = tmp_path / "films"
    folder.mkdir()
    return make_film(folder / "film.mp4", frames=FRAMES, size=FILM_SIZE, shots=SHOTS)


@pytest.fixture
def studio(made: Path, tmp_path: Path) -> Iterator[Studio]:
    """A studio with that film."""
    one = Studio(made, tmp_path / "data").start()
    yield one
    if one.process is not None and one.process.poll() is None:
        one.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, Debian's own where there is one, else Playwright's."""
    api = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed: pip install playwright"
    )
    own = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with api.sync_playwright() as playwright:
        if own is None and not Path(playwright.chromium.executable_path).exists():
            pytest.skip("there is no Chromium here: run `make browser`")
        shown = playwright.chromium.launch(executable_path=own, args=FLAGS)
        yield shown
        shown.close()


@pytest.fixture
def sit(browser: Browser, studio: Studio) -> Iterator[Any]:
    """sit(): a window of the studio, or of the one at an `address`; nothing may go wrong in it."""
    contexts, seats = [], list[Seat]()

    def one(address: str = studio.address, **more: Any) -> Seat:
        usual = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"}
        context = browser.new_context(**{**usual, **more}, bypass_csp=True)
        contexts.append(context)
        seat = Seat(context.new_page(), [])
        seat.page.on("pageerror", lambda error: seat.wrong.append(str(error)))
        seat.page.goto(address)
        seats.append(seat)
        return seat

    yield one
    for context in contexts:
        context.close()
    assert [words for seat in seats for words in seat.wrong] == []


@pytest.fixture
def seat(sit: Any) -> Seat:
    """A window with the film read and its first frame in colour."""
    one: Seat = sit()
    one.wait("window.huecue && huecue.state.whole && huecue.best(0)")
    one.settled()
    return one


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rooms work small, with a network that is quick to tell."""
    monkeypatch.setattr(rooms, "working_size", lambda _: SIZE)
    monkeypatch.setattr(rooms, "open_default_engine", lambda _info, _options: plain_engine(SIZE))


@pytest.fixture
def open_room(tmp_path: Path) -> Iterator[Callable[..., tuple[Room, Told]]]:
    """open_room(film): a room with one window, and all that it told."""
    opened: list[Room] = []

    def make(film: Path) -> tuple[Room, Told]:
        work = tmp_path / f"work{len(opened)}"
        work.mkdir()
        told = Told()
        room = Room(film, project_path(film), work, told)
        opened.append(room)
        room.start()
        room.enter("w1")
        return room, told

    yield make
    for room in opened:
        room.close()
