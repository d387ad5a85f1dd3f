"""A shot's hints are spread where they stand, and carried on; nothing crosses a cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from huecue.color import planes_to_chroma
from huecue.errors import UsageError
from huecue.evaluate import spreads
from huecue.evaluate.carried import Points, levin, move, yatziv
from huecue.evaluate.clips import Clip, luma_at, picture_of, true_picture
from huecue.evaluate.protocols import draw_hints
from huecue.evaluate.stills import as_clip
from huecue.metrics import psnr
from huecue.pipeline import ColoredFrame, Coloring, ColorOptions, Guidance
from huecue.types import Chroma, Hint, Picture, ShotSettings, Size, Stroke

pytestmark = pytest.mark.usefixtures("small_work")
SIZE = Size(96, 64)
RED, BLUE = (180, 70, 70), (80, 90, 190)
METHODS = pytest.mark.parametrize("method", [levin, yatziv])


def moving(count: int = 5, step_px: int = 0) -> Clip:
    """A grey film 96x64, dark on the left and light on the right, that glides to the left; 4:4:4."""
    soft = cv2.GaussianBlur(np.random.default_rng(0).normal(0, 1, (64, 160)), (0, 0), 2)
    wide = np.where(np.arange(160) < 48, 70, 170) + 8 * soft / soft.std()
    picture = np.repeat(wide[..., None], 3, axis=-1).astype(np.uint8)
    one = as_clip("made", np.ascontiguousarray(picture[:, :96]), None)
    lumas = [np.ascontiguousarray(picture[:, n * step_px : n * step_px + 96, 0]) for n in range(count)]
    frames = (replace(one.frames[0], index=n, pts=n, luma=luma) for n, luma in enumerate(lumas))
    return replace(one, frames=tuple(frames))


def run(
    method: Coloring, clip: Clip, cuts: tuple[int, ...] = (), **given: object
) -> tuple[list[ColoredFrame], list[Chroma]]:
    """What the method gives, and its chroma at the planes' size."""
    options = ColorOptions(cuts=cuts)
    done = list(method(clip.grey_frames(), clip.info, Guidance(**given), options))
    depth, full = clip.frames[0].depth, clip.frames[0].full_range
    return done, [planes_to_chroma(one.chroma, depth, full) for one in done]


def is_like(chroma: Chroma, color: tuple[int, int, int]) -> bool:
    """Whether the mean chroma leans to red or to blue as a colour does."""
    cb, cr = chroma.reshape(-1, 2).mean(axis=0)
    return bool(cr - cb > 0.2) if color == RED else bool(cb - cr > 0.2)


def is_grey(chroma: Chroma) -> bool:
    return float(np.abs(chroma).max()) < 0.01


def on(frame: int, *hints: tuple[float, float, tuple[int, int, int]]) -> tuple[Hint, ...]:
    return tuple(Hint(x, y, color, frame=frame) for x, y, color in hints)


@METHODS
def test_luma_is_untouched_and_every_frame_comes_out_in_order(method: Coloring, clip: Clip) -> None:
    kept = [frame.luma.copy() for frame in clip.frames]
    done, _ = run(method, clip, hints=on(0, (20, 20, RED)))
    assert [one.frame.index for one in done] == [0, 1, 2, 3]
    assert all(np.array_equal(one.frame.luma, luma) for one, luma in zip(done, kept, strict=True))
    for one in done:
        assert [(plane.shape, plane.dtype) for plane in one.chroma] == [((32, 48), np.uint8)] * 2


@pytest.mark.parametrize(("method", "spread"), [(levin, spreads.levin), (yatziv, spreads.yatziv)])
def test_the_hinted_frame_is_as_its_spread_has_it(
    method: Coloring, spread: Callable[..., Chroma], clip: Clip
) -> None:
    hints = draw_hints(true_picture(clip.frames[0]), np.random.default_rng(0))
    _, chroma = run(method, clip, hints=hints)
    wanted = cv2.resize(spread(hints, luma_at(clip.frames[0], SIZE), SIZE), (48, 32))
    assert np.abs(chroma[0] - wanted).mean() < 0.01


@METHODS
def test_hints_are_kept_to_and_their_errors_told(method: Coloring, clip: Clip) -> None:
    done, _ = run(method, clip, hints=on(0, (20, 20, RED), (70, 40, BLUE)))
    assert len(done[0].hint_errors) == 2
    assert max(done[0].hint_errors) <= 1.0
    assert done[1].hint_errors == ()


@METHODS
def test_colours_travel_with_the_motion(method: Coloring, clip: Clip) -> None:
    hints = draw_hints(true_picture(clip.frames[0]), np.random.default_rng(0))
    done, _ = run(method, clip, hints=hints)
    last, true = clip.frames[3], true_picture(clip.frames[3])
    frozen, moved = (psnr(picture_of(last, one.chroma), true) for one in (done[0], done[3]))
    assert moved > frozen + 0.5


@METHODS
def test_a_shot_without_hints_stays_grey(method: Coloring) -> None:
    done, chroma = run(method, moving(), cuts=(2, 4), hints=(*on(0, (20, 20, RED)), *on(4, (20, 20, BLUE))))
    assert [one.shot_start for one in done] == [True, False, True, False, True]
    assert [is_grey(one) for one in chroma] == [False, False, True, True, False]
    assert [float(one.confidence.max()) for one in done] == [1, 1, 0, 0, 1]
    assert is_like(chroma[1], RED)
    assert is_like(chroma[4], BLUE)


@METHODS
def test_frames_before_the_first_hint_are_grey(method: Coloring) -> None:
    _, chroma = run(method, moving(), hints=on(2, (20, 20, RED)))
    assert [is_grey(one) for one in chroma] == [True, True, False, False, False]


@METHODS
def test_a_later_hint_joins_those_before_it(method: Coloring) -> None:
    hints = (*on(0, (15, 30, RED)), *on(2, (80, 30, BLUE)))
    _, chroma = run(method, moving(step_px=2), hints=hints)
    assert is_like(chroma[1], RED)
    for later in chroma[2:]:
        assert is_like(later[:, :35], RED)  # the edge lies at 44 to 40
        assert is_like(later[:, 55:], BLUE)


@METHODS
def test_colours_stay_when_their_hint_has_left_the_picture(method: Coloring) -> None:
    _, chroma = run(method, moving(count=6, step_px=4), hints=on(0, (3, 30, RED)))
    assert all(is_like(one[:, :20], RED) for one in chroma)


@METHODS
def test_a_first_frame_is_carried_on_and_later_hints_mend_it(method: Coloring) -> None:
    picture = np.full((64, 96, 3), RED, np.uint8)
    _, chroma = run(method, moving(), cuts=(4,), first_frame=picture, hints=on(2, (60, 30, BLUE)))
    assert all(is_like(one[:, :40], RED) for one in chroma[:4])
    assert is_like(chroma[2][29:32, 59:62], BLUE)
    assert is_like(chroma[3][29:32, 59:62], BLUE)
    assert is_like(chroma[3][:, 75:], RED)  # it is no more than mended
    assert is_grey(chroma[4])


@METHODS
def test_strokes_and_hint_pictures_are_taken(method: Coloring) -> None:
    _, chroma = run(method, moving(2), strokes=(Stroke(((10, 10), (40, 50)), RED),))
    assert is_like(chroma[1], RED)
    painted = np.zeros((64, 96, 4), np.uint8)
    painted[20:24, 20:24] = (*BLUE, 255)
    _, chroma = run(method, moving(2), hint_picture=painted)
    assert is_like(chroma[1], BLUE)


@pytest.mark.parametrize(("method", "name"), [(levin, "levin"), (yatziv, "yatziv")])
def test_without_colours_to_spread_it_says_at_once_what_to_give(method: Coloring, name: str) -> None:
    clip = moving(1)
    with pytest.raises(UsageError, match=f"{name}.*--hints or --first-frame"):
        method(clip.grey_frames(), clip.info, Guidance(), ColorOptions())


@pytest.mark.parametrize(("method", "name"), [(levin, "levin"), (yatziv, "yatziv")])
def test_keyframes_are_refused_at_once(method: Coloring, name: str) -> None:
    clip = moving(1)
    given = Guidance(hints=on(0, (20, 20, RED)), keyframes=((0, np.zeros((64, 96, 3), np.uint8)),))
    with pytest.raises(UsageError, match=f"{name} takes no keyframes"):
        method(clip.grey_frames(), clip.info, given, ColorOptions())


def test_points_go_where_the_flow_says_and_leave_at_the_border() -> None:
    flow = np.zeros((8, 10, 2), np.float32)
    flow[..., 0], flow[..., 1] = 3, -1.5  # right, and up
    chroma = np.arange(6, dtype=np.float32).reshape(3, 2)
    points = Points(np.float32([[4, 2.5], [1, 1], [5, 7]]), chroma)
    moved = move(points, flow)
    assert moved.places.tolist() == [[2.5, 5.5]]
    assert moved.chroma.tolist() == [[0, 1]]


def test_saturation_counts(clip: Clip) -> None:
    options = ColorOptions(cuts=(), saturation=0)
    given = Guidance(hints=on(0, (20, 20, RED)))
    done = list(levin(clip.grey_frames(), clip.info, given, options))
    assert all((plane == 128).all() for one in done for plane in one.chroma)


def test_a_shot_s_own_saturation_counts() -> None:
    hints = (*on(0, (20, 20, RED)), *on(2, (20, 20, RED)))
    _, chroma = run(yatziv, moving(4), cuts=(2,), hints=hints, shots=(ShotSettings(3, 0),))
    assert [is_grey(one) for one in chroma] == [False, False, True, True]


def test_pictures_of_another_size_are_taken(clip: Clip) -> None:
    large: Picture = np.full((640, 960, 3), RED, np.uint8)
    _, chroma = run(yatziv, clip, first_frame=large)
    assert is_like(chroma[3], RED)
