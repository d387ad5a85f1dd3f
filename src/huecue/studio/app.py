"""The studio's server: routes and the websocket, and nothing that knows about colour.

Starlette and plain ES modules rather than NiceGUI: nearly all of the page is its own (frame, time line,
colour field), it draws a hint before the server answers, every websocket goes through one guard, and it
weighs a seventeenth (69 kB against 1.2 MB in 16 requests; 4 packages named against 1 that brings some 40).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from huecue.errors import HuecueError
from huecue.studio.desk import Desk, Start, deliver, desk_of, live
from huecue.studio.house import House
from huecue.studio.look import png_of
from huecue.studio.render import QUALITIES
from huecue.studio.room import Room
from huecue.studio.store import (
    MOST_PICTURE_BYTES,
    films_folder,
    keep_film,
    keep_picture,
    safe_name,
    take,
)
from huecue.studio.wire import Json

PAGE = Path(__file__).parent / "page"
FOREVER = {"cache-control": "private, max-age=86400, immutable"}
NEVER = {"cache-control": "no-store"}


def build(
    open_first: Callable[[House, Start], None], *, findable: bool, films: Path | None = None
) -> Starlette:
    """The app; `open_first` opens what was named on the command line once it runs."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()

        def say(room: str, window: str | None, message: Json | bytes) -> None:
            loop.call_soon_threadsafe(deliver, app.state.desk, room, window, message)

        house = House(films or films_folder(), say)
        app.state.desk = Desk(house, Start(), findable)
        try:
            await asyncio.to_thread(open_first, house, app.state.desk.start)
            yield
        finally:
            await asyncio.to_thread(house.close)

    return Starlette(routes=_routes(), lifespan=lifespan)


def _routes() -> list[BaseRoute]:
    return [
        Route("/", lambda _: FileResponse(PAGE / "index.html", headers=NEVER)),
        Mount("/page", StaticFiles(directory=PAGE)),
        Route("/start", start),
        Route("/films", bring_film, methods=["POST"]),
        Route("/moved", moved, methods=["POST"]),
        Route("/film/{room}/grey/{frame:int}", grey),
        Route("/film/{room}/frame/{frame:int}", frame),
        Route("/film/{room}/frame/{frame:int}.png", frame_to_paint),
        Route("/film/{room}/sound", sound),
        Route("/film/{room}/reference/{frame:int}", bring_reference, methods=["POST"]),
        Route("/film/{room}/keyframe/{frame:int}", bring_keyframe, methods=["POST"]),
        Route("/film/{room}/render", render, methods=["POST", "DELETE"]),
        Route("/film/{room}/result", result),
        WebSocketRoute("/film/{room}/live", live),
    ]


def _room(request: Request) -> tuple[str, Room | None]:
    key = request.path_params["room"]
    return key, desk_of(request).house.room(key)


def _wrong(problem: str, status: int = 400) -> JSONResponse:
    return JSONResponse({"problem": problem}, status, headers=NEVER)


async def start(request: Request) -> Response:
    """What the page opens with."""
    desk = desk_of(request)
    named = desk.start.room
    words = {
        "room": named if named is not None and desk.house.room(named) else None,
        "trouble": desk.start.trouble,
        "missing": None if desk.start.missing is None else desk.start.missing.name,
        "findable": desk.findable,
        "qualities": {name: [one.title, one.why] for name, one in QUALITIES.items()},
    }
    return JSONResponse(words, headers=NEVER)


async def bring_film(request: Request) -> Response:
    """A film that was dropped on the page."""
    desk = desk_of(request)
    name = safe_name(request.headers.get("x-name", "film"))
    try:
        part, digest = await take(
            request.stream(), _size(request), desk.house.films, most=desk.most_film_bytes
        )
        film = await asyncio.to_thread(keep_film, part, digest, name, desk.house.films)
        return JSONResponse({"room": await asyncio.to_thread(desk.house.open, film)}, headers=NEVER)
    except HuecueError as problem:
        return _wrong(str(problem), 413 if "too large" in str(problem) else 400)


async def moved(request: Request) -> Response:
    """A person at this computer says where a project's missing film is now."""
    desk = desk_of(request)
    project = desk.start.missing
    if not desk.findable or project is None:
        return _wrong("no film is missing", 403)
    try:
        film = Path(str((await request.json())["path"]).strip().strip("\"'")).expanduser()
        if not film.is_absolute() or not film.is_file():
            return _wrong(f"there is no film at {film}; give its whole path, such as /home/me/film.mp4")
        room = await asyncio.to_thread(desk.house.open, film, project)
    except (ValueError, KeyError, TypeError, OSError):
        return _wrong("say where the film is: its whole path")
    except HuecueError as problem:
        return _wrong(str(problem))
    desk.start.room, desk.start.trouble, desk.start.missing = room, None, None
    return JSONResponse({"room": room}, headers=NEVER)


async def grey(request: Request) -> Response:
    """A frame's luma."""
    _, room = _room(request)
    try:
        if room is not None:
            look = await asyncio.to_thread(room.reel.look, request.path_params["frame"])
            return Response(look, media_type="image/jpeg", headers=FOREVER)
    except IndexError:
        pass
    return _wrong("there is no such frame yet", 404)


async def frame(request: Request) -> Response:
    """A frame in colour; in grey, and said so, while its colours are on their way."""
    found = await _shown(request)
    if found is None:
        return _wrong("there is no such frame yet", 404)
    return Response(found[0], media_type="image/jpeg", headers=NEVER | {"x-huecue": found[1]})


async def frame_to_paint(request: Request) -> Response:
    """The same as PNG, as large as the film: it loses nothing while it is painted."""
    _, room = _room(request)
    found = await _shown(request)
    if room is None or found is None:
        return _wrong("there is no such frame yet", 404)
    try:
        luma = await asyncio.to_thread(room.reel.full, request.path_params["frame"])
    except HuecueError as problem:
        return _wrong(str(problem), 409)
    picture = await asyncio.to_thread(png_of, found[0], luma)
    return Response(picture, media_type="image/png", headers=NEVER)


async def _shown(request: Request) -> tuple[bytes, str] | None:
    """A frame as JPEG, and how it is: "final", "draft" or "grey"; None where it has not been read yet."""
    _, room = _room(request)
    index = request.path_params["frame"]
    with suppress(IndexError):
        if room is not None and index < room.reel.count:
            found = await asyncio.to_thread(room.picture, index)
            if found is not None:
                return found[0], "final" if found[1] else "draft"
            return await asyncio.to_thread(room.reel.look, index), "grey"
    return None


async def sound(request: Request) -> Response:
    """The film's own file, for its sound."""
    _, room = _room(request)
    if room is None or not room.info.sounds:
        return _wrong("there is no sound", 404)
    return FileResponse(room.film, headers=NEVER)


async def bring_reference(request: Request) -> Response:
    """A picture to borrow colours from, dropped on a shot."""
    return await _bring_picture(request, Room.add_reference)


async def bring_keyframe(request: Request) -> Response:
    """A picture of one frame itself, in colour."""
    return await _bring_picture(request, Room.add_keyframe, check=Room.check_keyframe)


async def _bring_picture(
    request: Request,
    add: Callable[[Room, str, Path, int], None],
    check: Callable[[Room, Path], None] | None = None,
) -> Response:
    """Keep a picture that passes the `check` beside the project, and `add` it for a window and a frame."""
    _, room = _room(request)
    if room is None:
        return _wrong("this film is not open", 404)
    name = safe_name(request.headers.get("x-name", "picture.png"))
    frame, window = request.path_params["frame"], request.headers.get("x-window", "")[:20]
    project = room.keeper.path
    fits = None if check is None else partial(check, room)
    try:
        part, digest = await take(request.stream(), _size(request), project.parent, most=MOST_PICTURE_BYTES)
        image = await asyncio.to_thread(keep_picture, part, digest, name, project, check=fits)
        await asyncio.to_thread(add, room, window, image, frame)
    except HuecueError as problem:
        return _wrong(str(problem), 413 if "too large" in str(problem) else 400)
    return JSONResponse({}, headers=NEVER)


async def render(request: Request) -> Response:
    """Render the film, or stop that."""
    key, room = _room(request)
    if room is None:
        return _wrong("this film is not open", 404)
    house = desk_of(request).house
    if request.method == "DELETE":
        house.stop_render(key)
        return JSONResponse({}, headers=NEVER)
    try:
        quality = str((await request.json())["quality"])
        out = await asyncio.to_thread(house.render, key, quality)
    except (ValueError, KeyError, TypeError):
        return _wrong("say which quality")
    except HuecueError as problem:
        return _wrong(str(problem))
    return JSONResponse({"out": out.name, "folder": str(out.parent)}, headers=NEVER)


async def result(request: Request) -> Response:
    """The film that was rendered last, to keep."""
    key, _ = _room(request)
    how = desk_of(request).house.rendered(key)
    if how is None or how.out is None or not how.out.is_file():
        return _wrong("nothing has been rendered yet", 404)
    return FileResponse(how.out, filename=how.out.name, headers=NEVER)


def _size(request: Request) -> int | None:
    said = request.headers.get("content-length", "")
    return int(said) if said.isdecimal() else None
