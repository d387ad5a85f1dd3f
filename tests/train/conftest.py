"""A few small photographs and a clip, made on the spot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from huecue.networks.realtime import RealtimeNet
from tiny_realtime import TINY

Picture = NDArray[np.uint8]


@pytest.fixture(autouse=True, scope="package")
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def draw_photo(seed: int, height: int, width: int) -> Picture:
    """Soft blotches of strong colours (H, W, 3)."""
    coarse = np.random.default_rng(seed).integers(0, 256, (5, 6, 3)).astype(np.float32)
    grown = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(grown, 0, 255).astype(np.uint8)


def write_clip(path: Path, count: int, size: tuple[int, int]) -> Path:
    """A film (H264) that pans over a photograph."""
    wide = draw_photo(77, size[1], size[0] + 2 * count)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(25), options={"crf": "10"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for index in range(count):
            part = np.ascontiguousarray(wide[:, 2 * index : 2 * index + size[0]])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(part, format="rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="session")
def photo() -> Callable[..., Picture]:
    """Makes a photograph: photo(seed, height, width)."""
    return draw_photo


@pytest.fixture(scope="session")
def make_clip() -> Callable[..., Path]:
    """Writes a clip: make_clip(path, count, (width, height))."""
    return write_clip


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of five photographs, two of them in a folder within."""
    folder = tmp_path_factory.mktemp("photos")
    (folder / "more").mkdir()
    for seed in range(5):
        name = f"more/{seed}.png" if seed > 2 else f"{seed}.png"
        cv2.imwrite(str(folder / name), draw_photo(seed, 60 + seed, 80)[..., ::-1])
    (folder / "notes.txt").write_text("not a photograph")
    return folder


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of one clip of 10 frames, 64x48."""
    folder = tmp_path_factory.mktemp("clips")
    write_clip(folder / "pan.mp4", 10, (64, 48))
    return folder


@pytest.fixture
def net() -> RealtimeNet:
    torch.manual_seed(0)
    net = RealtimeNet(TINY)
    torch.nn.init.normal_(net.colour.head.weight, std=0.2)
    return net.eval()
