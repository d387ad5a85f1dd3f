"""All that a person gives for a film, kept as one JSON file beside it.

    {"huecue": 1, "film": {"size": [W, H]}, "cuts": [..],
     "saturation": 1.2, "shots": [{"frame": 310, "saturation": 0.8}],
     "colors": [{"name": "Anna's coat", "color": "#7a2b2b"}],
     "palette": ["#aa8855", "teal"],
     "hints": [{"frame": 0, "x": 310, "y": 122, "radius": 3, "color": "Anna's coat"}],
     "strokes": [{"frame": 0, "points": [[x, y], ..], "radius": 4, "color": "teal"}],
     "references": [{"frame": 0, "image": "ref.png"}],
     "keyframes": [{"frame": 120, "image": "painted_0120.png"}]}

Only `huecue` and `hints` are required. Points and radii are pixels of the film as displayed.
"""

from huecue.project.colors import color_text, parse_color
from huecue.project.cutlist import read_cuts
from huecue.project.hint_picture import hints_from_picture
from huecue.project.model import (
    KeyframeFile,
    NamedColor,
    Project,
    ReferenceFile,
    check_against,
    check_ends,
    numbered,
    scale_to,
)
from huecue.project.parse import read_project
from huecue.project.save import write_project

__all__ = [
    "KeyframeFile",
    "NamedColor",
    "Project",
    "ReferenceFile",
    "check_against",
    "check_ends",
    "color_text",
    "hints_from_picture",
    "numbered",
    "parse_color",
    "read_cuts",
    "read_project",
    "scale_to",
    "write_project",
]
