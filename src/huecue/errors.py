"""Every error a person can meet. The tree:

HuecueError
├── UsageError            asked for wrongly: the command exits with 2
│   ├── HintError         hints, strokes, references or cuts that can't be used
│   └── OutputExists      the target is there and overwriting was not asked for
└── FailureError          asked for rightly and it failed: the command exits with 1
    ├── FilmError         a film or picture that can't be read
    │   └── FilmTruncated a film that ends before it should; what came before was read
    ├── WriteError        the result can't be written
    ├── WeightsError      weights missing, damaged or of another version
    └── EngineError       the network can't run on this machine as asked
"""

from __future__ import annotations


def install_extra(name: str) -> str:
    """What to do where an extra's packages are missing: the project is installed from a clone."""
    return f"run, in the clone of huecue: pip install '.[{name}]'"


class HuecueError(Exception):
    """Anything that went wrong in a way a person can mend; the text says what, where and how."""

    exit_code = 1


class UsageError(HuecueError):
    """The request itself is wrong."""

    exit_code = 2


class HintError(UsageError):
    """Hints, strokes, references, cuts or a hint file that can't be used."""


class OutputExists(UsageError):
    """The target exists and overwriting was not asked for."""


class FailureError(HuecueError):
    """The request is right, and it failed."""


class FilmError(FailureError):
    """A film or picture that can't be read."""


class FilmTruncated(FilmError):
    """A film that ends before it should. Raised after the frames that are there were given."""


class WriteError(FailureError):
    """The result can't be written."""


class WeightsError(FailureError):
    """Weights that are missing, damaged or of another version."""


class EngineError(FailureError):
    """The network can't run on this machine as asked."""
