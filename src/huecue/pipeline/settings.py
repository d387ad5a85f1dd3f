"""What is wanted of each shot: which one a frame is in, and how vivid that is to be."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import replace

from huecue.errors import UsageError
from huecue.pipeline.guidance import Guidance
from huecue.pipeline.options import ColorOptions, Cuts
from huecue.stages.shots import AHEAD
from huecue.types import Range, ShotSettings

USUAL_SATURATION = 1.0


def settled(options: ColorOptions, guidance: Guidance, cuts: tuple[int, ...] | None) -> ColorOptions:
    """The options with the project's word where they say nothing; `cuts` are the project's."""
    kept = cuts if options.cuts == "auto" and cuts is not None else options.cuts
    return replace(options, saturation=film_saturation(guidance, options), cuts=kept)


def film_saturation(guidance: Guidance, options: ColorOptions) -> float:
    """The saturation of shots that have none of their own: the options' before the project's."""
    given = guidance.saturation if options.saturation is None else options.saturation
    return USUAL_SATURATION if given is None else given


def needs_cuts(guidance: Guidance, options: ColorOptions) -> bool:
    """Whether shots have settings, and which frames are theirs is still to be found out."""
    return options.cuts == "auto" and any(shot.saturation is not None for shot in guidance.shots)


def saturations(guidance: Guidance, options: ColorOptions) -> Callable[[int], float]:
    """The saturation of any frame, by index: its shot's own, else the film's.

    Of two settings for one shot, the later in the file counts. Raises UsageError where `needs_cuts`.
    """
    if needs_cuts(guidance, options):
        raise UsageError(
            "shots have settings of their own, so their cuts must be known beforehand: give them as "
            "ColorOptions(cuts=..); huecue.find_shots finds them"
        )
    usual = film_saturation(guidance, options)
    own = [(shot.frame, shot.saturation) for shot in guidance.shots if shot.saturation is not None]
    by_start = {shot_start(frame, options.cuts): saturation for frame, saturation in own}
    return lambda index: by_start.get(shot_start(index, options.cuts), usual)


def shot_start(index: int, cuts: Cuts) -> int:
    """The frame that the shot of frame `index` begins with, as far as cuts were given by number; else 0."""
    known = (0,) if isinstance(cuts, str) else (0, *cuts)
    return known[bisect(known, index) - 1]


def reaching(frames: Range, shots: Sequence[ShotSettings]) -> tuple[Range, tuple[ShotSettings, ...]]:
    """The range grown to the nearest settings on either side, and all in it: none beyond count for `frames`.

    The cuts of that range tell whose shot each is for.
    """
    named = [shot.frame for shot in shots]
    start = max((one for one in named if one < frames.start), default=frames.start)
    if frames.stop is None:
        return Range(start), tuple(shot for shot in shots if start <= shot.frame)
    stop = min((one + 1 + AHEAD for one in named if one >= frames.stop), default=frames.stop)
    return Range(start, stop), tuple(shot for shot in shots if start <= shot.frame < stop)
