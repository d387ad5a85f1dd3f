"""Validation looks at the same samples every time, and scores the network against grey."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from huecue.networks.realtime import RealtimeNet
from huecue.train.samples import Habits
from huecue.train.sources import read_clip
from huecue.train.validate import BATCH, Check, make_check, validate
from tiny_realtime import TINY

HABITS = Habits(still_px=(32,), film_px=(32,), frames=2, imagined_gap=2, longest_gap=3)
Photo = Callable[..., NDArray[np.uint8]]


def a_check(photo: Photo, clips: Path, count: int = 10) -> Check:
    pictures = [lambda seed=seed: photo(seed, 50, 50) for seed in range(3)]
    return make_check(pictures, [read_clip(clips / "pan.mp4")], HABITS, count=count)


def test_the_check_is_the_same_every_time(photo: Photo, clips: Path) -> None:
    first, second = a_check(photo, clips), a_check(photo, clips)
    assert first.keys() == second.keys()
    for name, batches in first.items():
        for one, other in zip(batches, second[name], strict=True):
            assert all(np.array_equal(one[part], other[part]) for part in one)


def test_the_check_has_all_kinds_and_its_count(photo: Photo, clips: Path) -> None:
    check = a_check(photo, clips)
    films = ["imagined films", "clips", "clips by memory alone"]
    assert list(check) == ["stills without hints", "stills with a palette", "stills with hints", *films]
    assert [bool(check[name][0]["key_confidence"].any()) for name in films] == [True, True, False]
    for batches in check.values():
        assert [len(batch["luma"]) for batch in batches] == [BATCH, 2]
    assert not any(batch["hints"].any() for batch in check["stills without hints"])
    for name, batches in check.items():
        told = [bool(one.any()) for batch in batches for one in batch["palette"]]
        assert set(told) == {name == "stills with a palette"}
    assert all(batch["hints"][:, 2].any(axis=(1, 2)).all() for batch in check["stills with hints"])


def test_without_clips_none_are_checked(photo: Photo) -> None:
    check = make_check([lambda: photo(0, 50, 50)], [], HABITS, count=1)
    assert "imagined films" in check
    assert not any("clips" in name for name in check)


def test_a_better_network_scores_higher(photo: Photo, clips: Path) -> None:
    torch.manual_seed(0)
    check, cpu = a_check(photo, clips), torch.device("cpu")
    born, wild = RealtimeNet(TINY), RealtimeNet(TINY)
    torch.nn.init.normal_(wild.colour.head.weight, std=3)
    scores, worse = validate(born, check, cpu), validate(wild, check, cpu)
    for name, score in scores.items():
        assert score.psnr > worse[name].psnr
        assert score.grey == worse[name].grey
        assert 5 < score.grey < 60
    assert scores["stills without hints"].psnr == pytest.approx(scores["stills without hints"].grey, abs=1)
    assert scores["clips"].psnr > scores["clips"].grey + 3  # the frame before and the keyframe are on offer


def test_validating_leaves_no_gradients(photo: Photo, clips: Path) -> None:
    net = RealtimeNet(TINY)
    validate(net, a_check(photo, clips, count=1), torch.device("cpu"))
    assert all(weight.grad is None for weight in net.parameters())
