"""Numbered pictures as one film: 'frame_%04d.png', or 'scans/*.png' in the order of their numbers."""

from __future__ import annotations

import re
from pathlib import Path

from huecue.errors import FilmError, UsageError

_NUMBER = re.compile(r"%0?(\d*)d")
_DIGITS = re.compile(r"(\d+)")


def is_pattern(path: Path) -> bool:
    """Whether the name stands for many pictures: it has one '%d', '%04d' or '*', and is no file itself."""
    marks = len(_NUMBER.findall(path.name)) + path.name.count("*")
    return marks == 1 and not path.exists()


def list_pictures(path: Path) -> tuple[Path, ...]:
    """The pictures that a pattern stands for, in order.

    Raises UsageError where the folder or every picture is missing, FilmError where a number between is.
    """
    if not path.parent.is_dir():
        raise UsageError(f"the folder of {path} does not exist; check the name")
    found = _starred(path) if "*" in path.name else _numbered(path)
    if not found:
        raise UsageError(f"no picture fits {path}; check the pattern and the folder")
    return found


def _starred(path: Path) -> tuple[Path, ...]:
    """Natural order: 'a2' before 'a10'. What an earlier run coloured is left out unless it is asked for."""
    again = ".color." in path.name
    names = [
        found for found in path.parent.glob(path.name) if found.is_file() and not found.name.startswith(".")
    ]
    wanted = [found for found in names if again or ".color." not in found.name]
    return tuple(sorted(wanted, key=lambda found: _natural(found.name)))


def _natural(name: str) -> list[tuple[int, str]]:
    parts = _DIGITS.split(name)
    return [(int(part), "") if index % 2 else (0, part) for index, part in enumerate(parts)]


def _numbered(path: Path) -> tuple[Path, ...]:
    head, width, tail = _split(path)
    shape = re.compile(re.escape(head) + rf"(\d{{{width or 1},}})" + re.escape(tail))
    found = {
        int(match[1]): entry for entry in path.parent.iterdir() if (match := shape.fullmatch(entry.name))
    }
    for number in range(min(found, default=0), max(found, default=-1) + 1):
        if number not in found:
            missing = path.with_name(f"{head}{number:0{width}d}{tail}")
            raise FilmError(f"{missing} is missing between others; restore it, or name the pictures with '*'")
    return tuple(found[number] for number in sorted(found))


def _split(path: Path) -> tuple[str, int, str]:
    match = _NUMBER.search(path.name)
    assert match is not None
    return path.name[: match.start()], int(match[1] or 0), path.name[match.end() :]


def name_picture(pattern: Path, number: int, stem: str) -> str:
    """The name of one picture of a pattern: '*' becomes `stem`, '%04d' becomes `number`."""
    if "*" in pattern.name:
        return pattern.name.replace("*", stem)
    head, width, tail = _split(pattern)
    return f"{head}{number:0{width}d}{tail}"


def number_of(path: Path, default: int) -> int:
    """The last number in a picture's name, or `default` where there is none."""
    digits = _DIGITS.findall(path.stem)
    return int(digits[-1]) if digits else default
