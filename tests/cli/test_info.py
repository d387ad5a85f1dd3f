"""`huecue info` says what is here and what a film holds."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from films import Said, make_film
from huecue import weights
from huecue.engine import engines

Call = Callable[..., Said]


def lines_of(text: str) -> dict[str, str]:
    return {line[:24].strip(): line[24:].strip() for line in text.splitlines()}


def test_installation_is_described(huecue: Call) -> None:
    said = huecue("info")
    found = lines_of(said.out)
    assert said.code == 0
    assert found["huecue"] == version("huecue")
    assert found["numpy"] == version("numpy")
    assert found["engines"].startswith(engines()[0])
    assert "realtime" in found["weights"]


def test_film_is_described(film: Path, huecue: Call) -> None:
    found = lines_of(huecue("info", film).out)
    assert found["size"] == "96x64"
    assert found["frames"] == "6"
    assert found["rate"].startswith("24 ")
    assert found["codec"].startswith("h264, yuv420p, 8 bits")


def test_film_that_is_cut_off_is_said_to_be(tmp_path: Path, huecue: Call) -> None:
    whole = make_film(tmp_path / "whole.mkv", frames=24)
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole.read_bytes()[:-200])
    assert "cut off" not in lines_of(huecue("info", whole).out)
    assert lines_of(huecue("info", cut).out)["cut off"].startswith("yes")


def test_damaged_weights_are_a_failure(tmp_path: Path, huecue: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    for source in (weights.SHIPPED / weights.REALTIME).iterdir():
        (tmp_path / weights.REALTIME).mkdir(exist_ok=True)
        (tmp_path / weights.REALTIME / source.name).write_bytes(source.read_bytes())
    (tmp_path / weights.REALTIME / weights.file_of("keys")).write_bytes(b"other")
    monkeypatch.setattr(weights, "SHIPPED", tmp_path)
    said = huecue("info")
    assert said.code == 1
    assert weights.file_of("keys") in said.err
    assert "Traceback" not in said.err
