"""A film goes in and comes out in colour, whole, and the report tells the truth."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest

from huecue import video
from huecue.engine import Engine
from huecue.errors import FilmError, OutputExists, UsageError
from huecue.pipeline import ColoredFrame, ColorOptions, Guidance, Progress, Report, colorize, find_shots
from huecue.pipeline.film import single_threaded
from huecue.stages.upsample import working_size
from huecue.types import FilmInfo, Frame, Hint, Range, Shot
from huecue.video import WriteOptions
from old_films import QUICK, RED, scene, write_film


@pytest.fixture(scope="module")
def done(old_film: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, list[Progress]]:
    """The film coloured with a hint in each shot."""
    seen: list[Progress] = []
    report = colorize(
        old_film,
        tmp_path_factory.mktemp("out") / "new.mkv",
        hints=[Hint(20, 20, RED), Hint(40, 30, (40, 60, 200), frame=8)],
        options=QUICK,
        write=WriteOptions(codec="ffv1"),
        progress=seen.append,
    )
    return report, seen


def test_luma_is_untouched_and_colour_is_added(done: tuple[Report, list[Progress]], old_film: Path) -> None:
    before, after = list(video.read_frames(old_film)), list(video.read_frames(done[0].out))
    assert len(before) == len(after) == 12
    for old, new in zip(before, after, strict=True):
        assert np.array_equal(old.luma, new.luma)
        assert old.pts * old.time_base == new.pts * new.time_base
        assert new.chroma is not None
    assert max(np.abs(plane.astype(int) - 128).max() for plane in after[0].chroma) > 30


def test_hints_can_be_seen_in_the_film_that_is_written(done: tuple[Report, list[Progress]]) -> None:
    frames = list(video.read_frames(done[0].out))
    assert frames[0].chroma[1][10, 10] > 150  # red at (20, 20)
    assert frames[8].chroma[0][15, 20] > 140  # blue at (40, 30)


def test_the_report_tells_what_was_done(done: tuple[Report, list[Progress]], old_film: Path) -> None:
    report, _ = done
    assert (report.film, report.frames, report.complete, report.message) == (old_film, 12, True, None)
    assert report.shots == (Shot(0, 7), Shot(7, 12))
    assert report.hint_error_median <= report.hint_error_worst <= 1.0
    assert report.flicker >= 0
    assert report.fps == pytest.approx(12 / report.elapsed_s)
    settings = json.loads(json.dumps(report.as_json()))["settings"]
    assert (settings["engine"], settings["threads"], settings["working_size"]) == (
        "onnxruntime",
        1,
        "384x288",
    )
    assert settings["write"]["codec"] == "ffv1"
    assert (settings["cuts"], settings["saturation"]) == ("auto", 1.0)


def test_progress_counts_every_frame(done: tuple[Report, list[Progress]]) -> None:
    _, seen = done
    assert [one.done for one in seen] == list(range(1, 13))
    assert {one.total for one in seen} <= {12, None}
    assert all(one.fps > 0 for one in seen)
    if seen[-1].total is not None:
        assert seen[-1].left_s == 0


def paint(
    frames: Iterable[Frame], info: FilmInfo, guidance: Guidance, options: ColorOptions
) -> Iterator[ColoredFrame]:
    """A method: everything in one red, a little more of it for each hint."""
    across, down = info.chroma_shift
    for frame in frames:
        shape = -(-frame.size.height // 2**down), -(-frame.size.width // 2**across)
        planes = np.full(shape, 110, np.uint8), np.full(shape, 180 + len(guidance.hints), np.uint8)
        start = frame.index in (0, *options.cuts)
        yield ColoredFrame(frame, planes, start, np.ones(shape, np.float32), None)


def test_another_method_goes_through_the_same_writer(old_film: Path, tmp_path: Path) -> None:
    seen: list[Progress] = []
    report = colorize(
        old_film,
        tmp_path / "red.mkv",
        hints=[Hint(20, 20, RED), Hint(9, 9, RED)],
        options=ColorOptions(cuts=(7,)),
        write=WriteOptions(codec="ffv1"),
        progress=seen.append,
        coloring=paint,
    )
    after = list(video.read_frames(report.out))
    assert len(after) == len(seen) == 12
    for old, new in zip(video.read_frames(old_film), after, strict=True):
        assert np.array_equal(old.luma, new.luma)
        assert [set(plane.ravel()) for plane in new.chroma or ()] == [{110}, {182}]
    assert report.shots == (Shot(0, 7), Shot(7, 12))


def test_another_method_does_without_the_network(
    old_film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise AssertionError("the network was opened")

    monkeypatch.setattr("huecue.pipeline.film.open_default_engine", fail)
    options = ColorOptions(cuts=(), frames=Range(0, 2))
    report = colorize(old_film, tmp_path / "red.mkv", options=options, coloring=paint)
    assert "working_size" not in report.settings


@pytest.mark.parametrize(("coloring", "name"), [(paint, "paint"), (partial(paint), "partial")])
def test_the_report_names_the_method(old_film: Path, tmp_path: Path, coloring: object, name: str) -> None:
    options = ColorOptions(cuts=(), frames=Range(0, 2))
    report = colorize(old_film, tmp_path / "red.mkv", options=options, coloring=coloring)
    assert json.loads(json.dumps(report.as_json()))["settings"]["method"] == name


def test_the_method_is_huecue_s_own_unless_another_is_given(
    old_film: Path, tmp_path: Path, make_engine: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_plain(info: FilmInfo, _options: ColorOptions) -> Engine:
        return make_engine(working_size(info.displayed))

    monkeypatch.setattr("huecue.pipeline.film.open_default_engine", open_plain)
    options = ColorOptions(cuts="none", frames=Range(0, 2))
    report = colorize(old_film, tmp_path / "own.mkv", hints=[Hint(20, 20, RED)], options=options)
    assert (report.settings["method"], report.settings["engine"]) == ("huecue", "plain")
    assert report.hint_error_worst <= 1.0


def test_a_method_that_lacks_what_it_needs_leaves_nothing_behind(old_film: Path, tmp_path: Path) -> None:
    def needy(*_: object) -> Iterator[ColoredFrame]:
        raise UsageError("give a picture")

    with pytest.raises(UsageError, match="give a picture"):
        colorize(old_film, tmp_path / "out.mkv", coloring=needy)
    assert list(tmp_path.iterdir()) == []


def test_the_shots_of_a_film_are_found(old_film: Path) -> None:
    assert find_shots(old_film) == [Shot(0, 7), Shot(7, 12)]


def test_a_part_of_a_film_can_be_coloured(old_film: Path, tmp_path: Path) -> None:
    options = ColorOptions(threads=1, engine="onnxruntime", frames=Range(4, 9), cuts="none")
    report = colorize(old_film, tmp_path / "part.mkv", hints=[Hint(20, 20, RED, frame=5)], options=options)
    assert report.frames == 5
    assert report.shots == (Shot(4, 9),)
    assert len(list(video.read_frames(report.out))) == 5


def test_without_hints_no_hint_errors_are_reported(old_film: Path, tmp_path: Path) -> None:
    options = ColorOptions(threads=1, engine="onnxruntime", frames=Range(0, 2), cuts="none")
    report = colorize(old_film, tmp_path / "plain.mkv", options=options)
    assert report.hint_error_median is report.hint_error_worst is None
    assert report.settings["frames"] == {"start": 0, "stop": 2}


def test_a_film_that_breaks_off_is_coloured_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = write_film(tmp_path / "long.mkv", scene(3, 40))
    data = whole.read_bytes()
    whole.write_bytes(data[: len(data) // 2])
    report = colorize(whole, tmp_path / "out.mkv", options=QUICK, write=WriteOptions(codec="ffv1"))
    assert not report.complete
    assert "long.mkv" in report.message
    assert 0 < report.frames < 40
    assert not (tmp_path / "out.mkv").exists()
    assert report.out != tmp_path / "out.mkv"
    assert len(list(video.read_frames(report.out))) == report.frames


def test_a_film_that_is_there_is_not_overwritten(old_film: Path, tmp_path: Path) -> None:
    target = tmp_path / "there.mkv"
    target.write_bytes(b"dear to someone")
    with pytest.raises(OutputExists, match=r"there\.mkv"):
        colorize(old_film, target, options=QUICK)
    assert target.read_bytes() == b"dear to someone"


def test_a_watcher_that_fails_leaves_nothing_behind(old_film: Path, tmp_path: Path) -> None:
    def fail(progress: Progress) -> None:
        if progress.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        colorize(old_film, tmp_path / "out.mkv", options=QUICK, progress=fail)
    assert list(tmp_path.iterdir()) == []


def test_a_text_file_is_no_film(tmp_path: Path) -> None:
    (tmp_path / "notes.mp4").write_text("no film at all\n" * 20)
    with pytest.raises(FilmError, match=r"notes\.mp4"):
        find_shots(tmp_path / "notes.mp4")


def test_a_grey_picture_can_be_coloured(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "old.png"), scene(1, 1)[0])
    report = colorize(tmp_path / "old.png", hints=[Hint(20, 20, RED)], options=QUICK)
    assert report.out == tmp_path / "old.color.png"
    assert report.frames == 1
    picture = video.read_picture(report.out)
    red, green, _ = (int(part) for part in picture[20, 20, :3])
    assert red > green + 60


def test_opencv_keeps_to_one_thread_and_gets_its_threads_back() -> None:
    threads = cv2.getNumThreads()
    cv2.setNumThreads(2)
    try:
        with single_threaded():
            assert cv2.getNumThreads() == 1
        assert cv2.getNumThreads() == 2
        with pytest.raises(ValueError, match="stop"), single_threaded():
            raise ValueError("stop")
        assert cv2.getNumThreads() == 2
    finally:
        cv2.setNumThreads(threads)
