"""`huecue demo`: see it work in a minute, without a film of one's own."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from huecue.cli.progress import progress_bar
from huecue.evaluate import demo

FOLDER = Path("demo")


def add_options(parser: ArgumentParser) -> None:
    """Where everything is put."""
    parser.add_argument("-o", "--out", type=Path, metavar="FOLDER", default=FOLDER, help="(default: %(default)s)")
    parser.add_argument("--overwrite", action="store_true", help="replace what an earlier demo left there")


def run(args: Namespace) -> int:
    """Make everything, then say what was made and how good it is."""
    with progress_bar("demo") as progress:
        made = demo.make_demo(args.out, overwrite=args.overwrite, progress=progress)
    print(f"""Look at
  {made.folder / demo.SHEET}    before, after and truth side by side
  {made.folder / demo.GREY}           the film in black and white
  {made.folder / demo.HINTS}         {made.folder / demo.HINTS}: the colours given for it
  {made.folder / demo.HINTED}     the film in colour
""")
    return 0
