"""The page for those who see little, use no mouse, or come back to it, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

pytest.importorskip("starlette", reason="the studio's web server is not installed")

from seat import PATIENCE_MS, Seat, saved, until
from server import Studio

from conftest import FRAMES

FOCUSED = "document.activeElement.id"
SPOKEN = "document.getElementById('spoken').textContent"
CONTRASTS = """() => {
  const parts = (color) => {
    const pen = document.createElement('canvas').getContext('2d');
    pen.fillStyle = color; pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (one) => {
    if (!one) return [255, 255, 255, 1];
    const [r, g, b, a] = parts(getComputedStyle(one).backgroundColor);
    const under = a < 1 ? behind(one.parentElement) : [0, 0, 0];
    return [r, g, b].map((part, at) => part * a + under[at] * (1 - a));
  };
  const texts = [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility()
    && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
    && !one.closest(':disabled, .badge, .zoomed')); // these stand over the frame
  return texts.map((one) => {
    const [a, b] = [light(parts(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x);
    return [(a + 0.05) / (b + 0.05), one.textContent.trim().slice(0, 40)];
  });
}"""


def test_the_cross_starts_from_anywhere_is_heard_and_gives_the_frame_back(seat: Seat) -> None:
    assert seat.ask("document.activeElement === document.body")
    seat.key("Enter")
    assert seat.ask(FOCUSED) == "frame"
    outline = seat.ask("(({ outlineWidth }) => parseFloat(outlineWidth))(getComputedStyle(frame))")
    assert outline >= 2
    seat.key("ArrowLeft")
    assert "Cross at 156, 90" in seat.ask(SPOKEN)
    seat.key("Enter")
    seat.offered()
    assert seat.ask(FOCUSED) == "frame"
    seat.wait(f"{SPOKEN}.startsWith('Keys take a colour: 1, ')")
    seat.key("2")
    (mark,) = seat.marks().values()
    assert mark["color"] in seat.ask(SPOKEN)
    seat.key("Escape")
    seat.page.focus("#wipe")
    seat.key("Enter")
    assert seat.ask("huecue.state.wipe") == 0.5
    assert seat.ask("huecue.state.pending") is None


def test_behind_the_start_page_nothing_is_reached(sit: Any, tmp_path: Path) -> None:
    studio = Studio(None, tmp_path / "none").start()
    try:
        seat: Seat = sit(address=studio.address)
        seat.page.wait_for_selector("body[data-view=open]", timeout=PATIENCE_MS)
        reached = set()
        for _ in range(12):
            seat.key("Tab")
            reached.add(seat.ask(FOCUSED))
        assert reached <= {"choose", ""}
    finally:
        studio.stop()


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_small_texts_and_shots_can_be_told_apart(sit: Any, scheme: str) -> None:
    seat: Seat = sit(color_scheme=scheme)
    seat.wait("window.huecue && huecue.state.whole && huecue.best(0)")
    seat.ask("document.getElementById('saved').textContent = 'Saved'")
    faint = [(round(ratio, 2), text) for ratio, text in seat.ask(CONTRASTS) if ratio < 4.5]
    assert faint == []
    seat.begin(100, 90)
    assert [text for ratio, text in seat.ask(CONTRASTS) if ratio < 4.5] == []
    seat.shoot(f"19-{scheme}")
    row = np.array(
        seat.ask(
            "(() => { const line = document.getElementById('line'); return"
            " [...line.getContext('2d').getImageData(line.width / 2 - 12, 20, 24, 1).data]; })()"
        )
    ).reshape(-1, 4)[:, :3]
    lights = [luminance(pixel) for pixel in row]
    cut = lights[9:14]
    for shot in (lights[2], lights[-3]):
        assert max((max(a, shot) + 0.05) / (min(a, shot) + 0.05) for a in cut) >= 3


def luminance(pixel: np.ndarray) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in pixel / 255]
    return float(np.dot(parts, [0.2126, 0.7152, 0.0722]))


def test_a_page_that_is_loaded_again_shows_the_frame_it_was_at(seat: Seat) -> None:
    seat.ask("huecue.go(21)")
    seat.page.reload()
    seat.wait("window.huecue && huecue.state.frame === 21 && huecue.state.whole")
    assert "frame 21 " in seat.page.inner_text("#count")


def test_a_dragged_hint_is_kept_to_a_tenth_of_a_pixel(seat: Seat, made: Path) -> None:
    seat.begin(100, 90)
    seat.key("3")
    seat.key(".")
    seat.key("Escape")
    seat.drag((100, 90), (120, 70), (181.37, 61.23))
    until(lambda: bool(saved(made).hints) and saved(made).hints[0].x > 150)
    (hint,) = saved(made).hints
    assert [len(str(part).partition(".")[2]) for part in (hint.x, hint.y, hint.radius)] == [1, 1, 1]


def test_the_time_line_says_how_many_hints_a_frame_has(seat: Seat) -> None:
    for x in (60, 160, 260):
        seat.begin(x, 90)
        seat.colour("#d02020")
    line = seat.page.locator("#line").bounding_box()
    assert line is not None
    seat.page.mouse.move(line["x"] + line["width"] * 0.5 / FRAMES, line["y"] + 51)
    assert seat.page.get_attribute("#line", "title") == "Frame 0: 3 hints"
    seat.page.mouse.move(line["x"] + line["width"] / 2, line["y"] + 51)
    assert not seat.page.get_attribute("#line", "title")
    seat.ask("new Promise(requestAnimationFrame)")
    seat.shoot("20-three")


def test_enter_takes_the_colour_that_stands_there_already(seat: Seat) -> None:
    seat.begin(60, 90)
    shown = seat.page.input_value("#hex")
    seat.page.press("#hex", "Enter")
    seat.wait("!huecue.state.pending")
    assert [one["color"] for one in seat.marks().values()] == [shown]


def test_a_borrowed_picture_shows_its_name(seat: Seat, tmp_path: Path) -> None:
    picture = tmp_path / "aunt Mary.png"
    cv2.imwrite(str(picture), np.full((90, 160, 3), (40, 60, 200), np.uint8))
    seat.page.set_input_files("#picture-file", picture)
    seat.page.click("#as-reference")
    seat.page.wait_for_selector("#pictures .picture", timeout=PATIENCE_MS)
    assert "aunt Mary.png" in seat.page.inner_text("#pictures")


def test_nothing_is_called_saved_while_the_studio_does_not_answer(seat: Seat, studio: Studio) -> None:
    seat.begin(100, 90)
    seat.colour("#d02020")
    seat.wait("document.getElementById('saved').textContent === 'Saved'")
    studio.stop()
    seat.page.wait_for_selector("#lost:not([hidden])")
    assert seat.page.inner_text("#saved") == ""
