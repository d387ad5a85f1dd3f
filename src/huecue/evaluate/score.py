"""A clip's frames as methods coloured them, measured against the truth, frame by frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from huecue import color, metrics
from huecue.evaluate.clips import ChromaPlanes, Clip, luma_at, picture_of, resize_chroma, true_planes
from huecue.evaluate.protocols import Task
from huecue.evaluate.worn import Level
from huecue.metrics import Flow
from huecue.types import Chroma, Frame, Hint, Luma, Picture

Measure = Literal["cdc", "warping", "colorfulness", "ssim"]
DEFAULT_MEASURES: tuple[Measure, ...] = ("cdc", "warping", "colorfulness")
"""What is measured beside PSNR and hint errors; SSIM takes longer than all else together."""
LAST_FRAMES = 5


@dataclass(frozen=True, slots=True)
class Look:
    """What a film looks like on its own: means over its frames, None where it was not measured."""

    cdc: float | None = None
    warping_error: float | None = None
    colorfulness: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A clip's chroma planes, frame by frame, as a method made them; `degrade` says how worn what it saw was.

    `hint_errors` are those of the first frame, as it was seen.
    """

    method: str
    planes: Sequence[ChromaPlanes]
    seconds_per_frame: float
    hint_errors: tuple[float, ...] = ()
    degrade: Level | None = None


def title_of(method: str, degrade: Level | None) -> str:
    """A method's name in tables, with the wear of what it saw."""
    return method if degrade is None else f"{method}, {degrade} wear"


@dataclass(frozen=True, slots=True)
class ClipScore:
    """How one method did on one clip. PSNR is in dB, `hint_errors` are CIEDE2000, one for each hint.

    `degrade` says how worn what it saw was.
    """

    clip: str
    method: str
    psnr_frames: tuple[float, ...]
    chroma_psnr: float
    ssim: float | None
    look: Look
    true_look: Look
    hint_errors: tuple[float, ...]
    seconds_per_frame: float
    degrade: Level | None = None

    @property
    def title(self) -> str:
        """The method's name, with the wear of what it saw."""
        return title_of(self.method, self.degrade)

    @property
    def psnr(self) -> float:
        """The mean over the frames that count."""
        return float(np.mean(self.psnr_frames))

    @property
    def psnr_last(self) -> float:
        """The mean over the last five of them."""
        return float(np.mean(self.psnr_frames[-LAST_FRAMES:]))

    @property
    def cdc_gap(self) -> float | None:
        """|CDC - CDC of the truth|."""
        gap = _difference(self.look.cdc, self.true_look.cdc)
        return None if gap is None else abs(gap)

    @property
    def warping_ratio(self) -> float | None:
        """The warping error over the truth's; neither counts as less than what 8 bits make."""
        own, true = self.look.warping_error, self.true_look.warping_error
        if own is None or true is None:
            return None
        return max(own, metrics.WARPING_FLOOR) / max(true, metrics.WARPING_FLOOR)

    @property
    def colorfulness_gap(self) -> float | None:
        """Colourfulness over the truth's: below 0 is too grey."""
        return _difference(self.look.colorfulness, self.true_look.colorfulness)


def _difference(own: float | None, true: float | None) -> float | None:
    return None if own is None or true is None else own - true


@dataclass(slots=True)
class _Tally:
    """What was measured so far of one method, or of the truth."""

    psnr: list[float] = field(default_factory=list)
    chroma_psnr: list[float] = field(default_factory=list)
    ssim: list[float] = field(default_factory=list)
    histograms: list[NDArray[np.float64]] = field(default_factory=list)
    warping: list[float] = field(default_factory=list)
    colorfulness: list[float] = field(default_factory=list)
    before: Picture | None = None

    def look(self) -> Look:
        return Look(
            cdc=metrics.cdc(self.histograms) if self.histograms else None,
            warping_error=_mean(self.warping),
            colorfulness=_mean(self.colorfulness),
        )


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


Motion = tuple[Flow, NDArray[np.bool_]]


def score_clip(
    clip: Clip,
    task: Task,
    all_made: Sequence[Made],
    *,
    measures: Iterable[Measure] = DEFAULT_MEASURES,
) -> tuple[ClipScore, ...]:
    """The scores of what methods made of a clip: their colours on its own luma, whatever luma they saw.

    All go through the clip together, so that the truth and its motion are made once.
    """
    wanted = frozenset(measures)
    truth, tallies = _Tally(), [_Tally() for _ in all_made]
    before: Luma | None = None
    for index, frame in enumerate(clip.frames):
        luma = luma_at(frame, frame.size)
        motion = _motion(before, luma) if before is not None and "warping" in wanted else None
        before = luma
        true = picture_of(frame, true_planes(frame))
        _add_look(truth, true, motion, wanted)
        for made, tally in zip(all_made, tallies, strict=True):
            picture = picture_of(frame, made.planes[index])
            _add_look(tally, picture, motion, wanted)
            if index not in task.unscored:
                _add_likeness(tally, picture, true, frame, made.planes[index], ssim="ssim" in wanted)
    return tuple(_score(clip, *pair, truth) for pair in zip(all_made, tallies, strict=True))


def _motion(before: Luma, luma: Luma) -> Motion:
    forward = metrics.flow_between(before, luma)
    return forward, metrics.trusted(forward, metrics.flow_between(luma, before))


def _add_look(tally: _Tally, picture: Picture, motion: Motion | None, wanted: frozenset[Measure]) -> None:
    if "cdc" in wanted:
        tally.histograms.append(metrics.color_histogram(picture))
    if "colorfulness" in wanted:
        tally.colorfulness.append(metrics.colorfulness(picture))
    if motion is not None and tally.before is not None:
        tally.warping.append(metrics.warping_error(tally.before, picture, *motion))
    tally.before = picture


def _add_likeness(
    tally: _Tally, picture: Picture, true: Picture, frame: Frame, planes: ChromaPlanes, *, ssim: bool
) -> None:
    tally.psnr.append(metrics.psnr(picture, true))
    chroma, true_chroma = (_chroma(frame, pair) for pair in (planes, true_planes(frame)))
    tally.chroma_psnr.append(metrics.chroma_psnr(chroma, true_chroma))
    if ssim:
        tally.ssim.append(metrics.ssim(picture, true))


def _chroma(frame: Frame, planes: ChromaPlanes) -> Chroma:
    return color.planes_to_chroma(planes, frame.depth, frame.full_range)


def _score(clip: Clip, made: Made, tally: _Tally, truth: _Tally) -> ClipScore:
    return ClipScore(
        clip=clip.name,
        method=made.method,
        psnr_frames=tuple(tally.psnr),
        chroma_psnr=float(np.mean(tally.chroma_psnr)),
        ssim=_mean(tally.ssim),
        look=tally.look(),
        true_look=truth.look(),
        hint_errors=made.hint_errors,
        seconds_per_frame=made.seconds_per_frame,
        degrade=made.degrade,
    )


def hint_errors(frame: Frame, planes: ChromaPlanes, hints: Sequence[Hint]) -> tuple[float, ...]:
    """CIEDE2000 of each hint of a frame: the colour it stands for at its pixel's luma, and what is there."""
    if not hints:
        return ()
    rows, columns = (
        [round(value) for value in axis] for axis in zip(*((h.y, h.x) for h in hints), strict=True)
    )
    light = color.plane_to_luma(frame.luma[rows, columns], frame.depth, frame.full_range)
    wanted = np.concatenate([color.hint_chroma(h.color, y[None]) for h, y in zip(hints, light, strict=True)])
    shown = resize_chroma(_chroma(frame, planes), frame.size)[rows, columns]
    asked, got = (color.rgb_to_lab(np.clip(color.ycc_to_rgb(light, c), 0, 1)) for c in (wanted, shown))
    return tuple(metrics.ciede2000(asked, got).tolist())
