"""A project file beside its film: written whole at every change, merged with what others wrote."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from huecue.errors import HintError
from huecue.project import Project, read_project, scale_to, write_project
from huecue.studio.sheet import Sheet, merge, project_of
from huecue.types import FilmInfo

ENDING = ".huecue.json"


def project_path(film: Path) -> Path:
    """Where a film's project is kept."""
    return film.with_name(film.name + ENDING)


class Keeper:
    """Writes a sheet to its file; knows what it last wrote, so that what others wrote is merged, not lost."""

    def __init__(self, path: Path, info: FilmInfo) -> None:
        self._path, self._info = path, info
        self._known = Project(size=info.displayed)
        self._stamp: tuple[int, int] | None = None

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def load(self) -> Project:
        """What the file says; an empty project where there is none. Raises HintError."""
        if self._path.exists():
            self._stamp = _stamp(self._path)
            try:
                self._known = scale_to(read_project(self._path), self._info.displayed)
            except HintError as problem:
                named = str(problem) if str(self._path) in str(problem) else f"{self._path}: {problem}"
                raise HintError(named) from problem
        return self._known

    def save(self, sheet: Sheet) -> Sheet:
        """Write the sheet, and give it with what others wrote since. Raises WriteError, HintError."""
        if self._path.exists() and _stamp(self._path) != self._stamp:
            theirs = scale_to(read_project(self._path), self._info.displayed)
            sheet = merge(self._known, theirs, sheet)
        project = project_of(sheet)
        write_project(project, self._path)
        self._known, self._stamp = project, _stamp(self._path)
        return sheet


def _stamp(path: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        found = path.stat()
        return found.st_mtime_ns, found.st_size
    return None
