"""Methods run over clips or stills, and scored."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

from huecue.engine import Engine, ReportEngine
from huecue.errors import UsageError
from huecue.evaluate.clips import ChromaPlanes, Clip, find_clips, picture_of, read_clip, true_picture
from huecue.evaluate.curve import GREY, StillResults, StillScore
from huecue.evaluate.methods import (
    ABLE,
    ABLE_STILLS,
    NETWORKED,
    ReportNetworks,
    check_methods,
    check_networks,
    engine_for,
    reports_for,
    start,
)
from huecue.evaluate.protocols import Protocol, Task, rng_of, set_task
from huecue.evaluate.score import DEFAULT_MEASURES, ClipScore, Measure, hint_errors, score_clip
from huecue.evaluate.stills import HINT_COUNTS, as_clip, draw_patches, read_stills
from huecue.evaluate.table import ClipResults
from huecue.metrics import psnr
from huecue.pipeline import ColorOptions
from huecue.pipeline.film import single_threaded

Results = ClipResults | StillResults


@dataclass(frozen=True, slots=True)
class EvaluateOptions:
    """What is measured and how.

    `protocol` is auto, hints20, first-frame, reference, both-ends, stills-N for the whole curve, or stills-20
    and the like for one point of it. No `methods` means all that can act under the protocol. `frames` and
    `clips` (or stills) bound a quick run; `still_side_px` squares the stills (None keeps their size).
    `networks` are networks of the report's to run beside, each a method by its name. `color` is what huecue
    is asked for.
    """

    protocol: str = Protocol.FIRST_FRAME.value
    methods: tuple[str, ...] = ()
    seed: int = 0
    frames: int | None = None
    clips: int | None = None
    measures: tuple[Measure, ...] = DEFAULT_MEASURES
    still_side_px: int | None = 256
    networks: ReportNetworks = ()
    color: ColorOptions = field(default_factory=ColorOptions)

    def __post_init__(self) -> None:
        check_networks(self.networks, methods=self.methods, protocol=self.protocol)
        check_methods(self.methods, able=self._able(), protocol=self.protocol)
        limits = {"frames": self.frames, "clips": self.clips, "the stills' side": self.still_side_px}
        for name, limit in limits.items():
            if limit is not None and limit < 1:
                raise UsageError(f"{name} must be 1 or more, not {limit}")
        if self.seed < 0:
            raise UsageError(f"the seed must be 0 or more, not {self.seed}")

    def _able(self) -> tuple[str, ...]:
        beside = tuple(name for name, _ in self.networks)
        if self.hint_counts is not None:
            return (*ABLE_STILLS, *beside)
        if self.protocol not in list(Protocol):
            raise UsageError(f"no protocol {self.protocol!r}; choose from {', '.join(Protocol)} and stills-N")
        return (*ABLE[Protocol(self.protocol)], *beside)

    @property
    def running(self) -> tuple[str, ...]:
        """The methods to run: the chosen ones, or all that can act."""
        return self.methods or self._able()

    @property
    def running_networks(self) -> ReportNetworks:
        """Those of the networks that run."""
        return tuple((name, folder) for name, folder in self.networks if name in self.running)

    @property
    def hint_counts(self) -> tuple[int, ...] | None:
        """The numbers of hints of a protocol on stills; None for a protocol on clips."""
        named = re.fullmatch(r"stills-(N|\d+)", self.protocol)
        if named is None:
            return None
        return HINT_COUNTS if named[1] == "N" else (int(named[1]),)


@dataclass(frozen=True, slots=True)
class Progress:
    """Steps done, of how many (None: not known), and what comes next, in words."""

    done: int
    total: int | None
    doing: str


Watch = Callable[[Progress], None]


def evaluate(
    paths: Sequence[Path],
    options: EvaluateOptions = EvaluateOptions(),
    progress: Watch | None = None,
) -> Results:
    """The scores of methods on clips (files, folders), for stills-N on images (files, folders, tars, zips).

    Raises UsageError for what can't be asked, FilmError for what can't be read.
    """
    watch = progress or _unwatched
    with single_threaded():
        if options.hint_counts is not None:
            return _evaluate_stills(paths, options, options.hint_counts, watch)
        return _evaluate_clips(paths, options, watch)


def _unwatched(_: Progress) -> None:
    return None


def _evaluate_clips(paths: Sequence[Path], options: EvaluateOptions, watch: Watch) -> ClipResults:
    files = find_clips(paths)[: options.clips]
    methods, scores, engine = options.running, list[ClipScore](), None
    reports = dict[str, ReportEngine]()
    steps = len(methods) + 1
    for number, file in enumerate(files):
        clip = read_clip(file, options.frames)
        task = set_task(clip, Protocol(options.protocol), seed=options.seed)
        engine = engine_for(clip, options.color, engine) if NETWORKED & set(methods) else None
        reports = reports_for(clip, options.running_networks, options.color, reports)
        outputs, seconds = dict[str, list[ChromaPlanes]](), dict[str, float]()
        for place, method in enumerate(methods):
            watch(Progress(number * steps + place, len(files) * steps, f"{clip.name}: {method}"))
            outputs[method], seconds[method] = _run(
                method, clip, task, options.color, engine, reports.get(method)
            )
        watch(Progress((number + 1) * steps - 1, len(files) * steps, f"{clip.name}: scores"))
        scores.extend(score_clip(clip, task, outputs, seconds, measures=options.measures))
    watch(Progress(len(files) * steps, len(files) * steps, "done"))
    return ClipResults(_settings(options), tuple(scores))


def _run(
    method: str,
    clip: Clip,
    task: Task,
    options: ColorOptions,
    engine: Engine | None,
    report: ReportEngine | None,
) -> tuple[list[ChromaPlanes], float]:
    """All of a clip's planes, and the seconds a frame."""
    began = time.perf_counter()
    planes = list(start(method, clip, task, options=options, engine=engine, report=report))
    return planes, (time.perf_counter() - began) / len(clip.frames)


def _evaluate_stills(
    paths: Sequence[Path], options: EvaluateOptions, counts: tuple[int, ...], watch: Watch
) -> StillResults:
    methods, scores, engine = _with_grey(options.running), list[StillScore](), None
    reports = dict[str, ReportEngine]()
    for done, (name, picture) in enumerate(islice(read_stills(paths), options.clips)):
        still = as_clip(name, picture, options.still_side_px)
        engine = engine_for(still, options.color, engine) if NETWORKED & set(methods) else None
        reports = reports_for(still, options.running_networks, options.color, reports)
        hints = draw_patches(true_picture(still.frames[0]), max(counts), rng_of(name, options.seed))
        for count in counts:
            watch(Progress(done, None, f"{name}: {count} hints"))
            task = Task(hints=hints[:count])
            scores.extend(
                _score_still(method, still, task, options.color, engine, reports.get(method))
                for method in methods
            )
    return StillResults(_settings(options), tuple(scores))


def _with_grey(methods: tuple[str, ...]) -> tuple[str, ...]:
    """Grey is what the others' gain is counted from."""
    return methods if GREY in methods else (GREY, *methods)


def _score_still(
    method: str,
    still: Clip,
    task: Task,
    options: ColorOptions,
    engine: Engine | None,
    report: ReportEngine | None,
) -> StillScore:
    (planes,), seconds = _run(method, still, task, options, engine, report)
    frame = still.frames[0]
    likeness = psnr(picture_of(frame, planes), true_picture(frame))
    errors = hint_errors(frame, planes, task.hints)
    return StillScore(still.name, method, len(task.hints), likeness, errors, seconds)


def _settings(options: EvaluateOptions) -> dict[str, object]:
    return {**asdict(options), "methods": options.running}
