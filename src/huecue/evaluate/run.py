"""Methods run over clips or stills, and scored."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice, product
from pathlib import Path
from typing import get_args

from huecue.engine import Engine, ReportEngine
from huecue.errors import UsageError
from huecue.evaluate.clips import ChromaPlanes, Clip, find_clips, picture_of, read_clip, true_picture
from huecue.evaluate.curve import GREY, StillResults, StillScore
from huecue.evaluate.drift import DRIFT_LENGTH, DriftScore, psnr_along, there_and_back
from huecue.evaluate.drift_table import DriftResults
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
from huecue.evaluate.score import (
    DEFAULT_MEASURES,
    ClipScore,
    Made,
    Measure,
    hint_errors,
    score_clip,
    title_of,
)
from huecue.evaluate.stills import HINT_COUNTS, as_clip, draw_patches, read_stills
from huecue.evaluate.table import ClipResults
from huecue.evaluate.worn import LEVELS, Level, Seen, see
from huecue.metrics import psnr
from huecue.pipeline import ColorOptions
from huecue.pipeline.film import single_threaded

Results = ClipResults | StillResults | DriftResults


@dataclass(frozen=True, slots=True)
class EvaluateOptions:
    """What is measured and how.

    `protocol` is auto, hints20, first-frame, reference, both-ends, drift, palette, stills-N for a curve,
    or stills-20 and the like for one point of it. No `methods` means all that can act under the protocol.
    `frames` and `clips` (or stills) bound a quick run; `still_side_px` squares the stills (None keeps their
    size). `networks` are networks of the report's to run beside, each a method by its name. `color` is what
    huecue is asked for. `length` is that of drift's films in frames (None: 2,000). At each level of `degrade`
    all methods run once more, and see the clips so worn.
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
    length: int | None = None
    degrade: tuple[Level, ...] = ()

    def __post_init__(self) -> None:
        check_networks(self.networks, methods=self.methods, protocol=self.protocol)
        check_methods(self.methods, able=self._able(), protocol=self.protocol)
        limits = {
            "frames": self.frames,
            "clips": self.clips,
            "the stills' side": self.still_side_px,
            "the length": self.length,
        }
        for name, limit in limits.items():
            if limit is not None and limit < 1:
                raise UsageError(f"{name} must be 1 or more, not {limit}")
        if self.seed < 0:
            raise UsageError(f"the seed must be 0 or more, not {self.seed}")
        self._check_film()

    def _check_film(self) -> None:
        if self.length is not None and self.protocol != Protocol.DRIFT:
            raise UsageError(f"--length goes with --protocol {Protocol.DRIFT}, not with {self.protocol}")
        if self.degrade and self.hint_counts is not None:
            raise UsageError(f"--degrade wears films down: it does not go with --protocol {self.protocol}")
        for level in self.degrade:
            if level not in get_args(Level):
                raise UsageError(f"no wear {level!r}; choose from {', '.join(get_args(Level))}")

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
    def runs(self) -> tuple[tuple[str, Level | None], ...]:
        """Each method with each wear of what it sees; None is none."""
        return tuple(product(self.running, (None, *dict.fromkeys(self.degrade))))

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
        if options.protocol == Protocol.DRIFT:
            color = replace(options.color, cuts="none")  # the film there and back is one shot
            length = options.length or DRIFT_LENGTH
            return _evaluate_drift(paths, replace(options, color=color, length=length), length, watch)
        return _evaluate_clips(paths, options, watch)


def _unwatched(_: Progress) -> None:
    return None


@dataclass(frozen=True, slots=True, eq=False)
class _Networks:
    """Those that are open, for clips of one size."""

    engine: Engine | None = None
    reports: Mapping[str, ReportEngine] = field(default_factory=dict)

    def fit(self, clip: Clip, options: EvaluateOptions) -> _Networks:
        """The same for the size of a clip."""
        needed = NETWORKED & set(options.running)
        engine = engine_for(clip, options.color, self.engine) if needed else None
        return _Networks(engine, reports_for(clip, options.running_networks, options.color, self.reports))


def _evaluate_clips(paths: Sequence[Path], options: EvaluateOptions, watch: Watch) -> ClipResults:
    files = find_clips(paths)[: options.clips]
    scores, networks, steps = list[ClipScore](), _Networks(), len(options.runs) + 1
    for number, file in enumerate(files):
        clip = read_clip(file, options.frames)
        task = set_task(clip, Protocol(options.protocol), seed=options.seed)
        networks = networks.fit(clip, options)
        seen = {level: _see_whole(clip, task, level, options.seed) for level in (None, *options.degrade)}
        made = list[Made]()
        for place, (method, level) in enumerate(options.runs):
            doing = f"{clip.name}: {title_of(method, level)}"
            watch(Progress(number * steps + place, len(files) * steps, doing))
            planes, seconds = _run(method, seen[level], options.color, networks)
            errors = hint_errors(seen[level].clip.frames[0], planes[0], task.hints)
            made.append(Made(method, planes, seconds, errors, level))
        watch(Progress((number + 1) * steps - 1, len(files) * steps, f"{clip.name}: scores"))
        scores.extend(score_clip(clip, task, made, measures=options.measures))
    watch(Progress(len(files) * steps, len(files) * steps, "done"))
    return ClipResults(_settings(options), tuple(scores))


def _see_whole(clip: Clip, task: Task, level: Level | None, seed: int) -> Seen:
    """What methods see, worn once for all of them."""
    seen = see(clip, task, level, seed=seed)
    return replace(seen, clip=replace(seen.clip, frames=tuple(seen.clip.frames)))


def _run(
    method: str, seen: Seen, color: ColorOptions, networks: _Networks
) -> tuple[list[ChromaPlanes], float]:
    """All of a clip's planes, and the seconds a frame."""
    began = time.perf_counter()
    planes = list(_planes(method, seen, color, networks))
    return planes, (time.perf_counter() - began) / len(planes)


def _planes(method: str, seen: Seen, color: ColorOptions, networks: _Networks) -> Iterator[ChromaPlanes]:
    """The planes that go with each frame of the clean clip, one by one."""
    report = networks.reports.get(method)
    made = start(method, seen.clip, seen.task, options=color, engine=networks.engine, report=report)
    return (seen.back(planes, index) for index, planes in enumerate(made))


def _evaluate_drift(
    paths: Sequence[Path], options: EvaluateOptions, length: int, watch: Watch
) -> DriftResults:
    files = find_clips(paths)[: options.clips]
    scores, networks, total = list[DriftScore](), _Networks(), len(files) * len(options.runs) * length
    for file in files:
        clip = read_clip(file, options.frames)
        film = there_and_back(clip, length)
        task = set_task(film, Protocol.DRIFT, seed=options.seed)
        networks = networks.fit(film, options)
        for method, level in options.runs:
            made = _planes(method, see(film, task, level, seed=options.seed), options.color, networks)
            psnrs = list[float]()
            for one in psnr_along(clip, made):
                done, doing = len(scores) * length + len(psnrs), f"{clip.name}: {title_of(method, level)}"
                watch(Progress(done, total, doing))
                psnrs.append(one)
            scores.append(DriftScore(clip.name, method, len(clip.frames), tuple(psnrs), level))
    watch(Progress(total, total, "done"))
    return DriftResults(_settings(options), tuple(scores))


def _evaluate_stills(
    paths: Sequence[Path], options: EvaluateOptions, counts: tuple[int, ...], watch: Watch
) -> StillResults:
    methods, scores, networks = _with_grey(options.running), list[StillScore](), _Networks()
    for done, (name, picture) in enumerate(islice(read_stills(paths), options.clips)):
        still = as_clip(name, picture, options.still_side_px)
        networks = networks.fit(still, options)
        hints = draw_patches(true_picture(still.frames[0]), max(counts), rng_of(name, options.seed))
        for count in counts:
            watch(Progress(done, None, f"{name}: {count} hints"))
            seen = see(still, Task(hints=hints[:count]), None, seed=options.seed)
            scores.extend(_score_still(method, seen, options.color, networks) for method in methods)
    return StillResults(_settings(options), tuple(scores))


def _with_grey(methods: tuple[str, ...]) -> tuple[str, ...]:
    """Grey is what the others' gain is counted from."""
    return methods if GREY in methods else (GREY, *methods)


def _score_still(method: str, seen: Seen, color: ColorOptions, networks: _Networks) -> StillScore:
    (planes,), seconds = _run(method, seen, color, networks)
    frame, hints = seen.clip.frames[0], seen.task.hints
    likeness = psnr(picture_of(frame, planes), true_picture(frame))
    errors = hint_errors(frame, planes, hints)
    return StillScore(seen.clip.name, method, len(hints), likeness, errors, seconds)


def _settings(options: EvaluateOptions) -> dict[str, object]:
    wear = {level: asdict(LEVELS[level]) for level in options.degrade}
    return {**asdict(options), "methods": options.running, "wear": wear}
