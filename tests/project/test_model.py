"""Projects are scaled from a proxy to the film, and checked against it."""

from __future__ import annotations

from pathlib import Path

import pytest

from huecue.errors import HintError
from huecue.project import Project, ReferenceFile, check_against, scale_to
from huecue.types import Hint, Size, Stroke

RED = (200, 30, 30)
FILM = Size(640, 480)


def test_hints_of_a_proxy_are_scaled_to_the_film() -> None:
    proxy = Project(
        hints=(Hint(0, 0, RED, radius=2), Hint(159, 119, RED, frame=4)),
        strokes=(Stroke(((79.5, 59.5), (0, 119)), RED, radius=1),),
        size=Size(160, 120),
    )
    scaled = scale_to(proxy, FILM)
    assert scaled.size == FILM
    # A proxy's pixel covers 4 by 4 of the film's; its centre is theirs.
    assert scaled.hints == (Hint(1.5, 1.5, RED, radius=8), Hint(637.5, 477.5, RED, frame=4, radius=12))
    assert scaled.strokes == (Stroke(((319.5, 239.5), (1.5, 477.5)), RED, radius=4),)


def test_film_of_the_same_size_or_unsaid_is_left_alone() -> None:
    project = Project(hints=(Hint(3, 4, RED),), cuts=(7,))
    assert scale_to(project, FILM).hints == project.hints
    assert scale_to(Project(hints=project.hints, size=FILM), FILM).hints == project.hints
    assert scale_to(project, FILM).cuts == (7,)


def test_hint_on_any_pixel_of_a_proxy_lies_inside_the_film() -> None:
    for proxy, film in ((Size(7, 5), Size(640, 480)), (Size(640, 480), Size(7, 5))):
        last = (proxy.width - 1, proxy.height - 1)
        project = Project(hints=(Hint(0, 0, RED), Hint(*last, RED)), size=proxy)
        check_against(scale_to(project, film), size=film, frames=1)


def test_squeezed_proxy_is_scaled_on_each_side() -> None:
    scaled = scale_to(Project(hints=(Hint(99.5, 99.5, RED),), size=Size(720, 576)), Size(1024, 576))
    assert (scaled.hints[0].x, scaled.hints[0].y) == pytest.approx((100 * 1024 / 720 - 0.5, 99.5))


def test_proxy_of_quite_another_shape_is_refused() -> None:
    with pytest.raises(HintError, match=r"film\.size is 480x640, another shape than the film's 640x480"):
        scale_to(Project(size=Size(480, 640)), FILM)


@pytest.mark.parametrize("point", [(0, 0), (639, 479), (-0.4, 479.4)])
def test_hint_inside_the_film_is_right(point: tuple[float, float]) -> None:
    check_against(Project(hints=(Hint(*point, RED),)), size=FILM, frames=1)


@pytest.mark.parametrize("point", [(640, 0), (0, 480), (-1, 0), (0, -0.6), (639.5, 0), (1e9, 1e9)])
def test_hint_outside_the_film_is_named(point: tuple[float, float]) -> None:
    project = Project(hints=(Hint(1, 1, RED), Hint(*point, RED)))
    with pytest.raises(HintError, match=r"hints\[1\] at \(.*outside the film of 640x480.*film\.size"):
        check_against(project, size=FILM, frames=None)


def test_stroke_may_run_over_the_edge_but_not_lie_outside() -> None:
    over = Stroke(((-5, 10), (5, 10)), RED)
    outside = Stroke(((-5, 10), (-9, 10)), RED)
    check_against(Project(strokes=(over,)), size=FILM, frames=None)
    with pytest.raises(HintError, match=r"strokes\[1\] at \(-5, 10\) lies outside"):
        check_against(Project(strokes=(over, outside)), size=FILM, frames=None)


@pytest.mark.parametrize(
    ("project", "place"),
    [
        (Project(hints=(Hint(1, 1, RED, frame=9), Hint(1, 1, RED, frame=10))), r"hints\[1\]\.frame is 10"),
        (Project(strokes=(Stroke(((1, 1),), RED, frame=10),)), r"strokes\[0\]\.frame is 10"),
        (Project(references=(ReferenceFile(10, Path("a.png")),)), r"references\[0\]\.frame is 10"),
        (Project(cuts=(5, 10)), r"cuts\[1\] is 10"),
    ],
)
def test_frame_beyond_the_last_is_named(project: Project, place: str) -> None:
    with pytest.raises(HintError, match=place + ", but the film ends with frame 9"):
        check_against(project, size=FILM, frames=10)
    check_against(project, size=FILM, frames=11)
    check_against(project, size=FILM, frames=None)


@pytest.mark.parametrize("cuts", [(-1,), (5, 5), (7, 3)])
def test_cuts_rise(cuts: tuple[int, ...]) -> None:
    with pytest.raises(HintError, match="each over the one before"):
        Project(cuts=cuts)


def test_reference_frame_counts_from_0() -> None:
    with pytest.raises(HintError, match="counts from 0"):
        ReferenceFile(-1, Path("a.png"))
