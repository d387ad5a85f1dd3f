"""Whether hints help most where `huecue suggest` says: suggest.py CLIP .. [--frames N] [--again]

Colour clips are coloured with k hints of their true colours (the mean of 7x7 pixels), placed where `suggest`
says, at random points of the first frame, or on an even grid on it; a table of the mean RGB PSNR is printed.
The suggestions come from nothing and all at once; with --again they also come one at a time, each with those
before it given.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from huecue import ColorOptions, Guidance, Hint, Range, Size, color_frames, suggest
from huecue.engine import Engine
from huecue.evaluate.clips import Clip, find_clips, picture_of, read_clip, true_picture
from huecue.evaluate.methods import engine_for
from huecue.evaluate.protocols import HINT_RADIUS_PX, mean_color, rng_of
from huecue.metrics import psnr
from huecue.pipeline.film import single_threaded

COUNTS = (1, 3, 5)
SEEDS = 3
GRIDS = {
    1: ((1 / 2, 1 / 2),),
    3: ((1 / 6, 1 / 2), (3 / 6, 1 / 2), (5 / 6, 1 / 2)),
    5: ((1 / 4, 1 / 4), (3 / 4, 1 / 4), (1 / 2, 1 / 2), (1 / 4, 3 / 4), (3 / 4, 3 / 4)),
}
"""x and y as shares of the frame: the middle, three abreast, four and the middle."""
Way = Callable[[int], Sequence[Hint]]


def main(words: Sequence[str]) -> None:
    """Print a line for each clip and way, and the means."""
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--frames", type=int, default=24, help="of each clip (default: %(default)s)")
    parser.add_argument("--again", action="store_true", help="ask again after each hint too")
    args = parser.parse_args(words)
    engine, rows = None, dict[str, list[list[float]]]()
    print(f"| clip | way | none | {' | '.join(map(str, COUNTS))} hints |\n|{'---|' * (3 + len(COUNTS))}")
    with single_threaded():
        for path in find_clips(args.clips):
            clip = read_clip(path, args.frames)
            engine = engine_for(clip, ColorOptions(), engine)
            none = score(clip, (), engine)
            for name, way in ways(clip, again=args.again):
                row = [none, *(score(clip, way(count), engine) for count in COUNTS)]
                rows.setdefault(name.split(" ")[0], []).append(row)
                print_row(clip.name, name, row)
    for name, scores in rows.items():
        print_row("**mean**", name, np.mean(scores, axis=0).tolist())


def print_row(clip: str, name: str, row: Sequence[float]) -> None:
    """One line of the table."""
    print(f"| {clip} | {name} | {' | '.join(f'{value:.2f}' for value in row)} |", flush=True)


def ways(clip: Clip, *, again: bool) -> Iterator[tuple[str, Way]]:
    """How the points are chosen, by name."""
    at_once = suggested(clip, (), max(COUNTS))
    yield "suggested", lambda count: at_once[:count]
    if again:
        one_by_one: tuple[Hint, ...] = ()
        for _ in range(max(COUNTS)):
            one_by_one = (*one_by_one, *suggested(clip, one_by_one, 1))
        yield "again", lambda count: one_by_one[:count]
    for seed in range(SEEDS):
        yield f"random {seed}", lambda count, seed=seed: at_random(clip, count, seed)
    yield "grid", lambda count: on_grid(clip, count)


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
