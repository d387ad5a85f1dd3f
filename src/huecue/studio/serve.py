"""The studio started: what was named is opened, the address is said, the page is shown."""

from __future__ import annotations

import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn

from huecue.errors import FailureError, HuecueError, UsageError
from huecue.studio.app import build
from huecue.studio.desk import Start
from huecue.studio.guard import HOME_NAMES, Guard, new_token
from huecue.studio.house import House, find_film
from huecue.studio.keep import project_path
from huecue.studio.options import HOME, StudioOptions

SWITCH_S = 0.0005
"""How long one of Python's threads keeps the others waiting: of a click, several wait for the painter's."""


def serve(named: Path | None, options: StudioOptions, *, say: Callable[[str], None]) -> None:
    """Serve the studio until it is stopped; `say` tells a person the address, and what to know of it.

    Raises UsageError where the address is in use or no such file is there.
    """
    if named is not None and not named.exists():
        named = _project_left_by(named)
    listener = _listen(options.host, options.port)
    port = listener.getsockname()[1]
    home = options.host in HOME_NAMES
    token = None if home else new_token()
    names = HOME_NAMES if home else HOME_NAMES | {options.host, *_own_names(options.host)}
    app = build(lambda house, start: open_named(named, house, start), findable=home, films=options.films)
    host = HOME if options.host in ("0.0.0.0", "::") else options.host
    address = f"http://{host}:{port}/" + ("" if token is None else f"?token={token}")
    if not home:
        say(
            f"anyone on your network who has this address can see and change your film: {options.host} is "
            "not this computer alone"
        )
    say(f"the studio is at {address} (Ctrl-C ends it)")
    config = uvicorn.Config(
        Guard(app, frozenset(names), port, token),
        log_level="warning",
        ws="websockets-sansio",
        ws_max_size=1 << 20,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=2,
    )
    sys.setswitchinterval(SWITCH_S)
    if options.browser:
        threading.Timer(0.5, webbrowser.open, [address]).start()
    uvicorn.Server(config).run(sockets=[listener])


def _project_left_by(film: Path) -> Path:
    """The project of a film that is gone: the page then asks where it is. Raises UsageError."""
    project = project_path(film)
    if not project.exists():
        raise UsageError(f"there is no film or project at {film}; check the path")
    return project


def open_named(named: Path | None, house: House, start: Start) -> None:
    """Open what was named; what is wrong with it is said on the page."""
    if named is None:
        return
    project = named if named.suffix.lower() == ".json" else None
    try:
        start.room = house.open(find_film(named) if project else named, project)
    except HuecueError as problem:
        start.trouble = str(problem)
        missing = project is not None and "missing" in str(problem)
        start.missing = project if missing else None


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)  # who comes before the server runs waits for it
    except (OSError, OverflowError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{host}:{port} can't be served ({reason}); try another --port, or 0") from error
    return listener


def _own_names(host: str) -> set[str]:
    """The names under which this computer may be asked for when it listens on all of its addresses."""
    if host not in ("0.0.0.0", "::"):
        return set()
    try:
        return {socket.gethostname().lower(), *socket.gethostbyname_ex(socket.gethostname())[2]}
    except OSError as error:
        raise FailureError(
            f"this computer has no name of its own ({error}); give --host an address"
        ) from error
