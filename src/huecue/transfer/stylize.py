"""`stylize`: a film in, the same film in the style of a picture out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from huecue import video
from huecue.errors import FilmTruncated, UsageError
from huecue.pipeline.film import Tally, expected_frames, write_all
from huecue.pipeline.report import Report
from huecue.transfer.options import StyleOptions, default_output
from huecue.transfer.style import Steps, style_frames
from huecue.transfer.transfer import open_vgg
from huecue.video import FilmWriter, WriteOptions


def stylize(
    film: str | Path,
    style: str | Path,
    out: str | Path | None = None,
    *,
    options: StyleOptions = StyleOptions(),  # noqa: B008  # frozen
    write: WriteOptions = WriteOptions(),  # noqa: B008  # frozen
    progress: Callable[[Steps], None] | None = None,
) -> Report:
    """Repaint a film, a GIF or a picture in the style of a picture and write it to `out`.

    By default that is FILM with .style before its end. Size, sound, subtitles and times are carried over, but
    luma is new. Raises HuecueError; then nothing is left under the name of `out`. A film that breaks off
    gives a report with `complete` False and the part that could be painted under a name that says so.
    """
    source, target = Path(film), default_output(Path(film)) if out is None else Path(out)
    if target.absolute() == Path(style).absolute():
        raise UsageError(f"{target} is the picture whose style is wanted; give the result another name")
    info, frames = video.probe(source), options.color.frames
    picture = video.read_picture(Path(style))
    writer = FilmWriter(source, target, write, frames=frames)
    expected = expected_frames(info, frames)
    painted = style_frames(
        video.prefetch(video.read_frames(source, frames=frames)),
        info,
        picture,
        options,
        vgg=open_vgg(options.painting),
        expected=expected,
        watch=progress,
    )
    tally, message = Tally(expected), None
    with writer:
        try:
            # Not in another thread: Ctrl-C would have to wait there until the frame is done.
            write_all(painted, writer, tally)
        except FilmTruncated as problem:
            message, target = str(problem), writer.keep_part()
    return tally.report(source, target, message, {**asdict(options), "write": asdict(write)})
