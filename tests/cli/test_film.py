"""What the commands that make films share."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import replace
from pathlib import Path

import pytest

from huecue.cli.film import add_cuts, add_range, add_writing, cuts_of, range_of, say, write_options
from huecue.pipeline import ColorOptions, Report
from huecue.types import Range, Shot
from huecue.video import WriteOptions

REPORT = Report(
    film=Path("film.mp4"),
    out=Path("out.mp4"),
    frames=8,
    elapsed_s=2.0,
    fps=4.0,
    shots=(Shot(0, 8),),
    hint_error_median=None,
    hint_error_worst=None,
    flicker=None,
    complete=True,
    message=None,
    settings={},
)


def test_defaults_are_those_of_the_options() -> None:
    parser = ArgumentParser()
    add_range(parser.add_argument_group("any"))
    add_cuts(parser.add_argument_group("other"))
    add_writing(parser, report="all there is to say")
    args = parser.parse_args([])
    assert write_options(args) == WriteOptions()
    assert (args.range, cuts_of(args.cuts)) == (ColorOptions().frames, ColorOptions().cuts)
    assert "write all there is to say as JSON" in parser.format_help()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0:9", Range(0, 9)), ("3:", Range(3, None)), (":4", Range(0, 4)), (":", Range())],
)
def test_range_is_read(text: str, expected: Range) -> None:
    assert range_of(text) == expected


@pytest.mark.parametrize("text", ["5", "a:b", "9:3", "-1:3", ""])
def test_range_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError):
        range_of(text)


def test_cuts_are_words_or_a_file(tmp_path: Path) -> None:
    cuts = tmp_path / "cuts.txt"
    cuts.write_text("0\n7 # here\n15\n")
    assert (cuts_of("auto"), cuts_of("none"), cuts_of(str(cuts))) == ("auto", "none", (7, 15))


def test_answer_says_what_was_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert say(REPORT, done="painted") == 0
    assert capsys.readouterr().out == "out.mp4: 8 frames, 1 shot, 2.0 s (4.0 frames/s)\n"
    broken = replace(REPORT, complete=False, message="film.mp4 is cut off", out=Path("out.part.mp4"))
    assert say(broken, done="painted") == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "huecue: film.mp4 is cut off; what is there was painted: out.part.mp4\n"
