"""What was given as one value: named, changed, and merged hint by hint."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from huecue.project import KeyframeFile, NamedColor, Project, ReferenceFile
from huecue.studio.sheet import (
    PaletteColor,
    apply,
    is_name_of,
    merge,
    new_name,
    project_of,
    sheet_of,
    way_back,
)
from huecue.types import Hint, ShotSettings, Size, Stroke

RED, BLUE = (200, 30, 30), (30, 30, 200)
FULL = Project(
    hints=(Hint(1, 2, RED), Hint(3, 4, BLUE, frame=7, radius=5)),
    strokes=(Stroke(((1, 1), (5, 5)), RED, 2),),
    references=(ReferenceFile(3, Path("ref.png")),),
    keyframes=(KeyframeFile(7, Path("painted.png")), KeyframeFile(2, Path("other.png"))),
    cuts=(4, 9),
    size=Size(96, 64),
    saturation=1.2,
    shots=(ShotSettings(5, 0.5),),
    colors=(NamedColor("Anna's coat", RED),),
    palette=(BLUE, RED),
)


def test_a_project_comes_back_as_it_was() -> None:
    assert project_of(sheet_of(FULL)) == FULL
    assert project_of(sheet_of(Project())) == Project()


def test_a_change_and_its_way_back_leave_all_as_it_was() -> None:
    sheet = sheet_of(FULL)
    patch = {"h1": None, "h2": Hint(9, 9, RED), "h3": Hint(1, 1, BLUE), "cuts": None, "saturation": 2.0}
    patch |= {"p1": None, "p3": PaletteColor(RED), "k1": None}
    changed = apply(sheet, patch)
    assert project_of(changed).hints == (Hint(9, 9, RED), Hint(1, 1, BLUE))
    assert project_of(changed).cuts is None
    assert project_of(changed).palette == (RED, RED)
    assert project_of(changed).keyframes == (KeyframeFile(2, Path("other.png")),)
    assert project_of(apply(changed, way_back(sheet, patch))) == FULL


def test_new_names_are_free_and_names_fit_their_things() -> None:
    assert new_name(sheet_of(FULL), "h") == "h3"
    assert new_name(sheet_of(FULL), "p") == "p3"
    assert new_name(sheet_of(Project()), "c") == "c1"
    assert is_name_of("p1", PaletteColor(RED))
    assert not is_name_of("c1", PaletteColor(RED))
    assert not is_name_of("r1", KeyframeFile(1, Path("painted.png")))
    assert is_name_of("h12", Hint(1, 1, RED))
    assert not is_name_of("s12", Hint(1, 1, RED))
    assert not is_name_of("h0", Hint(1, 1, RED))
    assert is_name_of("t5", ShotSettings(5, 1.0))
    assert not is_name_of("t6", ShotSettings(5, 1.0))
    assert is_name_of("cuts", (1, 2))
    assert not is_name_of("h1", (1, 2))


def test_what_two_programs_added_is_both_there() -> None:
    theirs = replace(FULL, hints=(*FULL.hints, Hint(8, 8, BLUE, frame=1)))
    ours = apply(sheet_of(FULL), {"h3": Hint(5, 5, RED, frame=2)})
    merged = project_of(merge(FULL, theirs, ours)).hints
    assert set(merged) == {*FULL.hints, Hint(8, 8, BLUE, frame=1), Hint(5, 5, RED, frame=2)}


def test_what_they_took_away_goes_and_what_we_changed_stays() -> None:
    theirs = replace(FULL, hints=FULL.hints[1:], cuts=(4,), saturation=0.3)
    ours = apply(sheet_of(FULL), {"h2": Hint(6, 6, RED, frame=7), "saturation": 2.0})
    merged = project_of(merge(FULL, theirs, ours))
    assert merged.hints == (Hint(6, 6, RED, frame=7),)
    assert merged.cuts == (4,)
    assert merged.saturation == 2.0


def test_two_palettes_become_one_and_a_frame_keeps_one_keyframe() -> None:
    theirs = replace(
        FULL,
        palette=(RED, (1, 2, 3)),
        keyframes=(*FULL.keyframes, KeyframeFile(9, Path("theirs.png"))),
        colors=(*FULL.colors, NamedColor("sky", BLUE)),
    )
    patch = {
        "p3": PaletteColor((4, 5, 6)),
        "k3": KeyframeFile(9, Path("ours.png")),
        "c2": NamedColor("sky", RED),
    }
    merged = project_of(merge(FULL, theirs, apply(sheet_of(FULL), patch)))
    assert set(merged.palette) == {RED, (1, 2, 3), (4, 5, 6)}
    assert merged.keyframes == (*FULL.keyframes, KeyframeFile(9, Path("ours.png")))
    assert merged.colors == (*FULL.colors, NamedColor("sky", RED))
