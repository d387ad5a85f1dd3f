"""Undo and redo without limit. Each window takes back its own changes, and never another's."""

from __future__ import annotations

from dataclasses import dataclass

from huecue.studio.sheet import Entry, Patch, Sheet, apply, way_back


@dataclass(frozen=True, slots=True)
class Change:
    """What a window did, and what takes it back."""

    window: str
    ahead: Patch
    back: Patch


@dataclass(frozen=True, slots=True)
class History:
    """Changes made, the last one last, and those taken back."""

    done: tuple[Change, ...] = ()
    undone: tuple[Change, ...] = ()

    def can_undo(self, window: str) -> bool:
        """Whether the window has a change to take back."""
        return any(change.window == window for change in self.done)

    def can_redo(self, window: str) -> bool:
        """Whether the window has taken a change back."""
        return any(change.window == window for change in self.undone)


@dataclass(frozen=True, slots=True)
class Session:
    """A sheet and how it came to be."""

    sheet: Sheet
    history: History = History()


def make(session: Session, window: str, patch: Patch, *, joins: bool = False) -> Session:
    """The session after a change; what the window had taken back is forgotten.

    A change that `joins` the window's last one of the same things is taken back together with it, as the
    steps of one drag are.
    """
    done, back = session.history.done, way_back(session.sheet, patch)
    last = _last(done, window) if joins else None
    if last is not None and last.ahead.keys() == patch.keys():
        done, back = _without(done, last), last.back
    others = tuple(each for each in session.history.undone if each.window != window)
    return Session(apply(session.sheet, patch), History((*done, Change(window, patch, back)), others))


def undo(session: Session, window: str) -> Session:
    """The session with the window's last change taken back, as far as nobody changed it since."""
    history = session.history
    change = _last(history.done, window)
    if change is None:
        return session
    sheet = apply(session.sheet, _still(session.sheet, change.ahead, change.back))
    return Session(sheet, History(_without(history.done, change), (*history.undone, change)))


def redo(session: Session, window: str) -> Session:
    """The session with the window's last undo taken back, as far as nobody changed it since."""
    history = session.history
    change = _last(history.undone, window)
    if change is None:
        return session
    sheet = apply(session.sheet, _still(session.sheet, change.back, change.ahead))
    return Session(sheet, History((*history.done, change), _without(history.undone, change)))


def _last(changes: tuple[Change, ...], window: str) -> Change | None:
    return next((change for change in reversed(changes) if change.window == window), None)


def _without(changes: tuple[Change, ...], change: Change) -> tuple[Change, ...]:
    return tuple(each for each in changes if each is not change)


def _still(sheet: Sheet, left: Patch, wanted: Patch) -> dict[str, Entry | None]:
    """The part of `wanted` whose things still are as they were left."""
    return {name: entry for name, entry in wanted.items() if sheet.entries.get(name) == left[name]}
