"""The server's parts, and the windows that listen to it."""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket, WebSocketDisconnect

from huecue.errors import HuecueError
from huecue.studio.house import House, render_words
from huecue.studio.live import QUESTIONS, answer
from huecue.studio.room import Room
from huecue.studio.store import MOST_FILM_BYTES
from huecue.studio.wire import Json, read_message


@dataclass(slots=True)
class Start:
    """What the studio is opened with: a film's room, or what is wrong with what was named."""

    room: str | None = None
    trouble: str | None = None
    missing: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Desk:
    """The server's parts, for its routes. `findable`: the page may say where a film moved."""

    house: House
    start: Start
    findable: bool
    most_film_bytes: int = MOST_FILM_BYTES
    windows: dict[str, dict[str, asyncio.Queue[Json | bytes]]] = field(
        default_factory=lambda: defaultdict(dict)
    )


def deliver(desk: Desk, room: str, window: str | None, message: Json | bytes) -> None:
    """Put a message where a window's, or every window's, sender finds it."""
    there = desk.windows[room]
    for name in list(there) if window is None else [window]:
        if name in there:
            there[name].put_nowait(message)


def desk_of(connection: HTTPConnection) -> Desk:
    """The desk that a request or a websocket has come to."""
    desk: Desk = connection.app.state.desk
    return desk


_numbers = itertools.count(1)


async def live(socket: WebSocket) -> None:
    """A window: what it says, and what it is told, as long as it is open."""
    desk, key = desk_of(socket), socket.path_params["room"]
    room = desk.house.room(key)
    await socket.accept()
    if room is None:
        await socket.send_json({"say": "gone"})
        await socket.close()
        return
    window = f"w{next(_numbers)}"
    queue = desk.windows[key][window] = asyncio.Queue()
    sender, asides = asyncio.create_task(_send(socket, queue)), set[asyncio.Task[None]]()
    queue.put_nowait({"say": "hello", "window": window})
    try:
        await asyncio.to_thread(room.enter, window)
        how = desk.house.rendered(key)
        if how is not None:
            queue.put_nowait(render_words(how))
        while True:
            await _hear(await socket.receive_text(), room, window, queue, asides)
    except (WebSocketDisconnect, KeyError):
        pass
    finally:
        for task in (sender, *asides):
            task.cancel()
        del desk.windows[key][window]
        room.leave(window)


async def _hear(
    text: str,
    room: Room,
    window: str,
    queue: asyncio.Queue[Json | bytes],
    asides: set[asyncio.Task[None]],
) -> None:
    """Do what a window says, in its order; questions are answered aside."""
    try:
        said = read_message(text)
    except HuecueError as problem:
        queue.put_nowait({"say": "refused", "why": str(problem)})
        return
    doing = _do(said, room, window, queue)
    if said["do"] in QUESTIONS:
        task = asyncio.create_task(doing)
        asides.add(task)
        task.add_done_callback(asides.discard)
    else:
        await doing


async def _do(said: Json, room: Room, window: str, queue: asyncio.Queue[Json | bytes]) -> None:
    """Do it and answer; what can't be done is said."""
    try:
        words = await asyncio.to_thread(answer, said, room, window)
    except HuecueError as problem:
        words = {"say": "refused", "why": str(problem)}
    if words is not None:
        queue.put_nowait(words)


async def _send(socket: WebSocket, queue: asyncio.Queue[Json | bytes]) -> None:
    while True:
        message = await queue.get()
        if isinstance(message, bytes):
            await socket.send_bytes(message)
        else:
            await socket.send_json(message)
