"""The server turns away what it should, says plainly what is wrong, and renders as the command does."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("starlette", reason="the studio's web server is not installed")

from server import Studio

from films import Said, make_film, names
from huecue.color import rgb_to_ycc
from huecue.pipeline.planes import working_luma
from huecue.project import Project, write_project
from huecue.types import Hint, Size
from huecue.video import probe, read_frames

Call = Callable[..., Said]
RED = (200, 40, 40)


@pytest.fixture
def room(studio: Studio) -> str:
    """The address of the film's room."""
    _, said = studio.json("GET", "/start")
    return f"/film/{said['room']}"


def test_only_what_was_named_is_served(studio: Studio, room: str, made: Path) -> None:
    secret = made.parent / "secret.txt"
    secret.write_text("a secret")
    tries = [
        "/page/../../../../../../../etc/passwd",
        "/page/%2e%2e/%2e%2e/app.py",
        "/page/..%2f..%2fapp.py",
        "/page//etc/passwd",
        f"{room}/../../etc/passwd",
        f"{room}/frame/../../../secret.txt",
        f"{room}/frame/..%2f..%2fsecret.txt",
        f"{room}/grey/-1",
        f"{room}/grey/99999999",
        f"{room}/frame/99999999",
        f"{room}/result",
        f"{room}/sound",
        "/film/..%2f..%2fetc/frame/0",
        f"/film/{made}/frame/0",
    ]
    for path in tries:
        status, answer = studio.ask("GET", path)
        assert status in (404, 405), (path, status)
        assert b"secret" not in answer
        assert b"root:" not in answer
    assert studio.ask("GET", "/page/main.js")[0] == 200
    assert studio.ask("POST", "/moved", json.dumps({"path": str(secret)}).encode())[0] == 403


def test_other_pages_are_turned_away_at_every_door(studio: Studio, room: str) -> None:
    doors = [
        ("GET", "/"),
        ("GET", "/start"),
        ("GET", f"{room}/frame/0"),
        ("POST", "/films"),
        ("POST", "/moved"),
        ("POST", f"{room}/reference/0"),
        ("POST", f"{room}/keyframe/0"),
        ("POST", f"{room}/render"),
        ("DELETE", f"{room}/render"),
    ]
    for method, path in doors:
        assert studio.ask(method, path, b"", origin="http://evil.example")[0] == 403, path
        assert studio.ask(method, path, b"", host="evil.example")[0] == 421, path


def test_what_is_dropped_is_looked_at_and_kept_small(studio: Studio, made: Path, tmp_path: Path) -> None:
    status, said = studio.json("POST", "/films", b"This is no film.\n" * 50, x_name="notes.txt")
    assert status == 400
    assert "notes.txt" in said["problem"]
    status, said = studio.json("POST", "/films", b"x", x_name="big.mp4", content_length="9000000000")
    assert status == 413
    assert "too large" in said["problem"]
    kept = tmp_path / "data" / "huecue" / "studio"
    assert names(kept) == set()
    status, said = studio.json("POST", "/films", made.read_bytes(), x_name="..%2F..%2Fmine.mp4")
    assert status == 200
    (home,) = names(kept)
    assert names(kept / home) == {"mine.mp4"}
    again = studio.json("POST", "/films", made.read_bytes(), x_name="mine.mp4")[1]
    assert again == said
    assert len(names(kept)) == 1


def test_a_saved_frame_is_as_large_as_the_film_and_has_its_luma(tmp_path: Path) -> None:
    size = Size(1280, 960)
    film = make_film(tmp_path / "large.mkv", frames=3, size=size, codec="ffv1")
    studio = Studio(film, tmp_path / "data").start()
    try:
        _, said = studio.json("GET", "/start")
        path = f"/film/{said['room']}/frame/2"
        for _ in range(600):
            if studio.ask("GET", f"{path}.png")[0] == 200:
                break
            signal.sigtimedwait([], 0.1)
        _, png = studio.ask("GET", f"{path}.png")
        _, jpeg = studio.ask("GET", path)
    finally:
        studio.stop()
    saved, shown = (cv2.imdecode(np.frombuffer(one, np.uint8), cv2.IMREAD_COLOR_RGB) for one in (png, jpeg))
    assert saved.shape == (*size.shape, 3)
    assert shown.shape[0] < size.height
    wanted = working_luma(list(read_frames(film))[2], probe(film), size)
    assert np.abs(rgb_to_ycc(saved)[0] * 255 - wanted).mean() < 1
    small = cv2.resize(saved, (shown.shape[1], shown.shape[0]), interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - shown).mean() < 3


@pytest.mark.parametrize("use", ["reference", "keyframe"])
def test_a_picture_that_is_none_is_refused_and_leaves_nothing(
    studio: Studio, room: str, made: Path, use: str
) -> None:
    status, said = studio.json("POST", f"{room}/{use}/0", b"no picture", x_name="ref.png")
    assert status == 400
    assert "ref.png" in said["problem"]
    assert names(made.parent) == {made.name}


def test_a_painted_frame_of_another_shape_is_refused_and_leaves_nothing(
    studio: Studio, room: str, made: Path
) -> None:
    square = cv2.imencode(".png", np.full((90, 90, 3), 128, np.uint8))[1].tobytes()
    status, said = studio.json("POST", f"{room}/keyframe/0", square, x_name="square.png")
    assert status == 400
    assert "square.png" in said["problem"]
    assert "shape" in said["problem"]
    assert names(made.parent) == {made.name}


def test_render_from_the_page_is_the_render_of_the_command(
    studio: Studio, room: str, made: Path, huecue: Call
) -> None:
    write_project(
        Project(hints=(Hint(60, 40, RED, 20, 9),), size=Size(320, 180)), made.with_name("hints.json")
    )
    project = made.with_name(f"{made.name}.huecue.json")
    write_project(Project(hints=(Hint(60, 40, RED, 20, 9),), size=Size(320, 180)), project)
    studio.stop()
    studio.start()
    _, said = studio.json("POST", f"{room}/render", b'{"quality": "keep"}')
    target = made.parent / said["out"]
    status, answer = 404, b""
    for _ in range(600):
        status, answer = studio.ask("GET", f"{room}/result")
        if status == 200:
            break
        signal.sigtimedwait([], 0.25)
    assert status == 200
    assert answer == target.read_bytes()
    out = made.with_name("by-command.mkv")
    done = huecue("colorize", made, "-o", out, "--hints", made.with_name("hints.json"), "--codec", "ffv1")
    assert done.code == 0, done.err
    pairs = list(zip(read_frames(target), read_frames(out), strict=True))
    assert len(pairs) == 36
    for page, command in pairs:
        assert np.array_equal(page.luma, command.luma)
        assert np.array_equal(np.stack(page.chroma or ()), np.stack(command.chroma or ()))


@pytest.mark.parametrize("case", ["text", "missing", "gone", "another", "no film"])
def test_what_is_wrong_with_what_was_named_is_said_on_the_page(case: str, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    project = tmp_path / "film.mp4.huecue.json"
    if case == "text":
        film.write_text("no film at all")
    if case in ("another", "no film"):
        make_film(film, size=Size(320, 180), frames=6)
    if case == "another":
        write_project(Project(hints=(Hint(1, 1, RED),), size=Size(200, 900)), project)
    if case in ("missing", "gone"):
        write_project(Project(hints=(Hint(1, 1, RED),), size=Size(320, 180)), project)
    named = {"text": film, "missing": project, "gone": film, "another": film, "no film": None}[case]
    studio = Studio(named, tmp_path / "data").start()
    try:
        _, said = studio.json("GET", "/start")
        assert said["room"] is None
        if case == "no film":
            assert said["trouble"] is None
            return
        assert "film.mp4" in said["trouble"]
        assert ("the project is of another film" in said["trouble"]) == (case == "another")
        assert (said["missing"] is not None) == (case in ("missing", "gone"))
        if said["missing"]:
            moved = make_film(tmp_path / "elsewhere.mp4", size=Size(320, 180), frames=6)
            assert studio.json("POST", "/moved", b'{"path": "/no/such/film.mp4"}')[0] == 400
            status, said = studio.json("POST", "/moved", json.dumps({"path": str(moved)}).encode())
            assert status == 200
            assert said["room"]
    finally:
        studio.stop()


def test_a_foreign_host_warns_and_wants_the_token(made: Path, tmp_path: Path) -> None:
    studio = Studio(made, tmp_path / "data", words=("--host", "0.0.0.0")).start()
    try:
        assert "anyone on your network" in studio.said
        assert studio.query.startswith("?token=")
        assert studio.ask("GET", "/start")[0] == 401
        assert studio.ask("GET", f"/{studio.query}")[0] == 303
        token = studio.query.removeprefix("?token=")
        assert studio.ask("GET", "/start", cookie=f"huecue={token}")[0] == 200
    finally:
        studio.stop()


def test_a_port_in_use_is_said(studio: Studio, made: Path, huecue: Call) -> None:
    said = huecue("studio", made, "--port", studio.port, "--no-browser")
    assert said.code == 2
    assert "another --port" in said.err
    said = huecue("studio", made.with_name("none.mp4"), "--no-browser")
    assert said.code == 2
    assert "none.mp4" in said.err
