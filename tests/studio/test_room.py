"""A film that is worked on: told to all windows, coloured only where it must be, and never lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from told import Told

from films import SIZE, make_film
from huecue.errors import HintError
from huecue.pipeline import suggest
from huecue.project import Project, read_project, write_project
from huecue.studio import painter as painters
from huecue.studio import swatches
from huecue.studio.keep import project_path
from huecue.studio.live import answer
from huecue.studio.pictures import Pictures
from huecue.studio.room import Room
from huecue.studio.sheet import PaletteColor, project_of
from huecue.types import Color, Hint, ShotSettings
from plain_engine import plain_engine

FRAMES, CUT = 24, 12
RED, BLUE = (200, 40, 40), (40, 60, 200)
PATIENCE_S = 60
pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return make_film(tmp_path / "film.mkv", frames=FRAMES, shots=2, codec="ffv1")


def wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.01)


def all_final(room: Room) -> bool:
    return room.reel.whole and all(is_final(room, frame) for frame in range(FRAMES))


def is_final(room: Room, frame: int) -> bool:
    found = room.picture(frame)
    return found is not None and found[1]


def pictures(room: Room) -> list[bytes]:
    wait(lambda: all_final(room))
    return [(room.picture(frame) or (b"", False))[0] for frame in range(FRAMES)]


def painted(told: Any) -> set[int]:
    """The frames that windows have heard to be painted."""
    return {frame for words in told.of("painted") for frame, *_ in words["frames"]}


@pytest.mark.parametrize("hints", [(), (Hint(60, 50, BLUE, CUT + 2, 12), Hint(20, 10, RED, 0, 8))])
def test_the_next_click_is_the_first_that_suggest_names(
    hints: tuple[Hint, ...], film: Path, open_room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "huecue.pipeline.suggestions.open_default_engine", lambda _info, _options: plain_engine(SIZE)
    )
    room, told = open_room(film)
    wait(lambda: room.reel.whole)
    room.change("w1", {f"h{number}": hint for number, hint in enumerate(hints, start=1)})
    wait(lambda: set(room._seen) == set(range(FRAMES)) and all(one.final for one in room._seen.values()))
    (wanted,) = suggest(film, hints=hints, count=1)
    found = answer({"do": "next"}, room, "w1") or {}
    size = room.info.displayed
    point = (found["frame"], round(found["x"] * size.width), round(found["y"] * size.height))
    assert point == (wanted.frame, wanted.x, wanted.y)
    assert not told.of("trouble")


def test_no_click_is_named_before_anything_is_in_colour(film: Path, tmp_path: Path) -> None:
    assert Room(film, project_path(film), tmp_path, Told()).next_click() == {}


def test_the_palette_of_the_project_colours_the_page_too(film: Path, open_room: Any) -> None:
    plain, _ = open_room(film)
    before = pictures(plain)
    plain.close()
    write_project(Project(palette=((200, 60, 40),)), project_path(film))
    room, _ = open_room(film)
    assert all(one != other for one, other in zip(pictures(room), before, strict=True))


def test_a_palette_colours_the_whole_film_again_and_can_be_taken_back(film: Path, open_room: Any) -> None:
    room, told = open_room(film)
    before = pictures(room)
    told.clear()
    room.change("w1", {"p1": PaletteColor(RED)})
    (stale,) = told.of("stale")
    assert (stale["from"], stale["to"]) == (0, FRAMES)
    after = pictures(room)
    assert all(one != other for one, other in zip(after, before, strict=True))
    assert read_project(project_path(film)).palette == (RED,)
    again, _ = open_room(film)
    assert pictures(again) == after
    room.take_back("w1")
    assert pictures(room) == before
    assert read_project(project_path(film)).palette == ()


def test_a_painted_frame_is_kept_to_and_counts_for_its_shot(
    film: Path, open_room: Any, tmp_path: Path
) -> None:
    room, told = open_room(film)
    before = pictures(room)
    told.clear()
    room.add_keyframe("w1", painting(tmp_path / "red.png", RED), 15)
    (stale,) = told.of("stale")
    assert (stale["from"], stale["to"]) == (CUT, FRAMES)
    after = pictures(room)
    assert after[:CUT] == before[:CUT]
    assert all(one != other for one, other in zip(after[CUT:], before[CUT:], strict=True))
    assert swatches.color_at(after[15], 0.5, 0.5)[0] > swatches.color_at(after[15], 0.5, 0.5)[2] + 60
    room.change("w1", {"h1": Hint(40, 30, BLUE, 15, 8)})
    assert pictures(room)[15] == after[15]  # hints on it are not looked at
    room.take_back("w1")
    room.add_keyframe("w1", painting(tmp_path / "blue.png", BLUE), 15)  # in place of the one before
    assert [one.image.name for one in read_project(project_path(film)).keyframes] == ["blue.png"]
    room.take_back("w1")
    assert pictures(room) == after
    room.take_back("w1")
    assert pictures(room) == before


def test_a_painted_frame_beyond_the_film_is_refused(film: Path, open_room: Any, tmp_path: Path) -> None:
    room, _ = open_room(film)
    wait(lambda: room.reel.whole)
    with pytest.raises(HintError, match="frame 99"):
        room.add_keyframe("w1", painting(tmp_path / "red.png", RED), 99)


def painting(path: Path, color: Color) -> Path:
    """A picture of the film's shape, all of one colour."""
    cv2.imwrite(str(path), np.full((*SIZE.shape, 3), color[::-1], np.uint8))
    return path


def test_what_is_said_while_a_picture_is_made_counts_for_all_frames_after_it(
    film: Path, open_room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, _ = open_room(film)
    pictures(room)
    later, usual = [{"h1": Hint(60, 50, BLUE, CUT + 2, 12)}], painters.colour_jpeg

    def interrupted(bgr: Any) -> bytes:
        if later:
            room.change("w1", later.pop())
        return usual(bgr)

    monkeypatch.setattr(painters, "colour_jpeg", interrupted)
    room.change("w1", {"h1": Hint(60, 50, RED, CUT + 2, 12)})
    now = pictures(room)
    assert not later
    again, _ = open_room(film)
    assert pictures(again) == now


def test_a_hint_colours_its_shot_again_and_no_other(film: Path, open_room: Any) -> None:
    room, told = open_room(film)
    before = pictures(room)
    wait(lambda: painted(told) == set(range(FRAMES)))  # they hear of it a moment later
    told.clear()
    room.change("w1", {"h1": Hint(40, 30, RED, 15, 8)})
    (stale,) = told.of("stale")
    assert (stale["from"], stale["to"]) == (CUT, FRAMES)
    after = pictures(room)
    assert after[:CUT] == before[:CUT]
    assert all(one != other for one, other in zip(after[CUT:], before[CUT:], strict=True))
    wait(lambda: len(painted(told)) == FRAMES - CUT)
    assert painted(told) == set(range(CUT, FRAMES))


def test_after_many_quick_changes_it_is_as_if_opened_anew(film: Path, open_room: Any) -> None:
    room, _ = open_room(film)
    wait(lambda: room.reel.whole)
    for number in range(1, 15):
        room.look_at("w1", (5 * number) % FRAMES)
        color = RED if number % 2 else BLUE
        room.change("w1", {f"h{number}": Hint(6 * number, 4 * number, color, (7 * number) % FRAMES, 5)})
        if number % 3 == 0:
            room.take_back("w1")
    room.change("w1", {"cuts": (6, CUT)})
    room.change("w1", {"cuts": (CUT,)})
    again, _ = open_room(film)
    assert project_of(again.session.sheet) == project_of(room.session.sheet)
    assert pictures(room) == pictures(again)


def test_frames_that_are_not_right_any_more_are_not_called_final(film: Path, open_room: Any) -> None:
    room, told = open_room(film)
    held, go_on = threading.Event(), threading.Event()
    pictures(room)
    paint = room._painter._retell

    def slowly(plan: Any) -> None:
        held.set()
        go_on.wait(PATIENCE_S)
        paint(plan)

    room._painter._retell = slowly
    room.change("w1", {"h1": Hint(40, 30, RED, 3, 8)})
    assert held.wait(PATIENCE_S)
    assert [frame for frame in range(FRAMES) if is_final(room, frame)] == list(range(CUT, FRAMES))
    go_on.set()
    wait(lambda: all_final(room))
    assert told.of("stale")


def test_windows_are_told_of_each_others_changes_and_undo_their_own(film: Path, open_room: Any) -> None:
    room, told = open_room(film)
    room.enter("w2")
    wait(lambda: room.reel.whole)
    room.change("w1", {"h1": Hint(1, 1, RED)})
    room.change("w2", {"h2": Hint(2, 2, BLUE)})
    last = told.of("sheet")[-1]
    assert set(last["entries"]) == {"h1", "h2"}
    assert set(last["undo"]) == {"w1", "w2"}
    room.take_back("w1")
    assert set(told.of("sheet")[-1]["entries"]) == {"h2"}
    assert read_project(project_path(film)).hints == (Hint(2, 2, BLUE),)
    room.take_back("w1", again=True)
    assert len(read_project(project_path(film)).hints) == 2


def test_pictures_that_had_to_go_come_again_the_same_and_nothing_is_coloured_in_vain(
    film: Path, open_room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_project(Project(hints=(Hint(40, 30, RED, 17, 8),)), project_path(film))  # 12 to 16 wait for it
    plain, _ = open_room(film)
    wanted = pictures(plain)
    few = 5 * max(map(len, wanted))
    monkeypatch.setattr(painters, "Pictures", partial(Pictures, most_bytes=few))
    room, told = open_room(film)
    wait(lambda: painted(told) == set(range(FRAMES)))
    for frame in (14, 13, 0, 23, 15, 5):
        room.look_at("w1", frame)
        wait(lambda frame=frame: is_final(room, frame))
        found = room.picture(frame)
        assert found is not None, frame
        assert found[0] == wanted[frame], frame
        assert sum(path.stat().st_size for path in (film.parent / "work1").glob("*.jpg")) <= few
    wait(lambda: resting(room))
    assert sum(room.picture(frame) is not None for frame in range(FRAMES)) < FRAMES


def resting(room: Room) -> bool:
    """Whether the network takes no step for a while."""
    before = room._painter.steps
    time.sleep(0.3)
    return room._painter.steps == before


def test_what_another_program_writes_joins_in(film: Path, open_room: Any) -> None:
    room, told = open_room(film)
    wait(lambda: room.reel.whole)
    room.change("w1", {"h1": Hint(1, 1, RED)})
    kept = read_project(project_path(film))
    theirs = kept.__class__(hints=(*kept.hints, Hint(9, 9, BLUE, 14)), size=kept.size)
    write_project(theirs, project_path(film))
    room.change("w1", {"h2": Hint(5, 5, RED)})
    assert {hint.x for hint in read_project(project_path(film)).hints} == {1, 5, 9}
    assert len(told.of("sheet")[-1]["entries"]) == 3


def test_a_full_disk_is_said_and_saved_later(
    film: Path, open_room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, told = open_room(film)
    wait(lambda: room.reel.whole)

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        room.change("w1", {"h1": Hint(1, 1, RED)})
    assert "No space left" in told.of("unsaved")[-1]["why"]
    assert not project_path(film).exists()
    room.save()
    assert told.of("saved")
    assert len(read_project(project_path(film)).hints) == 1


def test_a_shots_own_settings_settle_the_cuts(film: Path, open_room: Any) -> None:
    room, _ = open_room(film)
    wait(lambda: room.reel.whole)
    room.change("w1", {"t0": ShotSettings(0, 0.5)})
    kept = read_project(project_path(film))
    assert kept.cuts == (CUT,)
    assert kept.shots == (ShotSettings(0, 0.5),)


def test_a_hint_beyond_the_film_is_refused(film: Path, open_room: Any) -> None:
    room, _ = open_room(film)
    wait(lambda: room.reel.whole)
    with pytest.raises(HintError, match="frame 99"):
        room.change("w1", {"h1": Hint(1, 1, RED, 99)})
    assert not project_path(film).exists()
