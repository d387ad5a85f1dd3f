"""Pictures in colour: any number of frames, and a bounded folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from films import names
from huecue.studio.pictures import Pictures
from huecue.types import Shot


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    """Room for five pictures of ten bytes."""
    return Pictures(tmp_path, most_bytes=50)


def jpeg(index: int) -> bytes:
    return bytes([index] * 10)


def test_what_is_put_in_comes_out(pictures: Pictures) -> None:
    pictures.put(3, jpeg(3), final=False)
    assert pictures.get(3) == (jpeg(3), False)
    assert not pictures.is_final(3)
    pictures.put(3, jpeg(4), final=True)
    assert pictures.get(3) == (jpeg(4), True)
    assert pictures.is_final(3)
    assert pictures.get(4) is None


def test_what_is_furthest_from_the_playhead_goes_and_the_folder_stays_small(
    pictures: Pictures, tmp_path: Path
) -> None:
    pictures.playhead = 40
    for index in range(100):
        pictures.put(index, jpeg(index), final=True)
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 50
    assert [index for index in range(100) if index in pictures] == [38, 39, 40, 41, 42]
    assert pictures.get(41) == (jpeg(41), True)
    assert pictures.get(90) is None


def test_a_picture_in_place_of_another_takes_no_more_room(pictures: Pictures) -> None:
    for _ in range(3):
        for index in range(5):
            pictures.put(index, jpeg(index), final=True)
    assert all(index in pictures for index in range(5))


def test_what_is_forgotten_is_gone_but_takes_its_room(pictures: Pictures, tmp_path: Path) -> None:
    for index in range(5):
        pictures.put(index, jpeg(index), final=True)
    pictures.forget(Shot(0, 2))
    assert [pictures.get(index) for index in range(2)] == [None, None]
    pictures.put(9, jpeg(9), final=True)
    assert len(names(tmp_path)) == 5
    pictures.put(0, jpeg(1), final=True)
    assert pictures.get(0) == (jpeg(1), True)
