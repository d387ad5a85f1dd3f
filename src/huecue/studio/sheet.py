"""All that a person gave for a film as one value, each thing under a name; and what changes it.

A change says which names get which value, so two windows that change different things never undo one another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from huecue.project import Project, ReferenceFile
from huecue.types import Hint, Stroke

Entry = Hint | Stroke | ReferenceFile | tuple[int, ...]
"""One thing that a person gave; whole numbers are the cuts."""
Patch = Mapping[str, Entry | None]
"""Names and what they stand for from now on; None takes a thing away."""

CUTS = "cuts"
_NAME = re.compile(r"([hsr])([1-9][0-9]{0,8})")
_KINDS = {Hint: "h", Stroke: "s", ReferenceFile: "r"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything by name: hints h1, h2 .., strokes s1 .., references r1 .., and "cuts".

    `other` is the project with all that the page leaves alone.
    """

    entries: Mapping[str, Entry]
    other: Project

    def of_kind(self, kind: type[Hint] | type[Stroke] | type[ReferenceFile]) -> Iterator[tuple[str, Entry]]:
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
    for of_one_kind in (project.hints, project.strokes, project.references):
        for number, entry in enumerate(of_one_kind, start=1):
            entries[f"{_KINDS[type(entry)]}{number}"] = entry
    if project.cuts is not None:
        entries[CUTS] = project.cuts
    other = replace(project, hints=(), strokes=(), references=(), cuts=None)
    return Sheet(MappingProxyType(entries), other)


def project_of(sheet: Sheet) -> Project:
    """The project that a sheet is."""
    return replace(
        sheet.other,
        hints=tuple(entry for _, entry in sheet.of_kind(Hint) if isinstance(entry, Hint)),
        strokes=tuple(entry for _, entry in sheet.of_kind(Stroke) if isinstance(entry, Stroke)),
        references=tuple(
            entry for _, entry in sheet.of_kind(ReferenceFile) if isinstance(entry, ReferenceFile)
        ),
        cuts=sheet.cuts,
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


def way_back(sheet: Sheet, patch: Patch) -> Patch:
    """The change that takes `patch` back again."""
    return {name: sheet.entries.get(name) for name in patch}


def new_name(sheet: Sheet, kind: str, taken: int = 0) -> str:
    """A name that nothing has, nor any number up to `taken` had: kind is h, s or r."""
    numbers = [int(name[1:]) for name in sheet.entries if name[0] == kind and _NAME.fullmatch(name)]
    return f"{kind}{max([taken, *numbers]) + 1}"


def is_name_of(name: str, entry: Entry) -> bool:
    """Whether a name is one that such a thing may have."""
    if isinstance(entry, tuple):
        return name == CUTS
    found = _NAME.fullmatch(name)
    return found is not None and found[1] == _KINDS[type(entry)]


def merge(before: Project, theirs: Project, ours: Sheet) -> Sheet:
    """Our sheet with what someone else changed in the file since `before`: hint by hint, not file by file.

    What they added is added, what they took away is taken away, and what both changed stays as ours is.
    """
    merged = ours
    for kind in ("hints", "strokes", "references"):
        was, now = list(getattr(before, kind)), list(getattr(theirs, kind))
        for entry in was:
            if entry not in now:
                gone = [name for name, own in merged.entries.items() if own == entry]
                merged = apply(merged, dict.fromkeys(gone[:1]))
        for entry in now:
            if entry not in was and entry not in merged.entries.values():
                merged = apply(merged, {new_name(merged, _KINDS[type(entry)]): entry})
    if theirs.cuts != before.cuts and ours.cuts == before.cuts:
        merged = apply(merged, {CUTS: theirs.cuts})
    return merged
