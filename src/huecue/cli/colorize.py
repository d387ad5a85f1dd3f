"""`huecue colorize FILM ...`: the main job."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from huecue.cli.memory import lacks_memory, memory_message
from huecue.cli.progress import progress_bar
from huecue.cli.save import check_free, save_json
from huecue.engine import Device, EngineName
from huecue.errors import FilmTruncated, HuecueError, UsageError
from huecue.pipeline import ColorOptions, Report, colorize
from huecue.pipeline.options import Cuts
from huecue.project import read_cuts
from huecue.types import Range
from huecue.video import WriteOptions, default_output


def add_options(parser: ArgumentParser) -> None:
    """FILM, what is known of its colours, and how the result is written."""
    parser.add_argument(
        "films",
        nargs="+",
        type=Path,
        metavar="FILM",
        help="film, GIF, picture, or numbered pictures such as 'scan_%%04d.png' or 'scans/*.png'",
    )
    parser.add_argument(
        "-o",
        "--out",
        type=Path,
        help="the result, or a folder for it (default: FILM with .color before its suffix)",
    )
    _add_colours(parser)
    _add_writing(parser)
    _add_machine(parser)


def _add_colours(parser: ArgumentParser) -> None:
    usual = ColorOptions()
    group = parser.add_argument_group("colours")
    group.add_argument(
        "--hints",
        type=Path,
        metavar="FILE",
        help="points and strokes of colour: a JSON file, or a picture for frame 0",
    )
    group.add_argument(
        "--first-frame", type=Path, metavar="IMAGE", help="the first frame in colour, pixel for pixel"
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
        "--range",
        type=_range,
        metavar="A:B",
        default=usual.frames,
        help="only frames A to B (B not included), counted from 0; either may be left out (default: all)",
    )
    group.add_argument(
        "--saturation",
        type=float,
        metavar="X",
        default=usual.saturation,
        help="vividness (default: %(default)s)",
    )
    group.add_argument(
        "--cuts",
        metavar="auto|none|FILE",
        default=usual.cuts,
        help="find cuts, have none, or read their frame numbers from a file (default: %(default)s)",
    )


def _add_writing(parser: ArgumentParser) -> None:
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
    group.add_argument(
        "--report", type=Path, metavar="FILE", help="write speed, shots, hint errors and settings as JSON"
    )
    group.add_argument(
        "--overwrite", action="store_true", default=write.overwrite, help="replace OUT and the report"
    )


def _add_machine(parser: ArgumentParser) -> None:
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


def run(args: Namespace) -> int:
    """Colour every film; one that fails does not stop the others. Gives the first exit code that is not 0."""
    targets = [_target(film, args) for film in args.films]
    _check_request(args, targets)
    options, write = _options(args), _write_options(args)
    codes, reports = [], []
    for film, target in zip(args.films, targets, strict=True):
        try:
            report = _color(film, target, args, options, write)
        except HuecueError as error:
            if len(args.films) == 1:
                raise
            codes.append(_tell(error))
        else:
            reports.append(report)
            codes.append(_say(report))
    if args.report and reports:
        many = [report.as_json() for report in reports]
        save_json(many if len(args.films) > 1 else many[0], args.report, overwrite=args.overwrite)
    return next((code for code in codes if code), 0)


def _target(film: Path, args: Namespace) -> Path:
    usual = default_output(film)
    if args.out is None:
        return usual
    out: Path = args.out
    return out / usual.name if out.is_dir() else out


def _check_request(args: Namespace, targets: Sequence[Path]) -> None:
    """Refuse what can be seen to be wrong before any film is opened."""
    if len(args.films) > 1:
        if args.out is not None and not args.out.is_dir():
            raise UsageError(
                f"{args.out} is no folder, and there are {len(args.films)} films; make it a folder first"
            )
        if args.hints or args.first_frame:
            raise UsageError("hints and a first frame belong to one film; colour the films one by one")
        twins = {target for target in targets if list(targets).count(target) > 1}
        if twins:
            raise UsageError(f"several of the films would be written to {min(twins)}; colour them one by one")
    given = [path for path in (args.hints, args.first_frame, *args.reference) if path]
    for target in targets:
        if target.absolute() in [path.absolute() for path in given]:
            raise UsageError(
                f"{target} is one of the files that guide the colours; give the result another name"
            )
    if args.report:
        check_free(args.report, overwrite=args.overwrite, apart_from=[*args.films, *targets, *given])


def _options(args: Namespace) -> ColorOptions:
    return ColorOptions(
        saturation=args.saturation,
        cuts=_cuts(args.cuts),
        engine=args.engine,
        device=args.device,
        threads=args.threads,
        frames=args.range,
    )


def _write_options(args: Namespace) -> WriteOptions:
    return WriteOptions(codec=args.codec, crf=args.crf, preset=args.preset, overwrite=args.overwrite)


def _cuts(text: str) -> Cuts:
    """'auto', 'none', or the frames that a file names; a shot always starts at frame 0, which is no cut."""
    if text == "auto":
        return "auto"
    if text == "none":
        return "none"
    return tuple(cut for cut in read_cuts(Path(text)) if cut > 0)


def _range(text: str) -> Range:
    start, colon, stop = text.partition(":")
    try:
        if not colon:
            raise ValueError
        return Range(int(start or 0), int(stop) if stop else None)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no range of frames; write A:B, such as 0:240") from error
    except UsageError as error:
        raise ArgumentTypeError(str(error)) from error


def _color(film: Path, target: Path, args: Namespace, options: ColorOptions, write: WriteOptions) -> Report:
    try:
        with progress_bar(film.name) as progress:
            return colorize(
                film,
                target,
                hints=args.hints,
                first_frame=args.first_frame,
                references=args.reference,
                options=options,
                write=write,
                progress=progress,
            )
    except Exception as error:
        if not lacks_memory(error):
            raise
        raise MemoryError(memory_message(film)) from error


def _say(report: Report) -> int:
    """What came of a film: a line on stdout if all is well."""
    if not report.complete:
        return _tell(FilmTruncated(f"{report.message}; what is there was coloured: {report.out}"))
    shots = f"{len(report.shots)} shot{'s' if len(report.shots) > 1 else ''}"
    print(
        f"{report.out}: {report.frames} frames, {shots}, {report.elapsed_s:.1f} s ({report.fps:.1f} frames/s)"
    )
    return 0


def _tell(error: HuecueError) -> int:
    print(f"huecue: {error}", file=sys.stderr)
    return error.exit_code
