"""What the page says and shows at the moment it counts, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the studio's web server is not installed")

from seat import PATIENCE_MS, Seat, saved, until
from server import Studio

from conftest import FILM_SIZE, FRAMES
from films import make_film
from huecue.project import Project, write_project
from huecue.types import Hint

SHOT = FRAMES // 2
OWN = "Object.values(huecue.state.entries).filter((one) => one.kind === 'shot').length"


def point(seat: Seat, x: float, y: float, color: str) -> None:
    """A point in this colour."""
    seat.begin(x, y)
    seat.colour(color)


def test_a_tab_of_a_film_that_is_gone_goes_to_the_start_once_and_says_so(sit: Any, tmp_path: Path) -> None:
    studio = Studio(None, tmp_path / "none").start()
    try:
        seat: Seat = sit(address=f"{studio.address}?film=0123456789abcdef")
        seat.page.wait_for_selector("#landing-problem:not([hidden])", timeout=PATIENCE_MS)
        assert "Open it again" in seat.page.inner_text("#landing-problem")
        assert seat.page.url == studio.address
        again: list[str] = []
        seat.page.on("framenavigated", lambda frame: again.append(frame.url))
        seat.page.wait_for_timeout(1500)
        assert again == []
        seat.page.reload()
        seat.page.wait_for_selector("body[data-view=open]", timeout=PATIENCE_MS)
        assert not seat.page.is_visible("#landing-problem")
    finally:
        studio.stop()


def test_a_point_is_not_lost_to_the_next_one_that_the_server_heard_too_late_of(
    seat: Seat, made: Path
) -> None:
    point(seat, 60, 90, "#d02020")
    until(lambda: len(saved(made).hints) == 1)
    seat.wait("document.getElementById('saved').textContent === 'Saved'")
    seat.ask("huecue.state.entries = {}")  # as it was before that point
    point(seat, 220, 90, "#2040d0")
    until(lambda: sorted(round(hint.x) for hint in saved(made).hints) == [60, 220])


def test_enter_keeps_a_named_colour_just_as_it_was_typed(seat: Seat, made: Path) -> None:
    point(seat, 100, 90, "#d02020")
    seat.key("Escape")
    seat.page.click("#marks button")
    seat.offered()
    seat.page.click("#name-colour")
    seat.page.keyboard.type("Anna's coat")
    seat.key("Escape")
    seat.page.click("#name-colour")
    seat.page.keyboard.type("Bert's hat")
    seat.key("Enter")
    until(lambda: [(one.name, one.color) for one in saved(made).colors] == [("Bert's hat", (208, 32, 32))])
    seat.page.click("#done")
    assert "Bert's hat" in seat.page.inner_text("#marks")


def test_a_mistyped_colour_is_said_to_be_one_and_stays_to_be_mended(seat: Seat) -> None:
    point(seat, 100, 90, "brwon")
    seat.page.wait_for_selector("#hex-problem:not([hidden])", timeout=PATIENCE_MS)
    assert "did you mean 'brown'?" in seat.page.inner_text("#hex-problem")
    assert seat.page.input_value("#hex") == "brwon"
    assert seat.marks() == {}
    seat.page.fill("#hex", "dark red")
    assert not seat.page.is_visible("#hex-problem")
    seat.page.press("#hex", "Enter")
    seat.page.wait_for_selector("#hex-problem:not([hidden])", timeout=PATIENCE_MS)
    assert "did you mean 'darkred'?" in seat.page.inner_text("#hex-problem")
    seat.colour("darkred")
    assert not seat.page.is_visible("#hex-problem")
    assert [one["color"] for one in seat.marks().values()] == ["#8b0000"]


def test_vividness_shows_what_it_sets_and_a_shots_own_can_be_dropped(seat: Seat, made: Path) -> None:
    vividness = seat.page.locator("#saturation")
    seat.page.click("#for-shot")
    vividness.focus()
    for _ in range(3):
        seat.key("ArrowLeft")
    seat.wait(f"{OWN} === 1")
    seat.ask("document.activeElement.blur()")
    seat.page.click("#for-film")
    assert vividness.input_value() == "1"
    seat.wait("document.getElementById('own-row').innerText.includes('own: 0.85')")  # of each key's answers
    seat.shoot("17-own")
    seat.page.click("#own-away")
    seat.wait(f"{OWN} === 0")
    assert not seat.page.is_visible("#own-row")
    until(lambda: saved(made).shots == ())


def test_how_much_is_to_be_coloured_again_is_seen_and_moves(seat: Seat) -> None:
    seat.wait(f"[...huecue.state.painted.values()].filter(Boolean).length === {FRAMES}")
    seat.ask(
        "window.counts = new Set(); new MutationObserver(([one]) => counts.add(one.target.textContent))"
        ".observe(document.getElementById('work'), { childList: true })"
    )
    point(seat, 100, 90, "#d02020")
    seat.wait(
        f"document.getElementById('work').textContent === 'Frames 0 to {SHOT - 1} coloured again ({SHOT})'"
    )
    box = seat.page.locator("#work").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 800
    assert len(seat.ask("[...counts]")) > 2
    assert f"{SHOT} of {SHOT} to go" in seat.ask("[...counts][0]")


def test_the_side_fits_the_window_or_says_that_there_is_more(seat: Seat) -> None:
    box = seat.page.locator("#cut").bounding_box()
    assert box is not None
    side = seat.page.locator(".side").bounding_box()
    assert side is not None
    assert box["y"] + box["height"] <= side["y"] + side["height"]
    assert not seat.page.is_visible("#more")
    seat.click(100, 90)
    seat.page.wait_for_selector("#more:not([hidden])", timeout=PATIENCE_MS)
    seat.shoot("18-more")
    seat.ask("document.querySelector('.side').scrollTo(0, 9999)")
    seat.page.wait_for_selector("#more", state="hidden")


def test_frames_count_from_0_as_in_every_command(seat: Seat) -> None:
    assert seat.page.inner_text("#count") == f"frame 0 of 0 to {FRAMES - 1}"
    seat.key("End")
    assert seat.page.inner_text("#count") == f"frame {FRAMES - 1} of 0 to {FRAMES - 1}"


def test_a_film_that_was_brought_can_be_downloaded_and_is_not_said_to_lie_beside_it(
    seat: Seat, made: Path
) -> None:
    seat.page.set_input_files("#film-file", made)
    seat.wait("location.search && window.huecue && huecue.state.whole")
    seat.page.click("#render")
    assert "downloaded" in seat.page.inner_text("#render-where")
    seat.page.click("#render-go")
    seat.wait("document.getElementById('render-text').textContent.startsWith('Done')")
    assert "beside" not in seat.page.inner_text("#render-text")
    assert "downloaded" in seat.page.inner_text("#render-text")


def test_a_project_of_another_film_is_said_and_can_be_put_aside(sit: Any, tmp_path: Path) -> None:
    film = make_film(tmp_path / "other.mp4", frames=FRAMES, size=FILM_SIZE)
    project = tmp_path / "other.mp4.huecue.json"
    write_project(Project(hints=(Hint(5, 5, (200, 30, 30), 99),), size=FILM_SIZE), project)
    studio = Studio(film, tmp_path / "other").start()
    try:
        seat: Seat = sit(address=studio.address)
        seat.page.wait_for_selector("#other-box[open]", timeout=PATIENCE_MS)
        assert "The project is of another film: hints[0].frame is 99" in seat.page.inner_text("#other-why")
        seat.shoot("21-other")
        seat.key("Escape")
        seat.page.click("#other-aside")
        seat.page.wait_for_selector("#other-box", state="hidden")
        seat.wait("Object.keys(huecue.state.entries).length === 0")
        assert not project.exists()
        assert (tmp_path / "other.mp4.huecue.aside.json").is_file()
    finally:
        studio.stop()


def test_a_frame_wanted_while_an_older_picture_of_it_is_on_its_way_is_fetched_once_more(seat: Seat) -> None:
    seat.wait("huecue.state.painted.size === huecue.state.count && huecue.state.painted.get(9)")
    seat.ask("""(() => {
      const real = window.fetch;
      window.fetch = async (url) => {
        if (!url.endsWith('/frame/9')) return real(url);
        window.fetch = real;
        const blob = await (await real(url)).blob();
        await new Promise((go) => { window.letIn = go; });
        return new Response(blob, { headers: { 'x-huecue': 'draft' } });
      };
    })()""")
    seat.ask("huecue.clear()")
    seat.ask("huecue.go(9)")
    seat.wait("!!window.letIn")
    seat.ask("huecue.go(9)")
    seat.ask("window.letIn()")
    seat.settled()
