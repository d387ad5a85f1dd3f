"""A film of 2,000 frames: a hint costs its shot, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from films import make_film
from huecue.studio import room as rooms
from huecue.studio.keep import project_path
from huecue.studio.room import Room
from huecue.types import Hint, Size
from plain_engine import plain_engine

SIZE = Size(48, 32)
FRAMES, SHOTS, AT = 2000, 20, 80
SHOT = FRAMES // SHOTS
PATIENCE_S = 300


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.02)


def picture(room: Room, frame: int) -> bytes:
    found = room.picture(frame)
    return found[0] if found is not None and found[1] else b""


def test_a_hint_on_frame_80_of_2000_colours_its_shot_again_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "working_size", lambda _: SIZE)
    monkeypatch.setattr(rooms, "open_default_engine", lambda _info, _options: plain_engine(SIZE))
    film = make_film(tmp_path / "film.mkv", frames=FRAMES, size=SIZE, shots=SHOTS, codec="ffv1")
    work = tmp_path / "work"
    work.mkdir()
    told: list[Any] = []
    room = Room(film, project_path(film), work, lambda _, message: told.append(message))
    try:
        room.start()
        room.enter("w1")
        room.look_at("w1", FRAMES // 2)  # the whole film is near enough to be coloured
        until(lambda: room.reel.whole)
        until(lambda: all(picture(room, frame) for frame in range(FRAMES)))
        assert room.reel.cuts == tuple(range(SHOT, FRAMES, SHOT))
        room.look_at("w1", AT)
        before, steps = [picture(room, frame) for frame in range(FRAMES)], room._painter.steps
        told.clear()
        room.change("w1", {"h1": Hint(24, 16, (200, 40, 40), AT, 4)})
        until(lambda: all(picture(room, frame) for frame in range(SHOT)))
        (stale,) = [one for one in told if isinstance(one, dict) and one["say"] == "stale"]
        assert (stale["from"], stale["to"]) == (0, SHOT)
        after = [picture(room, frame) for frame in range(FRAMES)]
        assert after[SHOT:] == before[SHOT:]
        assert all(one != other for one, other in zip(after[:SHOT], before[:SHOT], strict=True))
        taken = room._painter.steps - steps
        print(f"{stale['to'] - stale['from']} of {FRAMES} frames coloured again, in {taken} steps")
        assert SHOT <= taken <= 2 * SHOT + 1  # frames before the hint are coloured from both sides
    finally:
        room.close()
