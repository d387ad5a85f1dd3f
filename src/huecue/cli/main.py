"""`huecue COMMAND ...`: the only place that turns errors into words and an exit code."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from huecue.cli.parser import Parser
from huecue.cli.stopping import Stopped, stop_on_terminate
from huecue.errors import HuecueError

COMMANDS = {
    "colorize": "colour a film, a GIF or a picture",
    "stylize": "paint a film in the style of a picture",
    "studio": "open a page where you click, say a colour, and see the film change",
    "shots": "find the frames at which a film's shots begin",
    "suggest": "find the frames and points of a film where one more hint would help most",
    "info": "show versions, engines and weights, and what a film holds",
    "demo": "make a small film, colour it, and say how near to the truth it came",
    "train": "train the real-time network",
    "evaluate": "score methods on colour clips",
    "bench": "measure the speed on this machine",
}
"""Each command, a module of this package, and what it does."""

DESCRIPTION = "Colour black-and-white film in real time, from a few clicks or none."
DEBUG = "HUECUE_DEBUG"
BLAS_THREADS = "OPENBLAS_NUM_THREADS"
"""NumPy reads it as it is loaded. Our matrices are small: more threads only wait for one another."""


class Command(Protocol):
    """A module of this package."""

    def add_options(self, parser: ArgumentParser) -> None:
        """Say what the command takes."""

    def run(self, args: Namespace) -> int:
        """Do it and give the exit code."""


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments say and give the exit code: 0 done, 1 failed, 2 misused, 130 and 143 stopped."""
    words = sys.argv[1:] if argv is None else list(argv)
    os.environ.setdefault(BLAS_THREADS, "1")
    try:
        with stop_on_terminate():
            return _run(words)
    except HuecueError as error:
        return tell(str(error), error.exit_code)
    except KeyboardInterrupt:
        return tell("stopped; nothing was left half done", 130)
    except Stopped:
        return tell("stopped from outside; nothing was left half done", 143)
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain once more on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except MemoryError as error:
        return tell(
            str(error) or "there is not enough memory; close other programs, or work on smaller films", 1
        )
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        return tell(f"this is a bug, please report it: {_one_line(error)} (set {DEBUG}=1 to see where)", 1)


def _run(words: list[str]) -> int:
    parser = build_parser(_wanted(words))
    args = parser.parse_args(words)
    if args.version:
        import huecue

        print(f"huecue {huecue.__version__}")
        return 0
    if args.command is None:
        parser.print_help(sys.stderr)
        return 2
    return load(args.command).run(args)


def build_parser(*wanted: str | None) -> ArgumentParser:
    """The whole command line, with the options of the commands that are `wanted`; only those are imported."""
    parser = Parser(prog="huecue", description=DESCRIPTION, epilog="`huecue COMMAND --help` says more.")
    parser.add_argument("--version", action="store_true", help="show the version and stop")
    commands = parser.add_subparsers(metavar="COMMAND", dest="command")
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        if name in wanted:
            load(name).add_options(command)
    return parser


def load(name: str) -> Command:
    """The module of a command."""
    return cast(Command, import_module(f"huecue.cli.{name}"))


def _wanted(words: Sequence[str]) -> str | None:
    return next((word for word in words if word in COMMANDS), None)


def tell(message: str, code: int) -> int:
    """Say why on stderr, in one line, and give the exit code back."""
    print(f"huecue: {' '.join(message.split())}", file=sys.stderr)
    return code


def _one_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
