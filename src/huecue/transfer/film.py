"""The report's pipeline: a shot's first frame coloured, each next one by transfer from the frame before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from huecue.color import Floats, rgb_to_ycc, to_picture, ycc_to_rgb
from huecue.networks.vgg import Vgg
from huecue.pipeline import ColoredFrame, Coloring, ColorOptions, Guidance
from huecue.pipeline.frames import find_cuts, seen_small
from huecue.pipeline.guidance import Guide, refuse_others
from huecue.pipeline.planes import finish
from huecue.pipeline.settings import saturations
from huecue.transfer.options import TransferOptions
from huecue.transfer.pixels import check_size, picture_of, size_within
from huecue.transfer.transfer import open_vgg, read_look, repaint
from huecue.types import Chroma, FilmInfo, Frame, Luma, Picture


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """`size_px` is the longest side that is worked at; `carry` starts each frame from the colours before it.

    Without `carry` a frame starts as the transfer's own options say, as in the report.
    """

    transfer: TransferOptions = field(default_factory=TransferOptions)
    size_px: int = 256
    carry: bool = False

    def __post_init__(self) -> None:
        check_size(self.size_px)


@dataclass(frozen=True, slots=True, eq=False)
class Transferred:
    """One frame's transfer: the picture as it was repainted, and its colours on the frame's own luma.

    Both are RGB (H, W, 3), 0..1; `chroma` (H, W, 2) is what is kept of `raw`.
    """

    raw: Floats
    picture: Floats
    chroma: Chroma


def transfer_step(vgg: Vgg, luma: Luma, before: Floats, options: ReportOptions) -> Transferred:
    """A grey frame (H, W) in the colours of the coloured frame before it (H, W, 3), 0..1."""
    light = luma.astype(np.float32) / np.float32(255)
    look = read_look(vgg, before, options.transfer)
    start = _on(light, rgb_to_ycc(before)[1]) if options.carry else None
    raw = repaint(
        vgg, _on(light, np.zeros((*luma.shape, 2), np.float32)), look, options.transfer, start=start
    )
    chroma = rgb_to_ycc(raw)[1].astype(np.float32)
    return Transferred(raw, _on(light, chroma), chroma)


def transfer_clip(
    lumas: Sequence[Luma],
    first: Floats | Picture,
    options: ReportOptions = ReportOptions(),
    *,
    vgg: Vgg | None = None,
) -> Iterator[tuple[Picture, Picture]]:
    """(raw, kept) pictures of each frame after the first, which is given in colour, (H, W, 3).

    All are of the size of the lumas (H, W), 0..255: `options.size_px` is not looked at. `raw` is the
    transfer's own picture, `kept` has its colours on the frame's luma and is what the next frame looks at.
    """
    eyes = vgg or open_vgg(options.transfer)
    before = first.astype(np.float32) / np.float32(255 if first.dtype == np.uint8 else 1)
    for luma in lumas[1:]:
        done = transfer_step(eyes, luma, before, options)
        before = done.picture
        yield to_picture(done.raw), to_picture(done.picture)


def transfer_coloring(
    first: Coloring,
    options: ReportOptions = ReportOptions(),
    *,
    vgg: Vgg | None = None,
) -> Coloring:
    """A colouring of whole films: `first` colours each shot's first frame and each frame with hints.

    All others take their colours from the frame before, by transfer; luma is untouched. Its name is
    'report'. Called, it raises at once what opening VGG-19 raises, and UsageError where keyframes or a
    palette are given.
    """

    def report(
        frames: Iterable[Frame], info: FilmInfo, guidance: Guidance, colors: ColorOptions
    ) -> Iterator[ColoredFrame]:
        refuse_others(guidance, report.__name__)
        return _color(
            frames,
            info,
            guidance,
            colors,
            first=first,
            options=options,
            vgg=vgg or open_vgg(options.transfer),
        )

    return report


def _color(
    frames: Iterable[Frame],
    info: FilmInfo,
    guidance: Guidance,
    colors: ColorOptions,
    *,
    first: Coloring,
    options: ReportOptions,
    vgg: Vgg,
) -> Iterator[ColoredFrame]:
    size = size_within(info.displayed, options.size_px)
    guide, before, opened = Guide(guidance, info.displayed, ()), None, False
    saturation_at = saturations(guidance, colors)
    for (frame, luma), cut in find_cuts(seen_small(frames, info, size), colors.cuts):
        if before is None or cut or guide.stands(frame.index, first=not opened):
            given = _for_shot(guidance, opened=opened)
            alone = replace(colors, cuts="none", saturation=saturation_at(frame.index))
            one = next(iter(first([frame], info, given, alone)))
            one = replace(one, shot_start=cut or not opened)
            before = picture_of(frame, one.chroma, info, size)
        else:
            done = transfer_step(vgg, luma, before, options)
            before = done.picture
            one = _colored(frame, info, done.chroma, saturation_at(frame.index))
        yield one
        opened = True


def _for_shot(guidance: Guidance, *, opened: bool) -> Guidance:
    """What is given of the film's first frame alone is for no other shot's; settings are seen to here."""
    own = replace(guidance, shots=())
    return replace(own, first_frame=None, hint_picture=None) if opened else own


def _colored(frame: Frame, info: FilmInfo, chroma: Chroma, saturation: float) -> ColoredFrame:
    guide = Guide(Guidance(), info.displayed, ())
    planes, _ = finish(frame, info, chroma, guide, first=False, saturation=saturation)
    return ColoredFrame(frame, planes, False, np.zeros(chroma.shape[:2], np.float32), None)


def _on(light: Floats, chroma: Chroma) -> Floats:
    """RGB (H, W, 3), clipped to 0..1, of luma (H, W) 0..1 and chroma (H, W, 2)."""
    return np.asarray(np.clip(ycc_to_rgb(light, chroma), 0, 1), np.float32)
