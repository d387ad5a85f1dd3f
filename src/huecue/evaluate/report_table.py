"""The report's table remade: its four methods, with grey and huecue's own beside them, on given clips."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import cv2
import numpy as np

from huecue.color import rgb_to_ycc, to_picture, ycc_to_rgb
from huecue.engine import Engine, ReportEngine, open_report
from huecue.errors import UsageError
from huecue.evaluate.clips import Clip, find_clips, picture_of, read_clip, true_picture
from huecue.evaluate.methods import ReportNetworks, engine_for, start
from huecue.evaluate.protocols import Task
from huecue.evaluate.report_scores import FULL, ROWS, SQUEEZED, Loss, ReportResults, Row, RowScore
from huecue.evaluate.run import Progress, Watch
from huecue.evaluate.squares import given_for, hints_for, lumas_of, square_clip
from huecue.metrics import psnr
from huecue.pipeline import ColorOptions
from huecue.pipeline.film import single_threaded
from huecue.pipeline.report_net import MULTIPLE, report_chroma
from huecue.types import Chroma, Luma, Picture, Size
from huecue.weights import load_report

Transfer = Callable[[Sequence[Luma], Picture], Iterator[Picture]]
"""Lumas and the first frame in colour in, (H, W); the repainted picture of each later frame out, any size."""
Networks = Mapping[str, ReportEngine]
LEAST_SIDE_PX = 32


@dataclass(frozen=True, slots=True)
class ReportTableOptions:
    """What the report's table is made of.

    `networks` are the full and the squeezed one, or one of them; the first `frames` frames of a clip are made
    squares of `side_px`. The transfer is asked for `iterations`, and to work at `transfer_px`.
    """

    networks: ReportNetworks = ()
    frames: int = 6
    clips: int | None = None
    side_px: int = 256
    seed: int = 0
    iterations: int = 20
    transfer_px: int = 256
    color: ColorOptions = field(default_factory=ColorOptions)

    def __post_init__(self) -> None:
        names = [name for name, _ in self.networks]
        if not names or len(set(names)) < len(names) or not {*names} <= {FULL, SQUEEZED}:
            raise UsageError(
                f"the report's table needs --weights {FULL}=FOLDER, --weights {SQUEEZED}=FOLDER or both"
            )
        for name, limit in (("frames", self.frames), ("clips", self.clips)):
            if limit is not None and limit < 1:
                raise UsageError(f"{name} must be 1 or more, not {limit}")
        if self.side_px < LEAST_SIDE_PX or self.side_px % MULTIPLE:
            raise UsageError(
                f"the table's squares have a side of {LEAST_SIDE_PX} or more, a multiple of {MULTIPLE}, "
                f"not {self.side_px}"
            )
        if self.seed < 0:
            raise UsageError(f"the seed must be 0 or more, not {self.seed}")


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A frame (S, S, 3) as a row makes it, whole, and with its colours alone on the frame's own luma."""

    whole: Picture
    kept: Picture


@dataclass(frozen=True, slots=True, eq=False)
class _Tools:
    """All that the rows work with."""

    networks: Networks
    transfers: Mapping[Loss, Transfer]
    engine: Engine
    color: ColorOptions


def open_networks(options: ReportTableOptions) -> Networks:
    """The networks by name, ready for the table's squares. Raises WeightsError, EngineError."""
    color, size = options.color, Size(options.side_px, options.side_px)
    return {
        name: open_report(
            load_report(folder), size, name=color.engine, device=color.device, threads=color.threads
        )
        for name, folder in options.networks
    }


def report_table(
    paths: Sequence[Path],
    options: ReportTableOptions,
    *,
    networks: Networks,
    transfers: Mapping[Loss, Transfer],
    progress: Watch | None = None,
) -> ReportResults:
    """The scores of each row whose network is there; `transfers` are by their content loss.

    Raises UsageError for what can't be asked, FilmError for what can't be read.
    """
    files = find_clips(paths)[: options.clips]
    rows = [row for row in ROWS if row.network is None or row.network in networks]
    scores, engine, done = list[RowScore](), None, 0
    total = len(files) * len(rows) * options.frames
    with single_threaded():
        for file in files:
            clip = square_clip(read_clip(file, options.frames), options.side_px)
            task = hints_for(clip, seed=options.seed)
            engine = engine_for(clip, options.color, engine)
            for row in rows:
                made = _frames(row, clip, task, _Tools(networks, transfers, engine, options.color))
                tell = _told(progress, done, total, f"{clip.name}: {row.name}")
                scores.append(_score(row, clip, task, made, tell))
                done += options.frames
    if progress:
        progress(Progress(total, total, "done"))
    return ReportResults(asdict(options), tuple(scores))


def _told(progress: Watch | None, done: int, total: int, doing: str) -> Callable[[int], None]:
    """Told how many frames of a row are done, it tells how far the whole is."""

    def tell(frames: int) -> None:
        if progress:
            progress(Progress(done + frames, total, doing))

    return tell


def _frames(row: Row, clip: Clip, task: Task, tools: _Tools) -> Iterator[Made]:
    if row.network is None:
        return _by_method(row.name, clip, task, tools)
    network = tools.networks[row.network]
    if row.loss is None:
        return _by_network(clip, task, network)
    return _by_transfer(clip, task, network, tools.transfers[row.loss])


def _by_method(name: str, clip: Clip, task: Task, tools: _Tools) -> Iterator[Made]:
    planes = start(name, clip, task, options=tools.color, engine=tools.engine)
    for frame, pair in zip(clip.frames, planes, strict=True):
        picture = picture_of(frame, pair)
        yield Made(picture, picture)


def _by_network(clip: Clip, task: Task, network: ReportEngine) -> Iterator[Made]:
    """Each frame by itself: the hints stand on the first alone."""
    for number, luma in enumerate(lumas_of(clip)):
        chroma = report_chroma(network, luma, given_for(clip, task) if number == 0 else None)
        picture = on_luma(luma, chroma)
        yield Made(picture, picture)


def _by_transfer(clip: Clip, task: Task, network: ReportEngine, transfer: Transfer) -> Iterator[Made]:
    lumas, first = lumas_of(clip), first_frame(clip, task, network)
    yield Made(first, first)
    for luma, raw in zip(lumas[1:], transfer(lumas, first), strict=True):
        whole = as_large(raw, luma)
        yield Made(whole, on_luma(luma, rgb_to_ycc(whole)[1]))


def first_frame(clip: Clip, task: Task, network: ReportEngine) -> Picture:
    """The first frame as a network colours it with the task's hints."""
    luma = lumas_of(clip)[0]
    return on_luma(luma, report_chroma(network, luma, given_for(clip, task)))


def on_luma(luma: Luma, chroma: Chroma) -> Picture:
    """The picture (H, W, 3) of chroma on a frame's luma."""
    return to_picture(ycc_to_rgb(luma.astype(np.float32) / np.float32(255), chroma))


def as_large(picture: Picture, luma: Luma) -> Picture:
    """A picture at the size of a luma."""
    if picture.shape[:2] == luma.shape:
        return picture
    return np.asarray(cv2.resize(picture, luma.shape[::-1], interpolation=cv2.INTER_CUBIC), np.uint8)


def _score(row: Row, clip: Clip, task: Task, made: Iterator[Made], tell: Callable[[int], None]) -> RowScore:
    pictures, seconds = list[Made](), 0.0
    for number in range(len(clip.frames)):
        tell(number)
        began = time.perf_counter()
        pictures.append(next(made))
        seconds += time.perf_counter() - began
    truths = [true_picture(frame) for frame in clip.frames]
    return RowScore(
        clip=clip.name,
        row=row.name,
        hints=len(task.hints),
        psnr_frames=tuple(psnr(one.whole, true) for one, true in zip(pictures, truths, strict=True)),
        kept_frames=tuple(psnr(one.kept, true) for one, true in zip(pictures, truths, strict=True)),
        seconds_per_frame=seconds / len(clip.frames),
    )
