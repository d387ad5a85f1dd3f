"""A film goes in and comes out painted, whole or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from films import SIZE, make_film, names
from huecue.errors import FailureError, FilmError, OutputExists, UsageError, WeightsError
from huecue.pipeline import ColorOptions
from huecue.transfer import style as frames_module
from huecue.transfer.options import StyleOptions, TransferOptions, default_output
from huecue.transfer.style import Steps
from huecue.transfer.stylize import stylize
from huecue.types import Range, Shot
from huecue.video import probe, read_frames


@pytest.fixture
def options(vgg_path: Path) -> StyleOptions:
    return StyleOptions(TransferOptions(iterations=3, vgg=vgg_path), size_px=48)


@pytest.fixture
def style_path(tmp_path: Path) -> Path:
    path = tmp_path / "style.png"
    cv2.imwrite(str(path), np.random.default_rng(0).integers(0, 255, (40, 50, 3), np.uint8))
    return path


def test_film_in_film_out(film: Path, style_path: Path, options: StyleOptions) -> None:
    seen: list[Steps] = []
    report = stylize(film, style_path, options=options, progress=seen.append)
    assert report.out == film.with_name("film.style.mp4") == default_output(film)
    assert names(film.parent) == {"film.mp4", "film.style.mp4", "style.png"}
    before, after = list(read_frames(film)), list(read_frames(report.out))
    assert report.frames == len(before) == len(after) == 6
    for old, new in zip(before, after, strict=True):
        assert old.pts * old.time_base == new.pts * new.time_base
        assert np.abs(new.luma.astype(int) - old.luma).mean() > 1
    assert probe(report.out).size == SIZE
    assert probe(report.out).rate == probe(film).rate
    assert report.shots == (Shot(0, 6),)
    assert report.flicker > 0
    assert seen[-1].total == 3 * 7
    assert json.loads(json.dumps(report.as_json(), default=str))["settings"]["size_px"] == 48


def test_part_of_a_film_with_its_cuts(film: Path, style_path: Path, options: StyleOptions) -> None:
    part = replace(options, color=ColorOptions(cuts=(3,), frames=Range(1, 5)))
    report = stylize(film, style_path, film.with_name("part.gif"), options=part)
    assert report.frames == 4
    assert report.shots == (Shot(1, 3), Shot(3, 5))


def test_picture_can_be_styled(tmp_path: Path, style_path: Path, options: StyleOptions) -> None:
    cv2.imwrite(str(tmp_path / "photo.png"), np.full((36, 50, 3), (40, 120, 90), np.uint8))
    report = stylize(tmp_path / "photo.png", style_path, options=options)
    assert report.out.name == "photo.style.png"
    assert probe(report.out).size == probe(tmp_path / "photo.png").size


def test_film_that_breaks_off_is_painted_as_far_as_it_goes(
    tmp_path: Path, style_path: Path, options: StyleOptions
) -> None:
    film = make_film(tmp_path / "long.mkv", frames=24, codec="ffv1")
    film.write_bytes(film.read_bytes()[: film.stat().st_size // 2])
    quick = replace(options, transfer=replace(options.transfer, iterations=1))
    report = stylize(film, style_path, tmp_path / "out.mkv", options=quick)
    assert not report.complete
    assert report.out.name == "out.part.mkv"
    assert 0 < report.frames < 24
    assert len(list(read_frames(report.out))) == report.frames
    assert not (tmp_path / "out.mkv").exists()


def test_failure_on_the_way_leaves_nothing(
    film: Path, style_path: Path, options: StyleOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = names(film.parent)

    def stop(steps: Steps) -> None:
        if steps.done == 11:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stylize(film, style_path, options=options, progress=stop)
    assert names(film.parent) == before
    monkeypatch.setattr(frames_module, "_flicker", fail)
    with pytest.raises(FailureError, match="no number"):
        stylize(film, style_path, options=options)
    assert names(film.parent) == before


def fail(*_: object) -> float:
    raise FailureError("no number")


def test_what_can_not_be_used_is_refused_before_any_work(
    film: Path, style_path: Path, options: StyleOptions, tmp_path: Path
) -> None:
    notes = tmp_path / "notes.png"
    notes.write_text("no picture at all")
    before = names(tmp_path)
    with pytest.raises(FilmError, match=r"notes\.png can't be read as a picture"):
        stylize(film, notes, options=options)
    with pytest.raises(UsageError, match=r"gone\.png"):
        stylize(film, tmp_path / "gone.png", options=options)
    with pytest.raises(UsageError, match=r"style\.png is the picture"):
        stylize(film, style_path, style_path, options=options)
    with pytest.raises(OutputExists):
        stylize(film, style_path, notes.rename(tmp_path / "notes.mp4"), options=options)
    lost = replace(options, transfer=replace(options.transfer, vgg=tmp_path / "gone.npz"))
    with pytest.raises(WeightsError, match=r"gone\.npz"):
        stylize(film, style_path, options=lost)
    assert names(tmp_path) == (before - {"notes.png"}) | {"notes.mp4"}
