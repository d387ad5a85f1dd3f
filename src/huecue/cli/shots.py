"""`huecue shots FILM`: where its shots begin."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from huecue.cli.progress import progress_bar
from huecue.pipeline import find_shots


def add_options(parser: ArgumentParser) -> None:
    """FILM, and how the answer is printed."""
    parser.add_argument("film", type=Path, metavar="FILM", help="film, GIF or numbered pictures")
    parser.add_argument(
        "--json", action="store_true", help="print cuts and shots as JSON; `colorize --cuts` reads both ways"
    )


def run(args: Namespace) -> int:
    """Print the first frame of every shot but the first, one a line, and say on stderr what they are."""
    with progress_bar(args.film.name) as progress:
        shots = find_shots(args.film, progress=progress)
    cuts = [shot.start for shot in shots[1:]]
    if args.json:
        ranges = [[shot.start, shot.stop] for shot in shots]
        print(json.dumps({"film": str(args.film), "frames": shots[-1].stop, "cuts": cuts, "shots": ranges}))
        return 0
    print(f"huecue: {_in_words(len(shots))}", file=sys.stderr)
    for cut in cuts:
        print(cut)
    return 0


def _in_words(shots: int) -> str:
    return "1 shot, no cuts" if shots == 1 else f"{shots} shots, cut at these frames:"
