"""What the page brings: films and pictures, checked, limited in size, and kept where they belong."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from urllib.parse import unquote

from platformdirs import user_data_path

from huecue import video
from huecue.errors import FilmError, HuecueError, UsageError, WriteError

MOST_FILM_BYTES = 8_000_000_000
MOST_PICTURE_BYTES = 50_000_000
ROOM_TO_SPARE = 500_000_000
"""What an upload must leave free on the disk."""
_UNSAFE = re.compile(r"[^\w. -]+")


def films_folder() -> Path:
    """Where films that were dropped on the page are kept, so that their projects last."""
    return user_data_path("huecue", appauthor=False) / "studio"


def free_name(wanted: Path) -> Path:
    """This path, or the first of -2, -3 .. before its suffix that nothing has yet."""
    target, number = wanted, 2
    while target.exists():
        target = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        number += 1
    return target


def safe_name(said: str) -> str:
    """A file name, and nothing but a name, of what a page calls a file."""
    name = unquote(said).replace("\\", "/").rpartition("/")[2]
    name = _UNSAFE.sub("_", name).strip(" .")
    return name[-120:] or "film"


async def take(parts: AsyncIterator[bytes], size: int | None, folder: Path, *, most: int) -> tuple[Path, str]:
    """What comes in, put into a file of its own, and the start of its SHA-256.

    Raises UsageError where it is too large, WriteError where the disk is full; then nothing is left of it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if size is not None and size > most:
        raise UsageError(_too_large(most))
    if size is not None and size > shutil.disk_usage(folder).free - ROOM_TO_SPARE:
        raise WriteError(f"{folder} has no room for {size / 1e9:.1f} GB; free some space, or name the film")
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".upload-", delete=False) as file:
        part = Path(file.name)
        digest, count = hashlib.sha256(), 0
        try:
            async for chunk in parts:
                count += len(chunk)
                if count > most:
                    raise UsageError(_too_large(most))
                digest.update(chunk)
                file.write(chunk)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise WriteError(f"{folder}: {error.strerror or error}; free some space and try again") from error
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    return part, digest.hexdigest()[:16]


def _too_large(most: int) -> str:
    return (
        f"this is over {most / 1e9:g} GB, too large to bring through the page; "
        "open it by name instead: huecue studio FILM"
    )


def keep_film(part: Path, digest: str, name: str, folder: Path) -> Path:
    """An uploaded film under its own name; the same film comes to the same place again.

    Raises FilmError where it is none; then nothing is left of it.
    """
    home = folder / digest
    film = home / name
    if film.exists():
        part.unlink()
        return film
    fresh = not home.exists()
    try:
        home.mkdir(exist_ok=True)
        part.replace(film)
        video.probe(film)
    except HuecueError as problem:
        film.unlink(missing_ok=True)
        if fresh:
            home.rmdir()
        raise FilmError(str(problem).replace(str(film), name)) from problem
    return film


def keep_picture(
    part: Path, digest: str, name: str, project: Path, *, check: Callable[[Path], object] | None = None
) -> Path:
    """An uploaded picture beside its project.

    Raises FilmError where it is none or where `check` raises, naming the file as the person does; WriteError.
    """
    folder = project.with_name(f"{project.name}.pictures")
    suffix = Path(name).suffix.lower()
    ending = suffix if re.fullmatch(r"[.][a-z0-9]{1,5}", suffix) else ".png"
    picture = part.with_name(f"{digest}-{Path(name).stem}{ending}")
    try:
        part.replace(picture)
        (check or video.read_picture)(picture)
        folder.mkdir(exist_ok=True)
        kept = folder / picture.name
        shutil.move(picture, kept)
    except HuecueError as problem:
        raise FilmError(str(problem).replace(str(picture), name)) from problem
    except OSError as error:
        raise WriteError(f"{folder}: {error.strerror or error}; free some space and try again") from error
    finally:
        part.unlink(missing_ok=True)
        picture.unlink(missing_ok=True)
    return kept
