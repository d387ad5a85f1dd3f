"""Small files that a command is asked to write: whole or not at all, and over nothing unasked."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from huecue.errors import OutputExists, UsageError, WriteError


def check_free(path: Path, *, overwrite: bool, apart_from: Iterable[Path] = ()) -> None:
    """Raise UsageError where `path` can't be written or is in use, OutputExists where it is taken."""
    if not path.parent.is_dir():
        raise UsageError(f"the folder {path.parent} does not exist; make it first")
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file in it")
    if any(path.absolute() == other.absolute() for other in apart_from):
        raise UsageError(f"{path} is in use by this very command; give it another name")
    if path.exists() and not overwrite:
        raise OutputExists(f"{path} exists; pass --overwrite to replace it, or give another name")
    if not os.access(path.parent, os.W_OK):
        raise UsageError(f"{path.parent} can't be written to; choose another folder")


def save_json(value: object, path: Path, *, overwrite: bool) -> None:
    """Write a value as JSON. Raises OutputExists, WriteError; then what was there is there still."""
    check_free(path, overwrite=overwrite)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(json.dumps(value, indent=2, default=str) + "\n", encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise WriteError(
            f"{path} can't be written: {error.strerror or error}; check its folder and disk"
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
