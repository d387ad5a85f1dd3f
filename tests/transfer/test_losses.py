"""Each loss is the number that a person works out by hand."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from huecue.transfer import losses


def features(*channels: list[list[float]]) -> Tensor:
    return torch.tensor([channels])


WANTED = features([[1.0, 0.0], [2.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]])
SEEN = features([[3.0, 0.0], [2.0, -1.0]], [[0.0, 1.0], [1.5, 0.0]])


def test_content_loss_is_half_the_squared_distance() -> None:
    # Differences 2, -1 and 1/2: (4 + 1 + 1/4) / 2.
    assert float(losses.content_loss(SEEN, WANTED)) == pytest.approx(2.625)
    assert float(losses.content_loss(WANTED, WANTED)) == 0


def test_changed_content_loss_adds_the_plain_distance() -> None:
    # 2.625 + (2 + 1 + 1/2).
    assert float(losses.changed_content_loss(SEEN, WANTED)) == pytest.approx(6.125)


def test_changed_content_loss_goes_on_pulling_where_little_is_wrong() -> None:
    slopes = []
    for loss in (losses.content_loss, losses.changed_content_loss):
        near = torch.full((1, 1, 1, 1), 0.01, requires_grad=True)
        loss(near, torch.zeros(1, 1, 1, 1)).backward()
        assert near.grad is not None
        slopes.append(float(near.grad))
    assert slopes == pytest.approx([0.01, 1.01])


def test_gram_matrix_is_the_mean_of_products() -> None:
    # Over 4 places: 1 + 4, 0 + 2 and 1 + 1.
    assert torch.allclose(losses.gram(WANTED), torch.tensor([[5 / 4, 2 / 4], [2 / 4, 2 / 4]]))


def test_gram_matrix_does_not_depend_on_the_size_of_the_picture() -> None:
    assert torch.allclose(losses.gram(WANTED.repeat(1, 1, 3, 2)), losses.gram(WANTED))


def test_style_loss_is_that_of_the_paper() -> None:
    # G of SEEN: 9 + 4 + 1, 3 and 1 + 2.25, over 4; away from A by 9/4, 1/4 (twice) and 1.25/4.
    distance = (9 / 4) ** 2 + 2 * (1 / 4) ** 2 + (1.25 / 4) ** 2
    assert float(losses.style_loss(SEEN, losses.gram(WANTED))) == pytest.approx(distance / (4 * 2**2))
    # The paper's own form: 1/(4 N^2 M^2) of the sums' distance.
    sums = 4 * (losses.gram(SEEN) - losses.gram(WANTED))
    assert distance / 16 == pytest.approx(float(sums.square().sum()) / (4 * 2**2 * 4**2))


def test_temporal_loss_counts_only_what_is_trusted() -> None:
    picture, carried = torch.zeros(1, 3, 1, 2), torch.zeros(1, 3, 1, 2)
    picture[0, :, 0, 0], picture[0, :, 0, 1] = 0.5, 1.0
    trust = torch.tensor([[[[0.5, 0.0]]]])
    # 3 channels of 0.5 * 0.25, over 6 values.
    assert float(losses.temporal_loss(picture, carried, trust)) == pytest.approx(3 * 0.125 / 6)


def test_total_variation_is_the_mean_square_of_steps() -> None:
    picture = torch.tensor([[[[0.0, 1.0], [0.0, 3.0]]]])
    # Across 1 and 3, down 0 and 2.
    assert float(losses.total_variation(picture)) == pytest.approx((1 + 9) / 2 + (0 + 4) / 2)
    assert float(losses.total_variation(torch.ones(1, 3, 4, 4))) == 0
