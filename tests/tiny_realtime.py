"""The real-time network at its smallest, for tests."""

from __future__ import annotations

from huecue.networks.realtime import Shape

TINY = Shape(
    widths=(8, 8, 8, 8),
    down=(1, 1, 1, 1),
    up=(1, 1, 1),
    key_widths=(8, 8, 8),
    key=8,
    likeness_widths=(8, 8),
    likeness_down=(1, 1),
    likeness_up=(1,),
    likeness=4,
    trace_widths=(8, 8),
    trace=8,
    palette=4,
)
