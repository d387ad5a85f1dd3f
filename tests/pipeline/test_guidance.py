"""What a person gives is read, checked against the film and stands on the frames it was given for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from huecue import color
from huecue.engine import Engine
from huecue.errors import HintError, UsageError
from huecue.pipeline import Guidance, Palette, load_guidance
from huecue.pipeline.guidance import Guide, check_first, check_frames, picture_chroma, refuse_others
from huecue.types import FilmInfo, Hint, Luma, Picture, Reference, ShotSettings, Size, Stroke

RED, BLUE = (200, 40, 40), (40, 60, 200)
SIZE = Size(96, 64)
LUMA: Luma = np.full(SIZE.shape, 110, np.uint8)


@pytest.fixture
def about(film: Callable[..., list], info: Callable[..., FilmInfo]) -> FilmInfo:
    return info(film([LUMA])[0], count=50)


def write_picture(path: Path, picture: NDArray[np.uint8]) -> Path:
    """RGB or RGBA (H, W, C) as a PNG."""
    order = [2, 1, 0, 3][: picture.shape[2]]
    cv2.imwrite(str(path), picture[..., order])
    return path


def clear_picture(size: Size = SIZE) -> NDArray[np.uint8]:
    return np.zeros((*size.shape, 4), np.uint8)


def filled(color: tuple[int, int, int], size: Size = SIZE) -> Picture:
    return np.full((*size.shape, 3), color, np.uint8)


def write_project(path: Path, **parts: object) -> Path:
    path.write_text(json.dumps({"huecue": 1, "hints": [], **parts}))
    return path


def write_keyframe(path: Path, image: str, frame: int = 3) -> Path:
    return write_project(path, keyframes=[{"frame": frame, "image": image}])


def guide_of(engine: Engine, guidance: Guidance) -> Guide:
    return Guide.prepare(guidance, SIZE, engine)


# Reading


def test_hints_can_be_given_as_values(about: FilmInfo) -> None:
    hints = [Hint(3, 4, RED), Hint(5, 6, BLUE, frame=7)]
    guidance, cuts = load_guidance(about, hints=hints)
    assert guidance.hints == tuple(hints)
    assert cuts is None


def test_without_anything_given_there_is_no_guidance(about: FilmInfo) -> None:
    guidance, cuts = load_guidance(about)
    assert (guidance.hints, guidance.strokes, guidance.references) == ((), (), ())
    assert guidance.first_frame is guidance.hint_picture is cuts is None


def test_a_json_file_brings_everything(about: FilmInfo, tmp_path: Path) -> None:
    write_picture(tmp_path / "ref.png", np.full((20, 30, 3), RED, np.uint8))
    path = write_project(
        tmp_path / "film.json",
        hints=[{"frame": 3, "x": 10, "y": 12, "radius": 2, "color": "#7a2b2b"}],
        strokes=[{"frame": 0, "points": [[1, 2], [3, 4]], "radius": 4, "color": "red"}],
        references=[{"frame": 9, "image": "ref.png"}],
        keyframes=[{"frame": 12, "image": "whole.png"}],
        saturation=1.2,
        shots=[{"frame": 9, "saturation": 0.5}],
        cuts=[0, 9, 20],
    )
    write_picture(tmp_path / "whole.png", filled(BLUE))
    guidance, cuts = load_guidance(about, hints=path)
    assert guidance.hints == (Hint(10, 12, (0x7A, 0x2B, 0x2B), frame=3, radius=2),)
    assert guidance.strokes == (Stroke(((1, 2), (3, 4)), (255, 0, 0), radius=4),)
    assert [(one.frame, one.picture.shape) for one in guidance.references] == [(9, (20, 30, 3))]
    assert (guidance.references[0].picture == RED).all()
    assert [(frame, (picture == BLUE).all()) for frame, picture in guidance.keyframes] == [(12, True)]
    assert (guidance.saturation, guidance.shots) == (1.2, (ShotSettings(9, 0.5),))
    assert cuts == (9, 20)  # every film begins at 0


def test_hints_made_on_a_proxy_are_scaled(about: FilmInfo, tmp_path: Path) -> None:
    hints = [{"frame": 0, "x": 23.5, "y": 7.5, "radius": 2, "color": "red"}]
    path = write_project(tmp_path / "film.json", film={"size": [48, 32]}, hints=hints)
    hint = load_guidance(about, hints=path)[0].hints[0]
    assert (hint.x, hint.y, hint.radius) == pytest.approx((47.5, 15.5, 4))


@pytest.mark.parametrize(("frame", "x", "y"), [(0, 96, 5), (0, 5, 64), (0, -1, 5), (50, 5, 5)])
def test_hints_outside_the_film_are_refused_by_file_and_hint(
    about: FilmInfo, tmp_path: Path, frame: int, x: int, y: int
) -> None:
    path = write_project(tmp_path / "film.json", hints=[{"frame": frame, "x": x, "y": y, "color": "red"}])
    with pytest.raises(HintError, match=r"film\.json.*hint"):
        load_guidance(about, hints=path)
    with pytest.raises(HintError, match="hint"):
        load_guidance(about, hints=[Hint(x, y, RED, frame=frame)])


def test_a_hint_picture_is_read_as_one(about: FilmInfo, tmp_path: Path) -> None:
    painted = clear_picture()
    painted[10:14, 20:24] = (*RED, 255)
    guidance, cuts = load_guidance(about, hints=write_picture(tmp_path / "hints.png", painted))
    assert np.array_equal(guidance.hint_picture[10:14, 20:24], painted[10:14, 20:24])
    assert guidance.hints == ()
    assert cuts is None


@pytest.mark.parametrize("size", [Size(64, 96), Size(96, 60), Size(100, 64)])
def test_pictures_of_another_shape_are_refused_by_file_and_size(
    about: FilmInfo, tmp_path: Path, size: Size
) -> None:
    path = write_picture(tmp_path / "other.png", np.full((*size.shape, 4), (*RED, 255), np.uint8))
    for given, name in (
        ({"hints": path}, "a hint picture"),
        ({"first_frame": path}, "the first frame"),
        ({"keyframes": [(3, path)]}, "a keyframe"),
        ({"hints": write_keyframe(tmp_path / "film.json", path.name)}, "a keyframe"),
    ):
        with pytest.raises(HintError, match=rf"other\.png: {name} is {size}, the film 96x64; give a"):
            load_guidance(about, **given)


@pytest.mark.parametrize("size", [Size(96, 64), Size(192, 128), Size(48, 32), Size(97, 64)])
def test_pictures_of_the_film_s_shape_are_taken_at_any_size(
    about: FilmInfo, tmp_path: Path, size: Size
) -> None:
    path = write_picture(tmp_path / "first.png", np.full((*size.shape, 3), RED, np.uint8))
    assert load_guidance(about, first_frame=path)[0].first_frame.shape == (*size.shape, 3)


def test_a_first_frame_fits_the_film_as_displayed(
    film: Callable[..., list], info: Callable[..., FilmInfo], tmp_path: Path
) -> None:
    path = write_picture(tmp_path / "first.png", np.full((96, 64, 3), RED, np.uint8))
    turned = info(film([LUMA])[0], turns=1)
    assert load_guidance(turned, first_frame=path)[0].first_frame.shape == (96, 64, 3)


def test_references_may_have_any_shape(about: FilmInfo, tmp_path: Path) -> None:
    paths = [write_picture(tmp_path / f"{n}.png", np.full((10 + n, 90, 3), RED, np.uint8)) for n in range(2)]
    references = load_guidance(about, references=paths)[0].references
    assert [(one.frame, one.picture.shape) for one in references] == [(0, (10, 90, 3)), (0, (11, 90, 3))]


@pytest.mark.parametrize("name", ["first_frame", "references", "hints", "keyframes"])
def test_a_picture_that_is_not_there_is_named(about: FilmInfo, tmp_path: Path, name: str) -> None:
    path = tmp_path / "nowhere.png"
    given = {"references": [path], "keyframes": [(3, path)]}.get(name, path)
    with pytest.raises(UsageError, match=r"nowhere\.png"):
        load_guidance(about, **{name: given})


def test_keyframes_that_are_named_join_those_of_the_file(about: FilmInfo, tmp_path: Path) -> None:
    red, blue = (write_picture(tmp_path / f"{n}.png", filled(c)) for n, c in (("red", RED), ("blue", BLUE)))
    path = write_keyframe(tmp_path / "film.json", "red.png", frame=30)
    guidance, _ = load_guidance(about, hints=path, keyframes=[(7, blue), (0, str(red))])
    found = [(frame, tuple(picture[5, 5])) for frame, picture in guidance.keyframes]
    assert found == [(30, RED), (7, BLUE), (0, RED)]
    alone, _ = load_guidance(about, hints=[Hint(3, 4, RED)], keyframes=[(7, blue)])
    assert ([frame for frame, _ in alone.keyframes], alone.hints) == ([7], (Hint(3, 4, RED),))


def test_references_that_are_named_count_with_those_of_the_file(about: FilmInfo, tmp_path: Path) -> None:
    red, _ = (write_picture(tmp_path / f"{n}.png", filled(c)) for n, c in (("red", RED), ("blue", BLUE)))
    path = write_project(tmp_path / "film.json", references=[{"frame": 5, "image": "blue.png"}])
    found = load_guidance(about, hints=path, references=[red])[0].references
    assert [(one.frame, tuple(one.picture[5, 5])) for one in found] == [(5, BLUE), (0, RED)]


def test_two_keyframes_for_a_frame_are_refused_by_their_names(about: FilmInfo, tmp_path: Path) -> None:
    red, blue = (write_picture(tmp_path / f"{n}.png", filled(c)) for n, c in (("red", RED), ("blue", BLUE)))
    words = r"red\.png and .*blue\.png are both the keyframe of frame 7; keep one"
    with pytest.raises(HintError, match=words):
        load_guidance(about, keyframes=[(7, red), (7, blue)])
    path = write_keyframe(tmp_path / "film.json", "red.png", frame=7)
    with pytest.raises(HintError, match=words):
        load_guidance(about, hints=path, keyframes=[(7, blue)])


def test_keyframe_beyond_the_film_is_refused_by_name(about: FilmInfo, tmp_path: Path) -> None:
    red = write_picture(tmp_path / "red.png", filled(RED))
    with pytest.raises(HintError, match=r"red\.png: the frame of this keyframe is 50, but .* frame 49"):
        load_guidance(about, keyframes=[(49, red), (50, red)])
    path = write_keyframe(tmp_path / "film.json", "red.png", frame=50)
    with pytest.raises(HintError, match=r"film\.json: keyframes\[0\]\.frame is 50, but .* frame 49"):
        load_guidance(about, hints=path)
    unknown = replace(about, frames=None)
    assert load_guidance(unknown, keyframes=[(50, red)])[0].keyframes[0][0] == 50


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"hints": (Hint(1, 1, RED), Hint(1, 1, RED, frame=9))}, r"hints\[1\]"),
        ({"strokes": (Stroke(((1, 1),), RED, frame=9),)}, r"strokes\[0\]"),
        ({"references": (Reference(filled(RED)), Reference(filled(RED), 9))}, r"references\[1\]"),
        ({"keyframes": ((3, filled(RED)), (9, filled(RED)))}, r"keyframes\[1\]"),
        ({"shots": (ShotSettings(3), ShotSettings(9, 1))}, r"shots\[1\]"),
    ],
)
def test_what_lies_beyond_the_end_of_a_film_is_named_when_that_is_known(
    given: dict[str, object], place: str
) -> None:
    check_frames(Guidance(**given), 10)
    with pytest.raises(HintError, match=place + r"\.frame is 9, but the film ends with frame 8"):
        check_frames(Guidance(**given), 9)


def test_first_frame_and_a_keyframe_in_its_place_are_refused() -> None:
    given = Guidance(first_frame=filled(RED), keyframes=((4, filled(BLUE)),))
    check_first(given, 0)
    check_first(Guidance(keyframes=given.keyframes), 4)
    with pytest.raises(HintError, match="frame 4 is given whole twice, as the first frame and as a keyframe"):
        check_first(given, 4)


def test_method_without_a_use_for_keyframes_refuses_them() -> None:
    refuse_others(Guidance(first_frame=filled(RED)), "magic")
    with pytest.raises(UsageError, match=r"magic takes no keyframes: .*--method huecue or still"):
        refuse_others(Guidance(keyframes=((4, filled(BLUE)),)), "magic")


# Standing on frames


def test_hints_and_strokes_stand_on_their_own_frame_only(engine: Engine) -> None:
    guidance = Guidance(
        hints=(Hint(20, 20, RED, frame=2),), strokes=(Stroke(((5, 5), (9, 9)), BLUE, frame=4),)
    )
    guide = guide_of(engine, guidance)
    assert [guide.stands(n, first=n == 0) for n in range(6)] == [False, False, True, False, True, False]
    for index in range(6):
        here = guide.at(index, LUMA, first=index == 0, shot_start=0)
        assert here.stands == (index in (2, 4))
    assert guide.given(2, LUMA, first=False).mask[20, 20]
    assert not guide.given(4, LUMA, first=False).mask[20, 20]


def test_a_hint_picture_stands_on_the_first_frame_only(engine: Engine) -> None:
    painted = clear_picture()
    painted[10:14, 20:24] = (*RED, 255)
    guide = guide_of(engine, Guidance(hint_picture=painted))
    given = guide.given(7, LUMA, first=True)
    assert given.mask[10:14, 20:24].all()
    assert given.mask.sum() == 16
    assert np.allclose(given.chroma[11, 21], color.rgb_to_ycc(np.array(RED, np.uint8))[1], atol=1e-3)
    assert guide.given(8, LUMA, first=False) is None
    assert guide.stands(7, first=True)
    assert not guide.stands(7, first=False)


def test_a_large_hint_picture_keeps_its_smallest_hint(engine: Engine) -> None:
    painted = clear_picture(Size(960, 640))
    painted[300, 500] = (*RED, 255)
    given = guide_of(engine, Guidance(hint_picture=painted)).given(0, LUMA, first=True)
    assert given.mask[30, 50]
    assert given.mask.sum() == 1
    assert np.allclose(given.chroma[30, 50], color.rgb_to_ycc(np.array(RED, np.uint8))[1], atol=1e-3)


def test_hints_count_over_the_hint_picture(engine: Engine) -> None:
    painted = clear_picture()
    painted[:, :48] = (*BLUE, 255)
    guidance = Guidance(hints=(Hint(20, 20, RED, radius=2),), hint_picture=painted)
    given = guide_of(engine, guidance).given(0, LUMA, first=True)
    red = color.hint_chroma(RED, np.array([110 / 255], np.float32))[0]
    assert np.allclose(given.chroma[20, 20], red, atol=1e-3)
    assert np.allclose(given.chroma[50, 20], color.rgb_to_ycc(np.array(BLUE, np.uint8))[1], atol=1e-3)
    assert not given.mask[:, 50:].any()


def test_the_first_frame_stands_on_the_first_frame_only(engine: Engine) -> None:
    guide = guide_of(engine, Guidance(first_frame=np.full((64, 96, 3), RED, np.uint8)))
    here = guide.at(5, LUMA, first=True, shot_start=0)
    assert np.allclose(here.whole, color.rgb_to_ycc(np.array(RED, np.uint8))[1], atol=1e-5)
    assert guide.at(6, LUMA, first=False, shot_start=0).whole is None


def test_a_keyframe_stands_on_its_frame_alone(engine: Engine) -> None:
    guide = guide_of(engine, Guidance(keyframes=((5, filled(RED)), (2, filled(BLUE)))))
    assert [guide.stands(n, first=n == 0) for n in range(7)] == [n in (2, 5) for n in range(7)]
    for frame, color_given in ((5, RED), (2, BLUE)):
        here = guide.at(frame, LUMA, first=False, shot_start=0)
        assert np.allclose(here.whole, color.rgb_to_ycc(np.array(color_given, np.uint8))[1], atol=1e-5)
    assert guide.at(3, LUMA, first=False, shot_start=0).whole is None


def refs_of(engine: Engine, frames: list[int]) -> Callable[[int, int], list[int]]:
    """(index, shot_start) -> frames of the references that count there."""
    pictures = [np.full((64, 96, 3), 10 + frame, np.uint8) for frame in frames]
    references = tuple(Reference(picture, frame) for picture, frame in zip(pictures, frames, strict=True))
    guide = guide_of(engine, Guidance(references=references))
    place = {id(entry): frame for frame, entry in guide.entries}

    def counting(index: int, shot_start: int) -> list[int]:
        here = guide.at(index, LUMA, first=index == 0, shot_start=shot_start)
        return [place[id(entry)] for entry in here.references]

    return counting


def test_a_pinned_reference_counts_from_its_frame_to_the_end_of_its_shot(engine: Engine) -> None:
    counting = refs_of(engine, [3])
    assert [counting(n, 0) for n in range(5)] == [[], [], [], [3], [3]]
    assert counting(6, 6) == []  # a new shot
    assert counting(3, 3) == [3]  # pinned to the first frame of a shot


def test_the_latest_pinned_reference_takes_over(engine: Engine) -> None:
    counting = refs_of(engine, [8, 3])
    assert counting(7, 0) == [3]
    assert counting(8, 0) == [8]
    assert counting(9, 5) == [8]
    assert counting(6, 5) == []


def test_references_for_the_whole_film_count_everywhere_but_where_one_is_pinned(engine: Engine) -> None:
    counting = refs_of(engine, [0, 4, 0])
    assert counting(0, 0) == counting(3, 0) == [0, 0]
    assert counting(5, 0) == [4]
    assert counting(9, 8) == [0, 0]


def test_the_chroma_of_a_picture_fits_any_size() -> None:
    picture = np.full((30, 40, 3), RED, np.uint8)
    chroma = picture_chroma(picture, SIZE)
    assert chroma.shape == (*SIZE.shape, 2)
    assert np.allclose(chroma, color.rgb_to_ycc(np.array(RED, np.uint8))[1], atol=1e-5)


def test_the_palette_of_the_file_counts_unless_another_is_given(about: FilmInfo, tmp_path: Path) -> None:
    path = write_project(tmp_path / "hints.json", palette=["#aa8855"])
    told, _ = load_guidance(about, hints=path)
    assert told.palette is not None
    assert told.palette.colors == ((170, 136, 85),)
    other, _ = load_guidance(about, hints=path, palette=Palette(vividness=0.1))
    assert other.palette is not None
    assert not other.palette.colors
    assert load_guidance(about)[0].palette is None


def test_a_palette_steers_every_frame(engine: Engine) -> None:
    palette = Palette(((170, 136, 85),))
    guide = guide_of(engine, Guidance(palette=palette))
    for index in (0, 7):
        here = guide.at(index, LUMA, first=index == 0, shot_start=0)
        assert here.palette is not None
        assert np.array_equal(here.palette, palette.tones())
    assert guide_of(engine, Guidance()).at(0, LUMA, first=True, shot_start=0).palette is None


def test_other_methods_refuse_a_palette() -> None:
    with pytest.raises(UsageError, match=r"magic takes no palette: .*--method huecue or still"):
        refuse_others(Guidance(palette=Palette(vividness=0.1)), "magic")
