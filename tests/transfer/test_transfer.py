"""A picture takes on another's style, keeps its content, and comes out the same twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from huecue.errors import EngineError, FailureError, WeightsError
from huecue.networks.vgg import Vgg
from huecue.transfer import transfer as module
from huecue.transfer.options import Optimizer, Start, TransferOptions
from huecue.transfer.transfer import Held, Look, open_vgg, read_look, repaint, transfer
from tiny_vgg import Arrays, see_slowly

Floats = NDArray[np.float32]
QUICK = TransferOptions(iterations=12)


def gram_slowly(features: NDArray[np.float32]) -> NDArray[np.float64]:
    flat = features.reshape(len(features), -1).astype(np.float64)
    return np.array([[(a * b).mean() for b in flat] for a in flat])


def see(vgg: Vgg, picture: Floats, layers: tuple[str, ...]) -> Arrays:
    return see_slowly(vgg.weights, picture.transpose(2, 0, 1), layers, average=True)


def style_distance(vgg: Vgg, picture: Floats, style: Floats) -> float:
    layers = QUICK.style_layers
    seen, wanted = see(vgg, picture, layers), see(vgg, style, layers)
    return sum(float(np.square(gram_slowly(seen[n]) - gram_slowly(wanted[n])).mean()) for n in layers)


@pytest.mark.parametrize("changed", [False, True])
def test_loss_is_that_of_a_slow_twin(changed: bool, vgg: Vgg, content: Floats, style: Floats) -> None:
    options = TransferOptions(
        content=2.0,
        style=30.0,
        smoothness=5.0,
        shares=(0.2, 0.3, 0.5),
        content_loss="changed" if changed else "original",
    )
    picture, trust = content[:, ::-1].copy(), np.linspace(0, 1, 48, dtype=np.float32)[None].repeat(40, 0)
    held = Held(style[:40, :40].repeat(2, 1)[:, :48], trust, 70.0)
    look = read_look(vgg, style, options)
    shown = module._to_tensor(content, vgg)
    wanted = {layer: seen / look.units[layer] for layer, seen in vgg(shown, ("relu3_1",)).items()}
    found = module._make_loss(vgg, wanted, look, options, held)(module._to_tensor(picture, vgg))

    here, there, like = (see(vgg, one, options.layers) for one in (picture, content, style))
    unit = {layer: like[layer].mean() for layer in options.layers}
    far = (here["relu3_1"] - there["relu3_1"]) / unit["relu3_1"]
    expected = 2 * (np.square(far).mean() / 2 + (np.abs(far).mean() if changed else 0))
    for layer, share in zip(options.style_layers, (0.2, 0.3, 0.5), strict=True):
        gap = gram_slowly(here[layer] / unit[layer]) - gram_slowly(like[layer] / unit[layer])
        expected += 30 * share * np.square(gap).sum() / (4 * 6**2)
    expected += 70 * (trust[..., None] * np.square(picture - held.picture)).mean()
    steps = [np.square(np.diff(picture, axis=axis)).mean() for axis in (0, 1)]
    expected += 5 * sum(steps)
    assert float(found) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("optimizer", get_args(Optimizer))
@pytest.mark.parametrize("start", get_args(Start))
def test_picture_takes_on_the_style(
    optimizer: Optimizer, start: Start, vgg: Vgg, content: Floats, style: Floats
) -> None:
    options = replace(QUICK, optimizer=optimizer, start=start, iterations=40)
    painted = transfer(content, style, options, vgg=vgg)
    assert painted.shape == content.shape
    assert painted.dtype == np.uint8
    before = style_distance(vgg, content, style)
    assert style_distance(vgg, painted.astype(np.float32) / 255, style) < 0.4 * before


def test_content_stays_where_no_style_is_wanted(vgg: Vgg, content: Floats, style: Floats) -> None:
    kept = transfer(content, style, replace(QUICK, style=0.0), vgg=vgg)
    assert np.abs(kept / 255 - content).max() < 0.01


def test_the_more_style_the_less_content(vgg: Vgg, content: Floats, style: Floats) -> None:
    little, much = (
        transfer(content, style, replace(QUICK, style=weight), vgg=vgg).astype(np.float32) / 255
        for weight in (1.0, 1000.0)
    )
    assert style_distance(vgg, much, style) < style_distance(vgg, little, style)
    assert np.abs(much - content).mean() > np.abs(little - content).mean()


def test_same_seed_gives_the_same_picture(vgg: Vgg, content: Floats, style: Floats) -> None:
    noisy = replace(QUICK, start="noise", iterations=4)
    first, again, other = (transfer(content, style, replace(noisy, seed=seed), vgg=vgg) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert np.abs(first.astype(int) - other).mean() > 1


def test_picture_to_start_from_can_be_given(vgg: Vgg, content: Floats, style: Floats) -> None:
    start = np.zeros_like(content)
    barely = replace(QUICK, iterations=1, optimizer="adam", rate=1e-4)
    assert transfer(content, style, barely, vgg=vgg, start=start).max() == 0
    assert transfer(content, style, barely, vgg=vgg).max() > 100


def test_adam_goes_its_rate_and_no_further(vgg: Vgg, content: Floats, style: Floats) -> None:
    step = replace(QUICK, optimizer="adam", rate=0.03, iterations=1)
    moved = np.abs(repaint(vgg, content, read_look(vgg, style, step), step) - content)
    assert moved.max() < 0.0301
    assert np.median(moved) > 0.029


def test_eight_bits_and_floats_mean_the_same(vgg: Vgg, content: Floats, style: Floats) -> None:
    eight = np.rint(content * 255).astype(np.uint8)
    options = replace(QUICK, iterations=4)
    from_bits = transfer(eight, style, options, vgg=vgg)
    from_floats = transfer(eight.astype(np.float32) / 255, style, options, vgg=vgg)
    assert np.array_equal(from_bits, from_floats)


def test_choices_change_the_picture(vgg: Vgg, vgg_path: Path, content: Floats, style: Floats) -> None:
    usual = transfer(content, style, QUICK, vgg=vgg)
    changed = transfer(content, style, replace(QUICK, content_loss="changed"), vgg=vgg)
    pooled = transfer(content, style, replace(QUICK, pooling="max", vgg=vgg_path))
    averaged = transfer(content, style, replace(QUICK, vgg=vgg_path))
    assert np.array_equal(averaged, usual)
    assert not np.array_equal(changed, usual)
    assert not np.array_equal(pooled, usual)


@pytest.mark.parametrize("optimizer", get_args(Optimizer))
@pytest.mark.parametrize("iterations", [1, 2, 3, 6])
def test_iterations_are_told_of_and_never_more_than_asked(
    optimizer: Optimizer, iterations: int, vgg: Vgg, content: Floats, style: Floats
) -> None:
    told: list[int] = []
    options = replace(QUICK, iterations=iterations, optimizer=optimizer)
    transfer(content, style, options, vgg=vgg, watch=told.append)
    assert told[0] == 1
    assert told[-1] == iterations
    assert told == sorted(told)


@pytest.mark.parametrize("optimizer", get_args(Optimizer))
def test_loss_that_is_no_number_is_a_failure(optimizer: Optimizer, vgg: Vgg, content: Floats) -> None:
    broken = content.copy()
    broken[3, 4] = np.nan
    with pytest.raises(FailureError, match="loss is nan after 0 iterations"):
        transfer(broken, content, replace(QUICK, optimizer=optimizer), vgg=vgg)


def test_painting_is_held_where_it_is_trusted(vgg: Vgg, content: Floats, style: Floats) -> None:
    look = read_look(vgg, style, QUICK)
    carried, trust = np.full_like(content, 0.5), np.zeros(content.shape[:2], np.float32)
    trust[:, :24] = 1
    held = Held(carried, trust, 1e5)
    options = replace(QUICK, iterations=30)
    away = np.abs(repaint(vgg, content, look, options, held=held) - 0.5).mean(axis=(0, 2))
    free = np.abs(repaint(vgg, content, look, options) - 0.5).mean(axis=(0, 2))
    assert away[:22].mean() < 0.2 * free[:22].mean()
    assert away[26:].mean() > 0.6 * free[26:].mean()


def test_style_is_measured_in_mean_activations(vgg: Vgg, style: Floats) -> None:
    look: Look = read_look(vgg, style, QUICK)
    seen = see(vgg, style, QUICK.layers)
    for layer in QUICK.layers:
        assert look.units[layer] == pytest.approx(float(seen[layer].mean()), rel=1e-4)
    scaled = gram_slowly(seen["relu2_1"] / seen["relu2_1"].mean())
    assert np.allclose(look.grams["relu2_1"].numpy(), scaled, rtol=1e-3)


def test_layer_that_is_not_in_the_file_is_refused(vgg_path: Path, content: Floats, style: Floats) -> None:
    deep = TransferOptions(vgg=vgg_path, content_layers=("relu4_2",))
    with pytest.raises(WeightsError, match=r"relu4_2.*--vgg FILE"):
        transfer(content, style, deep)


def test_cuda_that_is_not_there_is_refused(vgg_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(EngineError, match="--device cpu"):
        open_vgg(TransferOptions(vgg=vgg_path, device="cuda"))
