"""The same promises on real films, where they are at hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from huecue.types import Range
from huecue.video import FilmWriter, WriteOptions, read_frames

CLIPS = Path(__file__).parents[2] / ".." / "shared" / "data" / "clips"
FILMS = sorted([*CLIPS.glob("eval/*.mp4"), *CLIPS.glob("old-film/*.mp4")])
FRAMES = Range(0, 12)
"""Enough for frames out of order; the whole films take minutes."""


@pytest.mark.skipif(not FILMS, reason=f"no real films in {CLIPS}")
@pytest.mark.parametrize("film", FILMS, ids=lambda film: film.stem)
def test_luma_times_and_count_are_kept(film, films):
    target = films.folder / "b.mp4"
    read = []
    with FilmWriter(film, target, WriteOptions(codec="ffv1"), frames=FRAMES) as writer:
        for frame in read_frames(film, frames=FRAMES):
            writer.write(frame, films.grey(frame, writer.info.chroma_shift))
            read.append(frame)
    found = list(read_frames(target))
    assert len(found) == len(read) == 12
    for before, after in zip(read, found, strict=True):
        assert np.array_equal(before.luma, after.luma)
        assert before.pts * before.time_base == after.pts * after.time_base
