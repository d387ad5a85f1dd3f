"""Cuts given by hand, or kept from `huecue shots`."""

from __future__ import annotations

from pathlib import Path

from huecue.errors import HintError
from huecue.project.place import Place, read_json, read_text


def read_cuts(path: Path) -> tuple[int, ...]:
    """The frames at which shots begin, rising, from a file of either kind:

    one frame number a line, with # comments; or JSON: a list of them, or an object that has them under "cuts"
    (what `huecue shots --json` writes, or a hint file). Raises HintError.
    """
    text = read_text(path)
    if text.lstrip()[:1] not in ("{", "["):
        return _rising([_cut(path, number, line) for number, line in _lines(text)])
    top = read_json(path)
    if not isinstance(top.value, dict):
        return cuts_at(top)
    if "cuts" not in top.value:
        top.fail('the key "cuts" is missing; write {"cuts": [..]} or one frame number a line')
    return cuts_at(Place(top.value["cuts"], path, "cuts"))


def cuts_at(place: Place) -> tuple[int, ...]:
    """The cuts in a JSON list, rising."""
    return _rising([item.whole() for item in place.items()])


def _lines(text: str) -> list[tuple[int, str]]:
    bare = [(number, line.split("#")[0].strip()) for number, line in enumerate(text.splitlines(), start=1)]
    return [(number, line) for number, line in bare if line]


def _cut(path: Path, number: int, line: str) -> int:
    if not (line.isascii() and line.isdecimal()):
        raise HintError(f"{path}: line {number}: {line!r} is no frame number; write one a line, such as 120")
    return int(line)


def _rising(cuts: list[int]) -> tuple[int, ...]:
    return tuple(sorted(set(cuts)))
