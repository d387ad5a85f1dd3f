"""What is new in a shot: where a part of the frame is in doubt that was not before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from films import make_film, make_visited_film
from huecue.engine import open_engine
from huecue.pipeline import Guidance
from huecue.pipeline.gathered import Kept, keep
from huecue.pipeline.guidance import Guide
from huecue.pipeline.planes import working_luma
from huecue.pipeline.step import FrameGuidance, State, step
from huecue.stages.upsample import working_size
from huecue.studio.arrivals import lag_of, newness
from huecue.studio.painter import Painted
from huecue.types import Size
from huecue.video import probe, read_frames
from huecue.weights import load_weights

LAG, COMES = 8, 20


def painted(doubts: Sequence[float], *, final: bool = True) -> dict[int, Painted]:
    """Frames of ten cells; the first of them has this doubt, the others none."""
    found = {}
    for index, doubt in enumerate(doubts):
        cells = np.zeros((2, 5), np.float16)
        cells[0, 0] = doubt
        kept = Kept(index, lambda: np.zeros((16, 40), np.uint8), cells)
        found[index] = Painted(index, final, 0.5, kept)
    return found


def news(seen: dict[int, Painted], shot_start: int = 0) -> list[float]:
    return [newness(seen, index, shot_start=shot_start, lag=LAG) for index in range(len(seen))]


def test_a_cell_that_comes_into_doubt_is_new_until_it_is_known() -> None:
    found = news(painted([0.1] * COMES + [0.5] * 20))
    assert found[:COMES] == [0.0] * COMES
    assert found[COMES + 1] == pytest.approx(0.1)
    assert found[COMES + LAG + 1 :] == [0.0] * (20 - LAG - 1)


def test_frames_that_rest_surer_of_themselves_are_not_news() -> None:
    assert not any(news(painted([0.1, 0.3] * 20)))


def test_a_shots_beginning_and_drafts_are_not_news() -> None:
    seen = painted([0.1] * COMES + [0.5] * 20)
    assert not any(news(seen, shot_start=COMES))
    assert not any(news(painted([0.1] * COMES + [0.5] * 20, final=False)))


def test_a_third_of_a_second_is_looked_back(tmp_path: Path) -> None:
    assert lag_of(probe(make_film(tmp_path / "film.mp4", frames=3))) == LAG  # at 24 frames/s


def test_what_comes_into_a_made_film_is_news_to_the_network(tmp_path: Path) -> None:
    size = Size(192, 128)
    film = make_visited_film(tmp_path / "film.mkv", size, comes=COMES)
    info = probe(film)
    engine = open_engine(load_weights(), working_size(size), name="onnxruntime", threads=1)
    guide, state, seen = Guide.prepare(Guidance(), size, engine), State(), dict[int, Painted]()
    for frame in read_frames(film):
        luma = working_luma(frame, info, engine.size)
        colours, state = step(engine, luma, FrameGuidance(), state)
        kept = keep(frame.index, colours, guide, lambda luma=luma: luma, first=frame.index == 0)
        seen[frame.index] = Painted(frame.index, True, 0.5, kept)
    found = news(seen)
    assert max(found[:COMES]) < 0.01
    assert max(found[COMES : COMES + LAG]) >= 0.025
