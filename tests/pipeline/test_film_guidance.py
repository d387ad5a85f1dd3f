"""What a film's hints, keyframes, project and settings do to the film that is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest

from huecue import video
from huecue.engine import Engine
from huecue.errors import HintError, OutputExists, UsageError
from huecue.pipeline import ColorOptions, Progress, Report, colorize
from huecue.stages.upsample import working_size
from huecue.types import FilmInfo, Hint, Range, Shot
from huecue.video import WriteOptions
from old_films import QUICK, RED, scene, write_film


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


def test_the_cuts_of_a_hint_file_count_unless_others_are_asked_for(old_film: Path, tmp_path: Path) -> None:
    path = tmp_path / "hints.json"
    path.write_text(json.dumps({"huecue": 1, "hints": [], "cuts": [2]}))
    part = Range(0, 4)
    kept = ColorOptions(threads=1, engine="onnxruntime", frames=part)
    other = ColorOptions(threads=1, engine="onnxruntime", frames=part, cuts="none")
    assert colorize(old_film, tmp_path / "a.mkv", hints=path, options=kept).shots == (Shot(0, 2), Shot(2, 4))
    assert colorize(old_film, tmp_path / "b.mkv", hints=path, options=other).shots == (Shot(0, 4),)


def test_a_keyframe_counts_both_ways_in_its_shot_and_luma_is_untouched(
    old_film: Path, red_frame: Path, tmp_path: Path, plain: Callable[..., Report]
) -> None:
    none = plain(old_film, tmp_path / "none.mkv")
    done = plain(old_film, tmp_path / "done.mkv", keyframes=[(4, red_frame)])
    red, grey = (np.array([one[1].mean() for one in chroma_of(report.out)]) for report in (done, none))
    assert (red - grey)[:7].min() > 10  # the frames before it too
    assert np.abs(red - grey)[7:].max() == 0
    assert np.ptp(chroma_of(done.out)[4][1]) == 0
    for old, new in zip(video.read_frames(old_film), video.read_frames(done.out), strict=True):
        assert np.array_equal(old.luma, new.luma)


def test_keyframes_of_a_project_are_those_that_are_named(
    old_film: Path, red_frame: Path, tmp_path: Path, plain: Callable[..., Report]
) -> None:
    blue_frame = tmp_path / "blue.png"
    cv2.imwrite(str(blue_frame), np.full((48, 64, 3), (200, 60, 40), np.uint8))
    given = [{"frame": 4, "image": "red.png"}, {"frame": 9, "image": "blue.png"}]
    project = write_project(tmp_path / "film.json", keyframes=given)
    by_file = plain(old_film, tmp_path / "a.mkv", hints=project)
    named = plain(old_film, tmp_path / "b.mkv", keyframes=[(9, blue_frame), (4, red_frame)])
    pairs = list(zip(chroma_of(by_file.out), chroma_of(named.out), strict=True))
    assert all(np.array_equal(one, other) for one, other in pairs)
    assert pairs[4][0][1].mean() > 40
    assert pairs[9][0][0].mean() > 40


@pytest.mark.parametrize(("cuts", "start"), [(None, 7), ([0, 5], 5)])
def test_settings_of_a_project_count_in_their_shot_alone_whoever_knows_the_cuts(
    old_film: Path, tmp_path: Path, plain: Callable[..., Report], cuts: list[int] | None, start: int
) -> None:
    given: dict[str, object] = {} if cuts is None else {"cuts": cuts}
    given["hints"] = [{"frame": n, "x": 20, "y": 20, "radius": 9, "color": "#a05050"} for n in (0, start)]
    settings = [{"frame": 10, "saturation": 0.5}]
    usual = write_project(tmp_path / "usual.json", **given)
    muted = write_project(tmp_path / "muted.json", saturation=1, shots=settings, **given)
    before, after = (
        chroma_of(plain(old_film, tmp_path / f"{one.stem}.mkv", hints=one).out) for one in (usual, muted)
    )
    pairs = list(zip(before, after, strict=True))
    assert all(np.array_equal(one, other) for one, other in pairs[:start])
    assert all(np.abs(one - other * 2).max() <= 2 for one, other in pairs[start:])
    assert np.abs(before[start]).max() > 10


def test_saturation_of_a_project_counts_unless_another_is_asked_for(
    old_film: Path, tmp_path: Path, plain: Callable[..., Report]
) -> None:
    hints = [{"x": 20, "y": 20, "color": "red"}]
    project = write_project(tmp_path / "grey.json", hints=hints, saturation=0)
    part = ColorOptions(cuts="none", frames=Range(0, 2))
    grey = plain(old_film, tmp_path / "grey.mkv", hints=project, options=part)
    asked = plain(old_film, tmp_path / "asked.mkv", hints=project, options=replace(part, saturation=1))
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
    old_film: Path, tmp_path: Path, plain: Callable[..., Report], part: Range, settings: dict[int, float]
) -> None:
    indices = range(part.start, part.stop)
    project = write_project(
        tmp_path / "film.json",
        hints=[{"frame": index, "x": 20, "y": 20, "color": "red"} for index in indices],
        shots=[{"frame": frame, "saturation": saturation} for frame, saturation in settings.items()],
    )
    done = plain(old_film, tmp_path / "part.mkv", hints=project, options=ColorOptions(frames=part))
    grey = [not np.abs(one).any() for one in chroma_of(done.out)]
    assert grey == [index >= 7 for index in indices]


def test_cuts_that_are_looked_for_first_are_told_of_as_they_come(
    old_film: Path, tmp_path: Path, plain: Callable[..., Report]
) -> None:
    seen: list[Progress] = []
    project = write_project(tmp_path / "film.json", shots=[{"frame": 10, "saturation": 2}])
    report = plain(old_film, tmp_path / "out.mkv", hints=project, progress=seen.append)
    looked = [(count, "finding cuts") for count in range(1, 13)]
    assert [(one.done, one.doing) for one in seen] == [*looked, *((count, "") for count, _ in looked)]
    assert report.settings["cuts"] == (7,)
    assert report.shots == (Shot(0, 7), Shot(7, 12))


def test_target_that_is_taken_is_known_before_cuts_are_looked_for(
    old_film: Path, tmp_path: Path, plain: Callable[..., Report]
) -> None:
    seen: list[Progress] = []
    project = write_project(tmp_path / "film.json", shots=[{"frame": 10, "saturation": 2}])
    (tmp_path / "out.mkv").touch()
    with pytest.raises(OutputExists):
        plain(old_film, tmp_path / "out.mkv", hints=project, progress=seen.append)
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
    old_film: Path,
    red_frame: Path,
    tmp_path: Path,
    plain: Callable[..., Report],
    parts: dict[str, object],
    place: str,
) -> None:
    assert video.probe(old_film).frames is None
    project = write_project(red_frame.with_name("film.json"), **parts)
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(HintError, match=rf"{place}\[0\]\.frame is 12, but the film ends with frame 11"):
        plain(old_film, out / "out.mkv", hints=project)
    assert list(out.iterdir()) == []


def test_first_frame_and_a_keyframe_in_its_place_are_refused(
    old_film: Path, red_frame: Path, tmp_path: Path, plain: Callable[..., Report]
) -> None:
    out, part = tmp_path / "out.mkv", ColorOptions(cuts="none", frames=Range(3, 5))
    given = {"first_frame": red_frame, "keyframes": [(3, red_frame)]}
    with pytest.raises(HintError, match="frame 3 is given whole twice"):
        plain(old_film, out, options=part, **given)
    assert not out.exists()
    assert plain(old_film, out, options=replace(part, frames=Range(2, 5)), **given).frames == 3


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
    old_film: Path, tmp_path: Path, given: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        colorize(old_film, tmp_path / "out.mkv", options=QUICK, **given)
    assert list(tmp_path.iterdir()) == []
