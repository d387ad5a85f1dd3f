"""`huecue train realtime DATA ...`: the real-time network, from photographs and clips."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import get_args

from huecue.errors import UsageError

try:
    from huecue.train.run import Precision, TrainOptions, settings, train
except ModuleNotFoundError as error:
    raise UsageError(f"training needs {error.name}; run: pip install 'huecue[train]'") from error


def add_options(parser: ArgumentParser) -> None:
    """What is learned from, how, and where it is put."""
    parser.add_argument("network", choices=("realtime",), help="the network to train")
    parser.add_argument(
        "data",
        nargs="+",
        metavar="DATA",
        help="folders, zips and tars of photographs and clips; FOLDER@64 holds sheets of 64-pixel tiles",
    )
    _add_run(parser)
    _add_machine(parser)


def _add_run(parser: ArgumentParser) -> None:
    usual = TrainOptions(data=())
    group = parser.add_argument_group("run")
    group.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        default=usual.out,
        help="checkpoint, log and curves (default: %(default)s)",
    )
    group.add_argument(
        "--validation",
        action="append",
        metavar="DATA",
        default=[],
        help="pictures to validate on (default: some of DATA)",
    )
    for name, kind, words in (
        ("steps", int, "batches to learn from"),
        ("rate", float, "learning rate at its highest"),
        ("seed", int, "seed of everything that is drawn"),
        ("check-every", int, "validate and save after so many steps"),
    ):
        value = getattr(usual, name.replace("-", "_"))
        group.add_argument(
            f"--{name}", type=kind, metavar="N", default=value, help=f"{words} (default: %(default)s)"
        )
    group.add_argument(
        "--fresh", action="store_true", help="start anew instead of going on from the last checkpoint"
    )
    group.add_argument(
        "--export", type=Path, metavar="FOLDER", help="write the trained weights there, ready to colour"
    )


def _add_machine(parser: ArgumentParser) -> None:
    usual = TrainOptions(data=())
    group = parser.add_argument_group("machine")
    group.add_argument(
        "--workers",
        type=int,
        metavar="N",
        default=usual.workers,
        help="processes that make batches (default: %(default)s)",
    )
    group.add_argument(
        "--threads",
        type=int,
        metavar="N",
        default=usual.threads,
        help="threads that learn (default: PyTorch's choice)",
    )
    group.add_argument(
        "--devices",
        metavar="N|auto",
        default=usual.devices,
        help="GPUs or processes to use (default: %(default)s)",
    )
    group.add_argument(
        "--precision",
        choices=get_args(Precision),
        default=usual.precision,
        help="of the sums (default: %(default)s)",
    )


def run(args: Namespace) -> int:
    """Train to the last step; print where the checkpoint and the weights are."""
    options = TrainOptions(
        data=tuple(args.data),
        out=args.out,
        validation=tuple(args.validation),
        steps=args.steps,
        rate=args.rate,
        seed=args.seed,
        check_every=args.check_every,
        workers=args.workers,
        threads=args.threads,
        devices=args.devices,
        precision=args.precision,
    )
    checkpoint = train(options, fresh=args.fresh)
    print(checkpoint)
    if args.export:
        from huecue.train.export import export

        print(export(checkpoint, args.export, settings=settings(options)))
    return 0
