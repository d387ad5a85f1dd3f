"""A picture repainted until VGG-19 sees the one's content in it and the other's style.

Gatys, Ecker and Bethge, A neural algorithm of artistic style, 2015; steady in time after Ruder, Dosovitskiy
and Brox, Artistic style transfer for videos, 2016.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite

import numpy as np
import torch
from torch import Tensor
from torch.optim import LBFGS, Adam, Optimizer

from huecue.color import Floats, to_picture
from huecue.errors import EngineError, FailureError
from huecue.networks.vgg import Vgg
from huecue.networks.vgg_file import find_vgg, load_vgg
from huecue.transfer import losses
from huecue.transfer.options import TransferOptions
from huecue.types import Mask, Picture

Watch = Callable[[int], None]
"""Told how many iterations are done."""
_LEAST_UNIT = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What a picture's style is: Gram matrices (C, C) by layer, and each layer's mean activation.

    Features are measured in that activation, as Gatys et al. scaled their network's filters.
    """

    grams: Mapping[str, Tensor]
    units: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """The last result (H, W, 3) moved to where its pixels are now, its trust (H, W) 0..1, and its weight."""

    picture: Floats
    trust: Mask
    weight: float


def transfer(
    content: Floats | Picture,
    style: Floats | Picture,
    options: TransferOptions = TransferOptions(),  # noqa: B008  # frozen
    *,
    start: Floats | Picture | None = None,
    vgg: Vgg | None = None,
    watch: Watch | None = None,
) -> Picture:
    """The content's picture (H, W, 3), repainted in the style of the other, which may be of another size.

    Pictures are sRGB, uint8 or float 0..1, sides of at least 32 pixels. It starts from `start` if given, else
    as the options say. Raises WeightsError, EngineError, and FailureError where the loss is no number.
    """
    eyes = vgg or open_vgg(options)
    return to_picture(
        repaint(eyes, content, read_look(eyes, style, options), options, start=start, watch=watch)
    )


def open_vgg(options: TransferOptions) -> Vgg:
    """VGG-19 on the device asked for. Raises WeightsError and EngineError."""
    if options.device == "cuda" and not torch.cuda.is_available():
        raise EngineError("there is no CUDA device that PyTorch can use here; take --device cpu")
    if options.threads is not None:
        torch.set_num_threads(options.threads)
    weights = load_vgg(find_vgg(options.vgg))
    weights.check_layers(options.layers)
    return Vgg(weights, options.pooling).to(options.device)


@torch.no_grad()
def read_look(vgg: Vgg, style: Floats | Picture, options: TransferOptions) -> Look:
    """The style of a picture (H, W, 3), as the options weigh it."""
    seen = vgg(_to_tensor(style, vgg), options.layers)
    units = {layer: max(float(features.mean()), _LEAST_UNIT) for layer, features in seen.items()}
    grams = {layer: losses.gram(seen[layer] / units[layer]) for layer in options.style_layers}
    return Look(grams, units)


def repaint(
    vgg: Vgg,
    content: Floats | Picture,
    look: Look,
    options: TransferOptions,
    *,
    start: Floats | Picture | None = None,
    held: Held | None = None,
    iterations: int | None = None,
    watch: Watch | None = None,
) -> Floats:
    """RGB (H, W, 3), 0..1: `content` in a style that was read before, for `iterations` if they are given."""
    shown = _to_tensor(content, vgg)
    with torch.no_grad():
        wanted = {
            layer: features / look.units[layer]
            for layer, features in vgg(shown, options.content_layers).items()
        }
    loss = _make_loss(vgg, wanted, look, options, held)
    begun = _begin(shown, options) if start is None else _to_tensor(start, vgg)
    painted = _minimise(loss, begun, options, iterations or options.iterations, watch or _ignore)
    return np.ascontiguousarray(painted.clamp(0, 1)[0].permute(1, 2, 0).cpu().numpy())


def _make_loss(
    vgg: Vgg, wanted: Mapping[str, Tensor], look: Look, options: TransferOptions, held: Held | None
) -> Callable[[Tensor], Tensor]:
    """The loss of a picture (1, 3, H, W)."""
    of_content = losses.content_loss if options.content_loss == "original" else losses.changed_content_loss
    carried = (
        None if held is None else (_to_tensor(held.picture, vgg), _to_tensor(held.trust[..., None], vgg))
    )

    def loss(picture: Tensor) -> Tensor:
        seen = {
            layer: features / look.units[layer] for layer, features in vgg(picture, options.layers).items()
        }
        total = options.smoothness * losses.total_variation(picture)
        for layer, content in wanted.items():
            total = total + options.content / content.numel() * of_content(seen[layer], content)
        for layer, share in options.style_weights.items():
            total = total + options.style * share * losses.style_loss(seen[layer], look.grams[layer])
        if held is not None and carried is not None:
            total = total + held.weight * losses.temporal_loss(picture, *carried)
        return total

    return loss


def _begin(content: Tensor, options: TransferOptions) -> Tensor:
    """The content itself, or seeded noise around middle grey."""
    if options.start == "content":
        return content
    random = torch.Generator().manual_seed(options.seed)
    noise = torch.randn(content.shape, generator=random) * 0.1 + 0.5
    return noise.clamp(0, 1).to(content.device)


def _minimise(
    loss_of: Callable[[Tensor], Tensor],
    start: Tensor,
    options: TransferOptions,
    iterations: int,
    watch: Watch,
) -> Tensor:
    """The picture at the lowest loss that the optimizer comes to."""
    picture = start.clone().requires_grad_()
    optimizer = _optimizer(picture, options, iterations)
    done = 0

    def look() -> float:
        nonlocal done
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(picture)
        number = float(loss.detach())
        if not isfinite(number):
            raise FailureError(
                f"the transfer's loss is {number} after {done} iterations; take smaller weights, or another "
                "optimizer"
            )
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no type for it
        done += 1
        watch(min(done, iterations))
        return number

    for _ in range(1 if options.optimizer == "lbfgs" else iterations):
        optimizer.step(look)
    return picture.detach()


def _optimizer(picture: Tensor, options: TransferOptions, iterations: int) -> Optimizer:
    if options.optimizer == "adam":
        return Adam([picture], lr=options.rate)
    # A pixel's share of the loss is tiny: the usual tolerances would stop at once.
    return LBFGS(
        [picture],
        max_iter=iterations,
        max_eval=iterations,
        tolerance_grad=0.0,
        tolerance_change=0.0,
        history_size=20,
        line_search_fn="strong_wolfe",
    )


def _to_tensor(picture: Floats | Picture, vgg: Vgg) -> Tensor:
    """(1, C, H, W) in 0..1, where the network is, of (H, W, C)."""
    light = np.asarray(picture, np.float32) / np.float32(255 if picture.dtype == np.uint8 else 1)
    tensor = torch.from_numpy(np.ascontiguousarray(light.transpose(2, 0, 1)[None]))
    return tensor.to(next(vgg.parameters()).device)


def _ignore(_done: int) -> None:
    """Nobody watches."""
