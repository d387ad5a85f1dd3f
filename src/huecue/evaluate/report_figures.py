"""The report's figures remade, as grids of pictures with a line of words under each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from huecue.evaluate.clips import Clip, read_clip, true_picture
from huecue.evaluate.protocols import Task
from huecue.evaluate.report_scores import Loss
from huecue.evaluate.report_table import (
    Networks,
    ReportTableOptions,
    Transfer,
    as_large,
    first_frame,
    on_luma,
)
from huecue.evaluate.squares import given_for, hints_for, lumas_of, square_clip
from huecue.metrics import psnr
from huecue.types import Luma, Picture

FIGURE_3, FIGURE_5 = "figure3.png", "figure5.png"
Optimizer = Literal["adam", "lbfgs"]
Pooling = Literal["max", "average"]
OPTIMIZERS: tuple[Optimizer, ...] = get_args(Optimizer)
POOLINGS: tuple[Pooling, ...] = get_args(Pooling)
LOSSES: tuple[Loss, ...] = get_args(Loss)
Choice = tuple[Optimizer, Pooling, Loss]
CHOICES: tuple[Choice, ...] = tuple(product(OPTIMIZERS, POOLINGS, LOSSES))
LINE_PX, GAP_PX, LETTER_PX = 18, 4, 12


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A picture (S, S, 3) and what it is."""

    words: str
    picture: Picture


def report_figures(
    path: Path,
    options: ReportTableOptions,
    *,
    networks: Networks,
    transfers: Mapping[Choice, Transfer],
) -> dict[str, Picture]:
    """Figures 3 and 5 of a clip by the names of their files, each (H, W, 3).

    Figure 3 is the second frame in the colours of the first by each of the `transfers`; figure 5 the first
    frame by each network, with hints and without. Raises FilmError.
    """
    clip = square_clip(read_clip(path, 2), options.side_px)
    task = hints_for(clip, seed=options.seed)
    return {
        FIGURE_3: grid(_figure_3(clip, task, networks, transfers)),
        FIGURE_5: grid(_figure_5(clip, task, networks)),
    }


def _figure_3(
    clip: Clip, task: Task, networks: Networks, transfers: Mapping[Choice, Transfer]
) -> list[list[Cell]]:
    name = next(iter(networks))
    first = first_frame(clip, task, networks[name])
    lumas, true = lumas_of(clip), true_picture(clip.frames[-1])
    given = [
        Cell(f"frame 0, {name} network", first),
        Cell("the next frame", grey_of(lumas[-1])),
        Cell("in truth", true),
    ]
    rows = [given]
    for loss in LOSSES:
        row = []
        for optimizer in OPTIMIZERS:
            for pooling in POOLINGS:
                raw = next(transfers[optimizer, pooling, loss]([lumas[0], lumas[-1]], first))
                made = as_large(raw, lumas[-1])
                row.append(Cell(f"{optimizer}, {pooling}, {loss}: {psnr(made, true):.1f} dB", made))
        rows.append(row)
    return rows


def _figure_5(clip: Clip, task: Task, networks: Networks) -> list[list[Cell]]:
    luma, true = lumas_of(clip)[0], true_picture(clip.frames[0])
    rows = []
    for name, network in networks.items():
        with_hints, without = (first_frame(clip, one, network) for one in (task, Task()))
        rows.append(
            [
                Cell("grey", grey_of(luma)),
                Cell(f"{len(task.hints)} hints", hinted(clip, task)),
                Cell(f"{name}, hints: {psnr(with_hints, true):.1f} dB", with_hints),
                Cell(f"{name}, none: {psnr(without, true):.1f} dB", without),
                Cell("in truth", true),
            ]
        )
    return rows


def grey_of(luma: Luma) -> Picture:
    """A luma (H, W) as a picture (H, W, 3)."""
    return np.repeat(luma[..., None], 3, axis=-1)


def hinted(clip: Clip, task: Task) -> Picture:
    """The first frame in grey, its hints in their colours."""
    luma, given = lumas_of(clip)[0], given_for(clip, task)
    picture = grey_of(luma)
    picture[given.mask] = on_luma(luma, given.chroma)[given.mask]
    return picture


def grid(rows: Sequence[Sequence[Cell]]) -> Picture:
    """The cells, all of one size, in rows, words below each; white where a row is short."""
    height, width = rows[0][0].picture.shape[:2]
    down, across = height + LINE_PX + GAP_PX, width + GAP_PX
    longest = max(len(row) for row in rows)
    sheet = Image.new("RGB", (longest * across + GAP_PX, len(rows) * down + GAP_PX), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(LETTER_PX)
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            left, top = GAP_PX + place * across, GAP_PX + number * down
            sheet.paste(Image.fromarray(cell.picture), (left, top))
            pen.text((left, top + height + 1), cell.words, fill="black", font=font)
    return np.asarray(sheet, np.uint8)
