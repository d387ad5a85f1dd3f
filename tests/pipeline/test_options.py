"""Options that make no sense are refused before a film is opened."""

from __future__ import annotations

import pytest

from huecue.errors import UsageError
from huecue.pipeline import ColorOptions
from huecue.types import Range


def test_the_defaults_colour_the_whole_film_as_it_is() -> None:
    options = ColorOptions()
    assert (options.saturation, options.cuts, options.engine, options.device) == (None, "auto", "auto", "cpu")
    assert options.frames == Range(0, None)


@pytest.mark.parametrize("saturation", [-0.1, 4.1, float("nan"), float("inf")])
def test_a_saturation_outside_0_to_4_is_refused(saturation: float) -> None:
    with pytest.raises(UsageError, match="saturation goes from 0"):
        ColorOptions(saturation=saturation)


@pytest.mark.parametrize("threads", [0, -1])
def test_there_is_at_least_one_thread(threads: int) -> None:
    with pytest.raises(UsageError, match="threads must be 1 or more"):
        ColorOptions(threads=threads)


@pytest.mark.parametrize("cuts", [(0,), (-3,), (5, 5), (7, 3), (4, 9, 2)])
def test_cuts_grow_from_above_zero(cuts: tuple[int, ...]) -> None:
    with pytest.raises(UsageError, match="cuts are frame numbers over 0"):
        ColorOptions(cuts=cuts)


@pytest.mark.parametrize("cuts", ["auto", "none", (), (1,), (1, 2, 90)])
def test_sensible_options_are_taken(cuts: object) -> None:
    assert ColorOptions(cuts=cuts, saturation=0, threads=1).cuts == cuts
