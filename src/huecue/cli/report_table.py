"""`huecue evaluate --table report`: the transfer introduced to the table, and its figures written."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from huecue.cli.progress import step_bar
from huecue.cli.save import check_free, save_json, save_pictures
from huecue.errors import UsageError, install_extra
from huecue.evaluate.clips import find_clips
from huecue.evaluate.methods import ReportNetworks
from huecue.evaluate.report_figures import CHOICES, FIGURE_3, FIGURE_5, Choice, report_figures
from huecue.evaluate.report_scores import FULL
from huecue.evaluate.report_table import ReportTableOptions, Transfer, open_networks, report_table
from huecue.evaluate.run import EvaluateOptions
from huecue.pipeline import ColorOptions
from huecue.stages.upsample import shrink_luma
from huecue.types import Luma, Picture, Size

if TYPE_CHECKING:
    from huecue.networks.vgg import Vgg
    from huecue.transfer.film import ReportOptions

TABLE = "report"
USUAL = ReportTableOptions(((FULL, Path()),))
FIGURES = (FIGURE_3, FIGURE_5)
TABLE_CHOICES: tuple[Choice, ...] = (("lbfgs", "average", "original"), ("lbfgs", "average", "changed"))


def add_table(parser: ArgumentParser) -> None:
    """What the report's table is made of."""
    group = parser.add_argument_group("the report's table")
    group.add_argument(
        "--table",
        choices=(TABLE,),
        help="make the report's table instead: its four methods, beside grey and huecue, on the first "
        "frames of each clip with 15 to 20 hints; it needs --weights full=FOLDER, squeezed=FOLDER or both",
    )
    for name, value, words in (
        ("iterations", USUAL.iterations, "looks that the colour transfer takes at each frame"),
        ("transfer-size", USUAL.transfer_px, "side of the squares that it works at"),
    ):
        group.add_argument(
            f"--{name}", type=int, metavar="N", default=value, help=f"{words} (default: %(default)s)"
        )
    group.add_argument(
        "--vgg",
        type=Path,
        metavar="FILE",
        help="VGG-19's weights for it, .pth or .npz (default: what HUECUE_VGG names, else torchvision's, "
        "fetched once)",
    )
    group.add_argument(
        "--figures",
        type=Path,
        metavar="DIR",
        help=f"draw the report's figures 3 and 5 of the first clip there: {', '.join(FIGURES)}",
    )


def check_no_table(args: Namespace) -> None:
    """Raises UsageError where something goes with --table alone."""
    for name in ("vgg", "figures"):
        if getattr(args, name):
            raise UsageError(f"--{name} goes with --table {TABLE}")


def run_table(args: Namespace, networks: ReportNetworks, color: ColorOptions) -> int:
    """Make the table, print it, and write what was asked for."""
    _check(args)
    options = _options(args, networks, color)
    _check_free(args)
    opened = open_networks(options)
    transfers = _open_transfers(args.vgg, options, CHOICES if args.figures else TABLE_CHOICES)
    by_loss = {choice[2]: transfers[choice] for choice in TABLE_CHOICES}
    with step_bar() as progress:
        results = report_table(args.clips, options, networks=opened, transfers=by_loss, progress=progress)
    print(results.as_table())
    if args.json:
        save_json(results.as_json(), args.json, overwrite=args.overwrite)
    if args.figures:
        first = find_clips(args.clips)[0]
        made = report_figures(first, options, networks=opened, transfers=transfers)
        save_pictures({args.figures / name: made[name] for name in FIGURES}, overwrite=args.overwrite)
    return 0


def _check(args: Namespace) -> None:
    given = {name: getattr(args, name) for name in ("method", "measure", "curve", "degrade", "length")}
    given["protocol"] = args.protocol != EvaluateOptions().protocol
    for name, value in given.items():
        if value:
            raise UsageError(f"--table {TABLE} has its own methods, clips and measures; leave --{name} out")


def _check_free(args: Namespace) -> None:
    figures = [args.figures / name for name in FIGURES] if args.figures else []
    for path in ([args.json] if args.json else []) + figures:
        check_free(path, overwrite=args.overwrite, apart_from=args.clips)


def _options(args: Namespace, networks: ReportNetworks, color: ColorOptions) -> ReportTableOptions:
    return ReportTableOptions(
        networks=networks,
        frames=USUAL.frames if args.limit_frames is None else args.limit_frames,
        clips=args.limit_clips,
        side_px=args.side,
        seed=args.seed,
        iterations=args.iterations,
        transfer_px=args.transfer_size,
        color=color,
    )


def _open_transfers(
    vgg: Path | None, options: ReportTableOptions, choices: Sequence[Choice]
) -> dict[Choice, Transfer]:
    """The colour transfer in each of the ways asked for; VGG-19 is opened once for each pooling.

    Raises UsageError, WeightsError, EngineError.
    """
    try:
        from huecue.transfer.film import ReportOptions
        from huecue.transfer.options import TransferOptions
        from huecue.transfer.transfer import open_vgg
    except ModuleNotFoundError as error:
        raise UsageError(f"--table {TABLE} needs {error.name}; {install_extra('train')}") from error
    color = options.color
    usual = TransferOptions(
        iterations=options.iterations, device=color.device, threads=color.threads, vgg=vgg
    )
    eyes = {pool: open_vgg(replace(usual, pooling=pool)) for pool in {pool for _, pool, _ in choices}}
    transfers: dict[Choice, Transfer] = {}
    for how, pool, loss in choices:
        own = replace(usual, optimizer=how, pooling=pool, content_loss=loss)
        asked = ReportOptions(own, size_px=options.transfer_px)
        transfers[how, pool, loss] = partial(_transfer, options=asked, vgg=eyes[pool])
    return transfers


def _transfer(
    lumas: Sequence[Luma], first: Picture, *, options: ReportOptions, vgg: Vgg
) -> Iterator[Picture]:
    """What the transfer paints of each frame after the first, at the size that it works at."""
    from huecue.transfer.film import transfer_clip
    from huecue.transfer.pixels import shrink_picture, size_within

    size = size_within(Size(first.shape[1], first.shape[0]), options.size_px)
    small = [shrink_luma(luma, size, turns=0, black=0, white=255) for luma in lumas]
    pairs = transfer_clip(small, shrink_picture(first, options.size_px), options, vgg=vgg)
    return (raw for raw, _ in pairs)
