"""The report's network is judged on the same pictures each time, by the number of hints."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn

from huecue.color import rgb_to_lab
from huecue.networks.bins import BIN_COUNT
from huecue.networks.report import Answer
from huecue.train.lab import Photographs
from huecue.train.report_check import guess_of, judge, make_check, make_exam, picture_of

Photo = Callable[..., np.ndarray]


class Oracle(nn.Module):
    """Knows the hinted pixels, and the truth where it is given it."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, light: torch.Tensor, hints: torch.Tensor, _overall: torch.Tensor) -> Answer:
        return Answer(hints[:, :2] * self.share, torch.zeros(len(light), BIN_COUNT, 4, 4))


def a_check(photo: Photo) -> dict:
    photographs = Photographs([lambda seed=seed: photo(seed, 16, 16) for seed in range(3)], 16)
    return make_check(photographs, hint_counts=(0, 5), most=3, batch=2)


def test_the_check_is_the_same_each_time(photo: Photo) -> None:
    first, second = a_check(photo), a_check(photo)
    for name in ("0 hints", "5 hints"):
        assert [len(batch["light"]) for batch in first[name]] == [2, 1]
        for one, other in zip(first[name], second[name], strict=True):
            assert all(np.array_equal(one[part], other[part]) for part in one)
    assert np.array_equal(first["0 hints"][0]["ab"], first["5 hints"][0]["ab"])


def test_an_exam_asks_about_every_picture_once_as_it_is(photo: Photo) -> None:
    pictures = [photo(seed, 16, 16) for seed in range(5)]
    pictures[3][:] = 90  # grey ones count too
    exam = make_exam(Photographs([lambda p=p: p for p in pictures], 16), hint_counts=(0, 5), batch=2)
    asked = [np.concatenate([batch["light"] for batch in exam["5 hints"]]) for _ in range(2)]
    assert np.array_equal(*asked)
    wanted = [(rgb_to_lab(picture)[..., 0] - 50) / 100 for picture in pictures]
    for light, plain in zip(asked[0][:, 0], wanted, strict=True):
        assert min(np.abs(light - plain).max(), np.abs(light - plain[:, ::-1]).max()) < 1e-5
    hinted = [[bool(batch["hints"][:, :2].any()) for batch in exam[name]] for name in exam]
    assert hinted == [[False] * 3, [True] * 3]


def test_hints_that_are_used_raise_the_score(photo: Photo) -> None:
    def score(share: float) -> dict:
        net, cpu = Oracle(share), torch.device("cpu")
        return judge(net, cpu, check=a_check(photo), cost=lambda *_: torch.tensor(share), classify=False)

    used, unused = score(1.0), score(0.0)
    assert used["5 hints"].psnr > used["5 hints"].grey + 0.2
    assert unused["5 hints"].psnr == unused["5 hints"].grey == pytest.approx(used["0 hints"].psnr)
    assert used["5 hints"].loss == 1


def test_a_classifier_s_colours_are_the_annealed_mean_at_full_size() -> None:
    told = torch.randn(1, BIN_COUNT, 4, 4)
    answer = Answer(torch.zeros(1, 2, 16, 16), told)
    assert guess_of(answer, classify=True).shape == (1, 2, 16, 16)
    assert guess_of(answer, classify=True).abs().max() > 0
    assert guess_of(answer, classify=False) is answer.ab


def test_pictures_are_lab_in_srgb() -> None:
    light, ab = np.zeros((1, 2, 2), np.float32), np.zeros((2, 2, 2), np.float32)
    assert np.ptp(picture_of(light, ab)) == 0
    assert picture_of(light, ab)[0, 0, 0] == 119  # L* 50
