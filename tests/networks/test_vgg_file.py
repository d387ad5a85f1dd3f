"""Weights come whole and as they should be, or with a word on where to get them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch

from huecue.errors import WeightsError
from huecue.networks import vgg_file
from huecue.networks.vgg import Vgg
from huecue.networks.vgg_file import find_vgg, load_vgg
from huecue.networks.vgg_layers import URL, VARIABLE
from tiny_vgg import tiny_arrays, write_npz

SHARED = Path(__file__).parents[3] / "shared/data/vgg/vgg19-normalised-to-relu3_4.npz"
TORCHVISION = (0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34)
"""Where torchvision's vgg19().features has its convolutions."""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and nothing named."""
    folder = tmp_path / "cache"
    monkeypatch.setattr(vgg_file, "user_cache_path", lambda *_, **__: folder)
    monkeypatch.delenv(VARIABLE, raising=False)
    return folder


def write_state(folder: Path, last: str = "conv5_4") -> Path:
    """A state dict as torchvision's, its sha256 in its name."""
    arrays = tiny_arrays(last, width=2)
    names = dict(zip(dict.fromkeys(name.split(".")[0] for name in arrays), TORCHVISION, strict=False))
    state = {
        f"features.{names[name.split('.')[0]]}.{name.split('.')[1]}": torch.from_numpy(array)
        for name, array in arrays.items()
    }
    made = folder / "made.pth"
    torch.save({**state, "classifier.0.weight": torch.zeros(4, 4)}, made)
    return made.rename(folder / f"vgg19-{hashlib.sha256(made.read_bytes()).hexdigest()[:8]}.pth")


def test_arrays_are_read_as_they_are(vgg_path: Path) -> None:
    weights = load_vgg(vgg_path)
    assert (weights.source, weights.padding, weights.last) == (str(vgg_path), "reflect", "relu3_1")
    assert list(weights.convolutions) == ["conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1"]
    assert np.array_equal(weights.convolutions["conv2_2"][0], tiny_arrays()["conv2_2.weight"])
    assert np.allclose(weights.mixing[0] @ [0.1, 0.2, 0.3] + weights.mixing[1], [-0.4, -0.6, -0.8])


def test_torchvisions_state_dict_is_read(tmp_path: Path) -> None:
    weights = load_vgg(write_state(tmp_path))
    assert (weights.padding, weights.last, len(weights.convolutions)) == ("zeros", "relu5_4", 16)
    assert np.array_equal(
        weights.convolutions["conv5_4"][0], tiny_arrays("conv5_4", width=2)["conv5_4.weight"]
    )
    mean_of_imagenet = np.array([0.485 + 0.229, 0.456, 0.406])
    assert np.allclose(weights.mixing[0] @ mean_of_imagenet + weights.mixing[1], [1, 0, 0], atol=1e-6)


def test_file_that_is_named_goes_before_the_environment(
    vgg_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = write_npz(tmp_path / "other.npz")
    monkeypatch.setenv(VARIABLE, str(other))
    assert find_vgg(vgg_path) == vgg_path
    assert find_vgg() == other


@pytest.mark.parametrize("name", ["gone.npz", "gone.pth"])
def test_file_that_is_missing_is_named_with_a_cure(name: str, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=rf"{name}.*{URL}.*--vgg FILE.*{VARIABLE}"):
        find_vgg(tmp_path / name)


def test_suffix_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vgg.onnx").touch()
    with pytest.raises(WeightsError, match=r"vgg\.onnx.*\.npz or \.pth"):
        find_vgg(tmp_path / "vgg.onnx")


def test_wrong_checksum_is_refused(tmp_path: Path) -> None:
    path = write_state(tmp_path)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(WeightsError, match=rf"sha256 begins with \w{{8}}, not {path.stem[-8:]}.*--vgg FILE"):
        load_vgg(path)


def test_file_of_another_name_must_be_torchvisions(tmp_path: Path) -> None:
    path = write_state(tmp_path).rename(tmp_path / "mine.pth")
    with pytest.raises(WeightsError, match=r"mine\.pth.*not dcbb9e9d"):
        load_vgg(path)


def test_state_dict_of_something_else_is_refused(tmp_path: Path) -> None:
    for number, content in enumerate(({"a": torch.zeros(1)}, [1, 2])):
        made = tmp_path / f"{number}.pth"
        torch.save(content, made)
        path = made.rename(tmp_path / f"x-{hashlib.sha256(made.read_bytes()).hexdigest()[:8]}.pth")
        with pytest.raises(WeightsError, match=path.name):
            load_vgg(path)


class Trap:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


def test_code_in_a_file_is_never_run(tmp_path: Path) -> None:
    made, sprung = tmp_path / "made.pth", tmp_path / "sprung"
    torch.save(Trap(sprung), made)
    path = made.rename(tmp_path / f"x-{hashlib.sha256(made.read_bytes()).hexdigest()[:8]}.pth")
    with pytest.raises(WeightsError, match="no state dict"):
        load_vgg(path)
    assert not sprung.exists()


@pytest.mark.parametrize("data", [b"", b"no arrays at all", b"PK\x03\x04 half a zip"])
def test_damaged_arrays_are_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.npz"
    path.write_bytes(data)
    with pytest.raises(WeightsError, match=r"bad\.npz: damaged.*--vgg FILE"):
        load_vgg(path)


@pytest.mark.parametrize(
    ("name", "shape"), [("conv0.weight", (3, 3)), ("conv1_2.weight", (6, 5, 3, 3)), ("conv1_1.bias", (5,))]
)
def test_arrays_that_do_not_fit_are_refused(name: str, shape: tuple[int, ...], tmp_path: Path) -> None:
    path = write_npz(tmp_path / "odd.npz", **{name: np.zeros(shape, np.float32)})
    with pytest.raises(WeightsError, match=rf"odd\.npz.*{name.split('.')[0]}"):
        load_vgg(path)


def published(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file where torchvision's would be."""
    folder.mkdir()
    path = write_state(folder)
    monkeypatch.setattr(vgg_file, "URL", path.as_uri())
    return path


def test_download_comes_once_and_is_kept(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = published(tmp_path / "web", monkeypatch)
    path = find_vgg()
    assert path == cache / source.name
    assert path.read_bytes() == source.read_bytes()
    assert [entry.name for entry in cache.iterdir()] == [source.name]
    source.unlink()
    assert find_vgg() == path


def test_download_that_is_damaged_is_not_kept(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = published(tmp_path / "web", monkeypatch)
    source.write_bytes(source.read_bytes()[:-5])
    with pytest.raises(WeightsError, match=r"can't be downloaded.*invalid hash.*--vgg FILE"):
        find_vgg()
    assert list(cache.iterdir()) == []


def test_download_that_does_not_come_says_what_to_do(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(tmp_path / "web", monkeypatch).unlink()
    with pytest.raises(WeightsError, match=r"can't be downloaded.*--vgg FILE"):
        find_vgg()
    assert list(cache.iterdir()) == []


@pytest.mark.skipif(not SHARED.is_file(), reason=f"needs {SHARED.name}, which is not part of the project")
def test_real_weights_see_with_a_mean_of_about_one() -> None:
    weights = load_vgg(SHARED)
    assert weights.last == "relu3_4"
    ramp = np.linspace(0, 1, 64, dtype=np.float32)
    rgb = np.stack([ramp[None] * ramp[:, None], np.tile(ramp, (64, 1)), np.tile(ramp[:, None], 64)])
    seen = Vgg(weights)(torch.from_numpy(rgb[None]), ("relu1_1", "relu2_1", "relu3_1"))
    assert all(0.05 < float(features.mean()) < 5 for features in seen.values())
