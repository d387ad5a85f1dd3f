"""Renders strokes that swirl around lights, to try `huecue stylize` with: painting.py OUT.png"""

from __future__ import annotations

import sys

import cv2
import numpy as np

HEIGHT, WIDTH, STROKES = 320, 400, 9000
SKY, GROUND = (120, 60, 20), (60, 110, 40)
SWIRLS = ((110, 90, 60, 1), (260, 120, 80, -1), (340, 50, 40, 1), (60, 230, 70, -1))
"""x, y, size in pixels, and the way each turns."""
LIGHTS, LIGHT, LIGHT_PX = ((110, 90), (340, 50), (260, 120)), 3, 22
PALETTE = np.array(
    [
        [180, 90, 30],
        [220, 160, 60],
        [90, 40, 10],
        [60, 200, 240],
        [200, 220, 230],
        [50, 120, 60],
        [140, 70, 90],
    ],
    np.float32,
)


def main(out: str) -> None:
    """Paint it, the same each time."""
    dice = np.random.default_rng(3)
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    down = y[..., None] / HEIGHT
    picture = (np.array(SKY) * (1 - down) + np.array(GROUND) * down).astype(np.float32)
    angle = np.zeros((HEIGHT, WIDTH), np.float32)
    for at_x, at_y, size, way in SWIRLS:
        near = np.exp(-((x - at_x) ** 2 + (y - at_y) ** 2) / (2 * size * size))
        angle = np.where(near > 0.2, np.arctan2(y - at_y, x - at_x) + way * np.pi / 2, angle)
    for _ in range(STROKES):
        stroke(dice, picture, angle)
    cv2.imwrite(out, np.clip(picture, 0, 255).astype(np.uint8))


def stroke(dice: np.random.Generator, picture: np.ndarray, angle: np.ndarray) -> None:
    """One stroke along the swirls, half in a colour of the palette and half in what lies below."""
    x, y = int(dice.integers(0, WIDTH)), int(dice.integers(0, HEIGHT))
    turn, length = angle[y, x] + dice.normal(0, 0.15), dice.uniform(8, 22)
    away = min(np.hypot(x - at_x, y - at_y) for at_x, at_y in LIGHTS)
    if away < LIGHT_PX and dice.random() < 0.8:
        color = PALETTE[LIGHT]
    else:
        color = PALETTE[dice.integers(len(PALETTE))] * 0.5 + picture[y, x] * 0.5
    half = np.array([np.cos(turn), np.sin(turn)]) * length / 2
    ends = [(int(x + sign * half[0]), int(y + sign * half[1])) for sign in (-1, 1)]
    shade = tuple(float(value) for value in np.clip(color + dice.normal(0, 14, 3), 0, 255))
    cv2.line(picture, *ends, shade, int(dice.integers(2, 5)), cv2.LINE_AA)


if __name__ == "__main__":
    main(sys.argv[1])
