"""Weights come whole or not at all, and an error names the file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from huecue.errors import WeightsError
from huecue.weights import FORMAT, MANIFEST, NETWORK, PARTS, file_of, load_report, load_weights

PARTLY = {part: part.encode() for part in PARTS}
WHOLE = {file_of(part): data for part, data in PARTLY.items()}
FILES = tuple(WHOLE)
COLOUR, KEYS = file_of("colour"), file_of("keys")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of weights, all in order."""
    for name, data in WHOLE.items():
        (tmp_path / name).write_bytes(data)
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in WHOLE.items()}
    write_manifest(tmp_path, {"format": FORMAT, "sha256": sums, "settings": {"steps": 7}})
    return tmp_path


def write_manifest(folder: Path, manifest: object) -> None:
    (folder / MANIFEST).write_text(json.dumps(manifest))


def read_manifest(folder: Path) -> dict[str, object]:
    return json.loads((folder / MANIFEST).read_text())


def test_the_shipped_weights_are_whole() -> None:
    weights = load_weights()
    assert weights.name == "realtime"
    assert sum(map(len, weights.parts.values())) < 12_000_000
    assert all(len(part) > 10_000 for part in weights.parts.values())


def test_a_folder_of_weights_can_be_loaded(folder: Path) -> None:
    for name in (folder, str(folder)):
        weights = load_weights(name)
        assert weights.parts == PARTLY
        assert weights.settings == {"steps": 7}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("data", [b"", b"colou", b"colouR", b"keys and more"])
def test_a_damaged_file_is_named(folder: Path, name: str, data: bytes) -> None:
    (folder / name).write_bytes(data)
    with pytest.raises(WeightsError, match=rf"{name}: damaged.*install huecue again"):
        load_weights(folder)


def test_a_wrong_checksum_is_found(folder: Path) -> None:
    manifest = read_manifest(folder)
    manifest["sha256"] = {**dict(manifest["sha256"]), KEYS: "0" * 64}
    write_manifest(folder, manifest)
    with pytest.raises(WeightsError, match=f"{KEYS}.*checksum"):
        load_weights(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(WeightsError, match=f"{name}: can't be read"):
        load_weights(folder)


@pytest.mark.parametrize("name", ["nowhere", "realtime2"])
def test_missing_weights_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WeightsError, match=rf"{name}: no weights here \({MANIFEST} is missing\)"):
        load_weights(name)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"sha256": {}}', "\x00\x01"])
def test_a_damaged_manifest_is_named(folder: Path, text: str) -> None:
    (folder / MANIFEST).write_text(text)
    with pytest.raises(WeightsError, match=f"{MANIFEST}: damaged"):
        load_weights(folder)


@pytest.mark.parametrize("change", [{"format": 1}, {"format": "2"}])
def test_another_format_is_not_read(folder: Path, change: dict[str, object]) -> None:
    write_manifest(folder, {**read_manifest(folder), **change})
    with pytest.raises(WeightsError, match=f"{MANIFEST}: weights of another format.*format {FORMAT}"):
        load_weights(folder)


@pytest.mark.parametrize("part", ["sha256", "settings"])
def test_a_manifest_without_a_part_is_not_read(folder: Path, part: str) -> None:
    manifest = read_manifest(folder)
    del manifest[part]
    write_manifest(folder, manifest)
    with pytest.raises(WeightsError, match=MANIFEST):
        load_weights(folder)


@pytest.mark.parametrize("sums", [{}, [], "no sums", {COLOUR: 7, KEYS: None}])
def test_checksums_of_any_wrong_kind_are_refused(folder: Path, sums: object) -> None:
    write_manifest(folder, {**read_manifest(folder), "sha256": sums})
    with pytest.raises(WeightsError, match=f"{MANIFEST}|{COLOUR}"):
        load_weights(folder)


def test_a_manifest_that_is_no_text_is_named(folder: Path) -> None:
    (folder / MANIFEST).write_bytes(b"\xff\xfe\x00\x9f")
    with pytest.raises(WeightsError, match=f"{MANIFEST}: damaged"):
        load_weights(folder)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """The folder of a network of the report's, in order but for what the network is."""
    return write_report_manifest(tmp_path / "report", "report")


def write_report_manifest(folder: Path, network: str) -> Path:
    folder.mkdir()
    (folder / NETWORK).write_bytes(b"network")
    sums = {NETWORK: hashlib.sha256(b"network").hexdigest()}
    write_manifest(folder, {"format": FORMAT, "network": network, "sha256": sums, "settings": {"steps": 7}})
    return folder


def test_a_network_of_the_report_can_be_loaded(report: Path) -> None:
    for name in (report, str(report)):
        weights = load_report(name)
        assert (weights.name, weights.network) == (str(report), b"network")
        assert weights.settings == {"steps": 7}


def test_a_damaged_network_of_the_report_is_named_with_its_cure(report: Path) -> None:
    (report / NETWORK).write_bytes(b"netw0rk")
    with pytest.raises(WeightsError, match=rf"{NETWORK}: damaged.*checksum.*export it again"):
        load_report(report)
    (report / NETWORK).unlink()
    with pytest.raises(WeightsError, match=rf"{NETWORK}: can't be read.*export it again"):
        load_report(report)


def test_a_folder_without_a_network_of_the_report_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=rf"gone: no weights here \({MANIFEST} is missing\)"):
        load_report(tmp_path / "gone")


@pytest.mark.parametrize("network", ["realtime", "another"])
def test_another_kind_of_network_is_not_the_report_s(tmp_path: Path, network: str) -> None:
    folder = write_report_manifest(tmp_path / "other", network)
    with pytest.raises(WeightsError, match=rf"other: weights of the {network} network, not of the report's"):
        load_report(folder)


def test_weights_without_a_kind_are_the_real_time_ones(folder: Path) -> None:
    with pytest.raises(WeightsError, match="weights of the realtime network"):
        load_report(folder)
