"""A shot's settings count for its own frames, and over what is said of the whole film."""

from __future__ import annotations

import pytest

from huecue.errors import UsageError
from huecue.pipeline import ColorOptions, Guidance
from huecue.pipeline.options import Cuts
from huecue.pipeline.settings import film_saturation, needs_cuts, reaching, saturations, settled, shot_start
from huecue.stages.shots import AHEAD
from huecue.types import Range, ShotSettings

CUTS = ColorOptions(cuts=(5, 9))


def at_each(guidance: Guidance, options: ColorOptions, count: int = 12) -> list[float]:
    saturation_at = saturations(guidance, options)
    return [saturation_at(index) for index in range(count)]


@pytest.mark.parametrize(
    ("cuts", "starts"),
    [((5, 9), [0, 0, 5, 5, 9, 9]), ((), [0] * 6), ("auto", [0] * 6), ("none", [0] * 6)],
)
def test_shot_begins_at_the_last_cut_known(cuts: Cuts, starts: list[int]) -> None:
    assert [shot_start(index, cuts) for index in (0, 4, 5, 8, 9, 100)] == starts


@pytest.mark.parametrize(
    ("project", "asked", "found"),
    [
        (None, None, 1.0),
        (1.5, None, 1.5),
        (1.5, 1.0, 1.0),
        (None, 0.5, 0.5),
        (1.5, 0.0, 0.0),
        (0.0, None, 0.0),
    ],
)
def test_what_is_asked_for_counts_before_the_project(
    project: float | None, asked: float | None, found: float
) -> None:
    given, options = Guidance(saturation=project), ColorOptions(saturation=asked)
    assert film_saturation(given, options) == found
    assert at_each(given, options, 1) == [found]


@pytest.mark.parametrize("frame", [5, 7, 8])
def test_settings_are_the_whole_shot_s_wherever_in_it_they_stand(frame: int) -> None:
    given = Guidance(saturation=1.2, shots=(ShotSettings(frame, 0.5),))
    assert at_each(given, CUTS) == [1.2] * 5 + [0.5] * 4 + [1.2] * 3


def test_shot_s_own_saturation_counts_over_what_is_asked_for_the_film() -> None:
    given = Guidance(saturation=1.2, shots=(ShotSettings(5, 0.0), ShotSettings(9)))
    asked = ColorOptions(cuts=(5, 9), saturation=2)
    assert at_each(given, asked) == [2] * 5 + [0] * 4 + [2] * 3


def test_of_two_settings_for_a_shot_the_later_in_the_file_counts() -> None:
    given = Guidance(shots=(ShotSettings(7, 0.5), ShotSettings(6, 0.25)))
    assert at_each(given, CUTS) == [1] * 5 + [0.25] * 4 + [1] * 3
    assert at_each(given, ColorOptions(cuts="none")) == [0.25] * 12


def test_cuts_must_be_known_where_shots_have_settings() -> None:
    given = Guidance(shots=(ShotSettings(5, 0.5),))
    assert needs_cuts(given, ColorOptions())
    with pytest.raises(UsageError, match=r"ColorOptions\(cuts=\.\.\)"):
        saturations(given, ColorOptions())
    silent = Guidance(saturation=1.2, shots=(ShotSettings(5),))
    assert not needs_cuts(silent, ColorOptions())
    assert at_each(silent, ColorOptions()) == [1.2] * 12


def test_project_s_word_counts_where_the_options_say_nothing() -> None:
    given = Guidance(saturation=1.5)
    assert settled(ColorOptions(), given, (5,)) == ColorOptions(saturation=1.5, cuts=(5,))
    assert settled(ColorOptions(), given, ()) == ColorOptions(saturation=1.5, cuts=())
    assert settled(ColorOptions(), Guidance(), None) == ColorOptions(saturation=1.0, cuts="auto")
    asked = ColorOptions(saturation=1.0, cuts="none")
    assert settled(asked, given, (5,)) == asked


def test_part_is_looked_at_as_far_as_settings_reach_into_it() -> None:
    early, near, inside, after, late = shots = tuple(ShotSettings(n, 0.5) for n in (3, 40, 55, 80, 200))
    assert reaching(Range(50, 60), shots) == (Range(40, 81 + AHEAD), (near, inside, after))
    assert reaching(Range(50, None), shots) == (Range(40), (near, inside, after, late))
    assert reaching(Range(0, 3), shots) == (Range(0, 4 + AHEAD), (early,))
    assert reaching(Range(), shots) == (Range(), shots)
    assert reaching(Range(300, 301), (inside,)) == (Range(55, 301), (inside,))
    assert reaching(Range(40, 81), (near, after)) == (Range(40, 81), (near, after))
