"""The learning rate that validates best is taken."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from huecue.errors import FailureError
from huecue.train import rates
from huecue.train.rates import RATES, search_rate
from huecue.train.realtime import RealtimeCourse
from huecue.train.run import TrainOptions


def pretend(gains: dict[float, float | None]) -> object:
    def train(options: TrainOptions, *, fresh: bool) -> None:
        assert fresh
        gain = gains[options.rate]
        if gain is None:
            raise FailureError("the loss is nan")
        options.out.mkdir(parents=True)
        rows = [
            "step,set,psnr_db,grey_db,loss",
            f"1,a,{gain},0,",
            f"9,a,{20 + gain},20,",
            f"9,b,{10 + gain},10,",
        ]
        (options.out / "scores.csv").write_text("\n".join(rows))

    return train


@pytest.mark.parametrize(
    ("gains", "best"),
    [((1.0, 3.0, 2.0), RATES[1]), ((None, 1.0, 2.0), RATES[2]), ((0.5, None, None), RATES[0])],
)
def test_the_best_rate_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gains: tuple[float | None, ...], best: float
) -> None:
    monkeypatch.setattr(rates, "train", pretend(dict(zip(RATES, gains, strict=True))))
    assert search_rate(TrainOptions(RealtimeCourse(()), out=tmp_path)) == best


def test_the_rates_lie_three_magnitudes_apart() -> None:
    assert len(RATES) == 3
    assert all(a / b == pytest.approx(10) for a, b in pairwise(RATES))


def test_if_no_rate_works_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "train", pretend(dict.fromkeys(RATES)))
    with pytest.raises(FailureError, match="give a smaller --rate"):
        search_rate(TrainOptions(RealtimeCourse(()), out=tmp_path))
