"""Every method that can act under a protocol gives planes of the film's own size, depth and number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from huecue.engine import Engine
from huecue.errors import UsageError
from huecue.evaluate import methods
from huecue.evaluate.clips import ChromaPlanes, Clip, picture_of, true_picture, true_planes
from huecue.evaluate.protocols import Protocol, set_task
from huecue.metrics import psnr
from huecue.pipeline import ColorOptions
from huecue.types import Frame, Luma, Size

pytestmark = pytest.mark.usefixtures("small_work")
PAIRS = [(protocol, method) for protocol, able in methods.ABLE.items() for method in able]
OPTIONS = ColorOptions(engine="onnxruntime", cuts="none")


def run(method: str, clip: Clip, protocol: Protocol) -> list[ChromaPlanes]:
    task = set_task(clip, protocol, seed=0)
    engine = methods.engine_for(clip, OPTIONS, None) if method in methods.NETWORKED else None
    return list(methods.start(method, clip, task, options=OPTIONS, engine=engine))


def quality(planes: list[ChromaPlanes], clip: Clip, index: int) -> float:
    return psnr(picture_of(clip.frames[index], planes[index]), true_picture(clip.frames[index]))


@pytest.mark.parametrize(("protocol", "method"), PAIRS)
def test_planes_are_as_the_film_has_them(protocol: Protocol, method: str, clip: Clip) -> None:
    given = run(method, clip, protocol)
    assert len(given) == len(clip.frames)
    for planes in given:
        assert [(plane.shape, plane.dtype) for plane in planes] == [((32, 48), np.uint8)] * 2


@pytest.mark.parametrize("method", ["frozen", "dis", "dis-refill"])
def test_the_given_first_frame_comes_out_again(method: str, clip: Clip) -> None:
    assert quality(run(method, clip, Protocol.FIRST_FRAME), clip, 0) > 38


def test_colours_that_follow_the_motion_beat_frozen_ones_and_those_beat_grey(clip: Clip) -> None:
    grey, frozen, dis = (
        quality(run(method, clip, Protocol.FIRST_FRAME), clip, 3) for method in ("grey", "frozen", "dis")
    )
    assert dis > frozen + 1 > grey + 2


@pytest.mark.parametrize("method", ["frozen", "spread", "levin", "yatziv", "dis-refill"])
def test_hints_beat_grey(method: str, clip: Clip) -> None:
    planes = run(method, clip, Protocol.HINTS)
    assert quality(planes, clip, 0) > quality(run("grey", clip, Protocol.HINTS), clip, 0) + 1


@pytest.mark.parametrize("protocol", [Protocol.REFERENCE, Protocol.FIRST_FRAME])
def test_a_picture_s_colours_beat_grey(protocol: Protocol, clip: Clip) -> None:
    planes = run("welsh", clip, protocol)
    assert quality(planes, clip, 3) > quality(run("grey", clip, protocol), clip, 3) + 1


def test_the_last_frame_helps_huecue_but_not_what_goes_forwards(clip: Clip) -> None:
    last = len(clip.frames) - 1
    given = {name: run(name, clip, Protocol.BOTH_ENDS) for name in ("huecue", "huecue-forwards")}
    assert quality(given["huecue"], clip, last) > 38
    assert quality(given["huecue"], clip, last) > quality(given["huecue-forwards"], clip, last) + 1


def test_deep_film_gets_deep_planes(clip: Clip) -> None:
    def deepen(frame: Frame) -> Frame:
        cb, cr = (plane.astype(np.uint16) * 4 for plane in true_planes(frame))
        return replace(frame, luma=frame.luma.astype(np.uint16) * 4, depth=10, chroma=(cb, cr))

    deep = replace(clip, frames=tuple(map(deepen, clip.frames)))
    for shallow_pair, deep_pair in zip(
        run("dis", clip, Protocol.FIRST_FRAME), run("dis", deep, Protocol.FIRST_FRAME), strict=True
    ):
        for shallow, plane in zip(shallow_pair, deep_pair, strict=True):
            assert plane.dtype == np.uint16
            assert np.abs(plane / 4 - shallow).max() < 1.5


def test_a_small_still_is_not_blown_up_for_a_baseline(clip: Clip, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Size] = []
    real = methods.luma_at

    def spy(frame: Frame, size: Size) -> Luma:
        seen.append(size)
        return real(frame, size)

    monkeypatch.setattr(methods, "luma_at", spy)
    monkeypatch.setattr("huecue.stages.upsample.AREA_PX", 192 * 128)
    run("spread", replace(clip, frames=clip.frames[:1]), Protocol.HINTS)
    assert set(seen) == {Size(96, 64)}
    seen.clear()
    run("spread", clip, Protocol.HINTS)
    assert set(seen) == {Size(192, 128)}


def test_huecue_sees_no_true_colours(clip: Clip, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Frame] = []

    def spy(frames: object, *_: object, **__: object) -> list[object]:
        seen.extend(frames)  # type: ignore[call-overload]
        return []

    monkeypatch.setattr(methods, "color_frames", spy)
    run(methods.HUECUE, clip, Protocol.AUTO)
    assert [frame.chroma for frame in seen] == [None] * 4


def test_a_method_that_cannot_act_is_refused_with_those_that_can() -> None:
    with pytest.raises(UsageError, match=r"'levin' with the protocol auto; choose from grey, still, huecue"):
        methods.check_methods(("grey", "levin"), able=methods.ABLE[Protocol.AUTO], protocol="auto")


def test_an_open_engine_is_used_again_if_its_size_fits(clip: Clip) -> None:
    opened = methods.engine_for(clip, OPTIONS, None)
    assert methods.engine_for(clip, OPTIONS, opened) is opened
    tall: Engine = replace(opened, size=Size(64, 64))
    assert methods.engine_for(clip, OPTIONS, tall).size == opened.size
