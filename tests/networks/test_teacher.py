"""The teacher colours from what VGG sees, and begins with grey."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from huecue.networks.teacher import LAYER, TeacherNet, TeacherShape, see
from huecue.networks.vgg import Vgg
from huecue.networks.vgg_file import load_vgg
from tiny_vgg import tiny_arrays, write_npz

SMALL = TeacherShape(seen=6, widths=(8, 8, 8), down=(1, 1, 1), up=(1, 1))


@pytest.fixture
def eyes(tmp_path: Path) -> Vgg:
    return Vgg(load_vgg(write_npz(tmp_path / "vgg.npz", **tiny_arrays("conv3_4"))))


@pytest.fixture
def luma() -> torch.Tensor:
    torch.manual_seed(0)
    return torch.rand(2, 1, 32, 48) - 0.5


def test_vgg_sees_a_grey_picture_at_a_quarter_of_its_size(eyes: Vgg, luma: torch.Tensor) -> None:
    seen = see(eyes, luma.requires_grad_())
    assert seen.shape == (2, 6, 8, 12)
    assert not seen.requires_grad
    grey = (luma.detach() + 0.5).repeat(1, 3, 1, 1)
    assert torch.allclose(seen, eyes(grey, (LAYER,))[LAYER])


def test_it_begins_with_nearly_grey_and_learns_to_colour(luma: torch.Tensor) -> None:
    torch.manual_seed(0)
    net, seen = TeacherNet(SMALL), torch.rand(2, 6, 8, 12)
    chroma = net(luma, seen)
    assert chroma.shape == (2, 2, 16, 24)
    assert chroma.abs().max() < 0.05
    torch.nn.init.normal_(net.head.weight, std=3)
    assert 0.05 < net(luma, seen).abs().max() <= 1


@pytest.mark.parametrize("part", ["luma", "seen"])
def test_colours_depend_on_both(luma: torch.Tensor, part: str) -> None:
    torch.manual_seed(0)
    net, given = TeacherNet(SMALL), {"luma": luma, "seen": torch.rand(2, 6, 8, 12)}
    torch.nn.init.normal_(net.head.weight)
    other = {**given, part: given[part].flip(0)}
    assert not torch.allclose(net(**given), net(**other), atol=1e-3)
