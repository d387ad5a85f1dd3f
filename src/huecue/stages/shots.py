"""Where one shot ends and the next begins, found as the film streams by, from luma alone.

Old film flickers, is scratched, jumps and is grainy, so pictures are not compared as they are. Each is made
small, softened and flattened (its mean taken away, its contrast set to one size), and compared with what the
motion carries there from the frame before: what is left is what neither light nor motion explains. A cut is a
frame where three things hold:

- PySceneDetect's AdaptiveDetector says that its unexplained part stands out from the frames around it;
- it stands out from the unrest of the frames just before it, too (fast film, film with repeated frames);
- nothing before it looks like anything after it, so a flash of up to AHEAD frames is none.

A frame without a picture (black, white, fog) counts as the last frame that had one: a fade to black and back
is no cut, and a fade to black and up to something else is one, where the new picture appears.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from scenedetect.common import FrameTimecode
from scenedetect.detectors import AdaptiveDetector

from huecue.errors import FilmTruncated
from huecue.types import Frame, Luma, Plane

T = TypeVar("T")

BEHIND, AHEAD = 4, 3
"""Frames looked at before and after the one in question; AHEAD is also the delay of the answer."""

_AREA_PX = 128 * 72
_SIDES_PX = 48, 192  # OpenCV's DIS flow crashes on pictures that are both low and long
_SOFTNESS_PX = 1.0
_CONTRAST = 45.0  # grey levels of a flattened picture for one standard deviation
_LEAST_SPREAD = 6.0  # grey levels; below it a picture's contrast is no longer raised to the full
_PLAIN_SPREAD = 2.5  # grey levels; below it there is no picture to compare

_UNLIKE = 18.0  # grey levels of a flattened picture left unexplained, on average
_OVER_WINDOW = 2.2  # times the mean of the two frames before and the two after
_OVER_UNREST = 1.5  # times the most of the BEHIND frames before
_WINDOW = 2
_SHORTEST_SHOT = 4  # frames: at a cut with a blended frame both sides of the blend stand out


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A frame as the search sees it: flattened, and what of it the frame before does not explain."""

    picture: Luma
    unexplained: Luma

    @property
    def score(self) -> float:
        """The mean of the unexplained part, 0..127."""
        return float(self.unexplained.mean())


@dataclass(frozen=True, slots=True, eq=False)
class CutState:
    """The last looks, oldest first, and how many frames ago the last cut was found (None: none yet)."""

    looks: tuple[Look, ...] = ()
    since_cut: int | None = None


def frame_luma(frame: Frame) -> Luma:
    """A film frame's luma, small and 8 bit: what the search looks at, whatever the film's size and depth."""
    return (_shrink(frame.luma) >> (frame.depth - 8)).astype(np.uint8)


def with_cuts(frames: Iterable[T], luma_of: Callable[[T], Luma]) -> Iterator[tuple[T, bool]]:
    """Each frame, in order, with whether a new shot starts there; holds AHEAD frames back while it looks.

    `luma_of` gives a frame's luma (H, W) uint8 at any one size. The first frame is no cut. If the film breaks
    off (FilmTruncated), the frames held back are given before the error is raised.
    """
    state, luma, broken = CutState(), None, None
    waiting: deque[T] = deque()
    try:
        for frame in frames:
            luma = luma_of(frame)
            state, cut = find_cut(state, luma)
            waiting.append(frame)
            if len(waiting) > AHEAD:
                yield waiting.popleft(), cut
    except FilmTruncated as error:
        broken = error
    if luma is not None:
        yield from _rest(state, luma, waiting)
    if broken is not None:
        raise broken


def _rest(state: CutState, luma: Luma, waiting: deque[T]) -> Iterator[tuple[T, bool]]:
    for left in range(AHEAD, 0, -1):  # the end is looked at as if the last frame stood still
        state, cut = find_cut(state, luma)
        if len(waiting) == left:
            yield waiting.popleft(), cut


def find_cut(state: CutState, luma: Luma) -> tuple[CutState, bool]:
    """The next state, and whether the frame AHEAD frames BEFORE this luma (H, W), uint8, starts a shot.

    Start with CutState(). The first AHEAD answers are about no frame, and False. All lumas of one film have
    one size. The state is a value: stepping the same state twice gives the same answer.
    """
    looks = _looks(state.looks, luma)
    rested = state.since_cut is None or state.since_cut + 1 >= _SHORTEST_SHOT
    cut = rested and _is_cut(looks)
    if cut:
        return CutState(looks, since_cut=0), True
    return CutState(looks, None if state.since_cut is None else state.since_cut + 1), False


def _looks(looks: tuple[Look, ...], luma: Luma) -> tuple[Look, ...]:
    picture, is_plain = _flatten(_shrink(luma))
    if not looks:  # as if the first frame had stood still before
        return (Look(picture, np.zeros_like(picture)),) * (BEHIND + 1 + AHEAD)
    before = looks[-1].picture
    if is_plain:
        return (*looks[1:], Look(before, np.zeros_like(before)))
    return (*looks[1:], Look(picture, _unexplained(before, picture)))


def _is_cut(looks: Sequence[Look]) -> bool:
    here = looks[BEHIND]
    if here.score < _UNLIKE:
        return False
    unrest = max(look.score for look in looks[:BEHIND])
    if here.score < _OVER_UNREST * unrest:
        return False
    return _stands_out(looks[BEHIND - _WINDOW : BEHIND + _WINDOW + 1]) and not _returns(looks)


def _stands_out(looks: Sequence[Look]) -> bool:
    """Whether the middle one's unexplained part stands out, as PySceneDetect's adaptive detector sees it."""
    detector = AdaptiveDetector(
        adaptive_threshold=_OVER_WINDOW,
        min_scene_len=0,
        window_width=_WINDOW,
        min_content_val=_UNLIKE,
        luma_only=True,
    )
    found: list[FrameTimecode] = []
    for index, picture in enumerate(_film_of(looks)):
        found = detector.process_frame(FrameTimecode(index, fps=25.0), cv2.merge([picture] * 3))
    return bool(found)


def _film_of(looks: Sequence[Look]) -> Iterator[Luma]:
    """Pictures, one more than looks, each differing from the one before by exactly what is unexplained.

    PySceneDetect scores a frame by its mean difference to the frame before. Fed with these, it scores what
    motion and light leave over, through its public interface.
    """
    picture = np.zeros_like(looks[0].picture)
    yield picture
    for look in looks:
        picture = np.where(picture < 128, picture + look.unexplained, picture - look.unexplained)
        yield picture


def _returns(looks: Sequence[Look]) -> bool:
    """Whether the film is soon as it was just before (a flash begins) or again as it was (one ends)."""
    last, here = looks[BEHIND - 1], looks[BEHIND]
    begins = (_unexplained(last.picture, later.picture) for later in looks[BEHIND + 1 :])
    ends = (_unexplained(earlier.picture, here.picture) for earlier in looks[: BEHIND - 1])
    return any(left.mean() < _UNLIKE for some in (begins, ends) for left in some)


def _unexplained(before: Luma, picture: Luma) -> Luma:
    """|what the motion brings from `before` - `picture`|, both flattened; 0..127."""
    height, width = picture.shape
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST).calc(picture, before, None)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    carried = cv2.remap(
        before, x + flow[..., 0], y + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(np.minimum(cv2.absdiff(carried, picture), 127), np.uint8)


def _flatten(luma: Plane) -> tuple[Luma, bool]:
    """The picture with mean 128 and one contrast, whatever its light; and whether it is plain."""
    soft = cv2.GaussianBlur(luma.astype(np.float32), (0, 0), _SOFTNESS_PX)
    spread = float(soft.std())
    flat = (soft - soft.mean()) * (_CONTRAST / max(spread, _LEAST_SPREAD)) + 128
    return np.clip(np.rint(flat), 0, 255).astype(np.uint8), spread < _PLAIN_SPREAD


def _shrink(plane: Plane) -> Plane:
    """A plane (H, W) at about 128x72 pixels, of its own depth."""
    height, width = plane.shape
    scale = (_AREA_PX / (height * width)) ** 0.5
    low, high = _SIDES_PX
    rows, columns = (min(max(round(side * scale), low), high) for side in (height, width))
    step = max(1, min(height // (4 * rows), width // (4 * columns)))  # 16 samples a pixel are enough
    small: Plane = cv2.resize(plane[::step, ::step], (columns, rows), interpolation=cv2.INTER_AREA)
    return small
