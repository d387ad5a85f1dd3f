"""Colours are found again by features around where the motion leads, as sure as they look alike."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from huecue.networks import trace
from huecue.networks.trace import BLOCK, CELL_PX, HALO, Look, TraceNet, carry
from huecue.stages import motion

HEIGHT, WIDTH = 64, 96
ROWS, COLUMNS = HEIGHT // CELL_PX, WIDTH // CELL_PX
Plane = NDArray[np.float32]


def smooth(seed: int, channels: int, scale: float, side: int | None = None) -> Tensor:
    """Soft blotches (1, C, H, W), or (1, C, side, side), some 12 px wide."""
    height, width = (side, side) if side else (HEIGHT, WIDTH)
    coarse = np.random.default_rng(seed).normal(0, scale, (height // 12, width // 12, channels))
    planes = cv2.resize(coarse.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return torch.from_numpy(planes.reshape(height, width, channels).transpose(2, 0, 1).copy())[None]


def source_of(seed: int) -> Tensor:
    """Chroma and trust (1, 3, H, W)."""
    return torch.cat([smooth(seed, 2, 0.3), torch.sigmoid(smooth(seed + 1, 1, 2))], dim=1)


def unit(seed: int) -> Tensor:
    """Features (1, 32, H/4, W/4) of length 1, no two alike."""
    dice = torch.Generator().manual_seed(seed)
    return F.normalize(torch.randn(1, 32, ROWS, COLUMNS, generator=dice), dim=1)


def even_flow(x: float, y: float, side: int | None = None) -> Tensor:
    return torch.tensor([x, y]).view(1, 2, 1, 1).repeat(1, 1, side or HEIGHT, side or WIDTH)


@torch.no_grad()
def looked(asked: Tensor, features: Tensor, source: Tensor, flow: Tensor) -> Tensor:
    return Look()(asked, features, source, flow)


@pytest.mark.parametrize(("height", "width"), [(32, 32), (64, 96), (96, 32)])
@torch.no_grad()
def test_features_have_length_one_in_cells_of_4(height: int, width: int) -> None:
    torch.manual_seed(0)
    features = TraceNet((8, 8), 12)(torch.rand(2, 1, height, width) - 0.5)
    assert features.shape == (2, 12, height // 4, width // 4)
    assert torch.allclose(features.norm(dim=1), torch.ones(2, height // 4, width // 4), atol=1e-5)


def two_views(seed: int, moved: tuple[int, int], side: int, channels: int) -> list[Tensor]:
    """(1, C, side, side) of a frame, and of its keyframe, where everything is `moved` pixels on."""
    margin = max(map(abs, moved))
    scene = smooth(seed, channels, 0.3, side + 2 * margin)
    corners = [(margin, margin), (margin - moved[0], margin - moved[1])]
    return [scene[:, :, top : top + side, left : left + side] for left, top in corners]


@pytest.mark.parametrize("off", [(8, 0), (-8, 4), (5, -6), (-3, -7)])
@pytest.mark.parametrize("moved", [(1, 0), (24, -12)])
def test_colours_are_found_where_the_motion_only_nearly_leads(
    moved: tuple[int, int], off: tuple[int, int]
) -> None:
    side = 128
    looks = [F.normalize(F.avg_pool2d(view, CELL_PX), dim=1) for view in two_views(1, moved, side, 32)]
    truth, key = two_views(2, moved, side, 2)
    flow = even_flow(moved[0] + off[0], moved[1] + off[1], side)
    traced = looked(*looks, torch.cat([key, torch.ones_like(key[:, :1])], dim=1), flow)
    inner = np.s_[:, :, 36:-36, 36:-36]  # what is still in the picture where the motion leads
    errors = [float((found - truth)[inner].abs().mean()) for found in (traced[:, :2], carry(key, flow))]
    assert errors[0] < 0.35 * errors[1]


def slow_look(asked: Plane, features: Plane, values: Plane) -> Plane:
    """What each cell (H/4, W/4) finds: values and likeness (H/4, W/4, C + 1), one cell at a time."""
    rows, columns = asked.shape[:2]
    found = np.zeros((rows, columns, values.shape[2] + 1))
    for row, column in np.ndindex(rows, columns):
        top, left = row - row % BLOCK - HALO, column - column % BLOCK - HALO
        score, alike, colours = [], [], []
        for y, x in np.ndindex(BLOCK + 2 * HALO, BLOCK + 2 * HALO):
            at_y, at_x = top + y, left + x
            there = 0 <= at_y < rows and 0 <= at_x < columns
            alike.append(asked[row, column] @ features[at_y, at_x] if there else 0.0)
            colours.append(values[at_y, at_x] if there else np.zeros(values.shape[2]))
            score.append(20 * alike[-1] - 0.05 * ((at_y - row) ** 2 + (at_x - column) ** 2))
        share = np.exp(np.array(score) - max(score))
        share /= share.sum()
        found[row, column] = [*(share @ np.array(colours)), max(share @ np.array(alike), 0) ** 4]
    return found


def test_looking_is_a_softmax_over_the_window_of_a_block() -> None:
    features, source = unit(1), source_of(3)
    asked = F.normalize(features.roll((1, 2), dims=(2, 3)) + 0.4 * unit(2), dim=1)
    quarter = F.pixel_unshuffle(F.avg_pool2d(source, 2), 2)
    planes = [plane[0].permute(1, 2, 0).numpy() for plane in (asked, features, quarter)]
    slow = torch.from_numpy(slow_look(*planes)).permute(2, 0, 1)[None]
    half, alike = (
        F.pixel_shuffle(slow[:, :-1], 2),
        F.interpolate(slow[:, -1:], scale_factor=2, mode="bilinear"),
    )
    half = torch.cat([half[:, :2], half[:, 2:] * alike], dim=1)
    wanted = F.interpolate(half, scale_factor=2, mode="bilinear").float()
    got = looked(asked, features, source, even_flow(0, 0))
    assert torch.allclose(got, wanted, atol=1e-4)


def test_the_source_s_trust_multiplies_the_confidence() -> None:
    features, source = unit(1), source_of(3)
    source[:, 2] = 1
    sure = looked(features, features, source, even_flow(0, 0))
    source[:, 2] = 0.3
    unsure = looked(features, features, source, even_flow(0, 0))
    assert sure[:, 2].min() > 0.9
    assert torch.allclose(unsure[:, 2], 0.3 * sure[:, 2], atol=1e-5)
    assert torch.equal(unsure[:, :2], sure[:, :2])


def test_trust_is_found_where_the_colour_is() -> None:
    features, source = unit(1), source_of(3)
    source[:, 2, :, : WIDTH // 2], source[:, 2, :, WIDTH // 2 :] = 1, 0
    moved = 8
    found = looked(features.roll(moved // CELL_PX, dims=3), features, source, even_flow(0, 0))
    seam = WIDTH // 2 + moved
    assert found[:, 2, :, 2 * moved : seam - 4].min() > 0.9
    assert found[:, 2, :, seam + 4 :].max() < 0.1


def test_what_looks_like_nothing_there_is_not_sure() -> None:
    features = torch.zeros(1, 32, ROWS, COLUMNS)
    features[:, 0] = 1
    found = looked(features.roll(1, dims=1), features, source_of(3), even_flow(0, 0))
    assert not found[:, 2].any()


@pytest.mark.parametrize("flow", [(0, 0), (0, 60), (-90, 0)])
def test_an_even_colour_stays_even_up_to_the_edge(flow: tuple[int, int]) -> None:
    features, source = unit(1), torch.ones(1, 3, HEIGHT, WIDTH)
    source[:, 0], source[:, 1] = 0.5, -0.4
    there = even_flow(*flow)
    asked = carry(features, F.avg_pool2d(there, CELL_PX) / CELL_PX)
    found = looked(asked, features, source, there)
    assert torch.allclose(found[:, :2], source[:, :2], atol=0.02)


def test_where_nothing_looks_alike_colours_only_grow_paler_at_the_edge() -> None:
    source = torch.full((1, 3, HEIGHT, WIDTH), 0.5)
    found = looked(unit(1), unit(2), source, even_flow(0, 0))
    assert 0 <= found[:, :2].min() < 0.45
    assert found[:, :2].max() <= 0.5 + 1e-5


def test_pictures_of_a_batch_are_not_mixed() -> None:
    asked, features = (torch.cat([unit(n), unit(n + 1)]) for n in (1, 3))
    source = torch.cat([source_of(1), source_of(3)])
    flow = torch.cat([smooth(5, 2, 9), smooth(6, 2, 9)])
    both = looked(asked, features, source, flow)
    for n in (0, 1):
        alone = looked(*(part[n : n + 1] for part in (asked, features, source, flow)))
        assert torch.allclose(both[n], alone[0], atol=1e-5)


def test_features_and_how_to_look_are_learned_from_the_colours() -> None:
    asked, features, look = unit(1).requires_grad_(), unit(2).requires_grad_(), Look()
    look(asked, features, source_of(3), even_flow(3, 2))[:, :2].square().sum().backward()
    for taught in (asked, features, look.sharp, look.far):
        assert taught.grad.abs().max() > 0


def test_looking_keeps_full_precision_where_the_rest_is_halved() -> None:
    given = unit(1), unit(2), source_of(3), smooth(5, 2, 9)
    with torch.autocast("cpu", torch.bfloat16):
        halved = looked(*given)
    assert torch.equal(halved, looked(*given))


@pytest.mark.parametrize("scale", [0.0, 2.0, 20.0])
def test_carrying_equals_the_stage(scale: float) -> None:
    chroma, flow = smooth(5, 2, 0.3), smooth(6, 2, scale)
    wanted = motion.carry(*(np.ascontiguousarray(plane[0].permute(1, 2, 0)) for plane in (chroma, flow)))
    got = carry(chroma, flow)[0].permute(1, 2, 0).numpy()
    assert np.abs(got - wanted).max() < 0.01  # OpenCV's weights have 5 bits


def test_carried_colours_are_learned_from() -> None:
    chroma = smooth(5, 2, 0.3).requires_grad_()
    carry(chroma, smooth(6, 2, 2.0)).square().sum().backward()
    assert chroma.grad.abs().max() > 0


def test_blocks_come_together_again() -> None:
    cells = torch.arange(2 * 3 * ROWS * COLUMNS).reshape(2, 3, ROWS, COLUMNS)
    blocks = trace._blocks(cells)
    assert torch.equal(blocks[1, 4], cells[1, :, BLOCK : 2 * BLOCK, BLOCK : 2 * BLOCK].flatten(1).mT)
    assert torch.equal(trace._unblocked(blocks, cells), cells)
