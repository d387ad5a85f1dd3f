"""A project file beside its film: written whole at every change, merged with what others wrote."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from huecue.errors import HintError, WriteError
from huecue.project import Project, check_against, read_project, scale_to, write_project
from huecue.studio.sheet import Sheet, merge, project_of
from huecue.studio.store import free_name
from huecue.types import FilmInfo, Size

ENDING = ".huecue.json"
OTHER = "the project is of another film"


def project_path(film: Path) -> Path:
    """Where a film's project is kept."""
    return film.with_name(film.name + ENDING)


def why_other(project: Project, size: Size, frames: int | None) -> str | None:
    """Why a project seems to be of another film than one of this size; None where nothing says so.

    `frames` None: how many the film has is not known yet.
    """
    if project.size not in (None, size):
        return f"{OTHER}, or of a copy of another size: it says {project.size}, and this film is {size}"
    try:
        check_against(project, size=size, frames=frames)
    except HintError as problem:
        return f"{OTHER}: {problem}"
    return None


class Keeper:
    """Writes a sheet to its file; knows what it last wrote, so that what others wrote is merged, not lost."""

    def __init__(self, path: Path, info: FilmInfo) -> None:
        self._path, self._info = path, info
        self._known = Project(size=info.displayed)
        self._stamp: tuple[int, int] | None = None
        self.other: str | None = None  # why what was loaded seems to be of another film

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def load(self) -> Project:
        """What the file says; an empty project where there is none. Raises HintError."""
        if self._path.exists():
            self._stamp, size = _stamp(self._path), self._info.displayed
            try:
                found = read_project(self._path)
            except HintError as problem:
                named = str(problem) if str(self._path) in str(problem) else f"{self._path}: {problem}"
                raise HintError(named) from problem
            try:
                self._known = scale_to(found, size)
            except HintError as problem:
                why = f"{OTHER}: {self._path}: {problem}; or move the project file away"
                raise HintError(why) from problem
            self.other = why_other(found, size, None)
        return self._known

    def heed_end(self, project: Project, frames: int) -> None:
        """The film has so many frames: whether what the project says fits them."""
        self.other = self.other or why_other(project, self._info.displayed, frames)

    def check_own(self) -> None:
        """Raises HintError as long as the project seems to be of another film and nobody has settled it."""
        if self.other is not None:
            raise HintError(self.other)

    def settle(self, *, aside: bool) -> Path | None:
        """Use the project; or put it `aside`, and give where it lies then. Raises WriteError."""
        gone = self._put_aside() if aside and self.other is not None else None
        self.other = None
        return gone

    def _put_aside(self) -> Path:
        """Give the file a name that nothing has, and begin with an empty project."""
        target = free_name(self._path.with_suffix(".aside.json"))
        try:
            self._path.rename(target)
        except OSError as error:
            raise WriteError(f"{self._path} can't be moved ({error.strerror}); move it away") from error
        self._known, self._stamp = Project(size=self._info.displayed), None
        return target

    def save(self, sheet: Sheet) -> Sheet:
        """Write the sheet, and give it with what others wrote since. Raises WriteError, HintError."""
        self.check_own()
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
