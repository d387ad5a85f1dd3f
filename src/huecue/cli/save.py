"""Small files that a command is asked to write: whole or not at all, and over nothing unasked."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from huecue.errors import OutputExists, UsageError, WriteError

if TYPE_CHECKING:
    from huecue.types import Picture


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
    text = json.dumps(value, indent=2, default=str) + "\n"
    save_files({path: text.encode("utf-8")}, overwrite=overwrite)


def save_pictures(pictures: Mapping[Path, Picture], *, overwrite: bool) -> None:
    """Write pictures (H, W, 3) as PNG, all or none. Raises OutputExists, WriteError."""
    save_files({path: _as_png(picture) for path, picture in pictures.items()}, overwrite=overwrite)


def save_files(files: Mapping[Path, bytes], *, overwrite: bool) -> None:
    """Write small files, all or none. Raises OutputExists, WriteError; then what was there is there still."""
    for path in files:
        check_free(path, overwrite=overwrite)
    parts = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in files}
    try:
        for path, part in parts.items():
            part.write_bytes(files[path])
        for path, part in parts.items():
            part.replace(path)
    except OSError as error:
        raise WriteError(
            f"{path} can't be written: {error.strerror or error}; check its folder and disk"
        ) from error
    finally:
        for part in parts.values():
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _as_png(picture: Picture) -> bytes:
    from PIL import Image

    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, format="PNG")
    return buffer.getvalue()
