"""What a project holds, brought to the film's size and checked against the film."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from huecue.errors import HintError
from huecue.types import Color, Hint, ShotSettings, Size, Stroke, check_color, check_saturation

_MOST_SQUEEZE = 1.6  # television proxies are squeezed by up to 16/11; more is another film, or a turned one


@dataclass(frozen=True, slots=True)
class ReferenceFile:
    """A picture whose colours are borrowed from `frame` on."""

    frame: int
    image: Path

    def __post_init__(self) -> None:
        if self.frame < 0:
            raise HintError(f"a reference's frame counts from 0, not {self.frame}")


@dataclass(frozen=True, slots=True)
class KeyframeFile:
    """A picture of `frame` itself, whole, in colour."""

    frame: int
    image: Path

    def __post_init__(self) -> None:
        if self.frame < 0:
            raise HintError(f"a keyframe's frame counts from 0, not {self.frame}")


@dataclass(frozen=True, slots=True)
class NamedColor:
    """A colour that hints and strokes may have by name."""

    name: str
    color: Color

    def __post_init__(self) -> None:
        if not self.name.strip() or self.name.startswith("#"):
            raise HintError(f"a colour's name is a text that does not begin with #, not {self.name!r}")
        check_color(self.color)


@dataclass(frozen=True, slots=True)
class Project:
    """All that a person gave for one film.

    `cuts` None: let them be found; `size` None: the film's own; `saturation` None: 1. A shot's own settings
    count over the film's. `colors` are the person's own, by name; `palette` are those that steer what nothing
    else says.
    """

    hints: tuple[Hint, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    references: tuple[ReferenceFile, ...] = ()
    keyframes: tuple[KeyframeFile, ...] = ()
    cuts: tuple[int, ...] | None = None
    size: Size | None = None
    saturation: float | None = None
    shots: tuple[ShotSettings, ...] = ()
    colors: tuple[NamedColor, ...] = ()
    palette: tuple[Color, ...] = ()

    def __post_init__(self) -> None:
        cuts = self.cuts or ()
        if any(cut < 0 for cut in cuts) or any(cut >= later for cut, later in pairwise(cuts)):
            raise HintError(f"cuts are frame numbers from 0 on, each over the one before, not {list(cuts)}")
        check_saturation(self.saturation)
        for color in self.palette:
            check_color(color)
        _check_apart("the keyframe of frame", ((str(one.image), one.frame) for one in self.keyframes))
        _check_apart("for frame", ((f"shots[{n}]", one.frame) for n, one in enumerate(self.shots)))
        _check_apart("named", ((f"colors[{n}]", one.name) for n, one in enumerate(self.colors)))


def _check_apart(what: str, given: Iterable[tuple[str, object]]) -> None:
    """Raises HintError where two of the (title, value) pairs share a value; `what` says which it is."""
    titles: dict[object, str] = {}
    for title, value in given:
        if value in titles:
            raise HintError(f"{titles[value]} and {title} are both {what} {value!r}; keep one of them")
        titles[value] = title


def scale_to(project: Project, size: Size) -> Project:
    """The project with its points and radii in pixels of a film of this size.

    Raises HintError where the project was made for a film of quite another shape.
    """
    if project.size is None or project.size == size:
        return replace(project, size=size)
    across, down = size.width / project.size.width, size.height / project.size.height
    if not 1 / _MOST_SQUEEZE <= across / down <= _MOST_SQUEEZE:
        raise HintError(
            f"film.size is {project.size}, another shape than the film's {size}; "
            "make the hints on this film, or correct film.size"
        )
    return replace(
        project,
        size=size,
        hints=tuple(_scale_hint(hint, across, down) for hint in project.hints),
        strokes=tuple(_scale_stroke(stroke, across, down) for stroke in project.strokes),
    )


def _scale_hint(hint: Hint, across: float, down: float) -> Hint:
    x, y = _scale_point((hint.x, hint.y), across, down)
    return replace(hint, x=x, y=y, radius=hint.radius * (across * down) ** 0.5)


def _scale_stroke(stroke: Stroke, across: float, down: float) -> Stroke:
    points = tuple(_scale_point(point, across, down) for point in stroke.points)
    return replace(stroke, points=points, radius=stroke.radius * (across * down) ** 0.5)


def _scale_point(point: tuple[float, float], across: float, down: float) -> tuple[float, float]:
    # (0, 0) is the centre of the first pixel, so a picture's edge is at -0.5.
    return (point[0] + 0.5) * across - 0.5, (point[1] + 0.5) * down - 0.5


def check_against(project: Project, *, size: Size, frames: int | None) -> None:
    """Raises HintError, naming the hint, where one lies outside a film of this size and so many frames.

    `frames` None: the film does not say how many it has, and they are not checked. Of a stroke, one point
    inside is enough.
    """
    for place, points in _all_points(project):
        if not any(_is_inside(point, size) for point in points):
            x, y = points[0]
            raise HintError(
                f"{place} at ({x:g}, {y:g}) lies outside the film of {size} pixels: x goes from 0 to "
                f"{size.width - 1}, y from 0 to {size.height - 1}; if it was placed on a copy of "
                "another size, say so with film.size"
            )
    if frames is not None:
        check_ends(_all_frames(project), frames)


def check_ends(numbers: Iterable[tuple[str, int]], frames: int) -> None:
    """Raises HintError where one of these (place, frame) lies beyond the end of a film of so many frames."""
    for place, frame in numbers:
        if frame >= frames:
            raise HintError(
                f"{place} is {frame}, but the film ends with frame {frames - 1} (frames count from 0); "
                "take it out or correct it"
            )


def numbered(part: str, frames: Iterable[int]) -> Iterator[tuple[str, int]]:
    """Each frame of a part with its place, such as 'hints[3].frame'."""
    for index, frame in enumerate(frames):
        yield f"{part}[{index}].frame", frame


def _is_inside(point: tuple[float, float], size: Size) -> bool:
    return -0.5 <= point[0] < size.width - 0.5 and -0.5 <= point[1] < size.height - 0.5


def _all_points(project: Project) -> Iterator[tuple[str, tuple[tuple[float, float], ...]]]:
    for index, hint in enumerate(project.hints):
        yield f"hints[{index}]", ((hint.x, hint.y),)
    for index, stroke in enumerate(project.strokes):
        yield f"strokes[{index}]", stroke.points


def _all_frames(project: Project) -> Iterator[tuple[str, int]]:
    given: dict[str, Sequence[Hint | Stroke | ReferenceFile | KeyframeFile | ShotSettings]] = {
        "hints": project.hints,
        "strokes": project.strokes,
        "references": project.references,
        "keyframes": project.keyframes,
        "shots": project.shots,
    }
    for part, of_one_kind in given.items():
        yield from numbered(part, (one.frame for one in of_one_kind))
    for index, cut in enumerate(project.cuts or ()):
        yield f"cuts[{index}]", cut
