"""What a picture is held to while it is repainted: content, style, steadiness in time, smoothness.

Features are (1, C, H, W), pictures (1, 3, H, W) in 0..1; each loss is a single number.
"""

from __future__ import annotations

from torch import Tensor


def content_loss(features: Tensor, wanted: Tensor) -> Tensor:
    """1/2 sum (F - P)^2. Gatys et al. 2015, equation 1."""
    return 0.5 * (features - wanted).square().sum()


def changed_content_loss(features: Tensor, wanted: Tensor) -> Tensor:
    """1/2 sum (F - P)^2 + sum |F - P|: the report's, which goes on pulling where the difference is small."""
    return content_loss(features, wanted) + (features - wanted).abs().sum()


def gram(features: Tensor) -> Tensor:
    """(C, C): how often two features meet, the mean over the M places of F_i F_j.

    Gatys et al. 2015, equation 3, divided by M, so that pictures of two sizes can be compared.
    """
    flat = features.flatten(2)[0]  # (C, M)
    return flat @ flat.T / flat.shape[1]


def style_loss(features: Tensor, wanted: Tensor) -> Tensor:
    """1/(4 N^2) sum (G - A)^2, with the Gram matrix A that is wanted of the N features of one layer.

    Gatys et al. 2015, equation 4; its M^2 is inside the Gram matrices.
    """
    return (gram(features) - wanted).square().sum() / (4 * features.shape[1] ** 2)


def temporal_loss(picture: Tensor, carried: Tensor, trust: Tensor) -> Tensor:
    """1/D sum c (x - w)^2: the squared distance of all D values to the last result, moved along the motion.

    `trust` (1, 1, H, W), 0..1, is c: 0 where nothing can be carried. Ruder et al. 2016, equation 7.
    """
    return (trust * (picture - carried).square()).mean()


def total_variation(picture: Tensor) -> Tensor:
    """The mean squared difference of neighbours, across and down. Mahendran and Vedaldi 2015, beta 2."""
    across, down = picture.diff(dim=3), picture.diff(dim=2)
    return across.square().mean() + down.square().mean()
