"""The report's network has the paper's blocks, shortcuts and side branches."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from huecue.engine import GLOBAL_HINTS
from huecue.networks.bins import BIN_COUNT
from huecue.networks.fire import Fire
from huecue.networks.report import (
    VARIANTS,
    ReportNet,
    ReportShape,
    Stack,
    count_macs,
    count_parameters,
)

CONVS = {"conv1": 2, "conv2": 2, "conv3": 3, "conv4": 3, "conv5": 3, "conv6": 3, "conv7": 3, "conv8": 2}
CONVS |= {
    "conv9": 1,
    "conv10": 1,
}  # as the paper draws them, besides the one that grows each to twice the size


def small(variant: str = "full") -> ReportNet:
    torch.manual_seed(0)
    return ReportNet(ReportShape(variant, width=8)).eval()


def inputs(height: int = 32, width: int = 48) -> tuple[Tensor, Tensor, Tensor]:
    dice = torch.Generator().manual_seed(1)
    shapes = (1, 1, height, width), (1, 3, height, width), (1, GLOBAL_HINTS, 1, 1)
    light, hints, overall = (torch.rand(shape, generator=dice) - 0.5 for shape in shapes)
    return light, hints, overall


def shapes_in(net: ReportNet) -> dict[str, tuple[int, ...]]:
    """The shape that each block gives for a picture of 32x48."""
    seen: dict[str, tuple[int, ...]] = {}
    for name, block in net.named_children():
        if isinstance(block, Stack):
            block.register_forward_hook(lambda _m, _i, out, name=name: seen.update({name: tuple(out.shape)}))
    net(*inputs())
    return seen


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_block_has_the_paper_s_shape(variant: str) -> None:
    w = 8
    assert shapes_in(small(variant)) == {
        "conv1": (1, w, 32, 48),
        "conv2": (1, 2 * w, 16, 24),
        "conv3": (1, 4 * w, 8, 12),
        "conv4": (1, 8 * w, 4, 6),
        "conv5": (1, 8 * w, 4, 6),
        "conv6": (1, 8 * w, 4, 6),
        "conv7": (1, 8 * w, 4, 6),
        "conv8": (1, 4 * w, 8, 12),
        "conv9": (1, 2 * w, 16, 24),
        "conv10": (1, 2 * w, 32, 48),
    }


@pytest.mark.parametrize(("variant", "more"), [("full", 0), ("expanded", 1), ("contracted", -1)])
def test_variants_have_more_or_fewer_convolutions(variant: str, more: int) -> None:
    for name, block in small(variant).named_children():
        if isinstance(block, Stack):
            convs = [layer for layer in block.layers if isinstance(layer, nn.Conv2d)]
            assert len(convs) == max(1, CONVS[name] + more), name
            dilation = 2 if name in ("conv5", "conv6") else 1
            assert all(layer.kernel_size == (3, 3) and layer.dilation == (dilation,) * 2 for layer in convs)


def test_the_squeezed_variant_has_fire_in_place_of_3x3() -> None:
    net = small("squeezed")
    assert not any(isinstance(part, nn.ConvTranspose2d) for part in net.modules())
    inside = {id(fire.expand3) for fire in net.modules() if isinstance(fire, Fire)}
    threes = [p for p in net.modules() if isinstance(p, nn.Conv2d) and p.kernel_size == (3, 3)]
    assert {id(part) for part in threes} == inside


def test_the_full_network_has_the_published_size() -> None:
    net = ReportNet()
    assert count_parameters(net) == pytest.approx(34.2e6, rel=0.01)
    assert count_macs(net) == pytest.approx(75.8e9, rel=0.02)


def test_the_squeezed_network_is_a_tenth_of_it() -> None:
    squeezed, full = (ReportNet(ReportShape(variant)) for variant in ("squeezed", "full"))
    assert count_parameters(squeezed) < 0.1 * count_parameters(full)
    assert count_macs(squeezed) < 0.25 * count_macs(full)


@torch.no_grad()
def test_colours_and_distributions_come_out_in_their_ranges() -> None:
    answer = small()(*inputs())
    assert answer.ab.shape == (1, 2, 32, 48)
    assert answer.ab.abs().max() <= 1
    assert answer.distribution.shape == (1, BIN_COUNT, 8, 12)


@pytest.mark.parametrize("through", [False, True])
def test_the_side_branch_teaches_the_rest_only_when_asked(through: bool) -> None:
    net = small().train()
    net(*inputs(), through_side=through).distribution.square().sum().backward()
    beside = {name for name, weight in net.named_parameters() if weight.grad is not None}
    main = {name for name in beside if not name.startswith("side.")}
    assert any(name.startswith("side.") for name in beside)
    assert bool(main) == through
    assert not any(name.startswith(("out.", "conv10.")) for name in main)


@pytest.mark.parametrize("shortcut", ["short1", "short2", "short3"])
@torch.no_grad()
def test_shortcuts_carry_something(shortcut: str) -> None:
    net = small()
    usual = net(*inputs()).ab
    for weight in getattr(net, shortcut).parameters():
        weight.zero_()
    assert not torch.allclose(net(*inputs()).ab, usual, atol=1e-5)


@torch.no_grad()
def test_local_and_global_hints_change_the_colours() -> None:
    net = small().train()  # untrained running means would drown the difference
    light, hints, overall = inputs()
    usual = net(light, hints, overall).ab
    others = net(light, hints + 0.5, overall).ab, net(light, hints, 9 * overall).ab, net(light, hints).ab
    assert all((other - usual).abs().max() > 1e-3 for other in others)


def test_global_hints_pass_four_1x1_convolutions() -> None:
    convs = [layer for layer in small().globals.layers if isinstance(layer, nn.Conv2d)]
    assert [layer.kernel_size for layer in convs] == [(1, 1)] * 4
    assert convs[0].in_channels == 313 + 3
