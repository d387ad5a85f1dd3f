"""What to say where the memory does not reach."""

from __future__ import annotations

from pathlib import Path

from huecue.errors import HuecueError
from huecue.video import probe

_WORDS = ("Insufficient memory", "Failed to allocate memory", "bad_alloc", "Cannot allocate memory")
"""How OpenCV, ONNX Runtime, OpenVINO and FFmpeg say that memory is short: none raises MemoryError."""

BASE_MB = 250
BYTES_PER_PIXEL = 68
"""Measured on two cores with H.264 films of 1080p, 4K and 8K; more cores decode more frames at once."""


def lacks_memory(error: BaseException) -> bool:
    """Whether an error says that there is not enough memory."""
    return isinstance(error, MemoryError) or any(word in str(error) for word in _WORDS)


def memory_message(film: Path) -> str:
    """How much memory a film needs, and what to do."""
    try:
        size = probe(film).size
    except (HuecueError, MemoryError):
        return f"{film}: there is not enough memory to colour it; close other programs"
    need_gb = (BASE_MB + BYTES_PER_PIXEL * size.width * size.height / 2**20) / 1024
    return (
        f"{film} is {size}: colouring it needs about {need_gb:.1f} GB of memory, and there is less; "
        "close other programs, or make the film smaller"
    )
