"""The report's table: who makes what, what is scored, and what makes no sense."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from blank_engine import blank_engine
from huecue.color import rgb_to_ycc
from huecue.engine import Engine, ReportEngine, Tensor
from huecue.errors import UsageError, WeightsError
from huecue.evaluate import report_table as table
from huecue.evaluate.report_scores import ROWS, ReportResults
from huecue.evaluate.report_table import ReportTableOptions, open_networks
from huecue.evaluate.run import Progress
from huecue.types import Luma, Picture, Size

pytestmark = pytest.mark.usefixtures("small_work")
MakeClip = Callable[..., Path]
SIDE = 64
HERE = (("full", Path()), ("squeezed", Path()))
OPTIONS = ReportTableOptions(HERE, frames=3, side_px=SIDE)
ALONE, OLD, NEW, SQUEEZED = (row.name for row in ROWS[2:])


def even(a: float, b: float) -> ReportEngine:
    """A network of one colour, which is told by its hints' number: more red with any."""

    def run(inputs: dict[str, Tensor]) -> Tensor:
        lift = 0.1 if (inputs["hints"][0, 2] > 0).any() else 0.0
        ab = np.array([a / 110 + lift, b / 110], np.float32)[:, None, None]
        return np.broadcast_to(ab, (1, 2, SIDE, SIDE)).copy()

    return ReportEngine("even", Size(SIDE, SIDE), 1, run)


class Transfer:
    """Paints each frame as bright as it is told to, and remembers what it was given."""

    def __init__(self, level: int, side: int = SIDE) -> None:
        self.level, self.side = level, side
        self.given: list[tuple[int, Picture]] = []

    def __call__(self, lumas: Sequence[Luma], first: Picture) -> Iterator[Picture]:
        self.given.append((len(lumas), first))
        return (np.full((self.side, self.side, 3), self.level, np.uint8) for _ in lumas[1:])


NETWORKS = {"full": even(10, 10), "squeezed": even(-20, 5)}


@pytest.fixture(autouse=True)
def _plain_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Huecue's own network gives no colours here."""

    def opened(*_: object) -> Engine:
        return blank_engine(Size(SIDE, SIDE))

    monkeypatch.setattr("huecue.evaluate.report_table.engine_for", opened)


def make_table(paths: list[Path], transfers: dict[str, Transfer], **more: object) -> ReportResults:
    networks = more.pop("networks", NETWORKS)
    return table.report_table(paths, OPTIONS, networks=networks, transfers=transfers, **more)


def both() -> dict[str, Transfer]:
    return {"original": Transfer(60), "changed": Transfer(140)}


def frames_of(results: ReportResults, row: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    (one,) = [score for score in results.scores if score.row == row]
    return one.psnr_frames, one.kept_frames


def test_every_row_is_scored_on_every_frame(make_clip: MakeClip) -> None:
    results = make_table([make_clip()], both())
    assert [one.row for one in results.scores] == [row.name for row in ROWS]
    assert {len(one.psnr_frames) for one in results.scores} == {3}
    assert all(15 <= one.hints <= 20 for one in results.scores)


def test_rows_of_a_network_that_is_not_given_are_left_out(make_clip: MakeClip) -> None:
    results = make_table([make_clip()], both(), networks={"squeezed": NETWORKS["squeezed"]})
    assert [one.row for one in results.scores] == ["grey", "huecue", SQUEEZED]


def test_the_transfer_begins_with_the_network_s_first_frame_and_the_hints(make_clip: MakeClip) -> None:
    transfers = both()
    results = make_table([make_clip()], transfers)
    assert [count for count, _ in transfers["original"].given] == [3]
    full, squeezed = (first for _, first in transfers["changed"].given)
    assert np.array_equal(transfers["original"].given[0][1], full)
    assert rgb_to_ycc(full)[1][..., 1].mean() > 0.05  # a = 21 with hints
    assert rgb_to_ycc(squeezed)[1][..., 1].mean() < 0
    for row in (ALONE, OLD, NEW):
        assert frames_of(results, row)[0][0] == frames_of(results, ALONE)[0][0]


def test_the_network_alone_has_hints_on_the_first_frame_only(make_clip: MakeClip) -> None:
    seen = []

    def run(inputs: dict[str, Tensor]) -> Tensor:
        seen.append(bool((inputs["hints"][0, 2] > 0).any()))
        return np.zeros((1, 2, SIDE, SIDE), np.float32)

    watching = {"full": ReportEngine("watching", Size(SIDE, SIDE), 1, run)}
    results = make_table([make_clip()], both(), networks=watching)
    assert seen == [True, False, False, True, True]  # alone, then the first frame of both transfers
    assert np.allclose(frames_of(results, ALONE)[0], frames_of(results, "grey")[0], atol=0.05)


def test_the_transfer_is_scored_raw_and_its_colours_alone(make_clip: MakeClip) -> None:
    results = make_table([make_clip()], {"original": Transfer(60, side=32), "changed": Transfer(140)})
    raw, kept = frames_of(results, OLD)
    grey, _ = frames_of(results, "grey")
    assert np.allclose(kept[1:], grey[1:], atol=0.05)  # an even grey has no colours
    assert max(raw[1:]) < min(grey) - 1
    assert frames_of(results, NEW)[0][1] != raw[1]


def test_progress_counts_frames_up_to_its_end(make_clip: MakeClip) -> None:
    seen: list[Progress] = []
    make_table([make_clip()], both(), progress=seen.append)
    assert [one.done for one in seen] == [*range(6 * 3), 18]
    assert {one.total for one in seen} == {18}
    assert seen[0].doing == "glide.mkv: grey"


def test_time_is_told_by_the_frame(make_clip: MakeClip, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(10**6))
    monkeypatch.setattr(table.time, "perf_counter", lambda: float(next(ticks)))
    results = make_table([make_clip()], both())
    assert {one.seconds_per_frame for one in results.scores} == {1.0}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"networks": ()}, "--weights full=FOLDER"),
        ({"networks": (("full", Path()), ("full", Path()))}, "--weights full=FOLDER"),
        ({"networks": (("report-net", Path()),)}, "--weights squeezed=FOLDER"),
        ({"frames": 0}, "frames must be 1 or more"),
        ({"clips": 0}, "clips must be 1 or more"),
        ({"side_px": 100}, "multiple of 8, not 100"),
        ({"side_px": 0}, "multiple of 8, not 0"),
        ({"seed": -1}, "seed must be 0 or more"),
    ],
)
def test_options_that_make_no_sense_are_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        ReportTableOptions(**{"networks": HERE, **wrong})  # type: ignore[arg-type]


def test_networks_that_are_missing_are_missed(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="no weights here"):
        open_networks(ReportTableOptions((("full", tmp_path),)))


def test_networks_are_opened_for_the_squares(report_weights: Path) -> None:
    options = ReportTableOptions((("squeezed", report_weights),), side_px=72)
    networks = open_networks(options)
    assert list(networks) == ["squeezed"]
    assert networks["squeezed"].size == Size(72, 72)
