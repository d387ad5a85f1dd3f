"""`huecue demo`: a film whose true colours are known, made grey, coloured, and held against the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import cv2
import numpy as np
from PIL import Image

from huecue.errors import OutputExists, UsageError, WriteError
from huecue.evaluate.clips import picture_of
from huecue.evaluate.demo_film import (
    PANS,
    RATE,
    SHOT_FRAMES,
    SIZE,
    demo_hints,
    demo_pictures,
)
from huecue.evaluate.made_film import grey_planes, planes_of, write_film
from huecue.metrics import psnr
from huecue.pipeline import Progress, Report, colorize
from huecue.project import Project, write_project
from huecue.types import Picture
from huecue.video import WriteOptions, read_frames

TRUTH, GREY, HINTS = "truth.mp4", "grey.mp4", "hints.json"
HINTED, AUTOMATIC, SHEET = "grey.color.mp4", "grey.auto.mp4", "before_after.png"
FILES = (TRUTH, GREY, HINTS, HINTED, AUTOMATIC, SHEET)
TILE_PX = (256, 144)
COLUMNS = {GREY: "before", HINTED: "after", TRUTH: "truth"}

Watch = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo made, and the mean PSNR in dB of each film against the truth."""

    folder: Path
    grey_db: float
    automatic_db: float
    hinted_db: float
    report: Report


def make_demo(folder: Path, *, overwrite: bool = False, progress: Watch | None = None) -> Demo:
    """Make the film, colour it with hints and without, and compare. Everything is in `folder`.

    Raises UsageError where the folder can't be made, OutputExists where an earlier demo is in it.
    """
    _prepare(folder, overwrite=overwrite)
    pictures = list(demo_pictures())
    write = WriteOptions(overwrite=overwrite)
    _write_films(folder, pictures, write)
    write_project(Project(hints=demo_hints(), size=SIZE), folder / HINTS)
    colorize(folder / GREY, folder / AUTOMATIC, write=write, progress=progress)
    report = colorize(folder / GREY, folder / HINTED, hints=folder / HINTS, write=write, progress=progress)
    shown = {name: _pictures(folder / name) for name in (TRUTH, GREY, AUTOMATIC, HINTED)}
    _save_sheet(shown, folder / SHEET)
    grey_db, automatic_db, hinted_db = (
        _score(shown[name], shown[TRUTH]) for name in (GREY, AUTOMATIC, HINTED)
    )
    return Demo(folder, grey_db, automatic_db, hinted_db, report)


def _prepare(folder: Path, *, overwrite: bool) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} can't be made a folder ({error.strerror}); choose another") from error
    for name in FILES:
        if (folder / name).exists() and not overwrite:
            raise OutputExists(
                f"{folder / name} exists; pass --overwrite to replace it, or choose another folder"
            )


def _write_films(folder: Path, pictures: list[Picture], write: WriteOptions) -> None:
    truth = [planes_of(picture) for picture in pictures]
    grey = (grey_planes(planes.luma) for planes in truth)
    write_film(folder / TRUTH, truth, size=SIZE, rate=RATE, options=write)
    write_film(folder / GREY, grey, size=SIZE, rate=RATE, options=write)


def _pictures(film: Path) -> list[Picture]:
    """Every frame of a film in colour, (H, W, 3)."""
    frames = read_frames(film)
    return [picture_of(frame, frame.chroma) for frame in frames if frame.chroma is not None]


def _score(pictures: list[Picture], truth: list[Picture]) -> float:
    return fmean(psnr(picture, true) for picture, true in zip(pictures, truth, strict=True))


def _save_sheet(shown: dict[str, list[Picture]], path: Path) -> None:
    """A picture with a row for each shot: its last frame before, after, and as it truly is.

    256 colours, chosen for it and dithered, make it small enough to stand at the top of a page.
    """
    sheet = np.hstack([_column(shown[name], caption) for name, caption in COLUMNS.items()])
    whole = Image.fromarray(sheet)
    few = whole.quantize(palette=whole.quantize(256, kmeans=3), dither=Image.Dither.FLOYDSTEINBERG)
    try:
        few.save(path, optimize=True)
    except OSError as error:
        raise WriteError(f"{path} can't be written: {error.strerror}; free some space") from error


def _column(pictures: list[Picture], caption: str) -> Picture:
    lasts = [pictures[(shot + 1) * SHOT_FRAMES - 1] for shot in range(len(PANS))]
    tiles = [cv2.resize(picture, TILE_PX, interpolation=cv2.INTER_AREA) for picture in lasts]
    band = np.full((24, TILE_PX[0], 3), 255, np.uint8)
    cv2.putText(band, caption, (8, 17), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (40, 40, 40), 1, cv2.LINE_AA)
    return np.vstack([band, *tiles])
