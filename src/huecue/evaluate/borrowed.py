"""A whole film in the colours of pictures, each frame by itself: the method `welsh`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from huecue.errors import UsageError
from huecue.evaluate.welsh import Look, look_at, transfer
from huecue.pipeline import ColoredFrame, ColorOptions, Guidance
from huecue.pipeline.frames import walk
from huecue.pipeline.guidance import Guide, in_force, refuse_others
from huecue.pipeline.small import Place
from huecue.pipeline.step import Colours
from huecue.stages.upsample import working_size
from huecue.types import FilmInfo, Frame, Luma

Looks = tuple[Look, ...]


def welsh(
    frames: Iterable[Frame], info: FilmInfo, guidance: Guidance, options: ColorOptions
) -> Iterator[ColoredFrame]:
    """Every frame in the colours of the references, those of the first shot in the first frame's if given.

    Hints play no part. A shot that no picture counts for stays grey. Raises UsageError where none is
    given, or keyframes or a palette are.
    Source: Welsh, Ashikhmin and Mueller 2002, as `evaluate.welsh` has it.
    """
    refuse_others(guidance, "welsh")
    if guidance.first_frame is None and not guidance.references:
        raise UsageError("welsh borrows a picture's colours: give one with --reference or --first-frame")
    ordered = sorted(guidance.references, key=lambda reference: reference.frame)
    entries = [(one.frame, look_at(one.picture)) for one in ordered]
    first = () if guidance.first_frame is None else (look_at(guidance.first_frame),)

    def color(luma: Luma, place: Place, own: Looks | None) -> tuple[Colours, Looks]:
        if own is None:
            own = first if place.first else ()
        looks = own or in_force(entries, place.index, shot_start=place.shot_start)
        chroma = transfer(looks, luma) if looks else np.zeros((*luma.shape, 2), np.float32)
        return Colours(chroma, np.full(luma.shape, bool(looks), np.float32), None), own

    pictures = replace(guidance, hints=(), strokes=(), hint_picture=None)
    guide = Guide(pictures, info.displayed, ())
    return walk(frames, info, guide, options, size=working_size(info.displayed), color=color)
