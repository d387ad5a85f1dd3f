"""A value in a JSON file together with where it stands, so that every complaint can say where."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from huecue.errors import HintError, UsageError

_NAMES = {
    dict: "an object {..}",
    list: "a list [..]",
    str: "a text",
    bool: "true or false",
    type(None): "null",
}


@dataclass(frozen=True, slots=True)
class Place:
    """`value`, found in `file` at `where` ('hints[3].color'; empty at the top)."""

    value: object
    file: Path
    where: str = ""

    def fail(self, what: str) -> NoReturn:
        """Raises HintError: the file, the place, and `what` is wrong there."""
        raise HintError(f"{self.file}: {self.where}: {what}" if self.where else f"{self.file}: {what}")

    @contextmanager
    def complaints(self) -> Iterator[None]:
        """What is refused inside is refused with the file and the place."""
        try:
            yield
        except UsageError as error:
            self.fail(str(error))

    def fields(self, *, needed: tuple[str, ...] = (), other: tuple[str, ...] = ()) -> dict[str, Place]:
        """The fields of an object that may have these keys and must have the `needed` ones."""
        if not isinstance(self.value, dict):
            self.fail(f"must be an object {{..}}, not {_kind(self.value)}")
        known = (*needed, *other)
        for key in self.value:
            if key not in known:
                self.fail(f"unknown key {key!r}; {_cure(key, known)}")
        for key in needed:
            if key not in self.value:
                self.fail(f"the key {key!r} is missing")
        stem = f"{self.where}." if self.where else ""
        return {key: Place(value, self.file, stem + key) for key, value in self.value.items()}

    def items(self) -> list[Place]:
        """The items of a list."""
        if not isinstance(self.value, list):
            self.fail(f"must be a list [..], not {_kind(self.value)}")
        return [Place(value, self.file, f"{self.where}[{index}]") for index, value in enumerate(self.value)]

    def text(self) -> str:
        """A text that is not empty."""
        if not isinstance(self.value, str) or not self.value:
            self.fail(f"must be a text, not {_kind(self.value)}")
        return self.value

    def number(self) -> float:
        """A finite number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            self.fail(f"must be a number, not {_kind(self.value)}")
        try:
            number = float(self.value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            self.fail("must be a finite number")
        return number

    def whole(self, least: int = 0) -> int:
        """A whole number of at least `least`."""
        number = self.number()
        if not number.is_integer() or number < least:
            self.fail(f"must be a whole number of at least {least}, not {number:g}")
        return int(number)


def read_json(path: Path) -> Place:
    """What a JSON file holds. Raises HintError, with line and column where it is not JSON."""
    text = read_text(path)
    if not text.strip():
        raise HintError(f"{path}: the file is empty")
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        what = f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}; mend it there"
        raise HintError(f"{path}: {what}") from error
    except RecursionError as error:
        raise HintError(f"{path}: nested too deep to be hints") from error
    except ValueError as error:
        raise HintError(f"{path}: {error}") from error
    return Place(value, path)


def read_text(path: Path) -> str:
    """A text file's text. Raises HintError where there is none."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise HintError(f"{path}: not a text file (UTF-8)") from error
    except OSError as error:
        reason = "no such file" if isinstance(error, FileNotFoundError) else error.strerror
        raise HintError(f"{path}: can't be read: {reason}; check the path") from error


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} stands twice in one object; keep one")
        found[key] = value
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number that can be used; write a finite one")


def _cure(key: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(key, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(known)}"


def _kind(value: object) -> str:
    if value == "":
        return "an empty one"
    return _NAMES.get(type(value), "a number")
