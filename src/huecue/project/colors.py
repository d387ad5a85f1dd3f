"""Colours as people write them: #rgb, #rrggbb and the CSS colour words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from PIL import ImageColor

from huecue.errors import HintError
from huecue.types import Color

_HEX = re.compile(r"#?(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_CURE = "write #rrggbb, #rgb or a CSS colour word"


def parse_color(text: str, own: Mapping[str, Color] = MappingProxyType({})) -> Color:
    """The sRGB colour of '#7a2b2b', '#abc', or a CSS word such as 'teal', in capitals or not.

    A name in `own`, written as there, counts first. Raises HintError, with the nearest colour that there is.
    """
    if text in own:
        return own[text]
    word = text.strip().lower()
    if word in ImageColor.colormap or (word.startswith("#") and _HEX.fullmatch(word)):
        red, green, blue = ImageColor.getrgb(word)[:3]
        return red, green, blue
    near = _nearest(text, own) or _nearest(word, ImageColor.colormap)
    meant = f"did you mean {near!r}? " if near else ""
    raise HintError(f"{text!r} is no colour; {meant}{_CURE}")


def color_text(color: Color) -> str:
    """'#rrggbb'."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def _nearest(word: str, known: Iterable[str]) -> str | None:
    if _HEX.fullmatch(word):
        return f"#{word}"
    return next(iter(get_close_matches(word, known, n=1)), None)
