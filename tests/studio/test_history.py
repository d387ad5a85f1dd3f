"""Undo and redo without limit, each window its own."""

from __future__ import annotations

from huecue.project import Project
from huecue.studio.history import Session, make, redo, undo
from huecue.studio.sheet import sheet_of
from huecue.types import Hint

RED, BLUE = (200, 30, 30), (30, 30, 200)


def hint(number: int) -> Hint:
    return Hint(number, number, RED)


def test_every_change_can_be_taken_back_and_made_again() -> None:
    session = Session(sheet_of(Project()))
    sheets = [session.sheet]
    for number in range(1, 40):
        session = make(session, "w1", {f"h{number}": hint(number)})
        sheets.append(session.sheet)
    for sheet in reversed(sheets[:-1]):
        session = undo(session, "w1")
        assert session.sheet == sheet
    assert undo(session, "w1") is session
    for sheet in sheets[1:]:
        session = redo(session, "w1")
        assert session.sheet == sheet
    assert not session.history.can_redo("w1")


def test_a_window_takes_back_its_own_changes_only() -> None:
    session = make(Session(sheet_of(Project())), "w1", {"h1": hint(1)})
    session = make(session, "w2", {"h2": hint(2)})
    session = undo(session, "w1")
    assert set(session.sheet.entries) == {"h2"}
    assert not session.history.can_undo("w1")
    assert session.history.can_undo("w2")


def test_what_another_window_changed_since_is_left_alone() -> None:
    session = make(Session(sheet_of(Project())), "w1", {"h1": hint(1), "h3": hint(3)})
    session = make(session, "w2", {"h1": Hint(5, 5, BLUE)})
    session = undo(session, "w1")
    assert dict(session.sheet.entries) == {"h1": Hint(5, 5, BLUE)}


def test_a_new_change_ends_what_could_be_made_again() -> None:
    session = make(Session(sheet_of(Project())), "w1", {"h1": hint(1)})
    session = make(undo(session, "w1"), "w1", {"h2": hint(2)})
    assert not session.history.can_redo("w1")


def test_the_steps_of_one_drag_are_taken_back_together() -> None:
    session = make(Session(sheet_of(Project())), "w1", {"h1": hint(1)})
    session = make(session, "w1", {"h1": hint(2)})
    for number in (3, 4, 5):
        session = make(session, "w1", {"h1": hint(number)}, joins=True)
    session = make(session, "w1", {"h2": hint(9)}, joins=True)  # another thing: a change of its own
    session = undo(session, "w1")
    assert dict(session.sheet.entries) == {"h1": hint(5)}
    session = undo(session, "w1")
    assert dict(session.sheet.entries) == {"h1": hint(1)}
    session = redo(session, "w1")
    assert dict(session.sheet.entries) == {"h1": hint(5)}


def test_a_step_joins_no_other_windows_change() -> None:
    session = make(Session(sheet_of(Project())), "w1", {"h1": hint(1)})
    session = make(session, "w2", {"h1": hint(2)}, joins=True)
    assert dict(undo(session, "w2").sheet.entries) == {"h1": hint(1)}
