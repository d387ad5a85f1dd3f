"""Write cli.md, beside this file, from the command line's own words: `make reference`."""

from __future__ import annotations

from argparse import Action, ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from pathlib import Path

from huecue.cli.main import COMMANDS, DESCRIPTION, build_parser

PAGE = Path(__file__).with_name("cli.md")
HEAD = f"""<!-- Written by `make reference`; change the command's help instead. -->
# The command line

{DESCRIPTION}

    huecue COMMAND ...

It exits with 0 if everything was done, 1 if it failed, 2 if it was asked for wrongly, 130 after Ctrl-C.
Results go to stdout, everything else to stderr. `HUECUE_DEBUG=1` shows where an unexpected error came from.
"""


def reference() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(section for name in COMMANDS for section in _command(name))])


def parser_of(name: str) -> ArgumentParser:
    """The parser of one command, with its options."""
    commands = next(a for a in build_parser(name)._actions if isinstance(a, _SubParsersAction))
    parser: ArgumentParser = commands.choices[name]
    return parser


def actions_of(name: str) -> list[Action]:
    """What a command takes, but for --help."""
    return [action for action in parser_of(name)._actions if action.dest != "help"]


def _command(name: str) -> Iterator[str]:
    actions = actions_of(name)
    places = " ".join(_place(action) for action in actions if not action.option_strings)
    yield f"## huecue {name}\n"
    yield f"{parser_of(name).description}\n"
    yield f"    {' '.join(['huecue', name, *places.split(), '[options]'])}\n"
    yield "| | |\n|---|---|"
    yield from (f"| {_title(action)} | {_words(action)} |" for action in actions)
    yield ""


def _place(action: Action) -> str:
    one = str(action.metavar or "|".join(map(str, action.choices or (action.dest,))))
    many = {"+": f"{one} [{one} ..]", "*": f"[{one} ..]", "?": f"[{one}]"}
    return many[str(action.nargs)] if action.nargs else one


def _title(action: Action) -> str:
    if not action.option_strings:
        return f"`{_place(action)}`".replace("|", "\\|")
    value = (
        ""
        if action.nargs == 0
        else " " + str(action.metavar or "|".join(map(str, action.choices or (action.dest.upper(),))))
    )
    return f"`{', '.join(action.option_strings)}{value}`".replace("|", "\\|")


def _words(action: Action) -> str:
    assert action.help, f"{action.option_strings} says nothing of itself"
    return (action.help % vars(action)).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
