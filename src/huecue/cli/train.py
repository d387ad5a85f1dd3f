"""`huecue train NETWORK DATA ...`: the real-time network or the report's, by one loop."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, BooleanOptionalAction, Namespace
from dataclasses import replace
from pathlib import Path
from typing import get_args

from huecue.errors import UsageError, install_extra

try:
    from huecue.networks.report import VARIANTS, ReportShape
    from huecue.networks.vgg_layers import VARIABLE
    from huecue.train.rates import RATES, search_rate
    from huecue.train.realtime import STAGES, RealtimeCourse, Stage
    from huecue.train.report import ReportCourse, Task
    from huecue.train.run import Precision, TrainOptions, settings, train
    from huecue.train.teacher import TeacherCourse
except ModuleNotFoundError as error:
    raise UsageError(f"training needs {error.name}; {install_extra('train')}") from error

REALTIME, REPORT, TEACHER = "realtime", "report", "teacher"
Learned = RealtimeCourse | ReportCourse | TeacherCourse
SEARCH = "search"


def add_options(parser: ArgumentParser) -> None:
    """What is learned from, how, and where it is put."""
    parser.add_argument("network", choices=(REALTIME, REPORT, TEACHER), help="the network to train")
    parser.add_argument(
        "data",
        nargs="*",
        metavar="DATA",
        help="folders, zips and tars of photographs and clips; FOLDER@64 holds sheets of 64-pixel tiles; "
        "cifar10 is fetched",
    )
    parser.add_argument(
        "--data", action="append", metavar="DATA", dest="more_data", default=[], help="the same, as an option"
    )
    _add_run(parser)
    _add_begin(parser)
    _add_teacher(parser)
    _add_report(parser)
    _add_machine(parser)


def _add_run(parser: ArgumentParser) -> None:
    usual = TrainOptions(course=RealtimeCourse(()))
    group = parser.add_argument_group("run")
    group.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="checkpoint, log and curves (default: runs/NETWORK, with the variant for the report's)",
    )
    group.add_argument(
        "--validation",
        action="append",
        metavar="DATA",
        default=[],
        help="pictures to validate on (default: some of DATA)",
    )
    group.add_argument(
        "--rate",
        type=_rate,
        metavar="N|search",
        default=usual.rate,
        help=f"learning rate at its highest, or the best of {', '.join(f'{rate:g}' for rate in RATES)} "
        "after short runs (default: %(default)s)",
    )
    for name, words in (
        ("steps", "batches to learn from"),
        ("seed", "seed of everything that is drawn"),
        ("check-every", "validate and save after so many steps"),
    ):
        value = getattr(usual, name.replace("-", "_"))
        group.add_argument(
            f"--{name}", type=int, metavar="N", default=value, help=f"{words} (default: %(default)s)"
        )
    group.add_argument("--epochs", type=float, metavar="N", help="rounds of all pictures, instead of --steps")
    group.add_argument(
        "--export", type=Path, metavar="FOLDER", help="write the trained weights there, ready to colour"
    )


def _add_begin(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("where it begins")
    group.add_argument(
        "--start",
        type=Path,
        metavar="CHECKPOINT",
        help="weights to go on from: a checkpoint, or a folder of the real-time network's exported weights",
    )
    group.add_argument(
        "--stage",
        choices=get_args(Stage),
        default="all",
        help="what the real-time network learns: from everything, mostly from films, nothing but what is "
        "known before any hint (priors), mostly from stills with hints, or nothing but what a palette means "
        "(default: %(default)s)",
    )
    group.add_argument(
        "--fresh", action="store_true", help="start anew instead of going on from the last checkpoint"
    )


def _add_teacher(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("the teacher")
    group.add_argument(
        "--vgg",
        type=Path,
        metavar="FILE",
        help="VGG-19's weights that the teacher sees by, .npz or .pth "
        f"(default: {VARIABLE}'s, or torchvision's)",
    )
    group.add_argument(
        "--taught",
        action="append",
        metavar="ZIP",
        default=[],
        help="for --stage priors: the same photographs as a teacher colours them, by recipes/lessons.py; "
        "once for each zip",
    )


def _add_report(parser: ArgumentParser) -> None:
    usual = ReportCourse(())
    group = parser.add_argument_group("the report's network")
    group.add_argument(
        "--variant", choices=VARIANTS, default=usual.shape.variant, help="which one (default: %(default)s)"
    )
    for name, metavar, value, words in (
        ("side", "PX", usual.side, "size of the pictures"),
        ("batch", "N", usual.batch, "pictures in a batch"),
        ("check-pictures", "N", usual.check_count, "pictures to validate on while it learns"),
    ):
        group.add_argument(
            f"--{name}", type=int, metavar=metavar, default=value, help=f"{words} (default: %(default)s)"
        )
    group.add_argument(
        "--task",
        choices=get_args(Task),
        default=usual.task,
        help="learn colours with hints, or distributions without (default: %(default)s)",
    )
    group.add_argument(
        "--rebalance",
        action=BooleanOptionalAction,
        default=usual.rebalance,
        help="when classifying, let seldom colours count more (default: %(default)s)",
    )


def _add_machine(parser: ArgumentParser) -> None:
    usual = TrainOptions(course=RealtimeCourse(()))
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


def _rate(text: str) -> float | str:
    if text == SEARCH:
        return text
    try:
        return float(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no learning rate; write a number, or {SEARCH}") from error


def run(args: Namespace) -> int:
    """Train to the last step; print where the checkpoint and the weights are."""
    course = _course(args)
    options = TrainOptions(
        course=course,
        out=args.out or Path("runs") / _folder(course),
        steps=_steps(args, course),
        seed=args.seed,
        check_every=args.check_every,
        workers=args.workers,
        threads=args.threads,
        devices=args.devices,
        precision=args.precision,
    )
    options = replace(options, rate=search_rate(options) if args.rate == SEARCH else args.rate)
    checkpoint = train(options, fresh=args.fresh)
    print(checkpoint)
    if args.export:
        print(_export(course, checkpoint, args.export, options))
    return 0


def _course(args: Namespace) -> Learned:
    data = (*args.data, *args.more_data)
    if not data:
        raise UsageError("nothing to train on; name folders, archives or clips (for the report, cifar10)")
    if args.network == REALTIME:
        habits, mix, only = STAGES[args.stage]
        return RealtimeCourse(
            data,
            tuple(args.validation),
            habits=habits,
            mix=mix,
            start=args.start,
            only=only,
            taught=tuple(args.taught),
        )
    if args.network == TEACHER:
        if args.export:
            raise UsageError("a teacher colours no films; leave --export out and teach by recipes/lessons.py")
        return TeacherCourse(data, tuple(args.validation), vgg=args.vgg, start=args.start)
    return ReportCourse(
        data,
        tuple(args.validation),
        shape=ReportShape(args.variant),
        side=args.side,
        batch=args.batch,
        task=args.task,
        rebalance=args.rebalance,
        start=args.start,
        check_count=args.check_pictures,
    )


def _folder(course: Learned) -> str:
    return f"{course.name}-{course.shape.variant}" if isinstance(course, ReportCourse) else course.name


def _steps(args: Namespace, course: Learned) -> int:
    steps: int = args.steps
    epochs: float | None = args.epochs
    if epochs is None:
        return steps
    if not isinstance(course, ReportCourse):
        raise UsageError("this network draws its samples without rounds; use --steps")
    return max(1, round(epochs * len(course.photographs.pictures) / course.batch))


def _export(course: Learned, checkpoint: Path, target: Path, options: TrainOptions) -> Path:
    if isinstance(course, ReportCourse):
        from huecue.train.export_report import export_report

        classify = course.task == "classify"
        return export_report(checkpoint, target, classify=classify, settings=settings(options))
    from huecue.train.export import export

    return export(checkpoint, target, settings=settings(options))
