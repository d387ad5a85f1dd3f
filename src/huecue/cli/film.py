"""What the commands share that make a film of a film: options, their values, and the answer."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace, _ArgumentGroup
from pathlib import Path
from typing import get_args

from huecue.engine import Device, EngineName
from huecue.errors import FilmTruncated, HuecueError, UsageError
from huecue.pipeline import ColorOptions, Palette, Report, read_palette
from huecue.pipeline.options import Cuts
from huecue.project import read_cuts
from huecue.types import Range
from huecue.video import WriteOptions


def add_known(group: _ArgumentGroup) -> None:
    """What is known of the colours beforehand: hints, whole frames, references and a palette."""
    group.add_argument(
        "--hints",
        type=Path,
        metavar="FILE",
        help="what is known of the colours: a project file (JSON), or a picture with hints for frame 0",
    )
    group.add_argument(
        "--first-frame", type=Path, metavar="IMAGE", help="the first frame in colour, pixel for pixel"
    )
    group.add_argument(
        "--keyframe",
        type=keyframe_of,
        metavar="N=IMAGE",
        action="append",
        default=[],
        help="frame N (of the film, from 0) in colour, pixel for pixel; may be given several times",
    )
    group.add_argument(
        "--reference",
        type=Path,
        metavar="IMAGE",
        action="append",
        default=[],
        help="any other picture whose colours to borrow; may be given several times",
    )
    group.add_argument(
        "--palette",
        metavar="COLORS|IMAGE",
        help="colours that the film is likely to have, '#aa8855,#223344', or a picture that has them: they "
        "steer what nothing else says",
    )
    group.add_argument(
        "--vividness",
        type=float,
        metavar="X",
        help="how vivid the colours that nothing else says should be: 0 grey, 0.05 pale, 0.1 as in most "
        "photographs, 0.2 gaudy (default: as the network thinks, or the palette's picture is)",
    )


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


def palette_of(args: Namespace) -> Palette | None:
    """The palette that the options name, None where they name none."""
    if args.palette is None and args.vividness is None:
        return None
    return read_palette(args.palette or (), vividness=args.vividness)


def keyframe_of(text: str) -> tuple[int, Path]:
    """The frame and the picture that N=IMAGE names. Raises ArgumentTypeError."""
    number, _, image = text.partition("=")
    if not (number.isascii() and number.isdecimal() and image):
        raise ArgumentTypeError(f"{text!r} is no keyframe; write N=IMAGE, such as 120=painted.png")
    return int(number), Path(image)


def given_files(args: Namespace) -> list[Path]:
    """The files that `add_known` was given: nothing may be written over them."""
    keyframes = (path for _, path in args.keyframe)
    palette = Path(args.palette) if args.palette else None
    return [path for path in (args.hints, args.first_frame, *keyframes, *args.reference, palette) if path]


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
