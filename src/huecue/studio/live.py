"""What a window may ask for over its websocket."""

from __future__ import annotations

from collections.abc import Callable

from huecue.errors import HintError
from huecue.project import NamedColor, color_text, parse_color
from huecue.studio.room import Room
from huecue.studio.wire import Json, frame_of, number_of, read_patch

MOST_LETTERS = 80
"""Of a colour's name."""


def answer(said: Json, room: Room, window: str) -> Json | None:
    """Do what a window says; gives what it is told in return, if anything. Raises HuecueError."""
    todo = ASKS.get(said["do"])
    if todo is None:
        raise HintError(f"{said['do'][:20]!r} is not known here; reload the page")
    return todo(said, room, window)


def _look(said: Json, room: Room, window: str) -> None:
    room.look_at(window, frame_of(said, room.reel.count))


def _change(said: Json, room: Room, window: str) -> None:
    patch = read_patch(said.get("patch"), room.session.sheet, room.info.displayed)
    room.change(window, patch, joins=said.get("joins") is True)


def _undo(_said: Json, room: Room, window: str) -> None:
    room.take_back(window)


def _redo(_said: Json, room: Room, window: str) -> None:
    room.take_back(window, again=True)


def _save(_said: Json, room: Room, _window: str) -> None:
    room.save()


def _other(said: Json, room: Room, _window: str) -> None:
    room.settle(aside=said.get("aside") is True)


def _offers(said: Json, room: Room, _window: str) -> Json:
    x, y = (number_of(said.get(name), 0, 1) for name in ("x", "y"))
    frame = frame_of(said, room.reel.count)
    return {"say": "offers", "asked": said.get("asked"), **room.offers(frame, x, y)}


def _word(said: Json, room: Room, _window: str) -> Json:
    text = str(said.get("text"))[:MOST_LETTERS]
    own = {one.name: one.color for _, one in room.session.sheet.of_kind(NamedColor)}
    try:
        return {"say": "word", "text": text, "color": color_text(parse_color(text, own))}
    except HintError as problem:
        return {"say": "word", "text": text, "why": str(problem)}


def _next(_said: Json, room: Room, _window: str) -> Json:
    return {"say": "next", **room.next_click()}


ASKS: dict[str, Callable[[Json, Room, str], Json | None]] = {
    "look": _look,
    "change": _change,
    "undo": _undo,
    "redo": _redo,
    "save": _save,
    "other": _other,
    "offers": _offers,
    "word": _word,
    "next": _next,
}
"""By the words that the page uses."""
QUESTIONS = frozenset({"offers", "word", "next"})
"""Of these, what changes nothing: whatever is said after it need not wait for its answer."""
