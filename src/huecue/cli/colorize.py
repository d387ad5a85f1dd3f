"""`huecue colorize FILM ...`: the main job."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, _ArgumentGroup
from collections.abc import Sequence
from pathlib import Path

from huecue.cli.film import (
    add_cuts,
    add_known,
    add_machine,
    add_range,
    add_writing,
    cuts_of,
    given_files,
    palette_of,
    say,
    tell,
    write_options,
)
from huecue.cli.memory import lacks_memory, memory_message
from huecue.cli.methods import METHODS, OWN, REPORT, REPORT_NET, MethodFiles, check_files, load_method
from huecue.cli.progress import progress_bar
from huecue.cli.save import check_free, save_json
from huecue.errors import HuecueError, UsageError
from huecue.pipeline import ColorOptions, Report, colorize
from huecue.pipeline.settings import USUAL_SATURATION
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
    add_writing(parser, report="speed, shots, hint errors and settings")
    add_machine(parser)


def _add_colours(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("colours")
    add_known(group)
    _add_method(group)
    add_range(group)
    group.add_argument(
        "--saturation",
        type=float,
        metavar="X",
        default=ColorOptions().saturation,
        help="vividness of shots that have none of their own (default: as the project says, else "
        f"{USUAL_SATURATION})",
    )
    add_cuts(group)


def _add_method(group: _ArgumentGroup) -> None:
    group.add_argument(
        "--method",
        choices=METHODS,
        default=OWN,
        help=f"{'; '.join(f'{name}: {summary}' for name, (_, summary) in METHODS.items())} "
        "(default: %(default)s)",
    )
    group.add_argument(
        "--weights",
        type=Path,
        metavar="FOLDER",
        help=f"the network of {REPORT_NET} and {REPORT}, as `huecue train report --export FOLDER` wrote it; "
        f"without it {REPORT} has huecue's own network colour the first frame",
    )
    group.add_argument(
        "--vgg",
        type=Path,
        metavar="FILE",
        help=f"VGG-19's weights for {REPORT}, .pth or .npz (default: what HUECUE_VGG names, else "
        "torchvision's, fetched once)",
    )


def run(args: Namespace) -> int:
    """Colour every film; one that fails does not stop the others. Gives the first exit code that is not 0."""
    targets = [_target(film, args) for film in args.films]
    _check_request(args, targets)
    options, write = _options(args), write_options(args)
    codes, reports = [], []
    for film, target in zip(args.films, targets, strict=True):
        try:
            report = _color(film, target, args, options, write)
        except HuecueError as error:
            if len(args.films) == 1:
                raise
            codes.append(tell(error))
        else:
            reports.append(report)
            codes.append(say(report, done="coloured"))
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
    check_files(args.method, _files(args))
    if len(args.films) > 1:
        if args.out is not None and not args.out.is_dir():
            raise UsageError(
                f"{args.out} is no folder, and there are {len(args.films)} films; make it a folder first"
            )
        if args.hints or args.first_frame or args.keyframe:
            raise UsageError(
                "hints, a first frame and keyframes belong to one film; colour the films one by one"
            )
        twins = {target for target in targets if list(targets).count(target) > 1}
        if twins:
            raise UsageError(f"several of the films would be written to {min(twins)}; colour them one by one")
    given = given_files(args)
    for target in targets:
        if target.absolute() in [path.absolute() for path in given]:
            raise UsageError(
                f"{target} is one of the files that guide the colours; give the result another name"
            )
    if args.report:
        check_free(args.report, overwrite=args.overwrite, apart_from=[*args.films, *targets, *given])


def _files(args: Namespace) -> MethodFiles:
    return MethodFiles(args.weights, args.vgg)


def _options(args: Namespace) -> ColorOptions:
    return ColorOptions(
        saturation=args.saturation,
        cuts=cuts_of(args.cuts),
        engine=args.engine,
        device=args.device,
        threads=args.threads,
        frames=args.range,
    )


def _color(film: Path, target: Path, args: Namespace, options: ColorOptions, write: WriteOptions) -> Report:
    try:
        with progress_bar(film.name) as progress:
            return colorize(
                film,
                target,
                hints=args.hints,
                first_frame=args.first_frame,
                keyframes=args.keyframe,
                references=args.reference,
                palette=palette_of(args),
                options=options,
                write=write,
                progress=progress,
                coloring=load_method(args.method, _files(args)),
            )
    except Exception as error:
        if not lacks_memory(error):
            raise
        raise MemoryError(memory_message(film)) from error
