"""`huecue demo`: see it work in a minute, without a film of one's own."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from huecue.cli.progress import progress_bar
from huecue.evaluate import demo

FOLDER = Path("demo")
WORDS = {
    demo.SHEET: "before, after and truth, side by side",
    demo.GREY: "the film in black and white",
    demo.HINTS: "the colours given for it: twelve points a shot",
    demo.HINTED: "the film coloured with them",
    demo.AUTOMATIC: "the film coloured without any",
    demo.TRUTH: "the film as it truly is",
}


def add_options(parser: ArgumentParser) -> None:
    """Where everything is put."""
    parser.add_argument(
        "-o", "--out", type=Path, metavar="FOLDER", default=FOLDER, help="(default: %(default)s)"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace what an earlier demo left there")


def run(args: Namespace) -> int:
    """Make everything, then say what was made and how good it is."""
    with progress_bar("demo") as progress:
        made = demo.make_demo(args.out, overwrite=args.overwrite, progress=progress)
    print("Look at")
    for name, words in WORDS.items():
        print(f"  {made.folder / name!s:<28}{words}")
    print("How near to the truth (PSNR; more is nearer)")
    for words, value in (
        ("in black and white", made.grey_db),
        ("coloured by itself", made.automatic_db),
        ("coloured with the hints", made.hinted_db),
    ):
        print(f"  {words:<28}{value:.1f} dB")
    return 0
