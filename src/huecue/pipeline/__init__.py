"""The stages strung in order: frames in, frames in colour out."""

from huecue.pipeline.film import colorize, find_shots
from huecue.pipeline.frames import ColoredFrame, Coloring, color_frames, open_default_engine, still
from huecue.pipeline.gathered import Suggestion
from huecue.pipeline.guidance import Guidance, load_guidance
from huecue.pipeline.options import ColorOptions
from huecue.pipeline.palettes import Palette, read_palette
from huecue.pipeline.report import Progress, Report
from huecue.pipeline.suggestions import suggest
from huecue.pipeline.timing import stage_times

__all__ = [
    "ColorOptions",
    "ColoredFrame",
    "Coloring",
    "Guidance",
    "Palette",
    "Progress",
    "Report",
    "Suggestion",
    "color_frames",
    "colorize",
    "find_shots",
    "load_guidance",
    "open_default_engine",
    "read_palette",
    "stage_times",
    "still",
    "suggest",
]
