"""The studio's engine: called off between its parts, and looking once at the luma that is clicked on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from huecue.engine import Engine, Tensor
from huecue.studio.quick import Attention, CalledOff, quick
from huecue.types import Luma, Size

SIZE = Size(64, 64)


def engine(calls: list[str]) -> Engine:
    """Says which part ran, and answers with the mean of its luma."""

    def part(name: str, channels: int) -> object:
        def run(inputs: dict[str, Tensor]) -> Tensor:
            calls.append(name)
            return np.full((1, channels, 64, 64), inputs["luma"].mean(), np.float32)

        return run

    parts = {"keys": 64, "likeness": 16, "features": 32, "colour": 3}
    runs = {name: part(name, channels) for name, channels in parts.items()}
    return Engine("test", SIZE, 1, runs)  # type: ignore[arg-type]


def grey(level: int) -> Luma:
    return np.full(SIZE.shape, level, np.uint8)


def test_a_luma_is_looked_at_once_and_another_one_anew() -> None:
    calls: list[str] = []
    one = quick(engine(calls), Attention(lambda: False))
    seen = [float(one.keys(grey(level)).mean()) for level in (100, 100, 30, 30)]
    assert calls == ["keys", "keys"]
    assert seen[0] == seen[1] != seen[2] == seen[3]


def test_what_happens_behind_the_page_does_not_drive_out_what_is_kept() -> None:
    calls: list[str] = []
    attention = Attention(lambda: False)
    one = quick(engine(calls), attention)
    one.features(grey(100))
    attention.behind = True
    for level in range(20):
        one.features(grey(level))
    attention.behind = False
    one.features(grey(100))
    assert len(calls) == 21


def test_colours_are_found_each_time() -> None:
    calls: list[str] = []
    one = quick(engine(calls), Attention(lambda: False))
    for _ in range(2):
        one.colour(grey(100))
    assert calls == ["colour", "colour"]


@pytest.mark.parametrize(
    ("behind", "unwanted", "stops"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_only_unwanted_work_behind_the_page_is_called_off(behind: bool, unwanted: bool, stops: bool) -> None:
    calls: list[str] = []
    one = quick(engine(calls), Attention(lambda: unwanted, behind=behind))
    if stops:
        with pytest.raises(CalledOff):
            one.colour(grey(100))
        assert not calls
    else:
        one.colour(grey(100))
        assert calls


def test_the_coarse_engine_can_be_called_off_too() -> None:
    calls: list[str] = []
    whole = replace(engine(calls), coarse=engine(calls))
    one = quick(whole, Attention(lambda: True, behind=True))
    assert one.coarse is not None
    with pytest.raises(CalledOff):
        one.coarse.colour(grey(100))
