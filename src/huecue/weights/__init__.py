"""A name or a path becomes verified weights. The ones that ship lie in this folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from huecue.errors import WeightsError

SHIPPED = Path(__file__).parent
REALTIME, REPORT = "realtime", "report"
"""The kinds of networks, as a manifest names them."""
MANIFEST = "manifest.json"
Part = Literal["colour", "keys", "likeness", "features", "look"]
PARTS: tuple[Part, ...] = get_args(Part)
"""Of the real-time network: what colours, what makes the memory's keys, what is known before any hint,
and what makes the features by which a colour is traced, and looks for them."""
NETWORK = "network.onnx"
"""The one file of the report's networks."""
FORMAT = 5
_AGAIN = "install huecue again"
_EXPORT_AGAIN = "export it again with `huecue train report ... --export FOLDER`"


@dataclass(frozen=True, slots=True)
class Weights:
    """A network as ONNX, part by part; `settings` are those of the run that trained it."""

    name: str
    parts: Mapping[Part, bytes]
    settings: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReportWeights:
    """A network of the report's as ONNX; `settings` are those of the run that trained it."""

    name: str
    network: bytes
    settings: dict[str, Any]


def load_weights(name: str | Path = REALTIME) -> Weights:
    """The weights of a shipped name or a folder. Raises WeightsError if missing, damaged or not readable."""
    folder = SHIPPED / name if isinstance(name, str) and (SHIPPED / name).is_dir() else Path(name)
    manifest = _manifest(folder, cure=_AGAIN)
    parts = {part: _verified(folder / file_of(part), manifest["sha256"], cure=_AGAIN) for part in PARTS}
    return Weights(str(name), parts, manifest["settings"])


def file_of(part: Part) -> str:
    """The name of the file that a part lies in."""
    return f"{part}.onnx"


def load_report(folder: str | Path) -> ReportWeights:
    """A network of the report's from the folder that it was exported to.

    Raises WeightsError if missing, damaged, not readable, or of another kind of network.
    """
    place = Path(folder)
    manifest = _manifest(place, cure=_EXPORT_AGAIN)
    if manifest.get("network") != REPORT:
        raise WeightsError(
            f"{place}: weights of the {manifest.get('network', REALTIME)} network, not of the report's; name "
            "a folder that `huecue train report ... --export FOLDER` made"
        )
    network = _verified(place / NETWORK, manifest["sha256"], cure=_EXPORT_AGAIN)
    return ReportWeights(str(folder), network, manifest["settings"])


def _manifest(folder: Path, *, cure: str) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        raise WeightsError(f"{folder}: no weights here ({MANIFEST} is missing); {cure} or name a folder")
    try:
        manifest: dict[str, Any] = json.loads(path.read_text())
        parts = manifest["sha256"], manifest["settings"]
        known = manifest["format"] == FORMAT and all(isinstance(part, dict) for part in parts)
    except (ValueError, KeyError, TypeError) as problem:
        raise WeightsError(f"{path}: damaged ({problem}); {cure}") from problem
    if not known:
        raise WeightsError(f"{path}: weights of another format; this huecue reads format {FORMAT}")
    return manifest


def _verified(path: Path, sums: dict[str, str], *, cure: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise WeightsError(f"{path}: can't be read ({problem.strerror}); {cure}") from problem
    if hashlib.sha256(data).hexdigest() != sums.get(path.name):
        raise WeightsError(f"{path}: damaged, its checksum does not match {MANIFEST}; {cure}")
    return data
