"""A fire module is what the paper draws."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from huecue.networks.fire import Fire


@pytest.mark.parametrize("dilation", [1, 2])
def test_a_fire_module_squeezes_then_expands_both_ways(dilation: int) -> None:
    torch.manual_seed(0)
    fire, x = Fire(6, 16, dilation=dilation), torch.randn(2, 6, 9, 7)
    squeezed = F.relu(F.conv2d(x, fire.squeeze.weight, fire.squeeze.bias))
    assert squeezed.shape[1] == 2
    one = F.conv2d(squeezed, fire.expand1.weight, fire.expand1.bias)
    weights = fire.expand3.weight, fire.expand3.bias
    three = F.conv2d(squeezed, *weights, padding=dilation, dilation=dilation)
    assert torch.allclose(fire(x), torch.cat([one, three], dim=1), atol=1e-6)
    assert (one.shape[1], three.shape[1]) == (8, 8)


def test_a_fire_module_has_few_parameters() -> None:
    plain = sum(p.numel() for p in torch.nn.Conv2d(512, 512, 3).parameters())
    assert sum(p.numel() for p in Fire(512, 512).parameters()) < plain / 10
