"""Firefox as its own remote protocol (WebDriver BiDi) drives it: no more of it than the test needs."""

from __future__ import annotations

import base64
import itertools
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

NAME = shutil.which("firefox-esr") or shutil.which("firefox")
PATIENCE_S = 90
KEYS = {"Escape": "\ue00c", "Control": "\ue009", "Home": "\ue011", "Enter": "\ue007"}


class Firefox:
    """One window; `wrong` is what its console complained of."""

    def __init__(self, link: ClientConnection) -> None:
        self._link, self._ids = link, itertools.count(1)
        self.wrong: list[str] = []
        self.call("session.new", capabilities={})
        self.call("session.subscribe", events=["log.entryAdded"])
        self._window = self.call("browsingContext.getTree")["contexts"][0]["context"]

    def call(self, method: str, **words: object) -> Any:
        number = next(self._ids)
        self._link.send(json.dumps({"id": number, "method": method, "params": words}))
        while True:
            said = json.loads(self._link.recv(timeout=PATIENCE_S))
            if said.get("method") == "log.entryAdded" and said["params"]["level"] == "error":
                self.wrong.append(said["params"]["text"])
            if said.get("id") == number:
                assert "error" not in said, said
                return said["result"]

    def open(self, address: str) -> None:
        self.call("browsingContext.navigate", context=self._window, url=address, wait="complete")

    def ask(self, what: str) -> Any:
        found = self.call(
            "script.evaluate", expression=what, target={"context": self._window}, awaitPromise=True
        )
        assert found["type"] == "success", found
        return found["result"].get("value")

    def wait(self, what: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while not self.ask(f"!!({what})"):
            assert time.monotonic() < end, what
            time.sleep(0.2)

    def click(self, selector: str, dx: float = 0.5, dy: float = 0.5) -> None:
        """A click inside an element, at these shares of its width and height."""
        place = f"""JSON.stringify((() => {{
          const at = document.querySelector('{selector}').getBoundingClientRect();
          return [at.x + {dx} * at.width, at.y + {dy} * at.height];
        }})())"""
        x, y = (round(part) for part in json.loads(self.ask(place)))
        steps = [
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._act({"type": "pointer", "id": "mouse", "actions": steps})

    def keys(self, *keys: str) -> None:
        """Keys pressed together, by their names."""
        marks = [KEYS.get(key, key) for key in keys]
        downs = [{"type": "keyDown", "value": mark} for mark in marks]
        ups = [{"type": "keyUp", "value": mark} for mark in reversed(marks)]
        self._act({"type": "key", "id": "keys", "actions": [*downs, *ups]})

    def _act(self, action: dict[str, Any]) -> None:
        self.call("input.performActions", context=self._window, actions=[action])

    def shoot(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        shown = self.call("browsingContext.captureScreenshot", context=self._window)
        path.write_bytes(base64.b64decode(shown["data"]))


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """Firefox with a profile of its own in a folder."""
    assert NAME is not None
    folder.mkdir()
    words = [NAME, "--headless", "--no-remote", "--profile", str(folder), "--remote-debugging-port", "0"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            found = (line.partition("listening on ")[2].strip() for line in process.stderr)
            address = next(one for one in found if one)
            with connect(f"{address}/session", max_size=None) as link:
                yield Firefox(link)
        except (StopIteration, WebSocketException, OSError) as error:
            raise AssertionError(f"Firefox can't be spoken to: {error}") from error
        finally:
            process.terminate()
            process.communicate(timeout=30)
