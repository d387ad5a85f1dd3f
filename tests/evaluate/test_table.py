"""Tables and JSON say the means that the scores have."""

from __future__ import annotations

import json
from dataclasses import replace

from huecue.evaluate.score import ClipScore, Look
from huecue.evaluate.table import ClipResults, markdown, mean_of


def score(clip: str, method: str, psnr: float, *, errors: tuple[float, ...] = ()) -> ClipScore:
    look = Look(cdc=0.5 if method == "grey" else 0.125, warping_error=0.2, colorfulness=10)
    return ClipScore(clip, method, (psnr,), psnr + 1, None, look, Look(0.25, 0.1, 30), errors, 0.01)


RESULTS = ClipResults(
    {"seed": 3},
    (
        score("a", "grey", 20),
        score("a", "dis", 30, errors=(1.0, 9.0)),
        score("b", "grey", 22),
        score("b", "dis", 34, errors=(2.0,)),
    ),
)


def test_means_go_over_clips_and_hints_count_one_by_one() -> None:
    mean = mean_of(RESULTS.of("dis"))
    assert (mean["psnr"], mean["chroma_psnr"], mean["cdc_gap"], mean["warping_ratio"]) == (32, 33, 0.125, 2)
    assert mean["colorfulness_gap"] == -20
    assert (mean["hint_median"], mean["hint_worst"]) == (2, 9)
    assert mean["ssim"] is None


def test_json_holds_settings_means_and_every_clip() -> None:
    plain = json.loads(json.dumps(RESULTS.as_json(), allow_nan=False))
    assert plain["settings"] == {"seed": 3}
    assert [(row["method"], row["psnr"]) for row in plain["methods"]] == [("grey", 21), ("dis", 32)]
    assert [(row["clip"], row["method"]) for row in plain["clips"]] == [
        ("a", "grey"),
        ("a", "dis"),
        ("b", "grey"),
        ("b", "dis"),
    ]
    assert plain["clips"][1]["psnr_frames"] == [30]
    assert plain["clips"][1]["psnr_last"] == 30


def test_the_table_has_a_line_for_each_method_and_for_each_clip() -> None:
    methods, clips = RESULTS.as_table().split("\n\n")
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in methods.splitlines()]
    assert cells[0][:2] == ["method", "PSNR dB"]
    assert [row[:2] for row in cells[2:]] == [["grey", "21.00"], ["dis", "32.00"]]
    assert cells[2][-1] == "-"  # grey had no hints here
    assert cells[3][-1] == "9.00"
    assert "| a       | 20.00 | 30.00 |" in clips


def test_a_worn_method_has_a_line_of_its_own_and_what_wear_costs_it() -> None:
    worn = replace(score("a", "dis", 27), degrade="light")
    results = ClipResults({}, (score("a", "dis", 30), worn))
    methods, clips = results.as_table().split("\n\n")
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in methods.splitlines()]
    assert cells[0][:3] == ["method", "PSNR dB", "lost to wear"]
    assert [row[:3] for row in cells[2:]] == [["dis", "30.00", "-"], ["dis, light wear", "27.00", "3.00"]]
    assert "| a       | 30.00 |           27.00 |" in clips
    plain = json.loads(json.dumps(results.as_json(), allow_nan=False))
    told = [(row["method"], row["degrade"], row["psnr_lost"]) for row in plain["methods"]]
    assert told == [("dis", None, None), ("dis", "light", 3)]
    assert [row["degrade"] for row in plain["clips"]] == [None, "light"]


def test_without_wear_nothing_is_lost_to_it() -> None:
    assert "lost to wear" not in RESULTS.as_table()


def test_what_no_method_has_gets_no_column() -> None:
    assert "SSIM" not in RESULTS.as_table()


def test_columns_line_up() -> None:
    lines = markdown(["name", "x"], [["a", "1"], ["longer", "100"]]).splitlines()
    assert lines == ["| name   |   x |", "| :----- | --: |", "| a      |   1 |", "| longer | 100 |"]
