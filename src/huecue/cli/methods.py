"""The methods that can colour a film, by the name that `--method` takes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from huecue.errors import UsageError, install_extra

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from huecue.pipeline import ColoredFrame, Coloring, ColorOptions, Guidance
    from huecue.types import FilmInfo, Frame
    from huecue.weights import ReportWeights

OWN, REPORT_NET, REPORT = "huecue", "report-net", "report"
METHODS = {
    OWN: ("huecue.pipeline", "the network, with colours carried along the motion and remembered"),
    "still": ("huecue.pipeline", "the network, every frame by itself"),
    REPORT_NET: ("huecue.pipeline.report_net", "a network of the report's, every frame by itself"),
    REPORT: (
        "huecue.transfer.film",
        "the report's pipeline: a network colours a shot's first frame, colour transfer from the frame "
        "before each next one; slow",
    ),
    "levin": ("huecue.evaluate.carried", "hints spread by Levin et al. 2004, then carried along the motion"),
    "yatziv": ("huecue.evaluate.carried", "hints blended by Yatziv and Sapiro 2006, then carried likewise"),
    "welsh": ("huecue.evaluate.borrowed", "a picture's colours by luma and texture, Welsh et al. 2002"),
}
"""Each method: the module that makes it, and what it does."""


@dataclass(frozen=True, slots=True)
class MethodFiles:
    """What a method may need beside the film: the folder of a report network, and VGG-19's weights."""

    weights: Path | None = None
    vgg: Path | None = None


def check_files(name: str, files: MethodFiles) -> None:
    """Raises UsageError where a method lacks a file, or is given one that it has no use for."""
    if files.weights is not None and name not in (REPORT_NET, REPORT):
        raise UsageError(f"--weights goes with --method {REPORT_NET} and {REPORT}, not with {name}")
    if files.vgg is not None and name != REPORT:
        raise UsageError(f"--vgg goes with --method {REPORT}, not with {name}")
    if files.weights is None and name == REPORT_NET:
        raise UsageError(
            f"{REPORT_NET} needs a network: --weights FOLDER, made by "
            "`huecue train report ... --export FOLDER`"
        )


def load_method(name: str, files: MethodFiles = MethodFiles()) -> Coloring | None:
    """The method of a name, imported only now; None is huecue's own, which `colorize` opens itself.

    Raises UsageError where something it needs is not given or not installed, WeightsError.
    """
    check_files(name, files)
    if name == OWN:
        return None
    if name == REPORT:
        return _report(files)
    if files.weights is not None:
        from huecue.pipeline.report_net import report_coloring

        return report_coloring(files.weights, name)
    return cast("Coloring", getattr(import_module(METHODS[name][0]), name))


def _report(files: MethodFiles) -> Coloring:
    try:
        from huecue.transfer.film import ReportOptions, transfer_coloring
        from huecue.transfer.options import TransferOptions
    except ModuleNotFoundError as error:
        raise UsageError(f"--method {REPORT} needs {error.name}; {install_extra('train')}") from error
    from huecue.weights import load_report

    weights = None if files.weights is None else load_report(files.weights)

    def report(
        frames: Iterable[Frame], info: FilmInfo, guidance: Guidance, options: ColorOptions
    ) -> Iterator[ColoredFrame]:
        transfer = TransferOptions(
            content_loss="changed", device=options.device, threads=options.threads, vgg=files.vgg
        )
        first = _first(weights, info, options)
        return transfer_coloring(first, ReportOptions(transfer))(frames, info, guidance, options)

    return report


def _first(weights: ReportWeights | None, info: FilmInfo, options: ColorOptions) -> Coloring:
    """What colours a shot's first frame, its network opened once for the whole film."""
    from huecue.pipeline import open_default_engine, still
    from huecue.pipeline.report_net import open_report_net, report_net

    if weights is None:
        return partial(still, engine=open_default_engine(info, options))
    return partial(report_net, engine=open_report_net(weights, info.displayed, options))
