"""Nobody else's page drives the studio, and nobody on the network without the token."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the studio's web server is not installed")

from starlette.responses import PlainTextResponse

from huecue.studio.guard import COOKIE, HOME_NAMES, Guard
from huecue.studio.store import safe_name

PORT = 8733
HERE = {"host": f"127.0.0.1:{PORT}"}
OWN = {**HERE, "origin": f"http://127.0.0.1:{PORT}"}


def ask(
    guard: Guard, headers: dict[str, str], *, kind: str = "http", method: str = "GET", query: str = ""
) -> Any:
    """What comes back: (status, headers), or ("open",) or ("closed",) for a websocket."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": f"{kind}.{'connect' if kind == 'websocket' else 'request'}"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": kind,
        "method": method,
        "path": "/",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    asyncio.run(guard(scope, receive, send))
    if kind == "websocket":
        return sent[0]["type"].removeprefix("websocket.")
    return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Says yes to everybody."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await PlainTextResponse("yes")(scope, receive, send)


def guard(token: str | None = None, *more: str) -> Guard:
    return Guard(app, HOME_NAMES | set(more), PORT, token)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "LOCALHOST"])
def test_the_own_page_is_answered(host: str) -> None:
    headers = {"host": f"{host}:{PORT}", "origin": f"http://{host}:{PORT}"}
    assert ask(guard(), headers)[0] == 200
    assert ask(guard(), headers, method="POST")[0] == 200
    assert ask(guard(), headers, kind="websocket") == "accept"


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://127.0.0.1:1",
        "https://127.0.0.1:8733",
        "null",
        "http://127.0.0.1.evil:8733",
    ],
)
def test_another_page_is_turned_away(origin: str) -> None:
    headers = {**HERE, "origin": origin}
    assert ask(guard(), headers)[0] == 403
    assert ask(guard(), headers, method="POST")[0] == 403
    assert ask(guard(), headers, kind="websocket") == "close"


def test_what_changes_something_must_say_where_it_comes_from() -> None:
    assert ask(guard(), HERE)[0] == 200
    for method in ("POST", "DELETE", "PUT"):
        assert ask(guard(), HERE, method=method)[0] == 403
    assert ask(guard(), HERE, kind="websocket") == "close"


@pytest.mark.parametrize("host", ["evil.example:8733", "127.0.0.1:80", "127.0.0.1", "", "evil.example"])
def test_another_name_for_this_computer_is_turned_away(host: str) -> None:
    assert ask(guard(), {"host": host})[0] == 421
    assert ask(guard(), {"host": host}, kind="websocket") == "close"


def test_on_the_network_a_token_is_needed() -> None:
    door = guard("secret", "192.0.2.7")
    there = {"host": f"192.0.2.7:{PORT}", "origin": f"http://192.0.2.7:{PORT}"}
    assert ask(door, there)[0] == 401
    assert ask(door, there, query="token=wrong")[0] == 401
    assert ask(door, there, kind="websocket") == "close"
    assert ask(door, there, kind="websocket", query="token=secret") == "close"
    status, headers = ask(door, there, query="token=secret")
    assert status == 303
    assert headers["set-cookie"].startswith(f"{COOKIE}=secret")
    assert "httponly" in headers["set-cookie"].lower()
    with_cookie = {**there, "cookie": f"{COOKIE}=secret"}
    assert ask(door, with_cookie)[0] == 200
    assert ask(door, with_cookie, kind="websocket") == "accept"
    assert ask(door, {**with_cookie, "origin": "http://evil.example"})[0] == 403


def test_answers_keep_other_pages_out() -> None:
    _, headers = ask(guard(), OWN)
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("film.mp4", "film.mp4"),
        ("../../etc/passwd", "passwd"),
        ("..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("C:\\films\\a b.mp4", "a b.mp4"),
        ("..", "film"),
        ("", "film"),
        (".hidden", "hidden"),
        ("na\x00me\n.mp4", "na_me_.mp4"),
        ("%C3%A9t%C3%A9.mp4", "été.mp4"),
    ],
)
def test_a_name_from_the_page_is_a_name_and_nothing_else(said: str, name: str) -> None:
    assert safe_name(said) == name
