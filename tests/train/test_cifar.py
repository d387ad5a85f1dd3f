"""CIFAR-10 comes from its archive, whole or not at all."""

from __future__ import annotations

import hashlib
import io
import pickle
import tarfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from huecue.errors import FailureError, FilmError, UsageError
from huecue.train import cifar

PIXELS = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3)).astype(np.uint8)


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive laid out as the official one: three pictures a batch."""
    path = tmp_path / "cifar-10-python.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name in [f"data_batch_{n}" for n in range(1, 6)] + ["test_batch"]:
            data = pickle.dumps({b"data": PIXELS.transpose(0, 3, 1, 2).reshape(3, -1)})
            entry = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    monkeypatch.setattr(cifar, "SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    monkeypatch.setenv("HUECUE_CACHE", str(tmp_path / "cache"))
    return path


def test_pictures_come_out_of_the_archive_as_they_went_in(archive: Path) -> None:
    assert np.array_equal(cifar.read_archive(archive, "test"), PIXELS)
    assert np.array_equal(cifar.read_archive(archive, "train"), np.concatenate([PIXELS] * 5))


def test_an_archive_can_be_named_among_photographs(archive: Path, photos: Path) -> None:
    found = cifar.read_photographs([str(archive), str(photos)], part="test")
    assert len(found) == 3 + 5
    assert np.array_equal(found[0](), PIXELS[0])


def test_a_damaged_archive_is_named(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-1])
    with pytest.raises(FilmError, match=r"cifar-10-python\.tar\.gz: damaged.*delete it"):
        cifar.read_archive(archive, "train")


def test_a_missing_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.tar\.gz: no such archive"):
        cifar.read_archive(tmp_path / "gone.tar.gz", "train")


def test_it_is_fetched_once(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cifar, "URL", archive.as_uri())
    first = cifar.fetch()
    assert first.read_bytes() == archive.read_bytes()
    archive.unlink()
    assert cifar.fetch() == first
    assert not list(first.parent.glob("*.part"))


def test_without_internet_it_says_where_to_put_the_archive(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise urllib.error.URLError("no route")

    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    with pytest.raises(FailureError, match=r"can't be fetched \(.*no route.*\); put the archive at .*cache"):
        cifar.fetch()
    assert not list((archive.parent / "cache").iterdir())


def test_a_fetch_that_is_stopped_leaves_nothing_half(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopping(io.BytesIO):
        headers: ClassVar[dict[str, str]] = {}

        def read(self, _size: int = -1) -> bytes:
            raise KeyboardInterrupt

    monkeypatch.setattr(urllib.request, "urlopen", lambda *_, **__: Stopping())
    with pytest.raises(KeyboardInterrupt):
        cifar.fetch()
    assert not list((archive.parent / "cache").iterdir())
