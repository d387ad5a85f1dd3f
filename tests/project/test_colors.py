"""Colours are read as people write them, and a wrong one is met with the nearest right one."""

from __future__ import annotations

import pytest

from huecue.errors import HintError
from huecue.project import color_text, parse_color
from huecue.types import Color


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("#7a2b2b", (122, 43, 43)),
        ("#7A2B2B", (122, 43, 43)),
        ("#abc", (170, 187, 204)),
        ("red", (255, 0, 0)),
        (" Teal ", (0, 128, 128)),
        ("rebeccapurple", (102, 51, 153)),
        ("grey", (128, 128, 128)),
        ("black", (0, 0, 0)),
    ],
)
def test_hex_and_css_words_are_colors(text: str, color: Color) -> None:
    assert parse_color(text) == color


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("bluw", "did you mean 'blue'"),
        ("dark green", "did you mean 'darkgreen'"),
        ("7a2b2b", "did you mean '#7a2b2b'"),
        ("#12345", "#rrggbb"),
        ("#7a2b2bff", "#rrggbb"),
        ("#ggg", "#rrggbb"),
        ("", "CSS colour word"),
        ("hsl(0, 100%, 50%)", "#rrggbb"),
        ("xyzzy", "CSS colour word"),
    ],
)
def test_what_is_no_color_is_refused_with_the_cure(text: str, cure: str) -> None:
    with pytest.raises(HintError) as caught:
        parse_color(text)
    assert f"{text!r} is no colour" in str(caught.value)
    assert cure in str(caught.value)


@pytest.mark.parametrize("color", [(0, 0, 0), (1, 2, 3), (255, 255, 255), (122, 43, 43)])
def test_color_written_is_read_back(color: Color) -> None:
    assert parse_color(color_text(color)) == color


def test_own_colors_are_found_by_their_very_name_before_css_words() -> None:
    own = {"Anna's coat": (1, 2, 3), "teal": (4, 5, 6)}
    assert parse_color("Anna's coat", own) == (1, 2, 3)
    assert parse_color("teal", own) == (4, 5, 6)
    assert parse_color("Teal", own) == (0, 128, 128)
    assert parse_color("teal") == (0, 128, 128)
    with pytest.raises(HintError, match='did you mean "Anna\'s coat"'):
        parse_color("Ana's coat", own)
    with pytest.raises(HintError, match="did you mean 'blue'"):
        parse_color("bluw", own)
