"""Options are checked at birth."""

from __future__ import annotations

from math import nan

import pytest

from huecue.errors import UsageError
from huecue.transfer.options import TransferOptions


def test_style_layers_weigh_alike_unless_told_otherwise() -> None:
    assert TransferOptions().style_weights == pytest.approx(
        {"relu1_1": 1 / 3, "relu2_1": 1 / 3, "relu3_1": 1 / 3}
    )
    told = TransferOptions(style_layers=("relu1_1", "relu2_2"), shares=(0.2, 3))
    assert told.style_weights == {"relu1_1": 0.2, "relu2_2": 3}


def test_layers_are_named_once() -> None:
    assert TransferOptions().layers == ("relu3_1", "relu1_1", "relu2_1")


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"iterations": 0}, "iterations"),
        ({"rate": 0.0}, "rate"),
        ({"rate": nan}, "rate"),
        ({"threads": 0}, "threads"),
        ({"content": -1.0}, "content"),
        ({"style": nan}, "style"),
        ({"smoothness": -0.1}, "smoothness"),
        ({"content_layers": ("relu9_9",)}, "relu9_9"),
        ({"style_layers": ("conv1_1",)}, "conv1_1"),
        ({"content_layers": (), "style_layers": ()}, "layer"),
        ({"shares": (1.0,)}, "shares"),
        ({"shares": (1.0, -1.0, 1.0)}, "share"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, object], word: str) -> None:
    with pytest.raises(UsageError, match=word):
        TransferOptions(**given)
