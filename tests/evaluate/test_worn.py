"""What methods see is worn, always in the same way, and what they make of it is judged on the clean clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from huecue.color import luma_to_plane, plane_to_luma
from huecue.evaluate import worn
from huecue.evaluate.clips import ChromaPlanes, Clip, FramesOnDemand, luma_at, true_picture, true_planes
from huecue.evaluate.protocols import Protocol, rng_of, set_task
from huecue.evaluate.worn import LEVELS, WornClip, see, wear_down
from huecue.stages.wear import Wear, shifted
from huecue.types import Frame, Luma

PAGE = Path(__file__).parents[2] / "docs/concepts/measuring.md"
TOLD = {
    "gate weave": ("weave_px", 1),
    "blur": ("blur_px", 1),
    "contrast": ("contrast", 100),
    "flicker": ("flicker", 100),
    "grain": ("grain", 1),
    "softness": ("grain_px", 1),
    "scratches": ("scratches", 1),
    "specks": ("specks", 1),
}
"""How a row of the page's table begins, what it tells, and in what unit: 100 is per cent."""
WEAVING = Wear(weave_px=5)


def lumas(clip: Clip) -> list[Luma]:
    return [frame.luma for frame in clip.frames]


def weaving(clip: Clip, seed: int = 0) -> WornClip:
    return WornClip(clip, WEAVING, seed, (2, 2))


def test_frames_are_worn_and_their_true_colours_are_not(clip: Clip) -> None:
    seen = wear_down(clip, "light", seed=0).clip
    for clean, frame in zip(clip.frames, seen.frames, strict=True):
        assert frame.luma.dtype == clean.luma.dtype
        assert 1 < np.abs(frame.luma.astype(float) - clean.luma).mean() < 30
        assert all(map(np.array_equal, true_planes(frame), true_planes(clean)))


def test_heavy_wear_is_in_every_way_worse_than_light() -> None:
    light, heavy = LEVELS["light"], LEVELS["heavy"]
    assert heavy.contrast < light.contrast < 1
    for name in ("grain", "flicker", "blur_px", "scratches", "specks", "weave_px"):
        assert getattr(heavy, name) > getattr(light, name) > 0


@pytest.mark.parametrize("begins", TOLD)
def test_the_page_says_how_strong_each_level_is(begins: str) -> None:
    (row,) = [line for line in PAGE.read_text().splitlines() if line.startswith(f"| {begins}")]
    light, heavy = (float(cell.strip(" %")) for cell in row.split("|")[2:4])
    name, unit = TOLD[begins]
    assert light == pytest.approx(unit * getattr(LEVELS["light"], name))
    assert heavy == pytest.approx(unit * getattr(LEVELS["heavy"], name))


def test_same_name_and_seed_same_damage_in_any_order_and_else_another(clip: Clip) -> None:
    first = lumas(wear_down(clip, "heavy", seed=0).clip)
    again = wear_down(clip, "heavy", seed=0).clip
    for place in (3, 0, 2, 1):
        assert np.array_equal(again.frames[place].luma, first[place])
    renamed = replace(clip, path=clip.path.with_name("other.mkv"))
    for other in (wear_down(clip, "heavy", seed=1), wear_down(renamed, "heavy", seed=0)):
        assert not any(map(np.array_equal, lumas(other.clip), first))


def test_the_first_frame_s_dice_are_not_those_of_the_hints(clip: Clip) -> None:
    frame, grainy = clip.frames[0], Wear(grain=5)
    light = plane_to_luma(frame.luma, 8, False)
    alike = luma_to_plane(grainy.unrounded(rng_of(clip.name, 0), light * 255) / 255, 8, False)
    assert not np.array_equal(WornClip(clip, grainy, 0, (2, 2)).clip.frames[0].luma, alike)


def test_a_frame_that_stands_still_is_worn_anew_every_time(clip: Clip) -> None:
    still = replace(clip, frames=[replace(clip.frames[0], index=index) for index in range(4)])
    seen = lumas(wear_down(still, "light", seed=0).clip)
    assert not any(np.array_equal(seen[0], other) for other in seen[1:])


def test_wear_is_as_strong_on_a_large_picture_and_longer(clip: Clip) -> None:
    def of_height(height: int) -> Wear:
        tall = replace(clip.frames[0], luma=np.zeros((height, 96), np.uint8))
        return wear_down(replace(clip, frames=(tall,)), "heavy", seed=0).wear

    assert of_height(480) == LEVELS["heavy"]
    assert of_height(960) == LEVELS["heavy"].scaled(2)


def test_wear_keeps_to_depth_and_range_of_the_film(clip: Clip) -> None:
    def deepen(frame: Frame) -> Frame:
        return replace(frame, luma=frame.luma.astype(np.uint16) * 4, depth=10)

    deep = replace(clip, frames=tuple(map(deepen, clip.frames)))
    for shallow, frame in zip(
        wear_down(clip, "light", seed=0).clip.frames,
        wear_down(deep, "light", seed=0).clip.frames,
        strict=True,
    ):
        assert frame.luma.dtype == np.uint16
        assert frame.luma.max() <= 940
        assert (frame.luma % 4 != 0).any()
        assert np.abs(frame.luma / 4 - shallow.luma).max() <= 0.63  # rounding of both


def test_the_first_frame_lies_still_and_others_weave_by_whole_samples(clip: Clip) -> None:
    shifts = np.array([weaving(clip).shift(index) for index in range(200)])
    assert (shifts[0] == 0).all()
    assert (shifts % 2 == 0).all()
    assert shifts[1:].std(axis=0) == pytest.approx(5, rel=0.15)


def test_the_luma_lies_where_the_shift_says(clip: Clip) -> None:
    woven = weaving(clip)
    assert any(woven.shift(index) != (0, 0) for index in range(4))
    for index, frame in enumerate(woven.clip.frames):
        assert (
            np.abs(frame.luma - shifted(clip.frames[index].luma, *woven.shift(index)).astype(int)).max() <= 1
        )


@pytest.mark.parametrize("finer", [1, 2])
def test_colours_made_for_a_frame_that_weaves_come_back_to_where_they_belong(clip: Clip, finer: int) -> None:
    woven = weaving(clip)
    index = next(index for index in range(1, 50) if min(map(abs, woven.shift(index))) > 0)
    rng = np.random.default_rng(0)
    true = tuple(rng.integers(0, 256, (32 * finer, 48 * finer), np.uint8) for _ in range(2))
    across, down = (by * finer // 2 for by in woven.shift(index))
    back = woven.moved_back((shifted(true[0], across, down), shifted(true[1], across, down)), index)
    inside = (slice(10 * finer, -10 * finer),) * 2
    for plane, wanted in zip(back, true, strict=True):
        assert np.array_equal(plane[inside], wanted[inside])
        assert not np.array_equal(shifted(wanted, across, down)[inside], wanted[inside])


def test_a_keyframe_is_laid_on_the_frame_as_it_lies_in_its_clean_colours(clip: Clip) -> None:
    woven = next(one for one in (weaving(clip, seed) for seed in range(9)) if one.shift(3) != (0, 0))
    task = woven.task(set_task(clip, Protocol.BOTH_ENDS, seed=0))
    ((index, picture),) = task.keyframes
    assert np.array_equal(picture, shifted(true_picture(clip.frames[3]), *woven.shift(index)))
    assert task.first_frame is not None
    assert np.array_equal(task.first_frame, true_picture(clip.frames[0]))


def test_hints_keep_the_colours_of_the_clean_clip(clip: Clip) -> None:
    task = set_task(clip, Protocol.HINTS, seed=0)
    assert see(clip, task, "heavy", seed=0).task.hints == task.hints


def test_without_wear_the_clip_is_seen_as_it_is(clip: Clip) -> None:
    task = set_task(clip, Protocol.FIRST_FRAME, seed=0)
    seen = see(clip, task, None, seed=0)
    planes: ChromaPlanes = true_planes(clip.frames[1])
    assert seen.clip is clip
    assert seen.task is task
    assert seen.back(planes, 1) is planes


def test_the_levels_can_not_be_changed() -> None:
    with pytest.raises(TypeError):
        worn.LEVELS["light"] = Wear()  # type: ignore[index]


def test_frames_on_demand_are_made_one_by_one(clip: Clip) -> None:
    made: list[int] = []

    def make(place: int) -> Frame:
        made.append(place)
        return clip.frames[place]

    frames: Sequence[Frame] = FramesOnDemand(4, make)
    assert len(frames) == 4
    assert made == []
    assert frames[-1] is clip.frames[3]
    assert [frame.index for frame in frames[1:3]] == [1, 2]
    assert made == [3, 1, 2]
    assert [frame.index for frame in frames] == [0, 1, 2, 3]
    with pytest.raises(IndexError):
        frames[4]


def test_the_worn_luma_is_what_baselines_see(clip: Clip) -> None:
    seen = see(clip, set_task(clip, Protocol.FIRST_FRAME, seed=0), "heavy", seed=0)
    assert (
        np.abs(
            luma_at(seen.clip.frames[1], clip.size).astype(float) - luma_at(clip.frames[1], clip.size)
        ).mean()
        > 5
    )
