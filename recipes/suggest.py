"""Whether hints help most where `huecue suggest` says: suggest.py CLIP .. [--frames N] [--given K] [--again]

Colour clips are coloured with k hints of their true colours (the mean of 7x7 pixels), placed where
`suggest` says; where the first frame is least sure, one after the other ("unsure-first"); where the least
sure of all frames is ("unsure"); at random points of the first frame; or on an even grid on it. A table of
the mean RGB PSNR is printed. The suggestions come all at once; with --again they also come one at a time,
each with those before it given. With --given, hints at so many random points of the first frame are there
before all others.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from huecue import ColorOptions, Guidance, Hint, Range, Size, color_frames, suggest
from huecue.engine import Engine
from huecue.evaluate.clips import Clip, find_clips, picture_of, read_clip, true_picture
from huecue.evaluate.methods import engine_for
from huecue.evaluate.protocols import HINT_RADIUS_PX, mean_color, rng_of
from huecue.metrics import psnr
from huecue.pipeline.film import single_threaded
from huecue.stages.cells import CELL_PX

COUNTS = (1, 3, 5)
SEEDS = 3
GRIDS = {
    1: ((1 / 2, 1 / 2),),
    3: ((1 / 6, 1 / 2), (3 / 6, 1 / 2), (5 / 6, 1 / 2)),
    5: ((1 / 4, 1 / 4), (3 / 4, 1 / 4), (1 / 2, 1 / 2), (1 / 4, 3 / 4), (3 / 4, 3 / 4)),
}
"""x and y as shares of the frame: the middle, three abreast, four and the middle."""
GIVEN_SEED = 100
NEAR = 12
"""Frames around a hinted one that are not asked about by how sure they are."""
Way = Callable[[int], Sequence[Hint]]


def main(words: Sequence[str]) -> None:
    """Print a line for each clip and way, and the means."""
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--frames", type=int, default=24, help="of each clip (default: %(default)s)")
    parser.add_argument(
        "--given", type=int, default=0, help="random hints from the start (default: %(default)s)"
    )
    parser.add_argument("--again", action="store_true", help="ask again after each hint too")
    args = parser.parse_args(words)
    engine, rows = None, dict[str, list[list[float]]]()
    print(f"| clip | way | none | {' | '.join(map(str, COUNTS))} hints |\n|{'---|' * (3 + len(COUNTS))}")
    with single_threaded():
        for path in find_clips(args.clips):
            clip = read_clip(path, args.frames)
            engine = engine_for(clip, ColorOptions(), engine)
            given = at_random(clip, args.given, GIVEN_SEED)
            none = score(clip, given, engine)
            for name, way in ways(clip, given, engine, again=args.again):
                row = [none, *(score(clip, (*given, *way(count)), engine) for count in COUNTS)]
                rows.setdefault(name.split(" ")[0], []).append(row)
                print_row(clip.name, name, row)
    for name, scores in rows.items():
        print_row("**mean**", name, np.mean(scores, axis=0).tolist())


def print_row(clip: str, name: str, row: Sequence[float]) -> None:
    """One line of the table."""
    print(f"| {clip} | {name} | {' | '.join(f'{value:.2f}' for value in row)} |", flush=True)


def ways(clip: Clip, given: Sequence[Hint], engine: Engine, *, again: bool) -> Iterator[tuple[str, Way]]:
    """How the points are chosen, by name."""
    most = max(COUNTS)
    at_once = suggested(clip, given, most)
    yield "suggested", lambda count: at_once[:count]
    if again:
        asked = one_by_one(given, most, lambda hints: suggested(clip, hints, 1))
        yield "again", lambda count: asked[:count]
    for name, first in ("unsure-first", True), ("unsure", False):
        doubted = one_by_one(
            given, most, lambda hints, first=first: least_sure(clip, hints, engine, first=first)
        )
        yield name, lambda count, doubted=doubted: doubted[:count]
    for seed in range(SEEDS):
        yield f"random {seed}", lambda count, seed=seed: at_random(clip, count, seed)
    yield "grid", lambda count: on_grid(clip, count)


def one_by_one(
    given: Sequence[Hint], count: int, choose: Callable[[Sequence[Hint]], Sequence[Hint]]
) -> Sequence[Hint]:
    """Hints of which each is chosen knowing those before it, and those given."""
    hints = tuple(given)
    for _ in range(count):
        hints = (*hints, *choose(hints))
    return hints[len(given) :]


def least_sure(clip: Clip, hints: Sequence[Hint], engine: Engine, *, first: bool) -> Sequence[Hint]:
    """The true colour of the cell of 8x8 working pixels that is least sure.

    On the first frame, or on the frame that is least sure of all that stand away from hinted ones.
    """
    colored = color_frames(
        clip.grey_frames(), clip.info, Guidance(hints=tuple(hints)), ColorOptions(), engine=engine
    )
    sure = [one.confidence for one in colored]
    hinted = {hint.frame for hint in hints}
    free = [frame for frame in range(len(sure)) if all(abs(frame - one) > NEAR for one in hinted)]
    free = free or [frame for frame in range(len(sure)) if frame not in hinted]
    frame = 0 if first else min(free, key=lambda frame: float(sure[frame].mean()))
    height, width = (side // CELL_PX for side in sure[frame].shape)
    cells = cv2.resize(sure[frame], (width, height), interpolation=cv2.INTER_AREA)
    row, column = divmod(int(cells.argmin()), width)
    x, y = int((column + 0.5) / width * clip.size.width), int((row + 0.5) / height * clip.size.height)
    return (true_hint(clip, frame, x, y),)


def suggested(clip: Clip, hints: Sequence[Hint], count: int) -> tuple[Hint, ...]:
    """The true colours where `suggest` asks for them."""
    options = ColorOptions(frames=Range(0, len(clip.frames)))
    found = suggest(clip.path, hints=hints, count=count, options=options)
    return tuple(true_hint(clip, one.frame, one.x, one.y) for one in found)


def at_random(clip: Clip, count: int, seed: int) -> tuple[Hint, ...]:
    """The true colours at random points of the first frame; those of fewer hints are among them."""
    rng = rng_of(clip.name, seed)
    points = [(int(rng.integers(clip.size.width)), int(rng.integers(clip.size.height))) for _ in range(count)]
    return tuple(true_hint(clip, 0, *point) for point in points)


def on_grid(clip: Clip, count: int) -> tuple[Hint, ...]:
    """The true colours on an even grid on the first frame."""
    size: Size = clip.size
    points = [(int(across * size.width), int(down * size.height)) for across, down in GRIDS[count]]
    return tuple(true_hint(clip, 0, *point) for point in points)


def true_hint(clip: Clip, frame: int, x: int, y: int) -> Hint:
    """A hint of the colour that is there in truth."""
    picture = true_picture(clip.frames[frame])
    return Hint(x, y, mean_color(picture, x, y, HINT_RADIUS_PX), frame=frame, radius=HINT_RADIUS_PX)


def score(clip: Clip, hints: Sequence[Hint], engine: Engine) -> float:
    """The mean PSNR of the frames of a clip that is coloured with these hints."""
    given = Guidance(hints=tuple(hints))
    colored = color_frames(clip.grey_frames(), clip.info, given, ColorOptions(), engine=engine)
    pairs = zip(colored, clip.frames, strict=True)
    return float(
        np.mean([psnr(picture_of(one.frame, one.chroma), true_picture(true)) for one, true in pairs])
    )


if __name__ == "__main__":
    main(sys.argv[1:])
