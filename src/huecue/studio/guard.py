"""Who may speak to the server: this computer's own page, and others only with the token."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, QueryParams
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

COOKIE = "huecue"
HOME_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; "
    "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(24)


@dataclass(frozen=True, slots=True)
class Guard:
    """An app behind its door.

    Every request and every websocket must be addressed to one of `names` at `port`, and, if it says which
    page it comes from, come from there; one that changes something must say so. With a `token`, it must be in
    the address once and in a cookie from then on.
    """

    app: ASGIApp
    names: frozenset[str]
    port: int
    token: str | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or turn away."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            await self.app(scope, receive, _hardened(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
        else:
            await refusal(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if not self._is_ours(headers.get("host", "")):
            return PlainTextResponse("this address is not the studio's", 421)
        changes = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD")
        origin = headers.get("origin")
        if (origin is None and changes) or (origin is not None and not self._is_own_page(origin)):
            return PlainTextResponse("another page may not use the studio", 403)
        return None if self.token is None else self._without_token(scope, headers, self.token)

    def _is_own_page(self, origin: str) -> bool:
        parts = urlsplit(origin)
        return parts.scheme == "http" and self._is_ours(parts.netloc)

    def _is_ours(self, host: str) -> bool:
        name, _, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
        if not name:
            name, port = port, ""
        return name.lower() in self.names and (port or "80") == str(self.port)

    def _without_token(self, scope: Scope, headers: Headers, token: str) -> Response | None:
        shown = QueryParams(scope.get("query_string", b"")).get("token", "")
        kept = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        if secrets.compare_digest(kept.encode(), token.encode()):
            return None
        if scope["type"] == "http" and secrets.compare_digest(shown.encode(), token.encode()):
            answer = RedirectResponse(scope["path"], 303)
            answer.set_cookie(COOKIE, token, httponly=True, samesite="strict")
            return answer
        return PlainTextResponse("open the address with the token that `huecue studio` printed", 401)


def _hardened(send: Send) -> Send:
    """The same answers, with headers that keep other pages out."""
    extra = {
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
    }

    async def hardened(message: object) -> None:
        if isinstance(message, dict) and message.get("type") == "http.response.start":
            more = [(name.encode(), value.encode()) for name, value in extra.items()]
            message = {**message, "headers": [*message.get("headers", []), *more]}
        await send(message)  # type: ignore[arg-type]  # what the app sends is passed on

    return hardened
