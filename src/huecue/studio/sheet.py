"""All that a person gave for a film as one value, each thing under a name; and what changes it.

A change says which names get which value, so two windows that change different things never undo one another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

from huecue.errors import HintError
from huecue.project import KeyframeFile, NamedColor, Project, ReferenceFile
from huecue.types import Color, Hint, ShotSettings, Stroke


@dataclass(frozen=True, slots=True)
class PaletteColor:
    """A colour without a place: one of those that steer what nothing else says."""

    color: Color


Entry = (
    Hint
    | Stroke
    | ReferenceFile
    | KeyframeFile
    | NamedColor
    | PaletteColor
    | ShotSettings
    | tuple[int, ...]
    | float
)
"""One thing that a person gave; whole numbers are the cuts, a single number is the film's saturation."""
Patch = Mapping[str, Entry | None]
"""Names and what they stand for from now on; None takes a thing away."""

FRAMED = Hint | Stroke | ReferenceFile | KeyframeFile
"""What is given for one frame."""
CUTS, SATURATION = "cuts", "saturation"
_LETTERS = {Hint: "h", Stroke: "s", ReferenceFile: "r", KeyframeFile: "k", NamedColor: "c", PaletteColor: "p"}
_NAME = re.compile(r"([hsrkcp])([1-9][0-9]{0,8})")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything by name: hints h1, h2 .., strokes s1 .., references r1 .., keyframes k1 .., named colours
    c1 .., colours of the palette p1 .., settings of the shot that holds frame 80 as t80, "cuts" and
    "saturation".

    `other` is the project with all that the page leaves alone.
    """

    entries: Mapping[str, Entry]
    other: Project

    def of_kind(self, kind: type[T]) -> Iterator[tuple[str, T]]:
        """The things of a kind with their names, in the order they were made."""
        named = [(name, entry) for name, entry in self.entries.items() if isinstance(entry, kind)]
        yield from sorted(named, key=lambda pair: int(pair[0][1:]))

    @property
    def cuts(self) -> tuple[int, ...] | None:
        """The cuts that a person set; None: let them be found."""
        cuts = self.entries.get(CUTS)
        return cuts if isinstance(cuts, tuple) else None


def sheet_of(project: Project) -> Sheet:
    """The sheet of a project; its things are named in their order."""
    entries: dict[str, Entry] = {}
    for kind, letter in _LETTERS.items():
        entries |= {f"{letter}{number}": one for number, one in enumerate(_all(project, kind), start=1)}
    entries |= {f"t{one.frame}": one for one in project.shots}
    if project.cuts is not None:
        entries[CUTS] = project.cuts
    if project.saturation is not None:
        entries[SATURATION] = float(project.saturation)
    bare = replace(
        project, hints=(), strokes=(), references=(), keyframes=(), colors=(), palette=(), shots=()
    )
    return Sheet(MappingProxyType(entries), replace(bare, cuts=None, saturation=None))


def _all(project: Project, kind: type[Entry]) -> Sequence[Entry]:
    """The things of a kind that a project holds."""
    found: dict[type[Entry], Sequence[Entry]] = {
        Hint: project.hints,
        Stroke: project.strokes,
        ReferenceFile: project.references,
        KeyframeFile: project.keyframes,
        NamedColor: project.colors,
        PaletteColor: tuple(map(PaletteColor, project.palette)),
    }
    return found[kind]


def project_of(sheet: Sheet) -> Project:
    """The project that a sheet is. Raises HintError where a name has two colours, a frame two keyframes."""
    saturation = sheet.entries.get(SATURATION)
    return replace(
        sheet.other,
        hints=tuple(entry for _, entry in sheet.of_kind(Hint)),
        strokes=tuple(entry for _, entry in sheet.of_kind(Stroke)),
        references=tuple(entry for _, entry in sheet.of_kind(ReferenceFile)),
        keyframes=tuple(entry for _, entry in sheet.of_kind(KeyframeFile)),
        colors=tuple(entry for _, entry in sheet.of_kind(NamedColor)),
        palette=tuple(entry.color for _, entry in sheet.of_kind(PaletteColor)),
        shots=tuple(entry for _, entry in sheet.of_kind(ShotSettings)),
        cuts=sheet.cuts,
        saturation=saturation if isinstance(saturation, float) else None,
    )


def apply(sheet: Sheet, patch: Patch) -> Sheet:
    """The sheet with a change made."""
    entries = dict(sheet.entries)
    for name, entry in patch.items():
        if entry is None:
            entries.pop(name, None)
        else:
            entries[name] = entry
    return replace(sheet, entries=MappingProxyType(entries))


def complete(sheet: Sheet, patch: Patch, frames: int, cuts: tuple[int, ...] | None) -> Patch:
    """A change with what it needs besides: a shot's own settings hold only where the cuts are settled.

    `frames` have been read so far; `cuts` are those found, None while there may be more. Raises HintError.
    """
    for name, entry in patch.items():
        if isinstance(entry, FRAMED) and entry.frame >= frames:
            raise HintError(f"frame {entry.frame} of {name} is not there")
    settles = any(isinstance(entry, ShotSettings) for entry in patch.values())
    if not settles or CUTS in patch or sheet.cuts is not None:
        return patch
    if cuts is None:
        raise HintError("a shot gets its own settings once the whole film has been read; wait a moment")
    return {**patch, CUTS: cuts}


def way_back(sheet: Sheet, patch: Patch) -> Patch:
    """The change that takes `patch` back again."""
    return {name: sheet.entries.get(name) for name in patch}


def new_name(sheet: Sheet, letter: str) -> str:
    """A name that nothing has: the letter is h, s, r, k, c or p."""
    numbers = [int(name[1:]) for name in sheet.entries if name[0] == letter and _NAME.fullmatch(name)]
    return f"{letter}{max(numbers, default=0) + 1}"


def is_name_of(name: str, entry: Entry) -> bool:
    """Whether a name is one that such a thing may have."""
    if isinstance(entry, tuple):
        return name == CUTS
    if isinstance(entry, float):
        return name == SATURATION
    if isinstance(entry, ShotSettings):
        return name == f"t{entry.frame}"
    found = _NAME.fullmatch(name)
    return found is not None and found[1] == _LETTERS[type(entry)]


def merge(before: Project, theirs: Project, ours: Sheet) -> Sheet:
    """Our sheet with what someone else changed in the file since `before`: hint by hint, not file by file.

    What they added is added, what they took away is taken away, and what both changed stays as ours is.
    """
    merged = ours
    for kind, letter in _LETTERS.items():
        was, now = _all(before, kind), _all(theirs, kind)
        for entry in was:
            if entry not in now:
                gone = [name for name, own in merged.entries.items() if own == entry]
                merged = apply(merged, dict.fromkeys(gone[:1]))
        for entry in now:
            if entry not in was and not any(_is_taken(entry, own) for own in merged.entries.values()):
                merged = apply(merged, {new_name(merged, letter): entry})
    settled, changed, own = (sheet_of(one).entries for one in (before, theirs, project_of(ours)))
    for name in {*settled, *changed}:
        if not _NAME.fullmatch(name) and own.get(name) == settled.get(name) != changed.get(name):
            merged = apply(merged, {name: changed.get(name)})
    return merged


def _is_taken(entry: Entry, own: Entry) -> bool:
    """Whether a thing of ours stands where `entry` would: a frame has one keyframe, a name one colour."""
    match entry, own:
        case (KeyframeFile(), KeyframeFile()):
            return entry.frame == own.frame
        case (NamedColor(), NamedColor()):
            return entry.name == own.name
    return entry == own
