"""Projects are scaled from a proxy to the film, and checked against it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from huecue.errors import HintError, UsageError
from huecue.project import (
    KeyframeFile,
    NamedColor,
    Project,
    ReferenceFile,
    check_against,
    check_ends,
    numbered,
    scale_to,
)
from huecue.types import Hint, ShotSettings, Size, Stroke

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


def test_what_has_no_place_in_the_picture_is_the_same_at_any_size() -> None:
    project = Project(
        keyframes=(KeyframeFile(3, Path("a.png")),),
        saturation=1.2,
        shots=(ShotSettings(4, 0.5),),
        colors=(NamedColor("coat", RED),),
        size=Size(160, 120),
    )
    assert scale_to(project, FILM) == replace(project, size=FILM)


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
        (Project(keyframes=(KeyframeFile(10, Path("a.png")),)), r"keyframes\[0\]\.frame is 10"),
        (Project(shots=(ShotSettings(4), ShotSettings(10))), r"shots\[1\]\.frame is 10"),
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


@pytest.mark.parametrize("kind", [ReferenceFile, KeyframeFile])
def test_frame_of_a_picture_counts_from_0(kind: type[ReferenceFile] | type[KeyframeFile]) -> None:
    with pytest.raises(HintError, match="counts from 0"):
        kind(-1, Path("a.png"))


def test_frames_of_a_part_are_named_and_held_against_the_end() -> None:
    assert list(numbered("hints", [4, 9])) == [("hints[0].frame", 4), ("hints[1].frame", 9)]
    check_ends(numbered("hints", [4, 9]), 10)
    with pytest.raises(HintError, match=r"hints\[1\]\.frame is 9, but the film ends with frame 8"):
        check_ends(numbered("hints", [4, 9]), 9)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (
            {"keyframes": (KeyframeFile(3, Path("a.png")), KeyframeFile(3, Path("b.png")))},
            "a.png and b.png are both the keyframe of frame 3; keep one",
        ),
        (
            {"shots": (ShotSettings(9), ShotSettings(3, 0.5), ShotSettings(3))},
            r"shots\[1\] and shots\[2\] are both for frame 3",
        ),
        (
            {"colors": (NamedColor("coat", RED), NamedColor("coat", (0, 0, 0)))},
            r"colors\[0\] and colors\[1\] are both named 'coat'",
        ),
    ],
)
def test_two_for_the_same_are_refused(parts: dict[str, tuple[object, ...]], words: str) -> None:
    with pytest.raises(HintError, match=words):
        Project(**parts)


def test_film_s_saturation_goes_from_0_to_4() -> None:
    with pytest.raises(UsageError, match="saturation goes from 0"):
        Project(saturation=4.5)


@pytest.mark.parametrize("name", ["", "  ", "#coat", "#aabbcc"])
def test_name_of_a_color_can_not_be_taken_for_another_color(name: str) -> None:
    with pytest.raises(HintError, match="does not begin with #"):
        NamedColor(name, RED)


def test_named_color_is_a_color() -> None:
    with pytest.raises(HintError, match="0 to 255"):
        NamedColor("coat", (1, 2, 256))
