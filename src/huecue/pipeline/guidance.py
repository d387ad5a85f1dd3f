"""Everything a person gave, brought to the frame and the size where it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from huecue import color, project, video
from huecue.engine import Engine
from huecue.errors import HintError, UsageError
from huecue.pipeline.palettes import Palette
from huecue.pipeline.step import FrameGuidance
from huecue.stages import memory
from huecue.stages.hints import Given, place
from huecue.stages.palette import Tones
from huecue.stages.upsample import grow
from huecue.types import Chroma, FilmInfo, Hint, Luma, Picture, Reference, ShotSettings, Size, Stroke

_SHAPE_SLACK = 0.02
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Guidance:
    """A film's guidance. Points are in pixels of the film as displayed.

    `first_frame` is the first frame coloured, whole, in colour; `hint_picture` (H, W, 4) holds hints for it.
    `keyframes` are other whole frames in colour, each with its index. On a frame that is given whole, hints
    are not looked at. A `palette` steers what nothing else says. `saturation` is the film's, for shots whose
    settings say nothing; None: 1.
    """

    hints: tuple[Hint, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    references: tuple[Reference, ...] = ()
    first_frame: Picture | None = None
    hint_picture: NDArray[np.uint8] | None = None
    keyframes: tuple[tuple[int, Picture], ...] = ()
    palette: Palette | None = None
    saturation: float | None = None
    shots: tuple[ShotSettings, ...] = ()


def load_guidance(
    info: FilmInfo,
    *,
    hints: Sequence[Hint] | str | Path | None = None,
    first_frame: str | Path | None = None,
    keyframes: Sequence[tuple[int, str | Path]] = (),
    references: Sequence[str | Path] = (),
    palette: Palette | None = None,
) -> tuple[Guidance, tuple[int, ...] | None]:
    """What the arguments name, read and checked against the film, and the cuts that are given with it.

    `keyframes` are whole frames in colour, each (frame, picture); they join those of the hint file. A
    `palette` goes before the file's. Cuts are frames over 0, as ColorOptions takes them; None where none
    are given.
    Raises HintError, naming the file and the hint, where something does not fit the film.
    """
    given, picture = _load_hints(info, hints)
    given = _with_keyframes(given, keyframes, info)
    named = tuple(project.ReferenceFile(0, Path(path)) for path in references)
    guidance = guidance_of(replace(given, references=(*given.references, *named)), info)
    first = None if first_frame is None else _whole(Path(first_frame), info.displayed, "the first frame")
    cuts = None if given.cuts is None else tuple(cut for cut in given.cuts if cut > 0)
    palette = palette or guidance.palette
    return replace(guidance, first_frame=first, hint_picture=picture, palette=palette), cuts


def guidance_of(given: project.Project, info: FilmInfo) -> Guidance:
    """What a project says, its pictures read. Raises HintError or FilmError where one can't be used."""
    return Guidance(
        hints=given.hints,
        strokes=given.strokes,
        references=tuple(Reference(_picture(one.image), one.frame) for one in given.references),
        keyframes=tuple(
            (one.frame, _whole(one.image, info.displayed, "a keyframe")) for one in given.keyframes
        ),
        palette=Palette(given.palette) if given.palette else None,
        saturation=given.saturation,
        shots=given.shots,
    )


def check_frames(guidance: Guidance, frames: int) -> None:
    """Raises HintError where something is for a frame beyond the end of a film that turned out this long."""
    told: dict[str, Sequence[Hint | Stroke | Reference | ShotSettings]] = {
        "hints": guidance.hints,
        "strokes": guidance.strokes,
        "references": guidance.references,
        "shots": guidance.shots,
    }
    for part, of_one_kind in told.items():
        project.check_ends(project.numbered(part, (one.frame for one in of_one_kind)), frames)
    project.check_ends(project.numbered("keyframes", (frame for frame, _ in guidance.keyframes)), frames)


def check_first(guidance: Guidance, index: int) -> None:
    """Raises HintError where the first frame to be coloured, which `index` is, was given whole twice."""
    if guidance.first_frame is not None and index in dict(guidance.keyframes):
        raise HintError(
            f"frame {index} is given whole twice, as the first frame and as a keyframe; leave one of them out"
        )


def refuse_others(guidance: Guidance, method: str) -> None:
    """Raises UsageError, for a method that can't act on keyframes and palettes, where there are any."""
    for what, given in (("keyframes", guidance.keyframes), ("palette", guidance.palette)):
        if given:
            raise UsageError(f"{method} takes no {what}: leave it out, or take --method huecue or still")


def _with_keyframes(
    given: project.Project, keyframes: Sequence[tuple[int, str | Path]], info: FilmInfo
) -> project.Project:
    added = tuple(project.KeyframeFile(frame, Path(path)) for frame, path in keyframes)
    if info.frames is not None:
        places = ((f"{one.image}: the frame of this keyframe", one.frame) for one in added)
        project.check_ends(places, info.frames)
    return replace(given, keyframes=(*given.keyframes, *added))


def _load_hints(
    info: FilmInfo, hints: Sequence[Hint] | str | Path | None
) -> tuple[project.Project, NDArray[np.uint8] | None]:
    if not isinstance(hints, str | Path):
        given = project.Project(hints=tuple(hints or ()))
        project.check_against(given, size=info.displayed, frames=info.frames)
        return given, None
    path = Path(hints)
    if path.suffix.lower() not in ("", ".json") and not path.is_dir():
        picture = video.read_picture(path)
        _check_shape(path, Size(picture.shape[1], picture.shape[0]), info.displayed, "a hint picture")
        return project.Project(), picture
    given = project.read_project(path)
    try:
        given = project.scale_to(given, info.displayed)
        project.check_against(given, size=info.displayed, frames=info.frames)
    except HintError as problem:
        raise HintError(f"{path}: {problem}") from problem
    return given, None


def _picture(path: Path) -> Picture:
    return np.ascontiguousarray(video.read_picture(path)[..., :3])


def _whole(path: Path, displayed: Size, what: str) -> Picture:
    picture = _picture(path)
    _check_shape(path, Size(picture.shape[1], picture.shape[0]), displayed, what)
    return picture


def _check_shape(path: Path, size: Size, film: Size, what: str) -> None:
    ratio = (size.width * film.height) / (size.height * film.width)
    if not 1 - _SHAPE_SLACK <= ratio <= 1 + _SHAPE_SLACK:
        raise HintError(f"{path}: {what} is {size}, the film {film}; give a picture of the film's shape")


@dataclass(frozen=True, slots=True, eq=False)
class Guide:
    """Guidance ready for use: `at` gives what stands on a frame."""

    guidance: Guidance
    displayed: Size
    entries: tuple[tuple[int, memory.Entry], ...]
    tones: Tones | None = None

    @classmethod
    def prepare(cls, guidance: Guidance, displayed: Size, engine: Engine) -> Guide:
        """Look at the references once, with the network's eyes."""
        ordered = sorted(guidance.references, key=lambda reference: reference.frame)
        entries = tuple((one.frame, _remember(one.picture, engine)) for one in ordered)
        tones = None if guidance.palette is None else guidance.palette.tones()
        return cls(guidance, displayed, entries, tones)

    def at(self, index: int, luma: Luma, *, first: bool, shot_start: int) -> FrameGuidance:
        """What is given for frame `index`, whose working-size luma this is."""
        whole = self.whole(index, first=first)
        given = self.given(index, luma, first=first)
        return FrameGuidance(
            given=given,
            whole=None if whole is None else picture_chroma(whole, Size(luma.shape[1], luma.shape[0])),
            references=self._references(index, shot_start),
            palette=self.tones,
        )

    def whole(self, index: int, *, first: bool) -> Picture | None:
        """The whole frame in colour, if it was given."""
        if first and self.guidance.first_frame is not None:
            return self.guidance.first_frame
        return dict(self.guidance.keyframes).get(index)

    def stands(self, index: int, *, first: bool) -> bool:
        """Whether anything was said about this very frame."""
        known = self.guidance.first_frame is not None or self.guidance.hint_picture is not None
        return (first and known) or index in self.guided

    def stands_soon(self, index: int, reach: int) -> bool:
        """Whether anything was said about one of the next `reach` frames."""
        return any(index < one <= index + reach for one in self.guided)

    @property
    def guided(self) -> frozenset[int]:
        """The frames that hints, strokes or whole colours are for, by index."""
        marks: tuple[Hint | Stroke, ...] = (*self.guidance.hints, *self.guidance.strokes)
        return frozenset([*(mark.frame for mark in marks), *(index for index, _ in self.guidance.keyframes)])

    def given(self, index: int, luma: Luma, *, first: bool) -> Given | None:
        """The hinted pixels of a frame at the size of this luma (H, W) 0..255; None if there are none."""
        hints = [hint for hint in self.guidance.hints if hint.frame == index]
        strokes = [stroke for stroke in self.guidance.strokes if stroke.frame == index]
        placed = place(hints, strokes, luma, displayed=self.displayed) if hints or strokes else None
        if first and self.guidance.hint_picture is not None:
            painted = _painted(self.guidance.hint_picture, luma)
            placed = painted if placed is None else _over(placed, painted)
        return placed

    def _references(self, index: int, shot_start: int) -> tuple[memory.Entry, ...]:
        return in_force(self.entries, index, shot_start=shot_start)


def in_force(entries: Sequence[tuple[int, T]], index: int, *, shot_start: int) -> tuple[T, ...]:
    """Of references by frame, in order, those that count for frame `index`.

    Those named for the whole film (frame 0) always do, a pinned one in their place in its own shot.
    """
    always = [entry for frame, entry in entries if frame == 0]
    pinned = [entry for frame, entry in entries if frame > 0 and shot_start <= frame <= index]
    return tuple(pinned[-1:] or always)


def _remember(picture: Picture, engine: Engine) -> memory.Entry:
    """A reference as memory, squeezed to the working size: keys look at small cells, not at shapes."""
    luma, chroma = color.rgb_to_ycc(picture)
    small = np.clip(np.rint(grow(luma, engine.size) * 255), 0, 255).astype(np.uint8)
    return memory.remember(engine.keys(small), grow(chroma, engine.size), near=False)


def picture_chroma(picture: Picture, size: Size) -> Chroma:
    """The chroma (H, W, 2) of a picture at another size."""
    return grow(color.rgb_to_ycc(picture)[1].astype(np.float32), size)


def _painted(rgba: NDArray[np.uint8], luma: Luma) -> Given:
    """The hint picture at the size of `luma`: each pixel takes the mean of the hints that it covers."""
    mask, rgb = project.hints_from_picture(rgba)
    size = Size(luma.shape[1], luma.shape[0])
    chroma = color.rgb_to_ycc(rgb)[1] * mask[..., None]
    share = _average(mask.astype(np.float32), size)
    covered = share > 0.25 if (share > 0.25).any() else share > 0
    mean = _average(chroma.astype(np.float32), size) / np.maximum(share, 1e-6)[..., None]
    return Given((mean * covered[..., None]).astype(np.float32), covered)


def _average(plane: NDArray[np.float32], size: Size) -> NDArray[np.float32]:
    return np.asarray(cv2.resize(plane, (size.width, size.height), interpolation=cv2.INTER_AREA), np.float32)


def _over(top: Given, below: Given) -> Given:
    chroma = np.where(top.mask[..., None], top.chroma, below.chroma)
    return Given(chroma.astype(np.float32), top.mask | below.mask)
