"""Films, GIFs, pictures and numbered sequences in and out: the only room that opens media."""

from huecue.video.codecs import WriteOptions
from huecue.video.picture import read_picture
from huecue.video.prefetch import prefetch
from huecue.video.probe import probe
from huecue.video.read import Side, ends_early, read_frames, seek_frames
from huecue.video.target import default_output
from huecue.video.write import FilmWriter

__all__ = [
    "FilmWriter",
    "Side",
    "WriteOptions",
    "default_output",
    "ends_early",
    "prefetch",
    "probe",
    "read_frames",
    "read_picture",
    "seek_frames",
]
