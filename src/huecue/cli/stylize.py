"""`huecue stylize FILM STYLE ...`: the film in the style of a picture."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import get_args

from huecue.cli.film import add_cuts, add_range, add_writing, cuts_of, say, write_options
from huecue.cli.memory import lacks_memory
from huecue.cli.progress import step_bar
from huecue.cli.save import check_free, save_json
from huecue.engine import Device
from huecue.errors import UsageError, install_extra
from huecue.networks.vgg_layers import URL, VARIABLE, Pooling
from huecue.pipeline import ColorOptions, Report
from huecue.transfer.options import ContentLoss, Optimizer, StyleOptions, TransferOptions, default_output


def add_options(parser: ArgumentParser) -> None:
    """FILM and STYLE, how like the style it becomes, and how the result is written."""
    parser.add_argument(
        "film",
        type=Path,
        metavar="FILM",
        help="film, GIF, picture, or numbered pictures such as 'scan_%%04d.png' or 'scans/*.png'",
    )
    parser.add_argument("style", type=Path, metavar="STYLE", help="the picture whose style is wanted")
    parser.add_argument(
        "-o",
        "--out",
        type=Path,
        help="the result, or a folder for it (default: FILM with .style before its suffix)",
    )
    _add_look(parser)
    _add_work(parser)
    add_writing(parser, report="speed, shots, flicker and settings")


def _add_look(parser: ArgumentParser) -> None:
    usual = StyleOptions()
    group = parser.add_argument_group("look")
    for name, words in (
        ("strength", "how strong the style is"),
        ("temporal", "how closely each frame keeps to the last one along the motion; 0 is off"),
    ):
        group.add_argument(
            f"--{name}",
            type=float,
            metavar="X",
            default=getattr(usual, name),
            help=f"{words} (default: %(default)s)",
        )
    group.add_argument(
        "--colorize",
        action="store_true",
        default=usual.colorize,
        help="colour the film first, as `huecue colorize` does (default: paint it in what colours it has)",
    )
    group.add_argument(
        "--keep-colors",
        action="store_true",
        default=usual.keep_colors,
        help="take light and strokes alone from the style, and keep the film's colours",
    )
    add_range(group)
    add_cuts(group)


def _add_work(parser: ArgumentParser) -> None:
    style, usual = StyleOptions(), TransferOptions()
    group = parser.add_argument_group("work")
    for name, value, words in (
        ("size", style.size_px, "longest side to paint at; the painting is then grown to the film's size"),
        ("iterations", usual.iterations, "looks at each frame; a shot's first frame takes twice as many"),
        ("seed", usual.seed, "seed of all that is drawn"),
    ):
        group.add_argument(
            f"--{name}", type=int, metavar="N", default=value, help=f"{words} (default: %(default)s)"
        )
    for name, choices, words in (
        ("optimizer", get_args(Optimizer), "how the picture is improved"),
        ("pooling", get_args(Pooling), "how VGG-19 steps down in size"),
        ("content-loss", get_args(ContentLoss), "what holds it to the film"),
        ("device", get_args(Device), "where it runs"),
    ):
        value = getattr(usual, name.replace("-", "_"))
        group.add_argument(
            f"--{name}", choices=choices, default=value, help=f"{words} (default: %(default)s)"
        )
    group.add_argument(
        "--threads",
        type=int,
        metavar="N",
        default=usual.threads,
        help="threads that paint (default: PyTorch's choice)",
    )
    group.add_argument(
        "--vgg",
        type=Path,
        metavar="FILE",
        default=usual.vgg,
        help=f"VGG-19's weights, .pth or .npz (default: what {VARIABLE} names, else {URL}, fetched once)",
    )


def run(args: Namespace) -> int:
    """Paint the film; say where it is."""
    target = _target(args)
    if args.report:
        check_free(args.report, overwrite=args.overwrite, apart_from=[args.film, args.style, target])
    report = _paint(args, target)
    code = say(report, done="painted")
    if report.flicker is not None:
        print(f"it flickers by {report.flicker:.2f} of 255 along the motion")
    if args.report:
        save_json(report.as_json(), args.report, overwrite=args.overwrite)
    return code


def _target(args: Namespace) -> Path:
    usual = default_output(args.film)
    if args.out is None:
        return usual
    out: Path = args.out
    return out / usual.name if out.is_dir() else out


def _options(args: Namespace) -> StyleOptions:
    transfer = TransferOptions(
        iterations=args.iterations,
        optimizer=args.optimizer,
        content_loss=args.content_loss,
        pooling=args.pooling,
        seed=args.seed,
        device=args.device,
        threads=args.threads,
        vgg=args.vgg,
    )
    return StyleOptions(
        transfer=transfer,
        strength=args.strength,
        temporal=args.temporal,
        size_px=args.size,
        colorize=args.colorize,
        keep_colors=args.keep_colors,
        color=ColorOptions(cuts=cuts_of(args.cuts), frames=args.range),
    )


def _paint(args: Namespace, target: Path) -> Report:
    try:
        from huecue.transfer.stylize import stylize
    except ModuleNotFoundError as error:
        raise UsageError(f"styling needs {error.name}; {install_extra('train')}") from error
    try:
        with step_bar() as progress:
            return stylize(
                args.film,
                args.style,
                target,
                options=_options(args),
                write=write_options(args),
                progress=progress,
            )
    except Exception as error:
        if not lacks_memory(error):
            raise
        raise MemoryError(
            f"{args.film}: there is not enough memory to paint it; take a smaller --size"
        ) from error
