"""The command called as a person calls it, and a film to call it with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from films import Said, make_film
from huecue.cli.main import main

if TYPE_CHECKING:
    from huecue.networks.vgg import Vgg


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


@pytest.fixture(scope="session")
def vgg_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small VGG-19 as an .npz: few channels, to relu3_1."""
    from tiny_vgg import write_npz

    return write_npz(tmp_path_factory.mktemp("vgg") / "tiny.npz")


@pytest.fixture(scope="session")
def vgg(vgg_path: Path) -> Vgg:
    """The network of that file, with average pools."""
    from huecue.networks.vgg import Vgg
    from huecue.networks.vgg_file import load_vgg

    return Vgg(load_vgg(vgg_path), "average")
