"""Every error has its place in the drawn tree, and the exit code of its branch."""

from __future__ import annotations

import inspect
import re

import pytest

from huecue import errors
from huecue.errors import FailureError, HuecueError, UsageError

EVERY_ERROR = [
    error
    for _, error in inspect.getmembers(errors, inspect.isclass)
    if issubclass(error, BaseException) and error.__module__ == errors.__name__
]
LINE = re.compile(r"^(?P<lead>[│├└─ ]*)(?P<name>[A-Z]\w+)(?P<words>.*)$")


def drawn_tree() -> dict[str, tuple[str | None, str]]:
    """Each error drawn in the docstring: the error above it, and its words."""
    found: dict[str, tuple[str | None, str]] = {}
    above: list[tuple[int, str]] = []
    for line in inspect.getdoc(errors).splitlines()[1:]:
        if match := LINE.match(line):
            depth, name = len(match["lead"]), match["name"]
            above = [(level, parent) for level, parent in above if level < depth]
            found[name] = (above[-1][1] if above else None, match["words"].strip())
            above.append((depth, name))
    return found


@pytest.mark.parametrize("error", EVERY_ERROR)
def test_error_is_drawn_under_its_parent(error: type[HuecueError]) -> None:
    parent = error.__bases__[0].__name__
    drawn_parent, words = drawn_tree()[error.__name__]
    assert drawn_parent == (None if error is HuecueError else parent)
    assert words or error is HuecueError


def test_nothing_is_drawn_that_is_not_there() -> None:
    assert set(drawn_tree()) == {error.__name__ for error in EVERY_ERROR}


@pytest.mark.parametrize("error", EVERY_ERROR)
def test_exit_code_is_2_for_wrong_use_and_1_for_failure(error: type[HuecueError]) -> None:
    assert error.exit_code == (2 if issubclass(error, UsageError) else 1)


@pytest.mark.parametrize("error", [error for error in EVERY_ERROR if error is not HuecueError])
def test_error_is_either_wrong_use_or_a_failure(error: type[HuecueError]) -> None:
    assert issubclass(error, UsageError) != issubclass(error, FailureError)


@pytest.mark.parametrize("error", EVERY_ERROR)
def test_error_says_what_it_is_for(error: type[HuecueError]) -> None:
    assert inspect.getdoc(error)
    assert str(error("film.mp4: gone")) == "film.mp4: gone"
