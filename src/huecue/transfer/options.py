"""What may be chosen about a transfer, and about a style; PyTorch is not needed to choose."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import isfinite
from pathlib import Path
from typing import Literal

from huecue import video
from huecue.engine import Device
from huecue.errors import UsageError
from huecue.networks.vgg_layers import LAYERS, Pooling
from huecue.pipeline import ColorOptions
from huecue.transfer.pixels import check_size

ContentLoss = Literal["original", "changed"]
Optimizer = Literal["adam", "lbfgs"]
Start = Literal["content", "noise"]


@dataclass(frozen=True, slots=True)
class TransferOptions:
    """Weights count per feature, in units of a layer's mean activation: they fit any size and any VGG file.

    An iteration is one look at the picture, whichever the optimizer. `shares` weighs the style layers
    (None: alike); `rate` is Adam's step, of a picture in 0..1; `smoothness` weighs total variation.
    """

    iterations: int = 60
    optimizer: Optimizer = "lbfgs"
    rate: float = 0.02
    content: float = 1.0
    style: float = 100.0
    smoothness: float = 0.0
    content_loss: ContentLoss = "original"
    content_layers: tuple[str, ...] = ("relu3_1",)
    style_layers: tuple[str, ...] = ("relu1_1", "relu2_1", "relu3_1")
    shares: tuple[float, ...] | None = None
    pooling: Pooling = "average"
    start: Start = "content"
    seed: int = 0
    device: Device = "cpu"
    threads: int | None = None
    vgg: Path | None = None

    def __post_init__(self) -> None:
        if self.iterations < 1:
            raise UsageError(f"iterations must be 1 or more, not {self.iterations}")
        if not (self.rate > 0 and isfinite(self.rate)):
            raise UsageError(f"the rate must be over 0, not {self.rate}")
        if self.threads is not None and self.threads < 1:
            raise UsageError(f"threads must be 1 or more, not {self.threads}")
        for name in ("content", "style", "smoothness"):
            check_weight(name, getattr(self, name))
        self._check_layers()

    def _check_layers(self) -> None:
        for layer in self.layers:
            if layer not in LAYERS:
                raise UsageError(f"VGG-19 has no layer {layer}; take {LAYERS[0]} .. {LAYERS[-1]}")
        if not self.layers:
            raise UsageError("a transfer needs at least one layer")
        if self.shares is not None:
            if len(self.shares) != len(self.style_layers):
                raise UsageError(
                    f"{len(self.style_layers)} style layers take as many shares, not {self.shares}"
                )
            for share in self.shares:
                check_weight("share", share)

    @property
    def layers(self) -> tuple[str, ...]:
        """All layers that are looked at."""
        return tuple(dict.fromkeys((*self.content_layers, *self.style_layers)))

    @property
    def style_weights(self) -> dict[str, float]:
        """The weight of each style layer."""
        count = len(self.style_layers)
        return dict(zip(self.style_layers, self.shares or (1 / count,) * count, strict=True)) if count else {}


@dataclass(frozen=True, slots=True)
class StyleOptions:
    """How a film is styled. `strength` multiplies the style's weight; `temporal` weighs steadiness, 0 is off.

    `size_px` is the longest side that is worked at. `colorize` colours the film first, as `color` says;
    otherwise it is painted in what colours it has. `keep_colors` takes only luma from the painting.
    """

    transfer: TransferOptions = field(default_factory=TransferOptions)
    strength: float = 1.0
    temporal: float = 300.0
    size_px: int = 256
    colorize: bool = False
    keep_colors: bool = False
    color: ColorOptions = field(default_factory=ColorOptions)

    def __post_init__(self) -> None:
        check_weight("strength", self.strength)
        check_weight("temporal", self.temporal)
        check_size(self.size_px)
        if not self.transfer.content_layers or not self.transfer.style_layers:
            raise UsageError("a style needs a layer for content and one for style")

    @property
    def painting(self) -> TransferOptions:
        """The transfer with the style at its strength."""
        return replace(self.transfer, style=self.transfer.style * self.strength)


def default_output(film: Path) -> Path:
    """`film` with '.style' before its suffix."""
    return video.default_output(film, "style")


def check_weight(name: str, value: float) -> None:
    """Raises UsageError where a weight is none."""
    if not (value >= 0 and isfinite(value)):
        raise UsageError(f"{name} is a weight, 0 or more, not {value}")
