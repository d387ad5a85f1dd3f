"""Photographs coloured by a teacher, for `huecue train realtime --taught`: lessons.py TEACHER ZIP DATA ..

TEACHER is the folder that `huecue train teacher --out` wrote, DATA what the real-time network will learn
from, in the same order.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tqdm import tqdm

from huecue.networks.teacher import TeacherNet, see
from huecue.networks.vgg import Vgg
from huecue.train.lessons import write_lessons
from huecue.train.run import CHECKPOINT
from huecue.train.samples import as_input
from huecue.train.sources import Source, find_pictures
from huecue.train.teacher import load_eyes, load_teacher
from huecue.types import Chroma, Luma

MULTIPLE = 16


def main(words: Sequence[str]) -> None:
    """Colour them all."""
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("teacher", type=Path)
    parser.add_argument("zip", type=Path)
    parser.add_argument("data", nargs="+")
    parser.add_argument("--vgg", type=Path, metavar="FILE", help="as for huecue train teacher")
    parser.add_argument("--threads", type=int, metavar="N", help="(default: PyTorch's choice)")
    args = parser.parse_args(words)
    if args.threads:
        torch.set_num_threads(args.threads)
    pictures = find_pictures([Source.parse(text) for text in args.data])
    guess = _guesser(load_teacher(args.teacher / CHECKPOINT), load_eyes(args.vgg))
    print(write_lessons(tqdm(pictures, unit="picture"), guess, args.zip))


def _guesser(net: TeacherNet, eyes: Vgg) -> Callable[[Luma], Chroma]:
    @torch.no_grad()
    def guess(luma: Luma) -> Chroma:
        """Chroma (H, W, 2) of a luma (H, W) of any size."""
        height, width = luma.shape
        plane = torch.from_numpy(as_input(luma))[None]
        padded = F.pad(plane, (0, -width % MULTIPLE, 0, -height % MULTIPLE), mode="replicate")
        with torch.autocast("cpu", torch.bfloat16):
            half = net(padded, see(eyes, padded)).float()
        whole = F.interpolate(half, scale_factor=2.0, mode="bilinear")[0, :, :height, :width]
        return np.ascontiguousarray(whole.permute(1, 2, 0).numpy())

    return guess


if __name__ == "__main__":
    main(sys.argv[1:])
