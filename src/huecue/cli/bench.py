"""`huecue bench`: the speed on this machine."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from huecue.evaluate.bench import SIZES, BenchOptions, Result, Speed, bench, machine
from huecue.evaluate.bench_film import make_bench_film


def add_options(parser: ArgumentParser) -> None:
    """Which films are made and how often each is measured."""
    usual = BenchOptions()
    parser.add_argument(
        "--seconds",
        type=float,
        metavar="N",
        default=usual.seconds,
        help="length of each film (default: %(default)s)",
    )
    parser.add_argument(
        "--size",
        action="append",
        choices=tuple(SIZES),
        help=f"size of film; may be given several times (default: {' and '.join(usual.sizes)})",
    )
    parser.add_argument(
        "--rounds",
        type=int,
        metavar="N",
        default=usual.rounds,
        help="measure so many times (default: %(default)s)",
    )
    parser.add_argument(
        "--studio",
        action="store_true",
        help="measure the studio's page instead: how long a person waits for a click, in a real browser",
    )


def run(args: Namespace) -> int:
    """Print a table for each size as it is measured; where no person looks on, the last line is JSON."""
    if args.studio:
        return _studio(args)
    sizes = tuple(args.size or BenchOptions().sizes)
    options = BenchOptions(sizes=sizes, seconds=args.seconds, rounds=args.rounds)
    results = []
    for result in bench(options, say=_say if sys.stderr.isatty() else None):
        results.append(result)
        _print(result)
    _print_json([result.as_json() for result in results])
    return 0


def _studio(args: Namespace) -> int:
    from huecue.studio.latency import measure

    results = []
    for size in args.size or ("1080p",):
        with TemporaryDirectory() as folder:
            film = Path(folder) / "film.mp4"
            make_bench_film(film, SIZES[size], seconds=args.seconds)
            waits = measure(film)
        results.append({"size": size, **waits.as_json()})
        print(f"{size}, {waits.clicks} clicks")
        print(
            f"  {'hint to new pixels':<28}{waits.click_ms_median:8.1f} ms, 95 %: {waits.click_ms_p95:.1f} ms"
        )
        print(f"  {'step on the server':<28}{waits.step_ms_median:8.1f} ms")
        print(f"  {'a shot coloured again':<28}{waits.painting_fps:8.1f} frames/s")
        print(f"  {'scrubbing':<28}{waits.scrub_fps:8.1f} frames/s")
    _print_json(results)
    return 0


def _print_json(results: Sequence[dict[str, Any]]) -> None:
    if not sys.stdout.isatty():
        print(json.dumps({"machine": machine(), "results": results}))


def _say(words: str) -> None:
    print(words, file=sys.stderr)


def _print(result: Result) -> None:
    print(f"{result.size}, {result.frames} frames")
    _print_speed("decode and encode alone", result.copy)
    _print_speed("colorize", result.colorize)
    print(f"  {'colorize takes':<28}{result.ratio:8.2f} times as long")
    for stage, ms in result.stages_ms.items():
        print(f"  {stage:<28}{ms:8.2f} ms a frame")


def _print_speed(name: str, speed: Speed) -> None:
    memory = "" if speed.peak_mb is None else f", {speed.peak_mb:.0f} MB at most"
    print(f"  {name:<28}{speed.fps:8.1f} frames/s{memory}")
