"""Sound, subtitles, fonts, covers, chapters and tags come along as they are."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from huecue.errors import WriteError
from huecue.types import Range
from huecue.video import FilmWriter, probe, read_frames

CHAPTERS = [(0.0, 0.2, "Station"), (0.2, 0.6, "Sea"), (0.6, 1.0, "Home")]


def titles(path):
    """(title, start, end in seconds) of every chapter."""
    with av.open(str(path)) as container:
        return [
            (
                one["metadata"]["title"],
                float(one["start"] * one["time_base"]),
                float(one["end"] * one["time_base"]),
            )
            for one in container.chapters()
        ]


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_two_sounds_and_subtitles_are_the_same_packets(films, suffix):
    source = films.make(f"a{suffix}", count=24, sounds=2, subtitles=1)
    target = films.copy(source, f"b{suffix}")
    for kind, streams in (("audio", 2), ("subtitle", 1)):
        before, after = films.packets(source, kind), films.packets(target, kind)
        assert len(before) == len(after) == streams
        assert all(before)
        assert before == after
    found = probe(target)
    assert (found.sounds, found.subtitles) == (2, 1)


@pytest.mark.parametrize("suffix", [".avi", ".webm", ".ts"])
def test_sound_is_the_same_packets(films, suffix):
    codec = "libvpx-vp9" if suffix == ".webm" else "libx264"
    source = films.make(f"a{suffix}", codec=codec, count=24, sounds=2)
    target = films.copy(source, f"b{suffix}")
    before, after = films.packets(source, "audio"), films.packets(target, "audio")
    assert len(before) == 2
    assert before == after


def test_sound_goes_into_another_container(films):
    source = films.make("a.mp4", count=24, sounds=1)
    before, after = films.packets(source, "audio")[0], films.packets(films.copy(source, "b.mkv"), "audio")[0]
    assert [data for data, _ in before] == [data for data, _ in after]
    steps = [after[0][1] - before[0][1]] * len(before)
    assert [b[1] - a[1] for a, b in zip(before, after, strict=True)] == pytest.approx(steps, abs=0.002)


def test_languages_and_marks_of_streams_are_kept(films):
    source = films.make("a.mkv", count=6, sounds=2)
    with av.open(str(films.copy(source, "b.mkv"))) as copy, av.open(str(source)) as original:
        assert [stream.metadata["language"] for stream in copy.streams.audio] == ["eng", "fra"]
        assert [s.disposition for s in copy.streams] == [s.disposition for s in original.streams]
        assert copy.streams.audio[1].disposition & av.stream.Disposition.hearing_impaired


def test_chapters_are_no_trouble_where_there_is_no_place_for_them(films):
    source = films.make("a.mkv", chapters=CHAPTERS)
    for name in ("b.webm", "b.avi", "b.ts", "b.gif"):
        assert len(films.lumas(films.copy(source, name))) == 12


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_chapters_and_tags_are_kept(films, suffix):
    tags = {"title": "The Station", "comment": "found in an attic", "date": "1932"}
    source = films.make(f"a{suffix}", count=24, chapters=CHAPTERS, tags=tags)
    target = films.copy(source, f"b{suffix}")
    assert titles(target) == titles(source)
    assert [title for title, _, _ in titles(target)] == ["Station", "Sea", "Home"]
    with av.open(str(target)) as container:
        kept = {key.lower(): value for key, value in container.metadata.items()}
    assert kept.items() >= tags.items()


def test_tags_of_a_phone_are_kept(films):
    tags = {"com.apple.quicktime.make": "Bolex", "title": "Sea"}
    options = {"movflags": "use_metadata_tags"}
    source = films.make("a.mov", tags=tags, container_options=options)
    with av.open(str(films.copy(source, "b.mov"))) as container:
        assert container.metadata.items() >= tags.items()


def test_fonts_are_kept(films):
    source = films.make("a.mkv", subtitles=1, fonts=2)
    with av.open(str(films.copy(source, "b.mkv"))) as container:
        fonts = [(stream.name, stream.mimetype, stream.data) for stream in container.streams.attachments]
    expected = ("application/x-truetype-font", bytes(range(200)))
    assert fonts == [("font0.ttf", *expected), ("font1.ttf", *expected)]


@pytest.mark.parametrize("name", ["b.mp4", "b.mkv"])
@pytest.mark.parametrize("start", ["a.mp4", "a.mkv"])
def test_cover_is_kept_and_is_not_the_film(films, start, name):
    source = with_cover(films, start)
    assert probe(source).size.width == 64
    target = films.copy(source, name)
    assert probe(target).size.width == 64
    with av.open(str(target)) as container:
        covers = [s for s in container.streams.video if s.disposition & av.stream.Disposition.attached_pic]
        assert len(covers) == 1
        assert bytes(next(container.demux(covers[0]))) == cover_bytes()


def test_cover_is_left_out_where_there_is_no_place_for_it(films):
    for name in ("b.mov", "b.avi", "b.webm", "b.ts"):
        with av.open(str(films.copy(with_cover(films, "a.mp4"), name))) as container:
            assert len(container.streams) == 1


def cover_bytes():
    context = av.Codec("png", "w").create("video")
    context.width = context.height = 8
    context.pix_fmt, context.time_base = "rgb24", Fraction(1, 25)
    frame = av.VideoFrame.from_ndarray(np.full((8, 8, 3), 90, np.uint8), "rgb24")
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])


def with_cover(films, name):
    """A film that has a picture of its own on the box."""
    plain, path = films.make(f"plain-{name}", count=6), films.folder / name
    with av.open(str(plain)) as source, av.open(str(path), "w") as target:
        video = target.add_stream_from_template(source.streams.video[0], opaque=True)
        if name.endswith(".mkv"):
            target.add_attachment("cover.png", "image/png", cover_bytes())
        else:
            cover = target.add_stream("png", rate=1, width=8, height=8, pix_fmt="rgb24")
            cover.disposition = av.stream.Disposition.attached_pic
            packet = av.Packet(cover_bytes())
            packet.stream, packet.pts, packet.dts, packet.time_base = cover, 0, 0, Fraction(1, 25)
        for one in source.demux(video=0):
            if one.size:
                one.stream = video
                target.mux(one)
        if not name.endswith(".mkv"):
            target.mux(packet)
    return path


@pytest.mark.parametrize(
    ("start", "name", "message"),
    [
        ("a.mkv", "b.mp4", r"\.mp4 can't hold the subtitles \(srt\) of .*a\.mkv; write to \.mkv$"),
        ("a.mp4", "b.avi", r"\.avi can't hold the subtitles \(mov_text\) of .*a\.mp4; write to \.mp4$"),
        ("a.mp4", "b.mkv", r"\.mkv can't hold the subtitles \(mov_text\) of .*a\.mp4; write to \.mp4$"),
    ],
)
def test_subtitles_that_do_not_fit_are_refused_before_any_work(films, start, name, message):
    source = films.make(start, subtitles=1)
    with pytest.raises(WriteError, match=message), FilmWriter(source, films.folder / name):
        pytest.fail("the with-block ran")
    assert [path.name for path in films.folder.iterdir() if path.suffix != ".srt"] == [start]


def test_sound_that_does_not_fit_is_refused(films):
    source = films.make("a.mp4", sounds=1)
    with pytest.raises(
        WriteError, match=r"\.webm can't hold the sound \(aac\) of .*a\.mp4; write to \.mp4 or \.mkv"
    ):
        films.copy(source, "b.webm")


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov", ".ts"])
def test_range_takes_its_own_sound_in_time(films, suffix):
    source = films.make(f"a{suffix}", count=48, sounds=1, rate=Fraction(24))
    target = films.copy(source, f"b{suffix}", frames=Range(12, 36))
    begins, ends = films.times(source)[12], films.times(source)[36]
    expected = [(data, at - begins) for data, at in films.packets(source, "audio")[0] if begins <= at < ends]
    found = films.packets(target, "audio")[0]
    assert [data for data, _ in found] == [data for data, _ in expected]
    assert [at for _, at in found] == pytest.approx([at for _, at in expected], abs=0.0011)
    assert films.times(target)[0] == 0


def test_range_takes_its_own_chapters_and_subtitles(films):
    source = films.make("a.mkv", count=24, rate=Fraction(24), chapters=CHAPTERS, subtitles=1)
    target = films.copy(source, "b.mkv", frames=Range(6, 12))
    assert titles(target) == [("Sea", 0.0, pytest.approx(0.25))]
    assert [(data, float(at)) for data, at in films.packets(target, "subtitle")[0]] == [(b"There", 0.0)]


def test_second_pictures_are_the_same_packets(films):
    path = films.folder / "a.mkv"
    with av.open(str(films.make("one.mp4", count=6))) as first, av.open(str(path), "w") as target:
        routes = [target.add_stream_from_template(first.streams.video[0], opaque=True) for _ in range(2)]
        for packet in first.demux(video=0):
            for route in routes if packet.size else ():
                packet.stream = route
                target.mux(packet)
    before, after = films.packets(path, "video"), films.packets(films.copy(path, "b.mkv"), "video")
    assert before[1] == after[1]
    assert before[0] != after[0]


def test_data_of_a_broadcast_is_the_same_packets(films):
    path = films.folder / "a.ts"
    with av.open(str(films.make("one.mp4", count=6))) as first, av.open(str(path), "w") as target:
        video = target.add_stream_from_template(first.streams.video[0], opaque=True)
        data = target.add_data_stream("klv")
        data.time_base = Fraction(1, 90000)
        for index, packet in enumerate(first.demux(video=0)):
            if packet.size:
                packet.stream = video
                target.mux(packet)
                note = av.Packet(b"\x06\x0e+4" + bytes([index]) * 12)
                note.stream, note.time_base = data, data.time_base
                note.pts = note.dts = index * 3600
                target.mux(note)
    assert len(films.packets(path, "data")[0]) == 6
    assert films.packets(films.copy(path, "b.ts"), "data") == films.packets(path, "data")


def test_kept_part_has_the_sound_of_its_frames(films):
    source = films.make("a.mp4", count=48, sounds=1, rate=Fraction(24))
    with FilmWriter(source, films.folder / "b.mp4") as writer:
        for frame in read_frames(source, frames=Range(0, 24)):
            writer.write(frame, films.grey(frame, writer.info.chroma_shift))
        kept = writer.keep_part()
    last = films.packets(kept, "audio")[0][-1][1]
    assert 0.9 < last < 1.0


def test_sound_goes_on_after_the_last_frame(films):
    source = films.make("a.mkv", count=48, sounds=1, rate=Fraction(24))
    short = films.folder / "short.mkv"
    with av.open(str(source)) as before, av.open(str(short), "w") as after:
        routes = [after.add_stream_from_template(stream, opaque=True) for stream in before.streams]
        for packet in before.demux():
            if packet.size and (packet.stream.type == "audio" or packet.pts < 500):
                packet.stream = routes[packet.stream.index]
                after.mux(packet)
    target = films.copy(short, "b.mkv")
    assert films.packets(target, "audio") == films.packets(short, "audio")


def test_sound_lies_beside_its_pictures_in_the_file(films):
    source = films.make("a.mp4", count=96, sounds=1, rate=Fraction(24))
    target = films.copy(source, "b.mkv")
    with av.open(str(target)) as container:
        order = [(float(p.pts * p.time_base), p.stream.type) for p in container.demux() if p.size]
    seen = {"audio": 0.0, "video": 0.0}
    for at, kind in order:
        seen[kind] = at
        assert abs(seen["audio"] - seen["video"]) < 0.5


def test_tags_about_the_old_file_are_left_behind(films):
    target = films.copy(films.make("a.mp4", sounds=1), "b.mkv")
    with av.open(str(target)) as container:
        assert {key.lower() for key in container.metadata} <= {"encoder"}
