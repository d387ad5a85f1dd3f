"""Which encoder writes a film, with which settings."""

from __future__ import annotations

from fractions import Fraction

import pytest

from huecue.errors import UsageError
from huecue.video import WriteOptions, probe
from huecue.video.codecs import choose


@pytest.mark.parametrize(
    ("suffix", "pixel_format", "codec", "taken"),
    [
        (".mp4", "yuv420p", "libx264", "yuv420p"),
        (".mkv", "yuv422p", "libx264", "yuv422p"),
        (".mov", "yuv444p", "libx264", "yuv444p"),
        (".mp4", "gray", "libx264", "yuv420p"),
        (".mp4", "gray10le", "libx264", "yuv420p10le"),
        (".mp4", "yuv422p10le", "libx264", "yuv422p10le"),
        (".mp4", "yuv420p9le", "libx264", "yuv420p10le"),
        (".mp4", "yuv420p12le", "libx265", "yuv420p12le"),
        (".mkv", "yuv444p12le", "libx265", "yuv444p12le"),
        (".mkv", "gray16le", "ffv1", "yuv420p16le"),
        (".avi", "yuv420p12le", "ffv1", "yuv420p12le"),
        (".webm", "yuv420p", "libvpx-vp9", "yuv420p"),
        (".webm", "yuv422p10le", "libsvtav1", "yuv420p10le"),
        (".mp4", "yuv440p", "libx264", "yuv444p"),
    ],
)
def test_usual_codec_takes_the_films_depth(films, suffix, pixel_format, codec, taken):
    source = films.make("a.mkv", codec="ffv1", pixel_format=pixel_format, count=1)
    choice = choose(probe(source), suffix, WriteOptions())
    assert (choice.codec, choice.pixel_format) == (codec, taken)


@pytest.mark.parametrize(
    ("codec", "pixel_format", "message"),
    [
        (
            "libx264",
            "yuv420p12le",
            r"12 bits a sample and libx264 takes 8 and 10 bits; use --codec libx265, or",
        ),
        (
            "prores_ks",
            "yuv420p12le",
            r"prores_ks takes 10 bits; use --codec libx265, or --codec ffv1 with \.mkv",
        ),
        ("libvpx-vp9", "yuv420p10le", r"libvpx-vp9 takes 8 bits; use"),
        (
            "libx265",
            "gray16le",
            r"16 bits a sample and libx265 takes 8 and 10 and 12 bits; use --codec ffv1 with",
        ),
    ],
)
def test_codec_that_would_lose_depth_is_refused(films, codec, pixel_format, message):
    source = films.make("a.mkv", codec="ffv1", pixel_format=pixel_format, count=1)
    with pytest.raises(UsageError, match=message):
        choose(probe(source), ".mkv", WriteOptions(codec=codec))


@pytest.mark.parametrize(
    ("said", "encoder"), [("h265", "libx265"), ("hevc", "libx265"), ("h264", "libx264"), ("av1", "libsvtav1")]
)
def test_a_format_may_be_named_as_people_call_it(films, said, encoder):
    info = probe(films.make("a.mkv", count=1))
    assert choose(info, ".mkv", WriteOptions(codec=said)) == choose(info, ".mkv", WriteOptions(codec=encoder))


@pytest.mark.parametrize(
    ("suffix", "options", "message"),
    [
        (".webm", {"codec": "libx264"}, r"\.webm can't hold libx264; write to .*\.mp4"),
        (".mov", {"codec": "ffv1"}, r"\.mov can't hold ffv1; write to .*\.mkv"),
        (".ts", {"codec": "ffv1"}, r"\.ts can't hold ffv1"),
        (".mp4", {"codec": "none"}, r"no encoder named 'none'; take one of libx264"),
        (".mp4", {"codec": "aac"}, r"aac encodes audio, not pictures"),
        (".mkv", {"codec": "libx264rgb"}, r"libx264rgb takes no planes of luma and chroma"),
        (".mkv", {"codec": "ffv1", "crf": 3}, r"ffv1 has no crf; leave --crf out"),
        (".webm", {"preset": "fast"}, r"libvpx-vp9 has no preset"),
        (".mp4", {"preset": "warp"}, r"libx264 has no preset 'warp'; take one of ultrafast"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_cure(films, suffix, options, message):
    with pytest.raises(UsageError, match=message):
        choose(probe(films.make("a.mp4", count=1)), suffix, WriteOptions(**options))


def test_sixteen_bits_outside_matroska_are_sent_there(films):
    source = films.make("a.mkv", codec="ffv1", pixel_format="gray16le", count=1)
    for suffix in (".mp4", ".mov", ".avi", ".webm"):
        with pytest.raises(UsageError, match=r"write to \.mkv"):
            choose(probe(source), suffix, WriteOptions())


@pytest.mark.parametrize("options", [{"crf": -1}, {"crf": 64}, {"threads": 0}])
def test_numbers_out_of_bounds_are_refused(options):
    with pytest.raises(UsageError, match=next(iter(options))):
        WriteOptions(**options)


def test_settings_asked_for_are_used(films):
    info = probe(films.make("a.mp4", count=1))
    choice = choose(info, ".mp4", WriteOptions(crf=0, preset="slow"))
    assert choice.options["crf"] == "0"
    assert choice.options["preset"] == "slow"


def test_pixels_that_are_not_square_need_a_place(films):
    info = probe(films.make("a.mp4", pixel_shape=Fraction(16, 15), count=1))
    for suffix, codec in ((".webm", None), (".mkv", "ffv1")):
        with pytest.raises(
            UsageError, match=r"can't keep pixels that are not square; write to \.mp4 or \.mov"
        ):
            choose(info, suffix, WriteOptions(codec=codec))
