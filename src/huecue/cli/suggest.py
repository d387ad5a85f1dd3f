"""`huecue suggest FILM`: where one more hint would help most."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from huecue.cli.film import add_cuts, add_known, add_machine, add_range, cuts_of, given_files, palette_of
from huecue.cli.memory import lacks_memory, memory_message
from huecue.cli.progress import progress_bar
from huecue.cli.save import check_free, save_json
from huecue.pipeline import ColorOptions, Suggestion, suggest
from huecue.pipeline.suggestions import COUNT


def add_options(parser: ArgumentParser) -> None:
    """FILM, what is known of its colours already, and how the answer is given."""
    parser.add_argument(
        "film",
        type=Path,
        metavar="FILM",
        help="film, GIF, picture, or numbered pictures such as 'scan_%%04d.png' or 'scans/*.png'",
    )
    group = parser.add_argument_group("colours")
    add_known(group)
    add_range(group)
    add_cuts(group)
    group = parser.add_argument_group("answer")
    group.add_argument(
        "--count", type=int, metavar="N", default=COUNT, help="points at most (default: %(default)s)"
    )
    group.add_argument("--json", type=Path, metavar="FILE", help="write the points as JSON too")
    group.add_argument("--overwrite", action="store_true", help="replace that file")
    add_machine(parser)


def run(args: Namespace) -> int:
    """Print the points, the best first."""
    if args.json:
        check_free(args.json, overwrite=args.overwrite, apart_from=[args.film, *given_files(args)])
    found = _suggest(args)
    for line in as_table(found):
        print(line)
    if not found:
        print("huecue: no hint would help: the colours are sure everywhere", file=sys.stderr)
    if args.json:
        points = [{**asdict(one), "shot": [one.shot.start, one.shot.stop]} for one in found]
        save_json({"film": str(args.film), "suggestions": points}, args.json, overwrite=args.overwrite)
    return 0


def as_table(found: Sequence[Suggestion]) -> list[str]:
    """A heading, and a line for each point."""
    rows = [("frame", "time", "x", "y", "gain")]
    rows += [
        (str(one.frame), _clock(one.time_s), str(one.x), str(one.y), _percent(one.gain)) for one in found
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(word.rjust(width) for word, width in zip(row, widths, strict=True)) for row in rows]


def _clock(time_s: float | None) -> str:
    """h:mm:ss.sss"""
    if time_s is None:
        return "-"
    minutes, seconds = divmod(time_s, 60)
    return f"{int(minutes // 60)}:{int(minutes % 60):02}:{seconds:06.3f}"


def _percent(share: float) -> str:
    return f"{share * 100:.3g} %"


def _suggest(args: Namespace) -> tuple[Suggestion, ...]:
    options = ColorOptions(
        cuts=cuts_of(args.cuts),
        engine=args.engine,
        device=args.device,
        threads=args.threads,
        frames=args.range,
    )
    try:
        with progress_bar(args.film.name) as progress:
            return suggest(
                args.film,
                hints=args.hints,
                first_frame=args.first_frame,
                keyframes=args.keyframe,
                references=args.reference,
                palette=palette_of(args),
                count=args.count,
                options=options,
                progress=progress,
            )
    except Exception as error:
        if not lacks_memory(error):
            raise
        raise MemoryError(memory_message(args.film)) from error
