"""Colours as people write them: #rgb, #rrggbb and the CSS colour words."""

from __future__ import annotations

import re
from difflib import get_close_matches

from PIL import ImageColor

from huecue.errors import HintError
from huecue.types import Color

_HEX = re.compile(r"#?(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_CURE = "write #rrggbb, #rgb or a CSS colour word"


def parse_color(text: str) -> Color:
    """The sRGB colour of '#7a2b2b', '#abc' or a CSS word such as 'teal', in capitals or not.

    Raises HintError, with the nearest colour that there is.
    """
    word = text.strip().lower()
    if word in ImageColor.colormap or (word.startswith("#") and _HEX.fullmatch(word)):
        red, green, blue = ImageColor.getrgb(word)[:3]
        return red, green, blue
    meant = f"did you mean {_nearest(word)!r}? " if _nearest(word) else ""
    raise HintError(f"{text!r} is no colour; {meant}{_CURE}")


def color_text(color: Color) -> str:
    """'#rrggbb'."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def _nearest(word: str) -> str | None:
    if _HEX.fullmatch(word):
        return f"#{word}"
    return next(iter(get_close_matches(word, ImageColor.colormap, n=1)), None)
