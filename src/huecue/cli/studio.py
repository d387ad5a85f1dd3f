"""`huecue studio`: a page where a person places hints and sees the film change."""

from __future__ import annotations

import importlib.util
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from huecue.errors import UsageError, install_extra
from huecue.studio.options import StudioOptions

NEEDS = ("starlette", "uvicorn", "websockets", "platformdirs")


def add_options(parser: ArgumentParser) -> None:
    """What is opened, and where the page is."""
    usual = StudioOptions()
    parser.add_argument(
        "film",
        nargs="?",
        type=Path,
        metavar="FILM|PROJECT",
        help="the film, or its project FILM.huecue.json (default: drop a film on the page)",
    )
    parser.add_argument(
        "--port",
        type=int,
        metavar="N",
        default=usual.port,
        help="the page's port; 0 takes a free one (default: %(default)s)",
    )
    parser.add_argument(
        "--host",
        metavar="H",
        default=usual.host,
        help="an address of this computer to serve others, who then need a token (default: %(default)s)",
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="only say where the page is; do not open it"
    )


def run(args: Namespace) -> int:
    """Serve the page until it is stopped."""
    missing = [name for name in NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(f"the studio needs a web server; {install_extra('studio')}")
    from huecue.studio.serve import serve

    options = StudioOptions(host=args.host, port=args.port, browser=not args.no_browser)
    serve(args.film, options, say=lambda words: print(f"huecue: {words}", file=sys.stderr, flush=True))
    return 0
