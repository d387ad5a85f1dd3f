"""What is given besides points, in a real browser: a palette and pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

pytest.importorskip("starlette", reason="the studio's web server is not installed")

from seat import PATIENCE_MS, Seat, saved, until
from server import Studio

from conftest import FILM_SIZE, FRAMES
from films import make_visited_film

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PALETTE = (
    "Object.values(huecue.state.entries).filter((one) => one.kind === 'palette').map((one) => one.color)"
)


def entries(seat: Seat, kind: str, count: int) -> None:
    """Until there are so many things of a kind."""
    seat.wait(
        f"Object.values(huecue.state.entries).filter((one) => one.kind === '{kind}').length === {count}"
    )


def all_final(seat: Seat) -> None:
    seat.wait(f"[...huecue.state.painted.values()].filter(Boolean).length === {FRAMES}")


def test_a_palette_is_made_with_the_picker_kept_and_taken_back(seat: Seat, made: Path) -> None:
    all_final(seat)
    seat.page.click("#palette-add")
    assert seat.page.is_visible("#light")
    assert not seat.page.is_visible("#radius")
    seat.colour("#c06040")
    entries(seat, "palette", 1)
    assert f"0 to {FRAMES - 1}" in seat.page.inner_text("#work")
    seat.page.click("#palette-add")
    seat.colour("teal")
    entries(seat, "palette", 2)
    until(lambda: saved(made).palette == ((192, 96, 64), (0, 128, 128)))
    all_final(seat)
    seat.settled()
    seat.shoot("12-palette")
    field = seat.page.locator("#field").bounding_box()  # the chosen one is changed by one drag
    assert field is not None
    seat.page.mouse.move(field["x"] + 40, field["y"] + 30)
    seat.page.mouse.down()
    for step in range(1, 8):
        seat.page.mouse.move(field["x"] + 40 + 20 * step, field["y"] + 30)
        seat.page.wait_for_timeout(100)
    seat.page.mouse.up()
    until(lambda: saved(made).palette[1] != (0, 128, 128))
    seat.key("Control+z")
    until(lambda: saved(made).palette == ((192, 96, 64), (0, 128, 128)))
    seat.page.click("#palette button >> nth=0")
    seat.page.click("#remove")
    until(lambda: saved(made).palette == ((0, 128, 128),))
    for left in (2, 1, 0):
        seat.key("Control+z")
        entries(seat, "palette", left)
    until(lambda: saved(made).palette == ())


def test_a_picture_gives_its_main_colours_to_the_palette(seat: Seat, made: Path, tmp_path: Path) -> None:
    picture = tmp_path / "halves.png"
    halves = np.zeros((90, 160, 3), np.uint8)
    halves[:, :80], halves[:, 80:] = (40, 60, 200), (160, 120, 20)
    cv2.imwrite(str(picture), halves)
    bring(seat, picture, "#as-palette")
    entries(seat, "palette", 2)
    assert set(seat.ask(PALETTE)) == {"#c83c28", "#1478a0"}
    until(lambda: set(saved(made).palette) == {(200, 60, 40), (20, 120, 160)})
    seat.key("Control+z")
    entries(seat, "palette", 0)


def test_a_painted_frame_is_taken_as_it_stands_marked_and_removed(
    seat: Seat, made: Path, tmp_path: Path
) -> None:
    picture = tmp_path / "painted.png"
    cv2.imwrite(str(picture), np.full((FILM_SIZE.height, FILM_SIZE.width, 3), (40, 60, 200), np.uint8))
    seat.ask("huecue.go(6)")
    seat.settled()
    before = seat.redness(100, 90)
    drop(seat, picture)
    seat.page.wait_for_selector("#picture-box[open]")
    assert "Frame 6" in seat.page.inner_text("#as-keyframe")
    seat.shoot("13-picture")
    seat.page.click("#as-keyframe")
    entries(seat, "keyframe", 1)
    seat.wait("huecue.best(6).how === 'final' && !huecue.best(6).stale")
    assert seat.redness(100, 90) > max(before, 60)
    until(lambda: [one.frame for one in saved(made).keyframes] == [6])
    assert saved(made).keyframes[0].image.parent.parent == made.parent
    assert mark_at(seat, 6.5 / FRAMES) != mark_at(seat, 12.5 / FRAMES)
    assert seat.page.is_visible("#painted-note")
    with seat.page.expect_download() as coming:
        seat.page.click("#frame-get")
    assert coming.value.suggested_filename == "film-6.png"
    assert Path(coming.value.path()).read_bytes().startswith(b"\x89PNG")
    kept = cv2.imread(str(coming.value.path()))
    assert kept is not None
    assert kept.shape == (FILM_SIZE.height, FILM_SIZE.width, 3)
    seat.shoot("14-painted")
    seat.page.click("#pictures .away")
    entries(seat, "keyframe", 0)
    until(lambda: saved(made).keyframes == ())
    seat.key("Control+z")
    entries(seat, "keyframe", 1)
    seat.key("Control+z")
    seat.key("Control+z")
    entries(seat, "keyframe", 0)


def test_a_picture_of_another_shape_is_no_frame_of_the_film(seat: Seat, tmp_path: Path) -> None:
    picture = tmp_path / "square.png"
    cv2.imwrite(str(picture), np.full((90, 90, 3), 120, np.uint8))
    seat.page.set_input_files("#picture-file", picture)
    seat.page.wait_for_selector("#picture-box[open]")
    assert seat.page.is_disabled("#as-keyframe")
    assert "another shape" in seat.page.inner_text("#as-keyframe")
    seat.key("Escape")
    text = tmp_path / "broken.png"
    text.write_text("no picture")
    seat.page.set_input_files("#picture-file", text)
    seat.wait("document.getElementById('toasts').textContent.includes('broken.png')")


def test_the_time_line_marks_where_something_new_comes_in(sit: Any, tmp_path: Path) -> None:
    film = make_visited_film(tmp_path / "visited.mkv", FILM_SIZE, frames=FRAMES, comes=18)
    studio = Studio(film, tmp_path / "visited").start()
    try:
        seat: Seat = sit(address=studio.address)
        seat.wait("window.huecue && huecue.state.whole")
        all_final(seat)
        (mark,) = seat.ask("huecue.arrivals()")
        assert 18 < mark < 30
        assert mark_at(seat, (mark + 0.5) / FRAMES, down=11) != mark_at(seat, (mark - 6.5) / FRAMES, down=11)
        seat.shoot("15-new")
    finally:
        studio.stop()


def bring(seat: Seat, picture: Path, button: str) -> None:
    seat.page.set_input_files("#picture-file", picture)
    seat.page.click(button)


def drop(seat: Seat, picture: Path) -> None:
    """The picture is dropped on the frame."""
    seat.page.evaluate(
        """([bytes, name]) => {
          const moved = new DataTransfer();
          moved.items.add(new File([new Uint8Array(bytes)], name, { type: 'image/png' }));
          const event = new DragEvent('drop', { dataTransfer: moved, bubbles: true });
          document.getElementById('frame').dispatchEvent(event);
        }""",
        [list(picture.read_bytes()), picture.name],
    )


def mark_at(seat: Seat, share: float, down: int = 51) -> tuple[int, ...]:
    """The pixel of the time line where marks of a frame stand."""
    return tuple(
        seat.ask(
            f"""(() => {{
              const line = document.getElementById('line'), dpr = window.devicePixelRatio;
              const at = [{share} * line.clientWidth * dpr, {down} * dpr].map(Math.round);
              return [...line.getContext('2d').getImageData(...at, 1, 1).data];
            }})()"""
        )
    )


def test_the_page_is_not_turned_away_by_its_own_policy(
    browser: Browser, studio: Studio, tmp_path: Path
) -> None:
    picture = tmp_path / "painted.png"
    cv2.imwrite(str(picture), np.full((90, 160, 3), (40, 60, 200), np.uint8))
    page = browser.new_page()
    page.add_init_script(
        "window.refused = []; addEventListener('securitypolicyviolation',"
        " ({ violatedDirective, blockedURI }) => refused.push([violatedDirective, blockedURI]));"
    )
    page.goto(studio.address)
    page.wait_for_selector("body[data-view=film]", timeout=PATIENCE_MS)
    page.set_input_files("#picture-file", picture)
    page.click("#as-palette")
    page.wait_for_selector("#palette button[data-color]", timeout=PATIENCE_MS)
    played = page.evaluate(
        """() => new Promise((done) => {
          const sound = new Audio(`/film/${huecue.state.room}/sound`);
          sound.onerror = () => done('asked for');
          addEventListener('securitypolicyviolation', () => done('refused'));
          sound.load();
        })"""
    )
    assert page.evaluate("refused") == []
    assert played == "asked for"  # there is none in this film
    page.close()
