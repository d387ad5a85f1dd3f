"""What the prior alone, what is known before any hint, is taught by."""

from __future__ import annotations

import pytest
import torch

from huecue.networks.realtime import RealtimeNet
from huecue.train.unroll import prior_loss
from tiny_batches import Photo, still_batch, with_hints, without_hints


@pytest.mark.parametrize("hinted", [True, False])
def test_a_prior_is_learned_from_what_hints_reach_by_it_alone(
    net: RealtimeNet, photo: Photo, hinted: bool
) -> None:
    batch = (with_hints if hinted else without_hints)(still_batch(photo))
    prior_loss(net, batch).backward()
    for name, weight in net.named_parameters():
        assert (weight.grad is not None) == name.startswith("likeness.")
    head = net.likeness.head.weight.grad
    assert head is not None
    taught = head.flatten(1).abs().amax(dim=1) > 0
    assert taught[-8:].all()
    assert taught[:-8].all() == taught[:-8].any() == hinted  # the guess alone, where nothing is hinted


def test_without_hints_a_prior_is_judged_by_its_guess_alone(net: RealtimeNet, photo: Photo) -> None:
    batch = without_hints(still_batch(photo))
    with torch.no_grad():
        before = prior_loss(net, batch)
        net.likeness.head.weight[:-8] += 1.0
        assert torch.equal(prior_loss(net, batch), before)
        net.likeness.head.weight[-8:] += 1.0
        assert not torch.equal(prior_loss(net, batch), before)


def test_the_guess_is_learned_from_a_teacher_by_its_share(net: RealtimeNet, photo: Photo) -> None:
    batch = without_hints(still_batch(photo))
    torch.nn.init.normal_(net.likeness.head.weight, std=1)
    swapped = {**batch, "target": batch["target"].flip(0), "taught": batch["taught"].flip(0)}
    mixed = {**batch, "taught": swapped["taught"]}
    with torch.no_grad():
        truth, other = (float(prior_loss(net, one)) for one in (batch, swapped))
        taught = [float(prior_loss(net, mixed, share)) for share in (0.0, 0.25, 1.0)]
    assert abs(truth - other) > 0.005
    assert taught == pytest.approx([truth, 0.75 * truth + 0.25 * other, other], abs=1e-5)
