"""What the commands share that make a film of a film: options, their values, and the answer."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace, _ArgumentGroup
from pathlib import Path
from typing import get_args

from huecue.engine import Device, EngineName
from huecue.errors import FilmTruncated, HuecueError, UsageError
from huecue.pipeline import ColorOptions, Report
from huecue.pipeline.options import Cuts
from huecue.project import read_cuts
from huecue.types import Range
from huecue.video import WriteOptions


def add_range(group: _ArgumentGroup) -> None:
    """--range: which frames."""
    group.add_argument(
        "--range",
        type=range_of,
        metavar="A:B",
        default=ColorOptions().frames,
        help="only frames A to B (B not included), counted from 0; either may be left out (default: all)",
    )


def add_cuts(group: _ArgumentGroup) -> None:
    """--cuts: where shots begin."""
    group.add_argument(
        "--cuts",
        metavar="auto|none|FILE",
        default=ColorOptions().cuts,
        help="find cuts, have none, or read their frame numbers from a file (default: %(default)s)",
    )


def add_writing(parser: ArgumentParser, *, report: str) -> None:
    """How the result is written; `report` says what the report holds."""
    write = WriteOptions()
    group = parser.add_argument_group("writing")
    suits = "(default: what suits the film and OUT)"
    group.add_argument(
        "--codec",
        metavar="NAME",
        default=write.codec,
        help=f"encoder: libx264, libx265, ffv1, prores_ks .. {suits}",
    )
    group.add_argument(
        "--crf", type=int, metavar="N", default=write.crf, help=f"quality of the encoder, 0 is best {suits}"
    )
    group.add_argument("--preset", metavar="NAME", default=write.preset, help=f"speed of the encoder {suits}")
    group.add_argument("--report", type=Path, metavar="FILE", help=f"write {report} as JSON")
    group.add_argument(
        "--overwrite", action="store_true", default=write.overwrite, help="replace OUT and the report"
    )


def add_machine(parser: ArgumentParser) -> None:
    """--engine, --device and --threads: what runs the network."""
    usual = ColorOptions()
    group = parser.add_argument_group("machine")
    group.add_argument(
        "--engine",
        choices=get_args(EngineName),
        default=usual.engine,
        help="runs the network (default: %(default)s)",
    )
    group.add_argument(
        "--device",
        choices=get_args(Device),
        default=usual.device,
        help="where it runs (default: %(default)s)",
    )
    group.add_argument(
        "--threads",
        type=int,
        metavar="N",
        default=usual.threads,
        help="threads for the network (default: half the cores)",
    )


def write_options(args: Namespace) -> WriteOptions:
    """What `add_writing` asked for."""
    return WriteOptions(codec=args.codec, crf=args.crf, preset=args.preset, overwrite=args.overwrite)


def cuts_of(text: str) -> Cuts:
    """'auto', 'none', or the frames that a file names; a shot always starts at frame 0, which is no cut."""
    if text == "auto":
        return "auto"
    if text == "none":
        return "none"
    return tuple(cut for cut in read_cuts(Path(text)) if cut > 0)


def range_of(text: str) -> Range:
    """The range that A:B names. Raises ArgumentTypeError."""
    start, colon, stop = text.partition(":")
    try:
        if not colon:
            raise ValueError
        return Range(int(start or 0), int(stop) if stop else None)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no range of frames; write A:B, such as 0:240") from error
    except UsageError as error:
        raise ArgumentTypeError(str(error)) from error


def say(report: Report, *, done: str) -> int:
    """What came of a film, a line on stdout if all is well; `done` is a word for it. Gives the exit code."""
    if not report.complete:
        return tell(FilmTruncated(f"{report.message}; what is there was {done}: {report.out}"))
    shots = f"{len(report.shots)} shot{'s' if len(report.shots) > 1 else ''}"
    print(
        f"{report.out}: {report.frames} frames, {shots}, {report.elapsed_s:.1f} s ({report.fps:.1f} frames/s)"
    )
    return 0


def tell(error: HuecueError) -> int:
    """Say on stderr what went wrong, and give the exit code."""
    print(f"huecue: {error}", file=sys.stderr)
    return error.exit_code
