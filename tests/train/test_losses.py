"""The loss is zero at the truth, minds vivid colours more, and PSNR is that of 8-bit RGB."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from huecue import metrics
from huecue.color import to_picture, ycc_to_rgb
from huecue.networks.realtime import TRUSTED
from huecue.train.losses import (
    BARELY,
    colour_loss,
    edge_loss,
    likeness_loss,
    psnr,
    steadiness_loss,
    trust_loss,
)


def some(seed: int, channels: int = 2, low: float = -0.3, high: float = 0.3) -> torch.Tensor:
    dice = torch.Generator().manual_seed(seed)
    return torch.rand(1, channels, 16, 20, generator=dice) * (high - low) + low


def test_the_truth_costs_nothing() -> None:
    truth = some(1)
    assert colour_loss(truth, truth) == 0
    assert edge_loss(truth, truth) == 0
    assert steadiness_loss(truth, truth, torch.ones(1, 1, 16, 20)) == 0


def test_farther_colours_cost_more() -> None:
    truth = some(1)
    costs = [float(colour_loss(truth + step, truth)) for step in (0.001, 0.01, 0.5, 2.5)]
    assert costs == sorted(costs)
    assert costs[0] > 0
    assert costs[3] / costs[2] == pytest.approx(5, rel=0.1)  # linear far away: one wild pixel does not rule


def test_vivid_targets_count_up_to_three_times_as_much() -> None:
    grey, vivid = torch.zeros(1, 2, 4, 4), torch.full((1, 2, 4, 4), 0.9)
    wild = torch.full((1, 2, 4, 4), 0.05)
    assert float(colour_loss(vivid - 0.1, vivid) / colour_loss(grey - 0.1, grey)) == pytest.approx(3)
    assert 1 < float(colour_loss(wild - 0.1, wild) / colour_loss(grey - 0.1, grey)) < 3


def test_a_weight_counts_pixels() -> None:
    truth, guess = torch.zeros(1, 2, 4, 4), torch.full((1, 2, 4, 4), 0.1)
    weight = torch.zeros(1, 1, 4, 4)
    assert colour_loss(guess, truth, weight) == 0
    weight[..., :2] = 2
    assert colour_loss(guess, truth, weight) == pytest.approx(float(colour_loss(guess, truth)))


def test_an_even_shift_costs_no_edges_and_a_missing_edge_does() -> None:
    truth = torch.zeros(1, 2, 8, 8)
    truth[..., 4:] = 0.5
    assert float(edge_loss(truth + 0.2, truth)) == pytest.approx(0, abs=1e-6)
    assert float(edge_loss(torch.zeros_like(truth), truth)) == pytest.approx(0.5 / 7)


def test_unsteadiness_costs_only_where_motion_is_trusted() -> None:
    carried, guess = torch.zeros(1, 2, 4, 4), torch.full((1, 2, 4, 4), 0.1)
    trust = torch.zeros(1, 1, 4, 4)
    assert steadiness_loss(guess, carried, trust) == 0
    trust[..., :2] = 1
    assert float(steadiness_loss(guess, carried, trust)) == pytest.approx(0.05)


@pytest.mark.parametrize("error", [0.003, 0.03, 0.1])
def test_trust_costs_least_where_it_is_what_the_larger_error_leaves(error: float) -> None:
    truth = some(1)
    guess = truth + torch.tensor([-error, error / 3]).view(1, 2, 1, 1)
    levels = torch.linspace(0.005, 0.995, 199)
    costs = [float(trust_loss(level.expand(1, 1, 16, 20), guess, truth)) for level in levels]
    assert float(levels[np.argmin(costs)]) == pytest.approx(np.exp(-error / TRUSTED), abs=0.006)


def test_trust_is_taught_pixel_by_pixel() -> None:
    truth = some(1)
    error = torch.linspace(0, 0.1, 20)
    right = torch.exp(-error / TRUSTED).expand(1, 1, 16, 20)
    guess = truth + error
    assert trust_loss(right, guess, truth) < trust_loss(right.mean().expand_as(right), guess, truth) - 0.1


def test_colours_are_not_taught_to_be_easy_to_trust() -> None:
    truth, guess, trust = some(1), some(2).requires_grad_(), some(3, 1, 0, 1).requires_grad_()
    trust_loss(trust, guess, truth).backward()
    assert guess.grad is None
    assert trust.grad.abs().max() > 0


@pytest.mark.parametrize("trust", [0.0, 1.0])
def test_trust_that_is_all_wrong_costs_no_infinity(trust: float) -> None:
    truth = some(1)
    guess = truth + trust  # far off where it is trusted, right where it is not
    assert 5 < float(trust_loss(torch.full((1, 1, 16, 20), trust), guess, truth)) < 10


def test_psnr_is_that_of_the_metrics() -> None:
    luma, guess, truth = some(2, 1, -0.3, 0.3), some(3), some(4)
    pictures = [
        to_picture(ycc_to_rgb(luma[0, 0].numpy() + np.float32(0.5), chroma[0].permute(1, 2, 0).numpy()))
        for chroma in (guess, truth)
    ]
    assert float(psnr(guess, truth, luma)) == pytest.approx(metrics.psnr(*pictures), abs=0.02)
    assert float(psnr(truth, truth, luma)) > 70


def test_likeness_falls_as_psnr_rises() -> None:
    luma, truth = torch.zeros(1, 1, 16, 20), some(4)
    near, far = truth + 0.4 * some(5), truth + 1.6 * some(5)
    gained_db = float(psnr(near, truth, luma) - psnr(far, truth, luma))
    gained = float(likeness_loss(far, truth) - likeness_loss(near, truth)) * 10 / np.log(10)
    assert gained == pytest.approx(gained_db, rel=0.1)  # BARELY takes a little off the nearer one
    assert float(likeness_loss(truth, truth)) == pytest.approx(np.log(BARELY), rel=1e-3)
