"""What training sees of memory and hints is what colouring a film does."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from huecue.networks import recall
from huecue.stages import hints, memory
from huecue.stages.krige import EXTRA

HEIGHT, WIDTH = 64, 96


def smooth(seed: int, channels: int, scale: float) -> NDArray[np.float32]:
    coarse = np.random.default_rng(seed).normal(0, scale, (6, 8, channels)).astype(np.float32)
    return cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)


def some_keys(seed: int) -> NDArray[np.float32]:
    keys = np.random.default_rng(seed).normal(0, 1, (64, HEIGHT // 16, WIDTH // 16)).astype(np.float32)
    return keys / np.linalg.norm(keys, axis=0)


NEAR = torch.ones(1, 1, 1)


def some_trust(seed: int) -> NDArray[np.float32]:
    """(H, W), 0..1."""
    return 1 / (1 + np.exp(-smooth(seed, 1, 2)))


def as_batch(*planes: NDArray[np.float32]) -> torch.Tensor:
    """(H, W, C) each -> (1, C, H, W)."""
    whole = np.dstack(planes).transpose(2, 0, 1)
    return torch.from_numpy(np.ascontiguousarray(whole))[None]


def as_plane(batch: torch.Tensor) -> NDArray[np.float32]:
    """(1, C, H, W) -> (H, W, C)."""
    return batch[0].numpy().transpose(1, 2, 0)


@pytest.mark.parametrize("near", [True, False])
@pytest.mark.parametrize("likeness", [0.0, 0.5, 1.0])
def test_looking_up_equals_the_stage(likeness: float, near: bool) -> None:
    keys, other, chroma, trust = some_keys(1), some_keys(2), smooth(3, 2, 0.3), some_trust(4)
    asked = likeness * keys + (1 - likeness) * other
    asked /= np.linalg.norm(asked, axis=0)
    entry = memory.remember(keys, chroma, trust, near=near)
    wanted, sure = memory.look_up(asked, [entry], height=HEIGHT, width=WIDTH)
    both = torch.from_numpy(asked)[None], torch.from_numpy(keys)[None]
    got = as_plane(recall.look_up(*both, as_batch(chroma, trust), NEAR * near))
    assert np.abs(got[..., :2] - wanted).max() < 1e-4
    assert np.abs(got[..., 2] - sure).max() < 1e-4
    assert np.ptp(wanted) > 0.1
    assert np.ptp(trust) > 0.5


@pytest.mark.parametrize("noise", [0.0, 0.5, 2.0])
def test_matching_equals_the_stage(noise: float) -> None:
    keys = some_keys(1)
    asked = np.roll(keys, (1, 1), axis=(1, 2)) + np.float32(noise) * some_keys(2)
    asked /= np.linalg.norm(asked, axis=0)
    entry = memory.remember(keys, smooth(3, 2, 0.3))
    wanted = memory.match(asked, entry, height=HEIGHT, width=WIDTH).flow
    got = as_plane(recall.match(torch.from_numpy(asked)[None], torch.from_numpy(keys)[None]))
    assert np.abs(got - wanted).max() < 1e-4
    assert np.abs(wanted).max(axis=(0, 1)).tolist() >= [16, 16]


def test_matching_does_not_mix_the_pictures_of_a_batch() -> None:
    asked, keys = (torch.from_numpy(np.stack([some_keys(n), some_keys(n + 1)])) for n in (1, 3))
    both = recall.match(asked, keys)
    for one in (0, 1):
        assert torch.equal(both[one : one + 1], recall.match(asked[one : one + 1], keys[one : one + 1]))
    assert not torch.equal(both[0], both[1])


def test_looking_up_does_not_mix_the_pictures_of_a_batch() -> None:
    keys = torch.from_numpy(np.stack([some_keys(1), some_keys(2)]))
    source = torch.cat([as_batch(smooth(n, 2, 0.3), some_trust(n)) for n in (3, 4)])
    both = recall.look_up(keys, keys, source, NEAR.expand(2, 1, 1))
    alone = recall.look_up(keys[1:], keys[1:], source[1:], NEAR)
    assert torch.allclose(both[1:], alone, atol=1e-5)


def given_in(seed: int, count: int) -> hints.Given:
    dice = np.random.default_rng(seed)
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[dice.integers(0, HEIGHT, count), dice.integers(0, WIDTH, count)] = True
    return hints.Given(smooth(seed, 2, 0.3) * mask[..., None], mask)


def as_points(given: hints.Given, most: int = 16) -> tuple[torch.Tensor, torch.Tensor]:
    found = hints.half_points(given, most)
    index, chroma = np.full((1, most), -1, np.int64), np.zeros((1, most, 2), np.float32)
    index[0, : len(found.index)], chroma[0, : len(found.index)] = found.index, found.chroma
    return torch.from_numpy(index), torch.from_numpy(chroma)


def some_planes(seed: int) -> NDArray[np.float32]:
    """A prior of half-size pixels (3 + 11, H/2, W/2), of which every part says something."""
    planes = smooth(seed, 3 + EXTRA, 0.7)[::2, ::2].transpose(2, 0, 1).copy()
    planes[-3] = np.exp(planes[-3])
    return planes


def some_luma() -> NDArray[np.uint8]:
    """(H, W) in squares of 2x2 pixels, which lose nothing at half size."""
    return np.clip(smooth(7, 1, 60) + 128, 0, 255)[::2, ::2].astype(np.uint8).repeat(2, 0).repeat(2, 1)


def light_of(luma: NDArray[np.uint8]) -> torch.Tensor:
    return torch.from_numpy(luma / np.float32(255) - np.float32(0.5))[None, None]


def reached(planes: torch.Tensor, given: hints.Given, most: int = 16) -> torch.Tensor:
    """What the hints reach on some luma, by a prior (1, 3 + 11, H/2, W/2)."""
    return recall.reach_out(light_of(some_luma()), planes, *as_points(given, most))


@pytest.mark.parametrize("count", [0, 1, 9])
def test_reaching_out_equals_the_stage(count: int) -> None:
    planes, given = some_planes(8), given_in(9, count)
    chroma, reach = hints.reach_out(given, some_luma(), planes)
    got = as_plane(reached(torch.from_numpy(planes)[None], given))
    assert np.abs(got[..., :2] - chroma).max() < 1e-3
    assert np.abs(got[..., 2] - reach).max() < 1e-3
    assert np.ptp(chroma) > 0.5
    if count:
        assert reach.max() > 0.8
        assert np.ptp(reach) > 0.5


@pytest.mark.parametrize("part", [slice(0, 3), slice(3, -3), slice(-3, -2), slice(-2, None)])
def test_every_part_of_a_prior_counts_in_both(part: slice) -> None:
    planes, given = some_planes(8), given_in(9, 9)
    changed = planes.copy()
    changed[part] *= 0.5
    before, after = (hints.reach_out(given, some_luma(), one)[0] for one in (planes, changed))
    again = as_plane(reached(torch.from_numpy(changed)[None], given))[..., :2]
    assert np.abs(after - before).max() > 0.03
    assert np.abs(again - after).max() < 1e-3


def test_pictures_without_hints_get_the_guess() -> None:
    light, index = torch.zeros(2, 1, 32, 32), torch.tensor([[5, -1], [-1, -1]])
    planes = torch.rand(2, 3 + EXTRA, 16, 16, generator=torch.Generator().manual_seed(0))
    reached = recall.reach_out(light, planes, index, torch.full((2, 2, 2), 0.9))
    guess = torch.nn.functional.interpolate(planes[:, -2:], scale_factor=2.0, mode="bilinear")
    assert torch.equal(reached[1, :2], guess[1])
    assert torch.allclose(reached[1, 2], torch.tensor(hints.LEAST_REACH))
    assert (reached[0, :2] - guess[0]).abs().max() > 0.1
    assert reached[0, 2].max() > 0.8


def test_padding_changes_nothing() -> None:
    light, planes = light_of(some_luma()), torch.from_numpy(some_planes(8))[None]
    index, chroma = as_points(given_in(9, 9), 9)
    assert (index >= 0).all()
    wanted = recall.reach_out(light, planes, index, chroma)
    none, noise = torch.full((1, 5), -1), torch.full((1, 5, 2), 0.8)
    for at in (0, 4, 9):
        padded = torch.cat([index[:, :at], none, index[:, at:]], dim=1)
        colours = torch.cat([chroma[:, :at], noise, chroma[:, at:]], dim=1)
        assert torch.allclose(recall.reach_out(light, planes, padded, colours), wanted, atol=1e-5)


def test_reaching_out_does_not_mix_the_pictures_of_a_batch() -> None:
    light = light_of(some_luma()).expand(2, -1, -1, -1)
    planes = torch.from_numpy(np.stack([some_planes(8), some_planes(10)]))
    index, chroma = map(torch.cat, zip(*(as_points(given_in(n, 9)) for n in (9, 11)), strict=True))
    both = recall.reach_out(light, planes, index, chroma)
    for one in (slice(0, 1), slice(1, 2)):
        alone = recall.reach_out(light[one], planes[one], index[one], chroma[one])
        assert torch.allclose(both[one], alone, atol=1e-5)
    assert not torch.allclose(both[0], both[1], atol=0.1)


def test_every_part_of_a_prior_is_learned_from_what_the_hints_reach() -> None:
    planes = torch.from_numpy(some_planes(8))[None].requires_grad_()
    reached(planes, given_in(9, 9))[:, :2].square().sum().backward()
    assert planes.grad is not None
    assert torch.isfinite(planes.grad).all()
    assert (planes.grad.abs().amax(dim=(0, 2, 3)) > 1e-3).all()


def test_reach_is_not_learned_from() -> None:
    planes = torch.from_numpy(some_planes(8))[None].requires_grad_()
    assert reached(planes, given_in(9, 9))[:, :2].requires_grad
    reached(planes, given_in(9, 9))[:, 2].sum().backward()
    assert planes.grad is None or not planes.grad.any()


@pytest.mark.parametrize("index", [[7, 7, -1], [7, 8, 7], [-1, -1, -1]])
def test_gradients_are_finite_where_hints_lie_together(index: list[int]) -> None:
    planes = torch.zeros(1, 3 + EXTRA, 16, 16)
    planes[:, -3] = 1
    planes.requires_grad_()
    colours = torch.tensor([[[0.4, -0.2], [-0.3, 0.1], [0.2, 0.2]]])
    near = recall.reach_out(torch.zeros(1, 1, 32, 32), planes, torch.tensor([index]), colours)
    (near[:, :2] - 0.1).square().sum().backward()
    assert planes.grad is not None
    assert torch.isfinite(near).all()
    assert torch.isfinite(planes.grad).all()
    assert planes.grad[:, -2:].any()


def test_keys_are_learned_from_what_they_remember() -> None:
    asked, keys = (torch.from_numpy(some_keys(n))[None].requires_grad_() for n in (1, 2))
    source = as_batch(smooth(3, 2, 0.3), some_trust(4)).requires_grad_()
    recall.look_up(asked, keys, source, NEAR)[:, :2].square().sum().backward()
    assert all(part.grad.abs().max() > 0 for part in (asked, keys, source))
