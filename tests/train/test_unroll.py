"""The frames of a batch are coloured in order, each from the one before, as a film is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from huecue.engine import offer as engine_offer
from huecue.networks.realtime import TRUSTED, RealtimeNet
from huecue.networks.recall import match
from huecue.networks.trace import carry
from huecue.stages.hints import LEAST_REACH
from huecue.stages.memory import CELL_PX, LOST_TRACK
from huecue.stages.palette import NUMBERS
from huecue.train import unroll
from tiny_batches import Photo, film_batch, still_batch, with_hints, without_hints

OFFERS = ("hints", "previous", "keyframe", "memory", "traced", "palette")
JUST = unroll.Weights(likeness=0.0, near=0.0)
"""Without what is a logarithm, and so not 0 for the truth."""


def with_guess(net: RealtimeNet) -> RealtimeNet:
    """The same network, with a prior of which every part says something."""
    torch.nn.init.normal_(net.likeness.head.weight, std=1)
    return net


def given_to(part: nn.Module, net: RealtimeNet, batch: unroll.Batch) -> list[tuple[Tensor, ...]]:
    """What a part of the network is given, frame by frame, while it colours the batch."""
    given = []
    watch = part.register_forward_pre_hook(lambda _, inputs: given.append(inputs))
    with torch.no_grad():
        unroll.run(net, batch)
    watch.remove()
    return given


def offered(net: RealtimeNet, batch: unroll.Batch) -> list[dict[str, Tensor]]:
    """What is on offer for each frame, by name."""
    return [dict(zip(OFFERS, inputs[1:], strict=True)) for inputs in given_to(net.colour, net, batch)]


def true_step(chroma: Tensor) -> unroll.Step:
    """A frame whose colours, wherever they come from, are all these, and trusted."""
    sure = torch.ones_like(chroma[:, :1])
    both = torch.cat([chroma, sure], dim=1)
    hints = torch.cat([chroma, chroma, sure, 0 * sure], dim=1).repeat_interleave(32 // chroma.shape[3], dim=3)
    hints = hints.repeat_interleave(32 // chroma.shape[2], dim=2)  # the hints' planes are whole size always
    return unroll.Step(chroma, sure, chroma, both, both, hints)


def test_each_frame_of_a_batch_is_coloured(net: RealtimeNet, photo: Photo) -> None:
    steps = unroll.run(net, film_batch(photo))
    assert [step.chroma.shape for step in steps] == [(2, 2, 32, 32)] * 3
    assert all(step.trust.shape == (2, 1, 32, 32) for step in steps)
    assert all(step.remembered.shape == step.traced.shape == (2, 3, 32, 32) for step in steps)


def test_a_step_keeps_what_was_found_in_the_keyframe(net: RealtimeNet, photo: Photo) -> None:
    batch = film_batch(photo)
    for step, offers in zip(unroll.run(net, batch), offered(net, batch), strict=True):
        assert torch.equal(step.remembered, offers["memory"])
        assert torch.equal(step.traced, offers["traced"])


def test_every_frame_is_told_the_palette(net: RealtimeNet, photo: Photo) -> None:
    film, still = film_batch(photo), still_batch(photo)
    for batch in (film, still):
        batch["palette"] = torch.rand(2, NUMBERS, 1, 1)
        given = given_to(net.colour.palette, net, batch)
        assert len(given) == batch["luma"].shape[1]
        assert all(torch.equal(told, batch["palette"]) for (told,) in given)


def test_a_frame_starts_from_the_colours_of_the_one_before(net: RealtimeNet, photo: Photo) -> None:
    batch = film_batch(photo)
    steps = unroll.run(net, batch)
    assert torch.equal(steps[1].carried, carry(steps[0].chroma, batch["flow"][:, 1]))
    start = batch["start"].clone()
    start[:, :2] += 0.3
    changed = unroll.run(net, {**batch, "start": start})
    assert not torch.allclose(changed[2].chroma, steps[2].chroma, atol=1e-4)


def test_a_frame_is_offered_as_far_as_it_was_trusted_itself(net: RealtimeNet, photo: Photo) -> None:
    batch = film_batch(photo)
    with torch.no_grad():
        net.colour.head.weight[-4:] = 0  # the last channel of the verdict, before it is shuffled, is trust
        sure = []
        for trust in (1e-3, 0.5, 0.999):
            net.colour.head.bias[-4:] = torch.logit(torch.tensor(trust))
            sure.append([offers["previous"][:, 2] for offers in offered(net, batch)])
            assert torch.allclose(sure[-1][1], trust * batch["confidence"][:, 1, 0], atol=1e-5)
    assert torch.equal(sure[0][0], sure[2][0])  # the first frame starts from what was there before
    assert batch["confidence"][:, 1].mean() > 0.1


def test_the_first_frame_s_start_is_offered_as_far_as_it_is_trusted(net: RealtimeNet, photo: Photo) -> None:
    batch = film_batch(photo)
    batch["start"][:, 2] = 0.25
    assert torch.allclose(offered(net, batch)[0]["previous"][:, 2], 0.25 * batch["confidence"][:, 0, 0])


@pytest.mark.parametrize("name", ["keyframe", "memory", "traced"])
def test_a_keyframe_is_offered_as_far_as_it_is_trusted(net: RealtimeNet, photo: Photo, name: str) -> None:
    batch, sure = film_batch(photo), []
    for trust in (1.0, 0.25):
        batch["key"][:, 2] = trust
        sure.append(torch.stack([offers[name][:, 2] for offers in offered(net, batch)]))
    assert torch.allclose(sure[1], 0.25 * sure[0], atol=1e-5)
    assert sure[0].mean() > 0.1


@pytest.mark.parametrize(("switch", "name"), [("memory", "memory"), ("keyed", "traced")])
def test_what_is_switched_off_is_not_on_offer(net: RealtimeNet, photo: Photo, switch: str, name: str) -> None:
    batch = film_batch(photo)
    batch[switch][1] = 0
    for offers in offered(net, batch):
        assert offers[name][0].any()
        assert not offers[name][1].any()


class BrightnessKeys(nn.Module):
    """Cells of like brightness have like keys."""

    def forward(self, luma: Tensor) -> Tensor:
        angle = 3 * nn.functional.avg_pool2d(luma, CELL_PX)
        return torch.cat([angle.cos(), angle.sin()], dim=1)


def test_only_where_its_motion_is_lost_the_keyframe_is_found_by_its_looks(
    net: RealtimeNet, photo: Photo
) -> None:
    batch = film_batch(photo)
    levels = torch.tensor([0, LOST_TRACK - 1e-4, LOST_TRACK, 1]).repeat(8)  # column by column
    batch["key_confidence"] = levels.expand_as(batch["key_confidence"])
    batch["key_flow"] = torch.full_like(batch["key_flow"], 7.5)
    batch["luma"][:, 1] = batch["key_luma"].roll(16, dims=3)
    net.keys = BrightnessKeys()  # a new network's are all much alike
    with torch.no_grad():
        wanted = match(net.keys(batch["luma"][:, 1]), net.keys(batch["key_luma"]))
    assert wanted[..., levels < LOST_TRACK].any()
    wanted[..., levels >= LOST_TRACK] = 7.5
    assert torch.equal(given_to(net.trace.look, net, batch)[1][3], wanted)


def test_colours_are_traced_from_the_keyframe_to_each_frame(net: RealtimeNet, photo: Photo) -> None:
    batch = film_batch(photo)
    with torch.no_grad():
        key, frames = net.trace(batch["key_luma"]), [net.trace(batch["luma"][:, t]) for t in range(3)]
    for given, frame in zip(given_to(net.trace.look, net, batch), frames, strict=True):
        assert torch.allclose(given[0], frame, atol=1e-5)
        assert torch.allclose(given[1], key, atol=1e-5)
        assert torch.equal(given[2], batch["key"])


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
    source = dice.uniform(0, 1, (8, 8, 3)).astype(np.float32)
    confidence = dice.uniform(0, 0.04, (8, 8)).astype(np.float32)
    made = unroll.offer(
        torch.from_numpy(source.transpose(2, 0, 1).copy())[None], torch.from_numpy(confidence)[None, None]
    )
    assert np.array_equal(made[0].numpy(), engine_offer(source[..., :2], confidence * source[..., 2]))


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
        for part in (net.keys, net.trace.unet, net.trace.head, net.trace.look):
            assert max(float(w.grad.abs().max()) for w in part.parameters() if w.grad is not None) > 0


def test_the_truth_costs_nothing(photo: Photo) -> None:
    batch = film_batch(photo)
    steps = [true_step(batch["target"][:, t]) for t in range(3)]
    assert float(unroll.loss(steps, batch, JUST)) == pytest.approx(0, abs=1e-5)
    blurred = [replace(step, chroma=step.chroma + 0.01) for step in steps]
    assert unroll.loss(steps, batch, unroll.Weights()) < unroll.loss(blurred, batch, unroll.Weights())


def test_hinted_pixels_count_more(photo: Photo) -> None:
    batch = still_batch(photo)
    wrong = batch["target"][:, 0] + 0.1 * batch["hints"][:, 2:]
    plain = unroll.Weights(edges=0.0, likeness=0.0, near=0.0, trust=0.0)
    costs = [float(unroll.loss([true_step(wrong)], batch, replace(plain, hinted=h))) for h in (0.0, 2.0)]
    assert costs[1] == pytest.approx(3 * costs[0])


def test_trust_that_is_right_costs_least(photo: Photo) -> None:
    batch = film_batch(photo)
    error = torch.linspace(0, 0.1, 32)
    steps = [true_step(batch["target"][:, t] + error) for t in range(3)]
    right = torch.exp(-error / TRUSTED).expand(2, 1, 32, 32)
    costs = [
        float(unroll.loss([replace(step, trust=trust) for step in steps], batch, unroll.Weights()))
        for trust in (right, torch.ones_like(right), torch.zeros_like(right), right.mean().expand_as(right))
    ]
    assert costs[0] < min(costs[1:]) - 1e-3


@pytest.mark.parametrize(("switch", "name"), [("memory", "remembered"), ("keyed", "traced")])
def test_what_is_found_in_the_keyframe_counts_only_where_there_is_one(
    photo: Photo, switch: str, name: str
) -> None:
    batch = film_batch(photo)
    right = [true_step(batch["target"][:, t]) for t in range(3)]
    wrong = [replace(step, **{name: getattr(step, name) + 0.2}) for step in right]
    costs = []
    for on in (0.0, 1.0):
        batch[switch][:] = on
        costs.append([float(unroll.loss(steps, batch, unroll.Weights())) for steps in (right, wrong)])
    assert costs[0][0] == costs[0][1]
    assert costs[1][1] > costs[1][0] + 0.1


def test_a_still_is_coloured_at_half_size_and_measured_there(net: RealtimeNet, photo: Photo) -> None:
    batch = still_batch(photo)
    (step,) = unroll.run(net, batch)
    assert step.chroma.shape == (2, 2, 16, 16)
    assert step.trust.shape == (2, 1, 16, 16)
    exact = true_step(torch.nn.functional.avg_pool2d(batch["target"][:, 0], 2))
    assert float(unroll.loss([exact], batch, JUST)) == pytest.approx(0, abs=1e-5)


def test_hints_reach_further_where_pixels_are_alike(net: RealtimeNet, photo: Photo) -> None:
    batch = still_batch(photo)
    usual = unroll.run(net, batch)[0].chroma
    torch.nn.init.normal_(net.likeness.head.weight, std=3)
    assert not torch.allclose(unroll.run(net, batch)[0].chroma, usual, atol=1e-3)


def test_the_first_frame_of_a_film_without_hints_is_offered_none(net: RealtimeNet, photo: Photo) -> None:
    batch = without_hints(film_batch(photo))
    assert not given_to(net.likeness, net, batch)  # it is not even asked
    for offers in offered(with_guess(net), batch):
        assert offers["hints"].shape == (2, 6, 32, 32)
        assert not offers["hints"].any()


def test_films_without_hints_are_offered_none_beside_hinted_ones(net: RealtimeNet, photo: Photo) -> None:
    batch = without_hints(with_hints(film_batch(photo)), pictures=slice(1, None))
    first, *later = (offers["hints"] for offers in offered(with_guess(net), batch))
    assert first[0, 2:4].abs().max() > 0.1
    assert first[0, 4].max() > 0.5
    assert not first[1].any()
    assert not any(hints.any() for hints in later)


def test_a_still_without_hints_is_offered_the_guess(net: RealtimeNet, photo: Photo) -> None:
    batch, near = without_hints(still_batch(photo), pictures=slice(1, None)), []
    watch = net.colour.unet.register_forward_pre_hook(lambda _, inputs: near.append(inputs[0][:, 1:7]))
    with torch.no_grad():
        told = with_guess(net).likeness(batch["luma"][:, 0])
        unroll.run(net, batch)
        unroll.run(net, without_hints(batch))
    watch.remove()
    guess = torch.nn.functional.interpolate(told[:, -2:], scale_factor=2.0, mode="bilinear")
    assert guess.abs().max() > 0.1
    one, none = near
    assert torch.equal(one[1], none[1])
    assert torch.allclose(none[:, 2:4], guess, atol=1e-6)
    assert torch.allclose(none[:, 4], torch.tensor(LEAST_REACH))
    assert not none[:, [0, 1, 5]].any()
    assert not torch.allclose(one[0, 2:4], guess[0], atol=0.05)


@pytest.mark.parametrize("hinted", [True, False])
def test_a_step_keeps_the_hints_it_was_offered(net: RealtimeNet, photo: Photo, hinted: bool) -> None:
    batch = (with_hints if hinted else without_hints)(film_batch(photo))
    for step, offers in zip(unroll.run(net, batch), offered(net, batch), strict=True):
        assert torch.allclose(step.hints, offers["hints"], atol=1e-6)


def test_a_prior_s_loss_is_least_where_the_hints_spread_is_the_truth(photo: Photo) -> None:
    batch = film_batch(photo)
    steps = [true_step(batch["target"][:, t]) for t in range(3)]
    right = steps[0].hints

    def cost(near: Tensor, reach: Tensor, weight: float = 1.0) -> float:
        hints = torch.cat([right[:, :2], near, reach, right[:, 5:]], dim=1)
        weights = replace(JUST, near=weight)
        return float(unroll.loss([replace(steps[0], hints=hints), *steps[1:]], batch, weights))

    near, reach = right[:, 2:4], right[:, 4:5]
    costs = [cost(near + wrong, reach) for wrong in (0.0, 0.02, 0.2)]
    assert costs[0] < costs[1] - 0.1 < costs[2] - 0.2
    assert cost(near + 0.2, reach, weight=0.0) == pytest.approx(0, abs=1e-5)
    assert cost(near + 0.2, 0 * reach) == pytest.approx(costs[0], abs=1e-5)  # nothing was offered
    later = [steps[0], *(replace(step, hints=step.hints + 0.2) for step in steps[1:])]
    assert float(unroll.loss(later, batch, replace(JUST, near=1.0))) == pytest.approx(costs[0], abs=1e-5)
