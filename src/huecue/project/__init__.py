"""A film's hints, references and cuts, kept as one JSON file beside it.

    {"huecue": 1, "film": {"size": [W, H]}, "cuts": [..],
     "hints": [{"frame": 0, "x": 310, "y": 122, "radius": 3, "color": "#7a2b2b"}],
     "strokes": [{"frame": 0, "points": [[x, y], ..], "radius": 4, "color": "teal"}],
     "references": [{"frame": 0, "image": "ref.png"}]}

Only `huecue` and `hints` are required. Points and radii are pixels of the film as displayed.
"""

from huecue.project.colors import color_text, parse_color
from huecue.project.cutlist import read_cuts
from huecue.project.hint_picture import hints_from_picture
from huecue.project.model import Project, ReferenceFile, check_against, scale_to
from huecue.project.parse import read_project
from huecue.project.save import write_project

__all__ = [
    "Project",
    "ReferenceFile",
    "check_against",
    "color_text",
    "hints_from_picture",
    "parse_color",
    "read_cuts",
    "read_project",
    "scale_to",
    "write_project",
]
