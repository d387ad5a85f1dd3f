"""The network gives keys and colours of any size, starts from what is trusted, and folds without changing."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from huecue.networks.realtime import FLOOR, MULTIPLE, OFFERS, OWN, PLANES, RealtimeNet, Shape, choose
from huecue.networks.unet import Block
from huecue.stages.krige import EXTRA
from huecue.stages.palette import NUMBERS
from huecue.train.export import fold
from tiny_realtime import TINY

SIZES = [(32, 32), (64, 96), (96, 32)]
OTHERS = ("previous", "keyframe", "memory", "traced")


def tiny_net(seed: int = 0) -> RealtimeNet:
    """A tiny network that makes a choice."""
    torch.manual_seed(seed)
    net = RealtimeNet(TINY)
    nn.init.normal_(net.colour.head.weight, std=0.3)
    nn.init.normal_(net.colour.palette.told.weight, std=0.3)
    return net.eval()


def inputs_of(height: int, width: int, batch: int = 2) -> dict[str, Tensor]:
    """Luma and colours -0.5..0.5, confidences 0..1."""
    dice = torch.Generator().manual_seed(1)
    inputs = {name: torch.rand(batch, n, height, width, generator=dice) - 0.5 for name, n in PLANES.items()}
    inputs["hints"][:, 4:] += 0.5
    for name in OTHERS:
        inputs[name][:, 2] += 0.5
    return {**inputs, "palette": torch.rand(batch, NUMBERS, 1, 1, generator=dice)}


@torch.no_grad()
def colours(net: RealtimeNet, inputs: dict[str, Tensor]) -> Tensor:
    """Chroma and trust (B, 3, H, W)."""
    return net.colour(**inputs)


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_chroma_and_trust_have_the_luma_s_size(height: int, width: int) -> None:
    assert colours(tiny_net(), inputs_of(height, width)).shape == (2, 3, height, width)


@pytest.mark.parametrize(("height", "width"), SIZES)
@torch.no_grad()
def test_keys_have_length_one_in_cells_of_16(height: int, width: int) -> None:
    keys = tiny_net().keys(inputs_of(height, width)["luma"])
    assert keys.shape == (2, TINY.key, height // 16, width // 16)
    assert torch.allclose(keys.norm(dim=1), torch.ones(2, height // 16, width // 16), atol=1e-5)


@pytest.mark.parametrize(("height", "width"), SIZES)
@torch.no_grad()
def test_what_is_known_before_any_hint_is_told_at_half_size(height: int, width: int) -> None:
    planes = tiny_net().likeness(inputs_of(height, width)["luma"])
    assert planes.shape == (2, TINY.likeness + EXTRA, height // 2, width // 2)


@torch.no_grad()
def test_amplitudes_are_above_0_and_guesses_are_within_1() -> None:
    net = tiny_net()
    nn.init.normal_(net.likeness.head.weight, std=5)
    planes = net.likeness(inputs_of(64, 96)["luma"])
    free, amplitude, guess = planes[:, :-3], planes[:, -3], planes[:, -2:]
    assert amplitude.min() > 0
    assert amplitude.min() < 0.5 < 2 < amplitude.max()
    assert 0.8 < guess.abs().max() <= 1
    assert guess.min() < -0.1
    assert guess.max() > 0.1
    # Coordinates and traits go either way, and as far as they like.
    assert (free.amin(dim=(0, 2, 3)) < 0).all()
    assert (free.amax(dim=(0, 2, 3)) > 1).all()


@torch.no_grad()
def test_a_new_network_guesses_little_and_thinks_all_pixels_much_the_same() -> None:
    torch.manual_seed(0)
    planes = RealtimeNet(TINY).eval().likeness(inputs_of(64, 96)["luma"])
    assert (planes[:, -3] - 1).abs().max() < 0.3
    assert planes[:, -2:].abs().max() < 0.1


@torch.no_grad()
def test_colours_at_half_size_are_those_at_full_size() -> None:
    smooth = {
        name: torch.nn.functional.interpolate(plane[..., ::8, ::8], scale_factor=8.0, mode="bilinear")
        for name, plane in inputs_of(64, 96).items()
        if name != "palette"
    }
    palette = inputs_of(64, 96)["palette"]
    net = RealtimeNet(TINY).eval()
    verdict = torch.linspace(-2, 2, OFFERS + 1 + 2 + 1)  # each offer is taken otherwise
    net.colour.head.bias.copy_(verdict.repeat_interleave(4))
    half, full = net.colour.at_half(*smooth.values(), palette=palette), net.colour(**smooth, palette=palette)
    assert half.shape == (2, 3, 32, 48)
    assert (half - torch.nn.functional.avg_pool2d(full, 2)).abs().max() < 0.02
    assert full[:, :2].std() > 0.05


def test_frames_of_a_batch_do_not_see_one_another() -> None:
    net, inputs = tiny_net(), inputs_of(64, 64)
    alone = colours(net, {name: plane[1:] for name, plane in inputs.items()})
    assert torch.allclose(colours(net, inputs)[1:], alone, atol=1e-5)


@pytest.mark.parametrize("taken", OTHERS)
def test_a_new_network_takes_what_is_trusted(taken: str) -> None:
    torch.manual_seed(0)
    inputs = {name: torch.zeros_like(plane) for name, plane in inputs_of(64, 64, batch=1).items()}
    for name in OTHERS:
        inputs[name][:, :2] = -0.9  # not trusted: its confidence is 0
    inputs[taken][:, 0], inputs[taken][:, 1], inputs[taken][:, 2] = 0.5, -0.25, 1.0
    chroma = colours(RealtimeNet(TINY).eval(), inputs)
    share = 1 / (1 + OWN)
    assert torch.allclose(chroma[:, 0], torch.tensor(0.5 * share), atol=0.02)
    assert torch.allclose(chroma[:, 1], torch.tensor(-0.25 * share), atol=0.02)


def test_offers_are_chosen_by_a_softmax_of_verdict_and_log_confidence() -> None:
    inputs = inputs_of(8, 8)
    hints, others = inputs["hints"], [inputs[name] for name in OTHERS]
    verdict = torch.randn(2, OFFERS + 1 + 2 + 1, 8, 8, generator=torch.Generator().manual_seed(2))
    likely, own, trust = verdict.split([OFFERS + 1, 2, 1], dim=1)
    reach = hints[:, 4]
    sure = torch.stack([reach, reach, *(other[:, 2] for other in others)], dim=1) + FLOOR
    sure = torch.cat([sure, torch.full_like(sure[:, :1], OWN)], dim=1)
    share = torch.softmax(likely + sure.log(), dim=1)
    colour = torch.stack([hints[:, :2], hints[:, 2:4], *(other[:, :2] for other in others), own.tanh()])
    wanted = torch.cat([torch.einsum("bnhw,nbchw->bchw", share, colour), trust.sigmoid()], dim=1)
    assert torch.allclose(choose(verdict, hints, *others), wanted, atol=1e-5)


def test_trust_is_0_to_1_and_differs_from_pixel_to_pixel() -> None:
    trust = colours(tiny_net(), inputs_of(64, 64))[:, 2]
    assert 0 < trust.min() < 0.4
    assert 0.6 < trust.max() < 1


def test_where_nothing_is_on_offer_only_the_own_idea_counts() -> None:
    inputs = inputs_of(64, 64)
    for name in ("hints", *OTHERS):
        inputs[name] = torch.zeros_like(inputs[name])
    chroma = colours(tiny_net(), inputs)[:, :2]
    assert 0.05 < chroma.abs().max() < 1


@torch.no_grad()
def test_a_palette_steers_the_own_idea_and_no_palette_is_zeros() -> None:
    net, inputs = tiny_net(), inputs_of(64, 64)
    steered = colours(net, inputs)
    untold = colours(net, {**inputs, "palette": torch.zeros_like(inputs["palette"])})
    assert (steered - untold).abs().max() > 0.05
    net.colour.palette.told.weight.zero_()
    assert torch.equal(colours(net, inputs), untold)


def test_colours_stay_within_what_is_on_offer_and_one() -> None:
    assert colours(tiny_net(), inputs_of(64, 64))[:, :2].abs().max() <= 1


def test_a_block_folds_into_one_convolution() -> None:
    torch.manual_seed(0)
    net = tiny_net()
    block = next(part for part in net.modules() if isinstance(part, Block))
    folded = block.folded()
    assert [type(part) for part in folded] == [nn.Conv2d, nn.ReLU]
    x = torch.randn(2, 8, 16, 16)
    with torch.no_grad():
        assert torch.allclose(folded(x), block(x), atol=1e-5)
        assert not torch.allclose(folded(x), x.relu(), atol=0.1)


@torch.no_grad()
def test_the_folded_network_equals_the_unfolded_one() -> None:
    net, inputs = tiny_net(), inputs_of(64, 96)
    folded = copy.deepcopy(net)
    fold(folded)
    assert not any(isinstance(part, Block) for part in folded.modules())
    assert torch.allclose(colours(folded, inputs), colours(net, inputs), atol=1e-5)
    for part in ("keys", "likeness", "trace"):
        luma = inputs["luma"]
        assert torch.allclose(getattr(folded, part)(luma), getattr(net, part)(luma), atol=1e-5)
    assert colours(net, inputs).std() > 0.01


def test_the_smallest_size_is_the_multiple() -> None:
    assert colours(tiny_net(), inputs_of(MULTIPLE, MULTIPLE)).shape[2:] == (MULTIPLE, MULTIPLE)


def test_a_network_has_the_shape_it_is_given() -> None:
    assert RealtimeNet(TINY).shape == TINY
    assert RealtimeNet().shape == Shape()
    counts = [sum(weight.numel() for weight in RealtimeNet(shape).parameters()) for shape in (TINY, Shape())]
    assert counts[0] < 25_000 < 1_000_000 < counts[1] < 10_000_000
