"""The network is VGG-19, layer by layer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from huecue.errors import WeightsError
from huecue.networks.vgg import Padding, Vgg
from huecue.networks.vgg_file import load_vgg
from huecue.networks.vgg_layers import BLOCKS, LAYERS, Pooling
from tiny_vgg import see_slowly

SEEN = ("relu1_1", "relu1_2", "relu2_1", "relu3_1")


def test_there_are_the_sixteen_layers_of_the_paper() -> None:
    assert len(LAYERS) == sum(BLOCKS) == 16
    assert (LAYERS[0], LAYERS[4], LAYERS[-1]) == ("relu1_1", "relu3_1", "relu5_4")


@pytest.mark.parametrize("pooling", ["max", "average"])
@pytest.mark.parametrize("padding", ["reflect", "zeros"])
def test_features_are_those_of_a_slow_twin(pooling: Pooling, padding: Padding, vgg_path: Path) -> None:
    weights = replace(load_vgg(vgg_path), padding=padding)
    rgb = np.random.default_rng(5).random((3, 14, 17), np.float32)
    seen = Vgg(weights, pooling)(torch.from_numpy(rgb[None]), SEEN)
    expected = see_slowly(weights, rgb, SEEN, average=pooling == "average")
    assert list(seen) == list(SEEN)
    for layer in SEEN:
        assert np.allclose(seen[layer][0].numpy(), expected[layer], atol=1e-5)
        assert expected[layer].max() > 0.1


def test_sides_are_halved_between_blocks(vgg: Vgg) -> None:
    seen = vgg(torch.zeros(2, 3, 33, 48), SEEN)
    assert [tuple(seen[layer].shape) for layer in SEEN] == [
        (2, 6, 33, 48),
        (2, 6, 33, 48),
        (2, 6, 16, 24),
        (2, 6, 8, 12),
    ]


def test_it_looks_no_further_than_asked(vgg: Vgg) -> None:
    run = []
    hooks = [
        layer.register_forward_hook(lambda *_, name=name: run.append(name))
        for name, layer in vgg.convolutions.items()
    ]
    vgg(torch.zeros(1, 3, 32, 32), ("relu2_1", "relu1_1"))
    for hook in hooks:
        hook.remove()
    assert run == ["conv1_1", "conv1_2", "conv2_1"]


def test_it_does_not_learn(vgg: Vgg) -> None:
    assert not any(parameter.requires_grad for parameter in vgg.parameters())


def test_layer_that_the_file_lacks_is_named(vgg_path: Path) -> None:
    weights = load_vgg(vgg_path)
    weights.check_layers(("relu1_1", "relu3_1"))
    with pytest.raises(WeightsError, match=r"tiny\.npz ends at relu3_1 and has no relu4_1.*--vgg FILE"):
        weights.check_layers(("relu3_1", "relu4_1"))
