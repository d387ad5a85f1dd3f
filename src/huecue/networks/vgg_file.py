"""Where VGG-19's weights come from: a file that is named, one that is kept, or torchvision's by download."""

from __future__ import annotations

import hashlib
import os
import pickle
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import torch
from platformdirs import user_cache_path

from huecue.errors import WeightsError
from huecue.networks.vgg import Array, VggWeights
from huecue.networks.vgg_layers import BLOCKS, CONVOLUTIONS, URL, VARIABLE

SUFFIXES = (".npz", ".pth")
_CURE = f"get {URL} and name it with --vgg FILE or in {VARIABLE}"
_SUM = re.compile(r"-([0-9a-f]{8,64})$")
_MEAN, _SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet's RGB 0..1: what torchvision's network was trained with."""


def find_vgg(given: Path | None = None) -> Path:
    """The file named, else the one that HUECUE_VGG names, else torchvision's, downloaded once and kept.

    Raises WeightsError where there is no such file and none can be had; it says where to get it.
    """
    named = given or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if named is None:
        return _kept()
    if not named.is_file():
        raise WeightsError(f"{named}: no VGG-19 weights here; {_CURE}")
    if named.suffix.lower() not in SUFFIXES:
        raise WeightsError(f"{named}: VGG-19 weights end in {' or '.join(SUFFIXES)}; {_CURE}")
    return named


def _kept() -> Path:
    path = user_cache_path("huecue", appauthor=False) / URL.rpartition("/")[2]
    if not path.is_file():
        _download(path)
    return path


def _download(path: Path) -> None:
    """Comes whole and with the right checksum, or not at all; progress on a terminal."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.hub.download_url_to_file(URL, str(path), _expected_sum(path), progress=sys.stderr.isatty())
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        raise WeightsError(
            f"VGG-19's weights can't be downloaded to {path.parent} ({reason}); {_CURE}"
        ) from error


def load_vgg(path: Path) -> VggWeights:
    """The weights in a file: torchvision's state dict (.pth), or arrays `convX_Y.weight` and `.bias` (.npz).

    An .npz has a `conv0` of 1x1 that makes its input of RGB 0..1, and may end at any layer; its pictures are
    padded by reflection, torchvision's with zeros. Raises WeightsError.
    """
    return _load_arrays(path) if path.suffix.lower() == ".npz" else _load_state(path)


def _load_arrays(path: Path) -> VggWeights:
    try:
        with path.open("rb") as stream, np.load(stream) as file:
            arrays = {name: np.asarray(file[name], np.float32) for name in file.files}
    except (
        OSError,
        ValueError,
        EOFError,
        BadZipFile,
        AttributeError,
        TypeError,
        pickle.UnpicklingError,
    ) as error:
        raise WeightsError(f"{path}: damaged, or no .npz; {_CURE}") from error
    matrix, offset = arrays.get("conv0.weight"), arrays.get("conv0.bias")
    if matrix is None or offset is None or matrix.shape != (3, 3, 1, 1) or offset.shape != (3,):
        raise WeightsError(f"{path}: no VGG-19 weights, its conv0 is not 3x3x1x1; {_CURE}")
    return VggWeights(str(path), _chain(path, arrays), (matrix[:, :, 0, 0], offset), "reflect")


def _load_state(path: Path) -> VggWeights:
    _check_sum(path)
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        arrays = {
            f"{name}.{part}": state[f"features.{place}.{part}"].float().numpy()
            for name, place in zip(CONVOLUTIONS, _places(), strict=True)
            for part in ("weight", "bias")
            if f"features.{place}.{part}" in state
        }
    except (OSError, RuntimeError, EOFError, AttributeError, TypeError, pickle.UnpicklingError) as error:
        raise WeightsError(f"{path}: no state dict of VGG-19; {_CURE}") from error
    spread = np.array(_SPREAD, np.float32)
    mixing = np.diag(1 / spread).astype(np.float32), (-np.array(_MEAN, np.float32) / spread)
    return VggWeights(str(path), _chain(path, arrays), mixing, "zeros")


def _places() -> list[int]:
    """The index of each convolution among torchvision's layers: ReLUs and pools count too."""
    places, place = [], 0
    for count in BLOCKS:
        places += [place + 2 * number for number in range(count)]
        place += 2 * count + 1
    return places


def _chain(path: Path, arrays: Mapping[str, Array]) -> dict[str, tuple[Array, Array]]:
    """The convolutions from the first to the last there is; each takes what the one before gives."""
    found: dict[str, tuple[Array, Array]] = {}
    deep = 3
    for name in CONVOLUTIONS:
        weight, bias = arrays.get(f"{name}.weight"), arrays.get(f"{name}.bias")
        if weight is None or bias is None:
            break
        if weight.shape[1:] != (deep, 3, 3) or bias.shape != weight.shape[:1]:
            raise WeightsError(f"{path}: no VGG-19 weights, its {name} is {weight.shape}; {_CURE}")
        found[name], deep = (weight, bias), len(weight)
    if not found:
        raise WeightsError(f"{path}: no VGG-19 weights, it has no {CONVOLUTIONS[0]}; {_CURE}")
    return found


def _check_sum(path: Path) -> None:
    expected = _expected_sum(path)
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise WeightsError(f"{path}: can't be read ({error.strerror}); {_CURE}") from error
    if not found.startswith(expected):
        raise WeightsError(
            f"{path}: damaged or another file, its sha256 begins with "
            f"{found[: len(expected)]}, not {expected}; "
            f"{_CURE}"
        )


def _expected_sum(path: Path) -> str:
    """What the sha256 begins with: as the name says, or as torchvision's file does."""
    match = _SUM.search(path.stem) or _SUM.search(Path(URL).stem)
    assert match is not None
    return match[1]
