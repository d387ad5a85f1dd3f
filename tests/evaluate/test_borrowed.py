"""A whole film takes the colours of pictures, each in the shots that it counts for."""

from __future__ import annotations

import numpy as np
import pytest

from huecue.color import planes_to_chroma
from huecue.errors import UsageError
from huecue.evaluate.borrowed import welsh
from huecue.evaluate.clips import Clip, true_picture
from huecue.pipeline import ColoredFrame, ColorOptions, Guidance
from huecue.types import Hint, Picture, Reference

pytestmark = pytest.mark.usefixtures("small_work")
RED, BLUE = (200, 40, 40), (40, 60, 200)


def run(clip: Clip, cuts: tuple[int, ...] = (), **given: object) -> list[ColoredFrame]:
    return list(welsh(clip.grey_frames(), clip.info, Guidance(**given), ColorOptions(cuts=cuts)))


def toned(color: tuple[int, int, int]) -> Picture:
    """A picture of one hue at every brightness."""
    shade = np.linspace(0.1, 1, 96)[None, :, None] * np.ones((64, 1, 1))
    return np.rint(shade * color).astype(np.uint8)


def lean(done: list[ColoredFrame]) -> str:
    """For each frame: r or b for what its colours lean to, - for grey."""
    words = ""
    for one in done:
        cb, cr = planes_to_chroma(one.chroma, 8, False).reshape(-1, 2).mean(axis=0)
        words += "-" if abs(cb - cr) < 0.02 else "r" if cr > cb else "b"
    return words


def test_a_reference_colours_every_shot(clip: Clip) -> None:
    done = run(clip, cuts=(2,), references=(Reference(toned(RED)),))
    assert lean(done) == "rrrr"
    assert [one.shot_start for one in done] == [True, False, True, False]
    assert all((one.confidence == 1).all() for one in done)


def test_the_first_frame_counts_for_its_own_shot(clip: Clip) -> None:
    done = run(clip, cuts=(2,), first_frame=toned(RED))
    assert lean(done) == "rr--"
    assert [float(one.confidence.max()) for one in done] == [1, 1, 0, 0]
    both = run(clip, cuts=(2,), first_frame=toned(RED), references=(Reference(toned(BLUE)),))
    assert lean(both) == "rrbb"


def test_a_pinned_reference_counts_from_its_frame_in_its_shot(clip: Clip) -> None:
    assert lean(run(clip, cuts=(3,), references=(Reference(toned(BLUE), 1),))) == "-bb-"
    both = (Reference(toned(BLUE), 2), Reference(toned(RED)))
    assert lean(run(clip, cuts=(3,), references=both)) == "rrbr"


def test_luma_is_untouched_and_every_frame_is_coloured_by_itself(clip: Clip) -> None:
    given = {"references": (Reference(true_picture(clip.frames[1])),)}
    kept = [frame.luma.copy() for frame in clip.frames]
    done = run(clip, **given)
    assert all(np.array_equal(one.frame.luma, luma) for one, luma in zip(done, kept, strict=True))
    cut = run(clip, cuts=(1, 2, 3), **given)
    for one, other in zip(done, cut, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one.chroma, other.chroma, strict=True))


def test_hints_play_no_part(clip: Clip) -> None:
    given = {"references": (Reference(toned(RED)),)}
    plain, hinted = run(clip, **given), run(clip, hints=(Hint(20, 20, BLUE),), **given)
    for one, other in zip(plain, hinted, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one.chroma, other.chroma, strict=True))


def test_without_a_picture_it_says_at_once_what_to_give(clip: Clip) -> None:
    with pytest.raises(UsageError, match=r"welsh.*--reference or --first-frame"):
        welsh(clip.grey_frames(), clip.info, Guidance(hints=(Hint(20, 20, RED),)), ColorOptions())


def test_keyframes_are_refused_at_once(clip: Clip) -> None:
    given = Guidance(references=(Reference(toned(RED)),), keyframes=((0, toned(RED)),))
    with pytest.raises(UsageError, match="welsh takes no keyframes"):
        welsh(clip.grey_frames(), clip.info, given, ColorOptions())
