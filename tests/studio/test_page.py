"""The page in a real browser: what a person does there, and what comes of it."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

pytest.importorskip("starlette", reason="the studio's web server is not installed")

from seat import PATIENCE_MS, Seat, saved, until
from server import Studio

from conftest import FRAMES
from huecue.pipeline import suggest

SHOT = FRAMES // 2


def test_a_click_recolours_the_frame_and_its_shot_and_is_saved(seat: Seat, made: Path) -> None:
    seat.shoot("1-open")
    assert seat.ask("huecue.state.shots") == [[0, SHOT], [SHOT, FRAMES]]
    before = seat.redness(100, 90)
    seat.begin(100, 90)
    assert seat.page.locator("#chips button").count() >= 3
    seat.shoot("2-picking")
    seat.colour("#d02020")
    seat.settled()
    assert seat.redness(100, 90) > before + 40
    until(lambda: len(saved(made).hints) == 1)
    (hint,) = saved(made).hints
    assert (round(hint.x), round(hint.y), hint.frame) == (100, 90, 0)
    seat.wait(f"[...huecue.state.painted].filter(([n, final]) => final && n < {SHOT}).length === {SHOT}")
    assert f"0 to {SHOT - 1}" in seat.page.inner_text("#work")
    seat.shoot("3-coloured")
    seat.ask("huecue.go(3)")
    seat.settled()
    assert seat.redness(100, 90) > before + 15


def test_hints_are_dragged_drawn_sized_taken_back_and_removed(seat: Seat, made: Path) -> None:
    seat.begin(100, 90)
    seat.key("3")
    seat.wait("Object.keys(huecue.state.entries).length === 1")
    seat.key("Escape")
    seat.drag((100, 90), (120, 70), (180, 60))
    seat.wait("Object.values(huecue.state.entries)[0].x > 170")
    seat.key("Alt+ArrowRight")
    seat.key(".")
    seat.key("Escape")
    seat.drag((40, 150), (70, 140), (100, 150), (130, 140))
    seat.offered()
    seat.colour("teal")
    seat.wait("Object.values(huecue.state.entries).some((one) => one.kind === 'stroke')")
    seat.shoot("4-stroke")
    marks = seat.marks()
    assert {one["kind"] for one in marks.values()} == {"hint", "stroke"}
    (hint,) = [one for one in marks.values() if one["kind"] == "hint"]
    assert hint["x"] > 175
    for _ in range(5):
        seat.key("Control+z")
    seat.wait("Object.keys(huecue.state.entries).length === 0")
    for _ in range(5):
        seat.key("Control+Shift+z")
    seat.wait("Object.keys(huecue.state.entries).length === 2")
    seat.click(hint["x"], hint["y"])
    seat.key("Delete")
    seat.wait("Object.keys(huecue.state.entries).length === 1")
    seat.settled()
    until(lambda: not saved(made).hints and len(saved(made).strokes) == 1)


def test_the_next_best_click_waits_for_its_colour_where_suggest_says(seat: Seat, made: Path) -> None:
    seat.wait(f"[...huecue.state.painted.values()].filter(Boolean).length === {FRAMES}")
    (wanted,) = suggest(made, count=1)
    seat.key("n")
    seat.colour("#c03030")
    until(lambda: len(saved(made).hints) == 1)
    (hint,) = saved(made).hints
    assert (hint.frame, round(hint.x), round(hint.y)) == (wanted.frame, wanted.x, wanted.y)


def test_the_keyboard_alone_is_enough(seat: Seat) -> None:
    seat.page.focus("#frame")
    for key in ("Enter", "ArrowLeft", "ArrowUp", "Enter"):
        seat.key(key)
    seat.offered()
    seat.key("2")
    seat.wait("Object.keys(huecue.state.entries).length === 1")
    seat.key("g")
    seat.wait("/#(..)\\1\\1/.test(Object.values(huecue.state.entries)[0].color)")
    seat.key("Escape")
    seat.key("ArrowRight")
    seat.key("Shift+ArrowRight")
    seat.wait("huecue.state.frame === 11")
    seat.key("]")
    seat.wait(f"huecue.state.frame === {SHOT}")
    seat.wait(f"huecue.state.painted.size === {FRAMES}")  # before, there is nothing to say
    seat.key("n")
    seat.wait("huecue.state.pending !== null")
    seat.key("Escape")
    seat.key("p")
    seat.page.keyboard.type("teal")
    seat.key("Enter")
    seat.wait("Object.values(huecue.state.entries).some((one) => one.kind === 'palette')")
    for _ in range(2):  # out of the field, then out of the panel
        seat.key("Escape")
    assert not seat.page.is_visible("#colour-panel")
    seat.key("?")
    seat.page.wait_for_selector("#help-box[open]")
    seat.shoot("5-help")


def test_scrubbing_playing_and_the_wipe(seat: Seat) -> None:
    seat.wait(f"huecue.state.painted.size === {FRAMES}")
    line = seat.page.locator("#line").bounding_box()
    assert line is not None
    y = line["y"] + line["height"] / 2
    seat.page.mouse.move(line["x"] + 5, y)
    seat.page.mouse.down()
    for share in (0.2, 0.5, 0.8):
        seat.page.mouse.move(line["x"] + line["width"] * share, y, steps=3)
    seat.page.mouse.up()
    seat.wait(f"huecue.state.frame === {int(FRAMES * 0.8)}")
    seat.settled()
    seat.key("Home")
    seat.key("Space")
    seat.wait("huecue.state.frame > 4")
    seat.key("Space")
    assert seat.ask("huecue.state.playing") is False
    seat.begin(100, 90)
    seat.colour("#d02020")
    seat.settled()
    seat.key("Escape")
    seat.key("w")
    seat.ask("new Promise(requestAnimationFrame)")
    seat.ask("new Promise(requestAnimationFrame)")
    seat.shoot("6-wipe")
    left, right = shown(seat, 60, 90), shown(seat, 240, 90)
    assert np.ptp(left) <= 2
    assert np.ptp(right) > 10


def shown(seat: Seat, x: float, y: float) -> np.ndarray:
    """The pixel that the person sees."""
    shot = cv2.imdecode(np.frombuffer(seat.page.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    across, down = seat.place(x, y)
    return shot[round(down), round(across)].astype(int)


def test_cuts_vividness_and_a_reference(seat: Seat, made: Path, tmp_path: Path) -> None:
    seat.ask("huecue.go(8)")
    seat.key("c")
    seat.wait("huecue.state.shots.length === 3")
    until(lambda: saved(made).cuts == (8, SHOT))
    seat.key("j")
    seat.wait("huecue.state.shots.length === 2")
    seat.page.click("#for-shot")
    seat.page.focus("#saturation")
    seat.key("ArrowRight")
    seat.wait("Object.values(huecue.state.entries).some((one) => one.kind === 'shot')")
    until(lambda: len(saved(made).shots) == 1)
    assert saved(made).shots[0].saturation == pytest.approx(1.05)
    picture = tmp_path / "ref.png"
    cv2.imwrite(str(picture), np.full((90, 160, 3), (40, 60, 200), np.uint8))
    seat.page.set_input_files("#picture-file", picture)
    seat.page.click("#as-reference")
    seat.wait("Object.values(huecue.state.entries).some((one) => one.kind === 'reference')")
    until(lambda: len(saved(made).references) == 1)
    (reference,) = saved(made).references
    assert reference.image.is_file()
    assert reference.image.parent.parent == made.parent
    seat.settled()
    seat.shoot("7-reference")


def test_two_windows_see_each_others_hints_and_keep_them(seat: Seat, sit: Any, made: Path) -> None:
    other: Seat = sit(viewport={"width": 1024, "height": 700}, color_scheme="light")
    other.wait("window.huecue && huecue.state.whole && huecue.best(0)")
    for window, x in ((seat, 60), (other, 200)):
        window.begin(x, 90)
        window.colour("#d02020")
    for window in (seat, other):
        window.wait("Object.keys(huecue.state.entries).length === 2")
    other.shoot("8-light-1024")
    seat.key("Control+z")
    other.wait("Object.keys(huecue.state.entries).length === 1")
    until(lambda: len(saved(made).hints) == 1)
    (hint,) = saved(made).hints
    assert round(hint.x) == 200


def test_nothing_is_lost_when_the_program_is_killed(seat: Seat, studio: Studio) -> None:
    seat.begin(100, 90)
    seat.colour("#d02020")
    seat.page.wait_for_function("document.getElementById('saved').textContent === 'Saved'")
    studio.stop(signal.SIGKILL)
    seat.page.wait_for_selector("#lost:not([hidden])")
    seat.shoot("9-lost")
    studio.start()
    seat.page.wait_for_selector("#lost", state="hidden", timeout=PATIENCE_MS)
    seat.page.reload()
    seat.wait("window.huecue && huecue.state.film && Object.keys(huecue.state.entries).length === 1")
    seat.settled()
    assert seat.redness(100, 90) > 40


def test_the_film_is_rendered_and_a_render_can_be_cancelled(seat: Seat, made: Path) -> None:
    seat.page.click("#render")
    seat.page.click("#render-go")
    seat.page.wait_for_selector("#render-stop:not([hidden])")
    seat.shoot("10-render")
    seat.page.click("#render-stop")
    seat.wait("/Stopped|Done/.test(document.getElementById('render-text').textContent)")
    seat.page.click("#render-go")
    seat.wait("document.getElementById('render-text').textContent.startsWith('Done')")
    with seat.page.expect_download() as coming:
        seat.page.click("#render-get")
    assert coming.value.suggested_filename.startswith("film.color")
    assert [path.name for path in made.parent.glob("*part*")] == []


def test_a_text_file_that_is_dropped_is_refused_in_words(seat: Seat, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a film\n" * 20)
    seat.page.set_input_files("#film-file", text)
    seat.wait("document.getElementById('toasts').textContent.includes('notes.txt')")
    seat.shoot("11-refused")
    assert seat.ask("huecue.state.film.name") == "film.mp4"
