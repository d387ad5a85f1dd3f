"""Results are whole or not there at all, and nothing else is touched."""

from __future__ import annotations

import resource
import signal
from pathlib import Path

import pytest

from huecue.errors import FilmTruncated, OutputExists, WriteError
from huecue.types import Range
from huecue.video import FilmWriter, WriteOptions, prefetch, read_frames


def left_over(folder: Path, *known: str) -> list[str]:
    """Files in a folder, hidden ones too, but those that are known."""
    return sorted(path.name for path in folder.iterdir() if path.name not in known)


def test_target_appears_only_when_whole(films):
    source, target = films.make("a.mp4", count=4), films.folder / "b.mp4"
    with FilmWriter(source, target) as writer:
        for frame in read_frames(source):
            writer.write(frame, films.grey(frame, writer.info.chroma_shift))
            assert not target.exists()
            hidden = left_over(films.folder, "a.mp4")
            assert len(hidden) == 1
            assert hidden[0].startswith(".b.")
            assert hidden[0].endswith(".part.mp4")
    assert left_over(films.folder) == ["a.mp4", "b.mp4"]


def fail_after(films, source, target, count, error=RuntimeError, **options):
    """Write `count` frames, then run into an error."""
    with FilmWriter(source, target, WriteOptions(**options)) as writer:
        for frame in read_frames(source, frames=Range(0, count)):
            writer.write(frame, films.grey(frame, writer.info.chroma_shift))
        raise error


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["b.mp4", "b.mkv", "b.gif", "b_%03d.png"])
def test_an_error_leaves_nothing(films, error, count, name):
    source = films.make("a.mp4", count=4)
    with pytest.raises(error):
        fail_after(films, source, films.folder / name, count, error)
    assert left_over(films.folder) == ["a.mp4"]


def test_an_error_leaves_the_old_target_as_it_was(films):
    source, target = films.make("a.mp4", count=4), films.folder / "b.mp4"
    target.write_bytes(b"old")
    with pytest.raises(RuntimeError):
        fail_after(films, source, target, 2, overwrite=True)
    assert target.read_bytes() == b"old"


def test_no_frame_leaves_nothing_and_says_so(films):
    source = films.make("a.mp4", count=4)
    with (
        pytest.raises(WriteError, match=r"no frame was made for .*b\.mp4"),
        FilmWriter(source, films.folder / "b.mp4"),
    ):
        pass
    assert left_over(films.folder) == ["a.mp4"]


@pytest.mark.parametrize("name", ["b.mp4", "b.mkv", "b.avi", "b.webm", "b.mov", "b.gif"])
def test_kept_part_plays(films, name):
    source = films.make("a.mp4", count=30, sounds=0 if name.endswith((".gif", ".webm", ".avi")) else 1)
    kept = None
    with FilmWriter(source, films.folder / name) as writer:
        for frame in read_frames(source, frames=Range(0, 17)):
            writer.write(frame, films.grey(frame, writer.info.chroma_shift))
        kept = writer.keep_part()
    assert kept == films.folder / f"b.part{kept.suffix}"
    assert len(films.lumas(kept)) == 17
    assert left_over(films.folder, "a.mp4", kept.name) == []


def keep_what_is_there(films, source, target):
    """What a run does with a film that is cut off."""
    with FilmWriter(source, target) as writer:
        try:
            for frame in read_frames(source):
                writer.write(frame, films.grey(frame, writer.info.chroma_shift))
        except FilmTruncated:
            writer.keep_part()
            raise


def test_kept_part_survives_the_error_that_made_it(films):
    source = films.cut(films.make("a.mkv", count=30), "cut.mkv")
    with pytest.raises(FilmTruncated):
        keep_what_is_there(films, source, films.folder / "b.mkv")
    assert 10 < len(films.lumas(films.folder / "b.part.mkv")) < 30
    assert not (films.folder / "b.mkv").exists()


def test_kept_part_overwrites_nothing(films):
    source = films.make("a.mp4", count=3)
    (films.folder / "b.part.mp4").write_bytes(b"mine")
    with FilmWriter(source, films.folder / "b.mp4") as writer:
        for frame in read_frames(source):
            writer.write(frame, films.grey(frame, writer.info.chroma_shift))
        assert writer.keep_part() == films.folder / "b.part1.mp4"
    assert (films.folder / "b.part.mp4").read_bytes() == b"mine"


@pytest.fixture
def small_files():
    """Files may not grow beyond 40 kB, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("name", ["b.mp4", "b.mkv", "b.avi", "b.gif", "b_%d.bmp"])
def test_disk_that_fills_up_is_told_and_leaves_nothing(films, small_files, name):
    source = films.make("a.mp4", size=(160, 120), count=20)
    small_files()
    with pytest.raises(WriteError, match=r"b.* can't be written: the file grows larger than is allowed"):
        films.copy(source, name, codec="ffv1" if name.endswith(("mp4", "mkv", "avi")) else None)
    assert left_over(films.folder) == ["a.mp4"]


def test_full_disk_is_named(films, monkeypatch):
    source = films.make("a.mp4", count=3)
    full = OSError(28, "No space left on device")
    monkeypatch.setattr("huecue.video.pictures.encode_picture", lambda *_: (_ for _ in ()).throw(full))
    with pytest.raises(WriteError, match="the disk is full; free some space"):
        films.copy(source, "b_%d.png")


def test_target_that_exists_is_refused_and_kept(films):
    source = films.make("a.mp4", count=2)
    (films.folder / "b.mp4").write_bytes(b"mine")
    with pytest.raises(OutputExists, match=r"b\.mp4 exists; pass --overwrite"):
        FilmWriter(source, films.folder / "b.mp4")
    assert (films.folder / "b.mp4").read_bytes() == b"mine"
    assert films.lumas(films.copy(source, "b.mp4", overwrite=True))


def meet_another(films, source, target, there):
    """Find, at the end, that somebody else has made the target."""
    with FilmWriter(source, target) as writer:
        for frame in read_frames(source):
            writer.write(frame, films.grey(frame, writer.info.chroma_shift))
        (films.folder / there).write_bytes(b"mine")


@pytest.mark.parametrize(
    ("name", "there", "kept"), [("b.mp4", "b.mp4", "b.part.mp4"), ("b_%d.png", "b_1.png", "b_d.part")]
)
def test_target_that_appears_meanwhile_is_not_overwritten_and_no_work_is_lost(films, name, there, kept):
    source = films.make("a.mp4", count=2)
    with pytest.raises(OutputExists, match=rf"{there} has appeared meanwhile; the result is .*{kept}"):
        meet_another(films, source, films.folder / name, there)
    assert (films.folder / there).read_bytes() == b"mine"
    assert left_over(films.folder) == sorted(["a.mp4", there, kept])


def test_making_a_writer_touches_nothing(films):
    source = films.make("a.mp4", count=2)
    FilmWriter(source, films.folder / "b.mp4")
    assert left_over(films.folder) == ["a.mp4"]


def test_writer_works_in_another_thread_than_its_maker(films):
    source = films.make("a.mp4", count=20)
    with FilmWriter(source, films.folder / "b.mp4") as writer:

        def written():
            for frame in prefetch(read_frames(source)):
                writer.write(frame, films.grey(frame, writer.info.chroma_shift))
                yield frame.index

        assert list(prefetch(written())) == list(range(20))
    assert len(films.lumas(films.folder / "b.mp4")) == 20


def test_memory_stays_the_same_however_long_the_film(films):
    source = films.make("a.mkv", size=(320, 240), count=300, sounds=1, options={"preset": "ultrafast"})
    with FilmWriter(source, films.folder / "b.mkv") as writer:
        used = []
        for frame in read_frames(source):
            writer.write(frame, films.grey(frame, writer.info.chroma_shift))
            used.append(_resident_kb())
    assert max(used[60:]) < max(used[:60]) * 1.1


def _resident_kb() -> int:
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
