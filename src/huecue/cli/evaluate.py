"""`huecue evaluate CLIPS ...`: methods scored in one run, on clips or stills."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from huecue.cli.methods import REPORT_NET
from huecue.cli.progress import step_bar
from huecue.cli.report_table import USUAL, add_table, check_no_table, run_table
from huecue.cli.save import check_free, save_json
from huecue.engine import Device, EngineName
from huecue.errors import UsageError, WriteError
from huecue.evaluate.curve import StillResults
from huecue.evaluate.drift import DRIFT_LENGTH
from huecue.evaluate.methods import ReportNetworks
from huecue.evaluate.protocols import Protocol
from huecue.evaluate.run import EvaluateOptions, evaluate
from huecue.evaluate.score import Measure
from huecue.evaluate.worn import Level
from huecue.pipeline import ColorOptions


def add_options(parser: ArgumentParser) -> None:
    """What is scored, on what, and where the answer goes."""
    usual = EvaluateOptions()
    protocols = ", ".join(Protocol)
    parser.add_argument(
        "clips",
        nargs="+",
        type=Path,
        metavar="CLIPS",
        help="colour clips, or folders of them; for stills-N images, or folders, zips and tars of images",
    )
    parser.add_argument(
        "--protocol",
        metavar="NAME",
        default=usual.protocol,
        help=f"{protocols}, stills-N for a curve, or stills-20 and the like (default: %(default)s)",
    )
    parser.add_argument(
        "--method",
        action="append",
        metavar="NAME",
        default=[],
        help="one of the methods; may be given several times (default: all that can act)",
    )
    parser.add_argument(
        "--measure",
        action="append",
        choices=get_args(Measure),
        help=f"a figure beside PSNR; may be given several times (default: {', '.join(usual.measures)})",
    )
    parser.add_argument(
        "--weights",
        action="append",
        metavar="[NAME=]FOLDER",
        default=[],
        help="a network of the report's to run beside, as `huecue train report --export FOLDER` wrote it, "
        f"and the name of its method; may be given several times (default NAME: {REPORT_NET})",
    )
    parser.add_argument(
        "--degrade",
        action="append",
        choices=get_args(Level),
        default=[],
        help="run all methods once more on the clips worn down like old film, and set them beside the clean "
        "ones: only what they see is worn, their colours are judged on the clean luma; may be given twice",
    )
    _add_limits(parser)
    add_table(parser)
    _add_answer(parser)
    _add_machine(parser)


def _add_limits(parser: ArgumentParser) -> None:
    usual = EvaluateOptions()
    group = parser.add_argument_group("how much")
    group.add_argument(
        "--limit-frames",
        "--frames",
        type=int,
        metavar="N",
        default=usual.frames,
        help=f"first N frames of a clip (default: all; {USUAL.frames} for the report's table)",
    )
    group.add_argument(
        "--length",
        type=int,
        metavar="N",
        default=usual.length,
        help=f"frames of drift's films, each a clip played there and back (default: {DRIFT_LENGTH})",
    )
    group.add_argument(
        "--limit-clips",
        type=int,
        metavar="N",
        default=usual.clips,
        help="first N clips or stills (default: all)",
    )
    group.add_argument(
        "--side",
        type=int,
        metavar="PIXELS",
        default=usual.still_side_px,
        help="stills, and the clips of the report's table, are made squares of this side; 0 keeps a still's "
        "size (default: %(default)s)",
    )
    group.add_argument(
        "--seed",
        type=int,
        metavar="N",
        default=usual.seed,
        help="of the random hints and of wear (default: %(default)s)",
    )


def _add_answer(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("answer")
    group.add_argument("--json", type=Path, metavar="FILE", help="write settings and every figure as JSON")
    group.add_argument("--curve", type=Path, metavar="FILE", help="draw the curve of stills-N as a PNG")
    group.add_argument("--overwrite", action="store_true", help="replace those files")


def _add_machine(parser: ArgumentParser) -> None:
    usual = ColorOptions()
    group = parser.add_argument_group("machine")
    group.add_argument(
        "--engine",
        choices=get_args(EngineName),
        default=usual.engine,
        help="as in colorize (default: %(default)s)",
    )
    group.add_argument(
        "--device",
        choices=get_args(Device),
        default=usual.device,
        help="as in colorize (default: %(default)s)",
    )
    group.add_argument("--threads", type=int, metavar="N", default=usual.threads, help="as in colorize")


def run(args: Namespace) -> int:
    """Score, and print the table."""
    if args.table:
        return run_table(args, _networks(args.weights), _color(args))
    check_no_table(args)
    options = _options(args)
    if args.curve and options.hint_counts is None:
        raise UsageError("--curve goes with --protocol stills-N")
    if args.measure and options.protocol == Protocol.DRIFT:
        raise UsageError(f"--protocol {Protocol.DRIFT} measures PSNR alone; leave --measure out")
    for path in (args.json, args.curve):
        if path:
            check_free(path, overwrite=args.overwrite, apart_from=args.clips)
    with step_bar() as progress:
        results = evaluate(args.clips, options, progress)
    print(results.as_table())
    if args.json:
        save_json(results.as_json(), args.json, overwrite=args.overwrite)
    if args.curve and isinstance(results, StillResults):
        _draw(results, args.curve)
    return 0


def _draw(results: StillResults, path: Path) -> None:
    try:
        results.draw(path)
    except OSError as error:
        raise WriteError(f"{path} can't be written: {error.strerror or error}; check its folder") from error


def _options(args: Namespace) -> EvaluateOptions:
    usual = EvaluateOptions()
    return EvaluateOptions(
        protocol=args.protocol,
        methods=tuple(args.method),
        seed=args.seed,
        frames=args.limit_frames,
        clips=args.limit_clips,
        measures=tuple(args.measure or usual.measures),
        still_side_px=args.side or None,
        networks=_networks(args.weights),
        color=_color(args),
        length=args.length,
        degrade=tuple(args.degrade),
    )


def _color(args: Namespace) -> ColorOptions:
    return ColorOptions(engine=args.engine, device=args.device, threads=args.threads)


def _networks(words: Sequence[str]) -> ReportNetworks:
    """Name and folder of each [NAME=]FOLDER; a name has no slash."""
    named = []
    for word in words:
        name, equals, folder = word.partition("=")
        named.append((name, Path(folder)) if equals and "/" not in name else (REPORT_NET, Path(word)))
    return tuple(named)
