"""CIFAR-10 from its official archive, fetched once and checked; and photographs by the names of commands.

Source: Krizhevsky 2009, "Learning multiple layers of features from tiny images".
"""

from __future__ import annotations

import hashlib
import os
import pickle
import tarfile
import urllib.error
import urllib.request
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from tqdm import tqdm

from huecue.errors import FailureError, FilmError, UsageError
from huecue.train.feed import load_material
from huecue.train.sources import Opener
from huecue.types import Picture

CIFAR10 = "cifar10"
URL = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
SHA256 = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"
SIDE_PX = 32
Part = Literal["train", "test"]
_BATCHES: dict[Part, tuple[str, ...]] = {
    "train": tuple(f"data_batch_{number}" for number in range(1, 6)),
    "test": ("test_batch",),
}


def read_photographs(names: Sequence[str], *, part: Part) -> Sequence[Opener]:
    """Openers of what is named: `cifar10` (its `part`), its archive, or anything that `load_material` reads.

    Raises UsageError, FilmError, and FailureError where the archive can't be fetched.
    """
    found: list[Opener] = []
    for name in names:
        if name == CIFAR10 or name.endswith(".tar.gz"):
            archive = fetch() if name == CIFAR10 else Path(name)
            found.extend(partial(np.asarray, picture) for picture in read_archive(archive, part))
        else:
            found.extend(load_material([name]).pictures)
    if not found:
        raise UsageError("nothing to train on; name folders of photographs, or cifar10")
    return found


def read_archive(path: Path, part: Part) -> Picture:
    """(n, 32, 32, 3) sRGB of the training or test pictures. Raises FilmError where the archive is damaged."""
    if not path.exists():
        raise UsageError(f"{path}: no such archive; leave its name out to have it fetched: --data {CIFAR10}")
    if _sum(path) != SHA256:
        raise FilmError(f"{path}: damaged or not the official CIFAR-10 archive; delete it and run again")
    with tarfile.open(path) as tar:
        planes = [_pictures(tar, f"cifar-10-batches-py/{name}") for name in _BATCHES[part]]
    return np.concatenate(planes)


def _pictures(tar: tarfile.TarFile, name: str) -> Picture:
    member = tar.extractfile(name)
    assert member is not None  # the checksum held
    batch: dict[bytes, Any] = pickle.load(member, encoding="bytes")
    planes = np.asarray(batch[b"data"], np.uint8).reshape(-1, 3, SIDE_PX, SIDE_PX)
    return np.ascontiguousarray(planes.transpose(0, 2, 3, 1))


def fetch() -> Path:
    """The archive in the cache, downloaded first if it is not there. Raises FailureError."""
    path = cache() / URL.rsplit("/", 1)[-1]
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        with urllib.request.urlopen(URL, timeout=30) as answer, part.open("wb") as file:
            total = int(answer.headers.get("Content-Length") or 0) or None
            with tqdm(total=total, unit="B", unit_scale=True, desc=path.name, disable=None) as bar:
                while block := answer.read(1 << 20):
                    file.write(block)
                    bar.update(len(block))
    except (urllib.error.URLError, OSError) as problem:
        part.unlink(missing_ok=True)
        raise FailureError(
            f"{URL} can't be fetched ({problem}); put the archive at {path}, or name a folder of photographs"
        ) from problem
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    part.replace(path)
    return path


def cache() -> Path:
    """Where what is fetched is kept: HUECUE_CACHE, else the user's cache folder."""
    named = os.environ.get("HUECUE_CACHE")
    usual = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "huecue"
    return Path(named) if named else usual


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
