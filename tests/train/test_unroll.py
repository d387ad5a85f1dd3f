"""The frames of a batch are coloured in order, each from the one before, as a film is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from huecue.engine import offer as engine_offer
from huecue.networks.realtime import RealtimeNet
from huecue.train import unroll
from huecue.train.films import film_sample, imagined_frames
from huecue.train.samples import Habits, stack, still_sample
from tiny_realtime import TINY

HABITS = Habits(
    still_px=(32,), film_px=(32,), frames=3, imagined_gap=2, no_memory=0.0, no_start=0.0, no_key=0.0
)
Photo = Callable[..., NDArray[np.uint8]]


def film_batch(photo: Photo, count: int = 2) -> unroll.Batch:
    dice = np.random.default_rng(0)
    photos = photo(1, 60, 60), photo(2, 60, 60)
    samples = [
        film_sample(dice, *imagined_frames(dice, *photos, HABITS, size=32), HABITS) for _ in range(count)
    ]
    return {name: torch.from_numpy(plane) for name, plane in stack(samples).items()}


def still_batch(photo: Photo) -> unroll.Batch:
    dice = np.random.default_rng(0)
    samples = [still_sample(dice, photo(seed, 60, 60), HABITS, size=32, hinted=True) for seed in range(2)]
    return {name: torch.from_numpy(plane) for name, plane in stack(samples).items()}


@pytest.fixture
def net() -> RealtimeNet:
    torch.manual_seed(0)
    net = RealtimeNet(TINY)
    torch.nn.init.normal_(net.colour.head.weight, std=0.2)
    return net.eval()


def test_each_frame_of_a_batch_is_coloured(net: RealtimeNet, photo: Photo) -> None:
    steps = unroll.run(net, film_batch(photo))
    assert [step.chroma.shape for step in steps] == [(2, 2, 32, 32)] * 3
    assert all(step.remembered.shape == (2, 3, 32, 32) for step in steps)


def test_a_frame_starts_from_the_colours_of_the_one_before(net: RealtimeNet, photo: Photo) -> None:
    batch = film_batch(photo)
    steps = unroll.run(net, batch)
    assert torch.equal(steps[1].carried, unroll.carry(steps[0].chroma, batch["flow"][:, 1]))
    changed = unroll.run(net, {**batch, "start": batch["start"] + 0.3})
    assert not torch.allclose(changed[2].chroma, steps[2].chroma, atol=1e-4)


def test_later_frames_change_nothing_before_them(net: RealtimeNet, photo: Photo) -> None:
    batch = film_batch(photo)
    luma = batch["luma"].clone()
    luma[:, 2] = 0
    changed, steps = unroll.run(net, {**batch, "luma": luma}), unroll.run(net, batch)
    assert torch.allclose(changed[1].chroma, steps[1].chroma, atol=1e-6)
    assert not torch.allclose(changed[2].chroma, steps[2].chroma, atol=1e-3)


def test_gradients_stop_between_frames_unless_they_are_asked_for(net: RealtimeNet, photo: Photo) -> None:
    for through_time in (False, True):
        batch = film_batch(photo)
        batch["start"].requires_grad_()
        unroll.run(net, batch, through_time=through_time)[2].chroma.sum().backward()
        assert (batch["start"].grad is not None) == through_time


def test_only_the_first_frame_is_hinted(net: RealtimeNet, photo: Photo) -> None:
    batch = film_batch(photo)
    batch["hints"] = torch.rand_like(batch["hints"])
    batch["points"][:, 0] = 40
    none = torch.full_like(batch["points"], -1)
    without = {**batch, "hints": torch.zeros_like(batch["hints"]), "points": none}
    frozen = {**batch, "confidence": torch.zeros_like(batch["confidence"])}
    assert not torch.allclose(unroll.run(net, batch)[0].chroma, unroll.run(net, without)[0].chroma, atol=1e-3)
    apart = [{**one, "confidence": frozen["confidence"]} for one in (batch, without)]
    second = [unroll.run(net, one)[1].chroma for one in apart]
    assert torch.allclose(*second, atol=1e-5)  # with no trust in motion, hints do not reach the second frame


def test_offers_are_made_as_the_engine_makes_them() -> None:
    dice = np.random.default_rng(0)
    chroma = dice.uniform(-1, 1, (8, 8, 2)).astype(np.float32)
    confidence = dice.uniform(0, 0.02, (8, 8)).astype(np.float32)
    made = unroll.offer(
        torch.from_numpy(chroma.transpose(2, 0, 1).copy())[None], torch.from_numpy(confidence)[None, None]
    )
    assert np.array_equal(made[0].numpy(), engine_offer(chroma, confidence))


@pytest.mark.parametrize("kind", [film_batch, still_batch])
def test_the_loss_teaches_every_part_of_the_network(net: RealtimeNet, photo: Photo, kind: object) -> None:
    batch = kind(photo)
    value = unroll.loss(unroll.run(net.train(), batch), batch, unroll.Weights())
    value.backward()
    taught = {name for name, weight in net.named_parameters() if weight.grad is not None}
    assert torch.isfinite(value)
    assert {name for name, _ in net.colour.named_parameters(prefix="colour")} <= taught
    if kind is still_batch:
        assert {name for name, _ in net.likeness.named_parameters(prefix="likeness")} <= taught
    if kind is film_batch:
        assert max(float(w.grad.abs().max()) for w in net.keys.parameters() if w.grad is not None) > 0


def test_the_truth_costs_nothing(photo: Photo) -> None:
    batch = film_batch(photo)
    true = [batch["target"][:, t] for t in range(3)]
    steps = [unroll.Step(chroma, chroma, torch.cat([chroma, chroma[:, :1]], dim=1)) for chroma in true]
    assert float(unroll.loss(steps, batch, unroll.Weights(likeness=0.0))) == pytest.approx(0, abs=1e-6)
    blurred = [replace(step, chroma=step.chroma + 0.01) for step in steps]
    assert unroll.loss(steps, batch, unroll.Weights()) < unroll.loss(blurred, batch, unroll.Weights())


def test_hinted_pixels_count_more(photo: Photo) -> None:
    batch = still_batch(photo)
    wrong = batch["target"][:, 0] + 0.1 * batch["hints"][:, 2:]
    steps = [unroll.Step(wrong, wrong, torch.zeros(2, 3, 32, 32))]
    plain = unroll.Weights(edges=0.0, likeness=0.0)
    costs = [float(unroll.loss(steps, batch, replace(plain, hinted=h))) for h in (0.0, 2.0)]
    assert costs[1] == pytest.approx(3 * costs[0])


def test_a_still_is_coloured_at_half_size_and_measured_there(net: RealtimeNet, photo: Photo) -> None:
    batch = still_batch(photo)
    (step,) = unroll.run(net, batch)
    assert step.chroma.shape == (2, 2, 16, 16)
    true = torch.nn.functional.avg_pool2d(batch["target"][:, 0], 2)
    exact = unroll.Step(true, true, true)
    assert float(unroll.loss([exact], batch, unroll.Weights(likeness=0.0))) == pytest.approx(0, abs=1e-6)


def test_hints_reach_further_where_pixels_are_alike(net: RealtimeNet, photo: Photo) -> None:
    batch = still_batch(photo)
    usual = unroll.run(net, batch)[0].chroma
    torch.nn.init.normal_(net.likeness.head.weight, std=3)
    assert not torch.allclose(unroll.run(net, batch)[0].chroma, usual, atol=1e-3)
