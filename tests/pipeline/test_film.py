"""A film goes in and comes out in colour, whole, and the report tells the truth."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from huecue import video
from huecue.engine import Engine
from huecue.errors import FilmError, HintError, OutputExists, UsageError
from huecue.pipeline import ColoredFrame, ColorOptions, Guidance, Progress, Report, colorize, find_shots
from huecue.pipeline.film import single_threaded
from huecue.stages.upsample import working_size
from huecue.types import FilmInfo, Frame, Hint, Range, Shot
from huecue.video import WriteOptions

RED = (200, 40, 40)
QUICK = ColorOptions(threads=1, engine="onnxruntime")


def scene(seed: int, count: int) -> list[np.ndarray]:
    """Luma planes (48, 64) of a pan over a soft texture."""
    noise = np.random.default_rng(seed).normal(0, 1, (48, 64 + count)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 3)
    wide = np.clip(126 + 45 * soft / soft.std(), 16, 235).astype(np.uint8)
    return [np.ascontiguousarray(wide[:, t : t + 64]) for t in range(count)]


def write_film(path: Path, lumas: list[np.ndarray], codec: str = "ffv1", pixel_format: str = "gray") -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=Fraction(25))
        stream.height, stream.width = lumas[0].shape
        stream.pix_fmt = pixel_format
        for luma in lumas:
            frame = av.VideoFrame.from_ndarray(luma, format="gray")
            container.mux(stream.encode(frame.reformat(format=pixel_format)))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two shots of 7 and 5 frames, grey, lossless."""
    return write_film(tmp_path_factory.mktemp("films") / "old.mkv", [*scene(1, 7), *scene(2, 5)])


@pytest.fixture(scope="module")
def done(film: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, list[Progress]]:
    """The film coloured with a hint in each shot."""
    seen: list[Progress] = []
    report = colorize(
        film,
        tmp_path_factory.mktemp("out") / "new.mkv",
        hints=[Hint(20, 20, RED), Hint(40, 30, (40, 60, 200), frame=8)],
        options=QUICK,
        write=WriteOptions(codec="ffv1"),
        progress=seen.append,
    )
    return report, seen


def test_luma_is_untouched_and_colour_is_added(done: tuple[Report, list[Progress]], film: Path) -> None:
    before, after = list(video.read_frames(film)), list(video.read_frames(done[0].out))
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


def test_the_report_tells_what_was_done(done: tuple[Report, list[Progress]], film: Path) -> None:
    report, _ = done
    assert (report.film, report.frames, report.complete, report.message) == (film, 12, True, None)
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


def test_another_method_goes_through_the_same_writer(film: Path, tmp_path: Path) -> None:
    seen: list[Progress] = []
    report = colorize(
        film,
        tmp_path / "red.mkv",
        hints=[Hint(20, 20, RED), Hint(9, 9, RED)],
        options=ColorOptions(cuts=(7,)),
        write=WriteOptions(codec="ffv1"),
        progress=seen.append,
        coloring=paint,
    )
    after = list(video.read_frames(report.out))
    assert len(after) == len(seen) == 12
    for old, new in zip(video.read_frames(film), after, strict=True):
        assert np.array_equal(old.luma, new.luma)
        assert [set(plane.ravel()) for plane in new.chroma or ()] == [{110}, {182}]
    assert report.shots == (Shot(0, 7), Shot(7, 12))


def test_another_method_does_without_the_network(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise AssertionError("the network was opened")

    monkeypatch.setattr("huecue.pipeline.film.open_default_engine", fail)
    options = ColorOptions(cuts=(), frames=Range(0, 2))
    report = colorize(film, tmp_path / "red.mkv", options=options, coloring=paint)
    assert "working_size" not in report.settings


@pytest.mark.parametrize(("coloring", "name"), [(paint, "paint"), (partial(paint), "partial")])
def test_the_report_names_the_method(film: Path, tmp_path: Path, coloring: object, name: str) -> None:
    options = ColorOptions(cuts=(), frames=Range(0, 2))
    report = colorize(film, tmp_path / "red.mkv", options=options, coloring=coloring)
    assert json.loads(json.dumps(report.as_json()))["settings"]["method"] == name


def test_the_method_is_huecue_s_own_unless_another_is_given(
    film: Path, tmp_path: Path, make_engine: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_plain(info: FilmInfo, _options: ColorOptions) -> Engine:
        return make_engine(working_size(info.displayed))

    monkeypatch.setattr("huecue.pipeline.film.open_default_engine", open_plain)
    options = ColorOptions(cuts="none", frames=Range(0, 2))
    report = colorize(film, tmp_path / "own.mkv", hints=[Hint(20, 20, RED)], options=options)
    assert (report.settings["method"], report.settings["engine"]) == ("huecue", "plain")
    assert report.hint_error_worst <= 1.0


def test_a_method_that_lacks_what_it_needs_leaves_nothing_behind(film: Path, tmp_path: Path) -> None:
    def needy(*_: object) -> Iterator[ColoredFrame]:
        raise UsageError("give a picture")

    with pytest.raises(UsageError, match="give a picture"):
        colorize(film, tmp_path / "out.mkv", coloring=needy)
    assert list(tmp_path.iterdir()) == []


def test_the_shots_of_a_film_are_found(film: Path) -> None:
    assert find_shots(film) == [Shot(0, 7), Shot(7, 12)]


def test_a_part_of_a_film_can_be_coloured(film: Path, tmp_path: Path) -> None:
    options = ColorOptions(threads=1, engine="onnxruntime", frames=Range(4, 9), cuts="none")
    report = colorize(film, tmp_path / "part.mkv", hints=[Hint(20, 20, RED, frame=5)], options=options)
    assert report.frames == 5
    assert report.shots == (Shot(4, 9),)
    assert len(list(video.read_frames(report.out))) == 5


def test_the_cuts_of_a_hint_file_count_unless_others_are_asked_for(film: Path, tmp_path: Path) -> None:
    path = tmp_path / "hints.json"
    path.write_text(json.dumps({"huecue": 1, "hints": [], "cuts": [2]}))
    part = Range(0, 4)
    kept = ColorOptions(threads=1, engine="onnxruntime", frames=part)
    other = ColorOptions(threads=1, engine="onnxruntime", frames=part, cuts="none")
    assert colorize(film, tmp_path / "a.mkv", hints=path, options=kept).shots == (Shot(0, 2), Shot(2, 4))
    assert colorize(film, tmp_path / "b.mkv", hints=path, options=other).shots == (Shot(0, 4),)


@pytest.fixture
def red_frame(tmp_path: Path) -> Path:
    path = tmp_path / "red.png"
    cv2.imwrite(str(path), np.full((48, 64, 3), RED[::-1], np.uint8))
    return path


def write_project(path: Path, **parts: object) -> Path:
    path.write_text(json.dumps({"huecue": 1, "hints": [], **parts}))
    return path


def chroma_of(path: Path) -> list[np.ndarray]:
    """(2, H, W) of each frame, 0 for grey."""
    return [np.stack(frame.chroma or ()).astype(int) - 128 for frame in video.read_frames(path)]


@pytest.fixture
def plain(make_engine: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Report]:
    """Colours losslessly with the plain network."""

    def open_plain(info: FilmInfo, _options: ColorOptions) -> Engine:
        return make_engine(working_size(info.displayed))

    monkeypatch.setattr("huecue.pipeline.film.open_default_engine", open_plain)
    return partial(colorize, write=WriteOptions(codec="ffv1"))


def test_a_keyframe_counts_both_ways_in_its_shot_and_luma_is_untouched(
    film: Path, red_frame: Path, tmp_path: Path, plain: Callable[..., Report]
) -> None:
    none = plain(film, tmp_path / "none.mkv")
    done = plain(film, tmp_path / "done.mkv", keyframes=[(4, red_frame)])
    red, grey = (np.array([one[1].mean() for one in chroma_of(report.out)]) for report in (done, none))
    assert (red - grey)[:7].min() > 10  # the frames before it too
    assert np.abs(red - grey)[7:].max() == 0
    assert np.ptp(chroma_of(done.out)[4][1]) == 0
    for old, new in zip(video.read_frames(film), video.read_frames(done.out), strict=True):
        assert np.array_equal(old.luma, new.luma)


def test_keyframes_of_a_project_are_those_that_are_named(
    film: Path, red_frame: Path, tmp_path: Path, plain: Callable[..., Report]
) -> None:
    blue_frame = tmp_path / "blue.png"
    cv2.imwrite(str(blue_frame), np.full((48, 64, 3), (200, 60, 40), np.uint8))
    given = [{"frame": 4, "image": "red.png"}, {"frame": 9, "image": "blue.png"}]
    project = write_project(tmp_path / "film.json", keyframes=given)
    by_file = plain(film, tmp_path / "a.mkv", hints=project)
    named = plain(film, tmp_path / "b.mkv", keyframes=[(9, blue_frame), (4, red_frame)])
    pairs = list(zip(chroma_of(by_file.out), chroma_of(named.out), strict=True))
    assert all(np.array_equal(one, other) for one, other in pairs)
    assert pairs[4][0][1].mean() > 40
    assert pairs[9][0][0].mean() > 40


@pytest.mark.parametrize(("cuts", "start"), [(None, 7), ([0, 5], 5)])
def test_settings_of_a_project_count_in_their_shot_alone_whoever_knows_the_cuts(
    film: Path, tmp_path: Path, plain: Callable[..., Report], cuts: list[int] | None, start: int
) -> None:
    given: dict[str, object] = {} if cuts is None else {"cuts": cuts}
    given["hints"] = [{"frame": n, "x": 20, "y": 20, "radius": 9, "color": "#a05050"} for n in (0, start)]
    settings = [{"frame": 10, "saturation": 0.5}]
    usual = write_project(tmp_path / "usual.json", **given)
    muted = write_project(tmp_path / "muted.json", saturation=1, shots=settings, **given)
    before, after = (
        chroma_of(plain(film, tmp_path / f"{one.stem}.mkv", hints=one).out) for one in (usual, muted)
    )
    pairs = list(zip(before, after, strict=True))
    assert all(np.array_equal(one, other) for one, other in pairs[:start])
    assert all(np.abs(one - other * 2).max() <= 2 for one, other in pairs[start:])
    assert np.abs(before[start]).max() > 10


def test_saturation_of_a_project_counts_unless_another_is_asked_for(
    film: Path, tmp_path: Path, plain: Callable[..., Report]
) -> None:
    hints = [{"x": 20, "y": 20, "color": "red"}]
    project = write_project(tmp_path / "grey.json", hints=hints, saturation=0)
    part = ColorOptions(cuts="none", frames=Range(0, 2))
    grey = plain(film, tmp_path / "grey.mkv", hints=project, options=part)
    asked = plain(film, tmp_path / "asked.mkv", hints=project, options=replace(part, saturation=1))
    assert [report.settings["saturation"] for report in (grey, asked)] == [0, 1]
    assert [np.abs(chroma_of(report.out)[0]).max() > 10 for report in (grey, asked)] == [False, True]


@pytest.mark.parametrize(
    ("part", "settings"),
    [
        (Range(9, 11), {7: 0, 0: 1}),
        (Range(2, 4), {7: 0, 0: 1}),
        (Range(5, 9), {7: 0, 0: 1}),
        (Range(9, 11), {3: 1, 10: 0}),
        (Range(9, 11), {11: 0}),
        (Range(2, 4), {8: 0}),
        (Range(2, 4), {5: 1, 11: 0}),
    ],
)
def test_settings_reach_into_a_part_of_their_shot_and_no_other(
    film: Path, tmp_path: Path, plain: Callable[..., Report], part: Range, settings: dict[int, float]
) -> None:
    indices = range(part.start, part.stop)
    project = write_project(
        tmp_path / "film.json",
        hints=[{"frame": index, "x": 20, "y": 20, "color": "red"} for index in indices],
        shots=[{"frame": frame, "saturation": saturation} for frame, saturation in settings.items()],
    )
    done = plain(film, tmp_path / "part.mkv", hints=project, options=ColorOptions(frames=part))
    grey = [not np.abs(one).any() for one in chroma_of(done.out)]
    assert grey == [index >= 7 for index in indices]


def test_cuts_that_are_looked_for_first_are_told_of_as_they_come(
    film: Path, tmp_path: Path, plain: Callable[..., Report]
) -> None:
    seen: list[Progress] = []
    project = write_project(tmp_path / "film.json", shots=[{"frame": 10, "saturation": 2}])
    report = plain(film, tmp_path / "out.mkv", hints=project, progress=seen.append)
    looked = [(count, "finding cuts") for count in range(1, 13)]
    assert [(one.done, one.doing) for one in seen] == [*looked, *((count, "") for count, _ in looked)]
    assert report.settings["cuts"] == (7,)
    assert report.shots == (Shot(0, 7), Shot(7, 12))


def test_target_that_is_taken_is_known_before_cuts_are_looked_for(
    film: Path, tmp_path: Path, plain: Callable[..., Report]
) -> None:
    seen: list[Progress] = []
    project = write_project(tmp_path / "film.json", shots=[{"frame": 10, "saturation": 2}])
    (tmp_path / "out.mkv").touch()
    with pytest.raises(OutputExists):
        plain(film, tmp_path / "out.mkv", hints=project, progress=seen.append)
    assert seen == []


def test_film_that_breaks_off_is_coloured_with_its_shots_settings(
    tmp_path: Path, plain: Callable[..., Report]
) -> None:
    whole = write_film(tmp_path / "long.mkv", scene(3, 40))
    data = whole.read_bytes()
    whole.write_bytes(data[: len(data) // 2])
    hints = [{"x": 20, "y": 20, "color": "red"}]
    settings = [{"frame": 3, "saturation": 0}]
    project = write_project(tmp_path / "film.json", hints=hints, shots=settings)
    report = plain(whole, tmp_path / "out.mkv", hints=project)
    assert not report.complete
    assert not any(np.abs(one).any() for one in chroma_of(report.out))


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ({"references": [{"frame": 12, "image": "red.png"}]}, "references"),
        ({"keyframes": [{"frame": 12, "image": "red.png"}]}, "keyframes"),
        ({"shots": [{"frame": 12}]}, "shots"),
    ],
)
def test_what_lies_beyond_a_film_of_unknown_length_is_complained_of(
    film: Path,
    red_frame: Path,
    tmp_path: Path,
    plain: Callable[..., Report],
    parts: dict[str, object],
    place: str,
) -> None:
    assert video.probe(film).frames is None
    project = write_project(red_frame.with_name("film.json"), **parts)
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(HintError, match=rf"{place}\[0\]\.frame is 12, but the film ends with frame 11"):
        plain(film, out / "out.mkv", hints=project)
    assert list(out.iterdir()) == []


def test_first_frame_and_a_keyframe_in_its_place_are_refused(
    film: Path, red_frame: Path, tmp_path: Path, plain: Callable[..., Report]
) -> None:
    out, part = tmp_path / "out.mkv", ColorOptions(cuts="none", frames=Range(3, 5))
    given = {"first_frame": red_frame, "keyframes": [(3, red_frame)]}
    with pytest.raises(HintError, match="frame 3 is given whole twice"):
        plain(film, out, options=part, **given)
    assert not out.exists()
    assert plain(film, out, options=replace(part, frames=Range(2, 5)), **given).frames == 3


def test_without_hints_no_hint_errors_are_reported(film: Path, tmp_path: Path) -> None:
    options = ColorOptions(threads=1, engine="onnxruntime", frames=Range(0, 2), cuts="none")
    report = colorize(film, tmp_path / "plain.mkv", options=options)
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


def test_a_film_that_is_there_is_not_overwritten(film: Path, tmp_path: Path) -> None:
    target = tmp_path / "there.mkv"
    target.write_bytes(b"dear to someone")
    with pytest.raises(OutputExists, match=r"there\.mkv"):
        colorize(film, target, options=QUICK)
    assert target.read_bytes() == b"dear to someone"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"hints": [Hint(64, 5, RED)]}, HintError),
        ({"hints": [Hint(5, 5, RED, frame=12)]}, HintError),
        ({"hints": "nowhere.json"}, UsageError),
        ({"first_frame": "nowhere.png"}, UsageError),
        ({"keyframes": [(3, "nowhere.png")]}, UsageError),
        ({"keyframes": [(-1, "nowhere.png")]}, HintError),
    ],
)
def test_bad_guidance_leaves_nothing_behind(
    film: Path, tmp_path: Path, given: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        colorize(film, tmp_path / "out.mkv", options=QUICK, **given)
    assert list(tmp_path.iterdir()) == []


def test_a_watcher_that_fails_leaves_nothing_behind(film: Path, tmp_path: Path) -> None:
    def fail(progress: Progress) -> None:
        if progress.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        colorize(film, tmp_path / "out.mkv", options=QUICK, progress=fail)
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
