"""A name or a path becomes verified weights. The ones that ship lie in this folder."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huecue.errors import WeightsError

SHIPPED = Path(__file__).parent
REALTIME = "realtime"
COLOUR, KEYS, LIKENESS, MANIFEST = "colour.onnx", "keys.onnx", "likeness.onnx", "manifest.json"
NETWORK = "network.onnx"
"""The one file of the report's networks."""
FILES = (COLOUR, KEYS, LIKENESS)
FORMAT = 2


@dataclass(frozen=True, slots=True)
class Weights:
    """A network as ONNX: what colours, what makes the memory's keys, what tells hints how far they reach."""

    name: str
    colour: bytes
    keys: bytes
    likeness: bytes
    settings: dict[str, Any]


def load_weights(name: str | Path = REALTIME) -> Weights:
    """The weights of a shipped name or a folder. Raises WeightsError if missing, damaged or not readable."""
    folder = SHIPPED / name if isinstance(name, str) and (SHIPPED / name).is_dir() else Path(name)
    manifest = _manifest(folder)
    files = {file: _verified(folder / file, manifest["sha256"]) for file in FILES}
    return Weights(str(name), files[COLOUR], files[KEYS], files[LIKENESS], manifest["settings"])


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        raise WeightsError(
            f"{folder}: no weights here ({MANIFEST} is missing); install huecue again or name a folder"
        )
    try:
        manifest: dict[str, Any] = json.loads(path.read_text())
        parts = manifest["sha256"], manifest["settings"]
        known = manifest["format"] == FORMAT and all(isinstance(part, dict) for part in parts)
    except (ValueError, KeyError, TypeError) as problem:
        raise WeightsError(f"{path}: damaged ({problem}); install huecue again") from problem
    if not known:
        raise WeightsError(f"{path}: weights of another format; this huecue reads format {FORMAT}")
    return manifest


def _verified(path: Path, sums: dict[str, str]) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise WeightsError(f"{path}: can't be read ({problem.strerror}); install huecue again") from problem
    if hashlib.sha256(data).hexdigest() != sums.get(path.name):
        raise WeightsError(f"{path}: damaged, its checksum does not match {MANIFEST}; install huecue again")
    return data
