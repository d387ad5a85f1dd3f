"""The command called as a person calls it, and a film to call it with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from films import Said, make_film
from huecue.cli.main import main


@pytest.fixture
def huecue(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Calls the command with these words in this very process."""

    def call(*words: object) -> Said:
        capsys.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A film of 6 frames, alone in its folder."""
    return make_film(tmp_path / "film.mp4")


@pytest.fixture(scope="session")
def report_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small network of the report's; random, but alive."""
    pytest.importorskip("torch", reason="exporting needs PyTorch")
    from tiny_report import write_report

    return write_report(tmp_path_factory.mktemp("report") / "weights")
