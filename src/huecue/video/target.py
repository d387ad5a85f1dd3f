"""Where the result goes: checked before any work, written beside the target, and put in place when whole."""

from __future__ import annotations

import shutil
from pathlib import Path
from secrets import token_hex

from huecue.errors import OutputExists, UsageError, WriteError
from huecue.video.codecs import FORMATS
from huecue.video.picture import KINDS
from huecue.video.sequence import is_pattern

_WRITABLE = frozenset([*FORMATS, *KINDS, ".gif"])


def default_output(film: Path, word: str = "color") -> Path:
    """`film` with '.color' before its suffix; the suffix becomes .mkv where such films can't be written.

    `word` is what stands there instead of 'color'.
    """
    suffix = film.suffix if film.suffix.lower() in _WRITABLE else ".mkv"
    return film.with_name(f"{film.stem}.{word}{suffix}")


def check_target(source: Path, target: Path, *, overwrite: bool) -> None:
    """Raise UsageError where `target` can't be what is written, OutputExists where it is there already."""
    if target.suffix.lower() not in _WRITABLE:
        known = " ".join(sorted(_WRITABLE))
        raise UsageError(f"{target} has no suffix that can be written; take one of {known}")
    if not target.parent.is_dir():
        raise UsageError(f"the folder {target.parent} does not exist; make it first")
    if target.absolute() == source.absolute() or (
        target.exists() and source.exists() and target.samefile(source)
    ):
        raise UsageError(f"{target} is the film itself; give the result another name")
    _check_free(target, overwrite)


def _check_free(target: Path, overwrite: bool) -> None:
    if target.is_dir():
        raise UsageError(f"{target} is a folder; give the result a name in it")
    if target.exists() and not target.is_file():
        raise UsageError(f"{target} is no plain file; give the result another name")
    if target.exists() and not overwrite:
        raise OutputExists(f"{target} exists; pass --overwrite to replace it, or give another name")


class Part:
    """The unfinished result, hidden beside the target: a file, or a folder of pictures for a pattern.

    Raises UsageError where the target's folder can't be written to.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._folder = is_pattern(target)
        hidden = f".{token_hex(4)}.part{target.suffix}"
        self.path = target.with_name(hidden if self._folder else f".{target.stem[:40]}{hidden}")
        try:
            if self._folder:
                self.path.mkdir()
            else:
                self.path.touch(exist_ok=False)
        except OSError as error:
            raise UsageError(
                f"{target.parent} can't be written to ({error.strerror}); choose another folder"
            ) from error

    def commit(self, *, overwrite: bool) -> None:
        """Put the result in the target's place.

        Raises WriteError, and OutputExists where something has come there meanwhile: then the result is kept.
        """
        names = [path.name for path in sorted(self.path.iterdir())] if self._folder else [self._target.name]
        there = next((name for name in names if self._target.with_name(name).exists()), None)
        if there is not None and not overwrite:
            kept = self.keep(overwrite=False)
            raise OutputExists(
                f"{self._target.with_name(there)} has appeared meanwhile; the result is {kept}"
            )
        for name in names:
            _move(self.path / name if self._folder else self.path, self._target.with_name(name))
        self.discard()

    def keep(self, *, overwrite: bool) -> Path:
        """Put what there is beside the target, under a name that says it is a part, and return that."""
        kept = self._free_name(overwrite)
        if kept.is_dir():
            shutil.rmtree(kept)
        _move(self.path, kept)
        return kept

    def _free_name(self, overwrite: bool) -> Path:
        stem, suffix = self._target.stem, self._target.suffix
        if self._folder:
            stem, suffix = stem.replace("%", "").replace("*", "all"), ""
        names = [self._target.with_name(f"{stem}.part{count or ''}{suffix}") for count in range(1000)]
        return names[0] if overwrite else next((name for name in names if not name.exists()), names[0])

    def discard(self) -> None:
        """Remove it."""
        if self._folder:
            shutil.rmtree(self.path, ignore_errors=True)
        else:
            self.path.unlink(missing_ok=True)


def _move(source: Path, target: Path) -> None:
    try:
        source.replace(target)
    except OSError as error:
        raise WriteError(f"{target} can't be put in place ({error.strerror}); check its folder") from error
