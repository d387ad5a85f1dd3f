"""Huecue colours black-and-white film in real time, from a few clicks or none.

    import huecue
    huecue.colorize("film.mp4", "out.mp4", hints=[huecue.Hint(310, 122, (122, 43, 43))])

The public names are loaded on first use, so that `import huecue` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huecue.errors import (
        EngineError,
        FailureError,
        FilmError,
        FilmTruncated,
        HintError,
        HuecueError,
        OutputExists,
        UsageError,
        WeightsError,
        WriteError,
    )
    from huecue.pipeline import (
        ColoredFrame,
        ColorOptions,
        Guidance,
        Palette,
        Progress,
        Report,
        Suggestion,
        color_frames,
        colorize,
        find_shots,
        load_guidance,
        read_palette,
        suggest,
    )
    from huecue.project import (
        KeyframeFile,
        NamedColor,
        Project,
        ReferenceFile,
        parse_color,
        read_project,
        write_project,
    )
    from huecue.types import FilmInfo, Frame, Hint, Range, Reference, Shot, ShotSettings, Size, Stroke
    from huecue.video import FilmWriter, WriteOptions, probe, read_frames, read_picture

__all__ = [
    "ColorOptions",
    "ColoredFrame",
    "EngineError",
    "FailureError",
    "FilmError",
    "FilmInfo",
    "FilmTruncated",
    "FilmWriter",
    "Frame",
    "Guidance",
    "Hint",
    "HintError",
    "HuecueError",
    "KeyframeFile",
    "NamedColor",
    "OutputExists",
    "Palette",
    "Progress",
    "Project",
    "Range",
    "Reference",
    "ReferenceFile",
    "Report",
    "Shot",
    "ShotSettings",
    "Size",
    "Stroke",
    "Suggestion",
    "UsageError",
    "WeightsError",
    "WriteError",
    "WriteOptions",
    "color_frames",
    "colorize",
    "find_shots",
    "load_guidance",
    "parse_color",
    "probe",
    "read_frames",
    "read_palette",
    "read_picture",
    "read_project",
    "suggest",
    "write_project",
]

_ROOMS = ("errors", "types", "video", "project", "pipeline")


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        return version("huecue")
    if name in __all__:
        for room in _ROOMS:
            module = import_module(f"huecue.{room}")
            if hasattr(module, name):
                found: object = getattr(module, name)
                globals()[name] = found
                return found
    raise AttributeError(f"module 'huecue' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *__all__, "__version__"]
