"""What a teacher makes of photographs comes in their order, whole or not at all."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch.optim.swa_utils import AveragedModel

from huecue.color import to_picture, ycc_to_rgb
from huecue.errors import UsageError
from huecue.networks.teacher import TeacherNet, TeacherShape, see
from huecue.train.feed import Batches, Mix, load_material
from huecue.train.lessons import open_lessons, write_lessons
from huecue.train.samples import Habits, as_input, as_planes, still_sample
from huecue.train.teacher import load_eyes
from huecue.types import Chroma, Luma
from tiny_vgg import tiny_arrays, write_npz

RECIPE = Path(__file__).parents[2] / "recipes" / "lessons.py"
Photo = Callable[..., NDArray[np.uint8]]
CALM = Habits(still_px=(32,), palette=0.0, worn=0.0, turned=0.0)
STILLS = Mix(stills=1.0, hinted=0.0, imagined=0.0, clips=0.0, batch_stills=3)


def bluish(luma: Luma) -> Chroma:
    """Bluer the lighter it is."""
    return np.stack([luma / np.float32(1000), np.zeros_like(luma, np.float32)], axis=-1)


def test_each_picture_is_coloured_from_its_luma_alone(photo: Photo, tmp_path: Path) -> None:
    pictures = [photo(seed, 40 + seed, 60) for seed in range(12)]
    path = write_lessons([lambda p=p: p for p in pictures], bluish, tmp_path / "new" / "lessons.zip")
    assert [entry.name for entry in path.parent.iterdir()] == ["lessons.zip"]
    for picture, told in zip(pictures, open_lessons([str(path)], 12), strict=True):
        (luma, _), (again, chroma) = as_planes(picture), as_planes(told())
        assert again.shape == luma.shape
        assert np.abs(again.astype(float) - luma).mean() < 4
        assert np.abs(chroma - bluish(luma)).mean() < 0.02


def test_nothing_stands_where_it_was_stopped(photo: Photo, tmp_path: Path) -> None:
    def stop(_: Luma) -> Chroma:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_lessons([lambda: photo(1, 40, 40)], stop, tmp_path / "lessons.zip")
    assert not list(tmp_path.iterdir())


def test_lessons_of_other_pictures_are_not_taken(photo: Photo, photos: Path, tmp_path: Path) -> None:
    path = write_lessons([lambda: photo(1, 40, 40)] * 2, bluish, tmp_path / "lessons.zip")
    with pytest.raises(UsageError, match=r"lessons\.zip: 2 coloured photographs, but 5 to learn from"):
        load_material([str(photos)], [str(path)])


def test_a_still_is_taught_the_same_part_of_it(photo: Photo) -> None:
    picture = photo(1, 60, 80)
    twin = np.ascontiguousarray(picture[..., ::-1])
    for seed in range(6):
        with_teacher, alone = (
            still_sample(np.random.default_rng(seed), picture, CALM, size=32, hinted=False, taught=taught)
            for taught in (twin, None)
        )
        assert np.array_equal(with_teacher.target, alone.target)
        half = alone.target[0].reshape(2, 16, 2, 16, 2).mean(axis=(2, 4))
        assert np.allclose(alone.taught, half, atol=1e-6)
        twins = still_sample(np.random.default_rng(seed), twin, CALM, size=32, hinted=False)
        assert np.allclose(with_teacher.taught, twins.taught, atol=1e-6)


def test_batches_are_taught_by_the_zip(photos: Path, tmp_path: Path) -> None:
    pictures = load_material([str(photos)]).pictures
    path = write_lessons(pictures, bluish, tmp_path / "lessons.zip")
    batch = next(iter(Batches([str(photos)], CALM, STILLS, seed=0, taught=[str(path)])))
    half = batch["luma"][:, 0, 0].reshape(3, 16, 2, 16, 2).mean(axis=(2, 4))
    assert np.abs(batch["taught"][:, 0] - (half + 0.5) * 0.255).mean() < 0.02
    assert np.abs(batch["taught"][:, 1]).mean() < 0.02


def test_the_recipe_colours_as_the_teacher_does(photos: Path, tmp_path: Path) -> None:
    vgg = write_npz(tmp_path / "vgg.npz", **tiny_arrays("conv3_4"))
    torch.manual_seed(0)
    net = TeacherNet(TeacherShape(seen=6, widths=(8, 8, 8), down=(1, 1, 1), up=(1, 1)))
    net.head.weight.data = torch.randn(2, 8, 3, 3).repeat_interleave(4, dim=0)  # smooth: the file blurs
    average = AveragedModel(net, use_buffers=True).state_dict()
    torch.save({"shape": asdict(net.shape), "average": average}, tmp_path / "checkpoint.pt")
    path = tmp_path / "lessons.zip"
    runpy.run_path(str(RECIPE))["main"]([str(tmp_path), str(path), str(photos), "--vgg", str(vgg)])
    pictures = load_material([str(photos)], [str(path)])
    luma, _ = as_planes(pictures.pictures[0]())
    plane = torch.from_numpy(as_input(luma))[None]
    padded = F.pad(plane, (0, -luma.shape[1] % 16, 0, -luma.shape[0] % 16), mode="replicate")
    with torch.no_grad():
        wanted = F.interpolate(net(padded, see(load_eyes(vgg), padded)), scale_factor=2.0, mode="bilinear")
    chroma = wanted[0].permute(1, 2, 0).numpy()[: luma.shape[0], : luma.shape[1]]
    shown = to_picture(ycc_to_rgb(luma.astype(np.float32) / np.float32(255), chroma))
    assert pictures.taught is not None
    apart = as_planes(pictures.taught[0]())[1] - as_planes(shown)[1]
    assert np.abs(chroma).mean() > 0.03
    assert np.abs(apart).mean() < 0.01
