"""The studio run as a person runs it, in a process of its own."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ADDRESS = re.compile(r"http://([\w.]+):(\d+)/(\?token=\S+)?")


@dataclass
class Studio:
    """A studio that is served; `said` is what it told the person who started it."""

    named: Path | None
    data: Path
    words: tuple[str, ...] = ()
    port: int = 0
    said: str = ""
    query: str = ""
    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> Studio:
        named = [] if self.named is None else [str(self.named)]
        words = [*named, "--no-browser", "--port", str(self.port), *self.words]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "huecue.cli", "studio", *words],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "XDG_DATA_HOME": str(self.data)},
        )
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said += line
            if found := ADDRESS.search(line):
                self.port, self.query = int(found[2]), found[3] or ""
                return self
        raise AssertionError(f"the studio did not start: {self.said}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        code = self.process.wait(60)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """The status and the answer; the path goes out as it is."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("origin", self.address.rstrip("/"))
        try:
            link.request(method, path, body, named)
            answer = link.getresponse()
            return answer.status, answer.read()
        finally:
            link.close()

    def json(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Any]:
        status, text = self.ask(method, path, body, **headers)
        return status, json.loads(text)
