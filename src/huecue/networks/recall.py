"""Memory, motion and the reach of hints as torch has them: for training, equal to their `stages`."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from huecue.stages.hints import LEAST_REACH, LUMA_REACH, PLACE_REACH
from huecue.stages.memory import CELL_PX, SHARPNESS, VALUE_SIDE, distances


def look_up(asked: Tensor, keys: Tensor, chroma: Tensor, near: Tensor) -> Tensor:
    """Remembered chroma and similarity (B, 3, H, W).

    `asked` and `keys` are (B, 64, H/16, W/16), `chroma` (B, 2, H, W) is that of the picture remembered,
    `near` (B, 1, 1) is 1 where that is a frame of the same shot, so that nearness counts, else 0.
    """
    likeness = torch.einsum("bkn,bkm->bnm", asked.flatten(2), keys.flatten(2))
    likeness = likeness - near * torch.as_tensor(distances(*asked.shape[2:]), device=asked.device)
    cells = torch.softmax(SHARPNESS * likeness, dim=-1) @ _cells(chroma).transpose(1, 2)
    rows, columns = asked.shape[2:]
    small = F.pixel_shuffle(cells.transpose(1, 2).reshape(len(asked), -1, rows, columns), VALUE_SIDE)
    best = likeness.max(dim=-1).values.clamp(min=0) ** 4
    similarity = F.interpolate(best.view(-1, 1, rows, columns), scale_factor=CELL_PX, mode="bilinear")
    grown = F.interpolate(small, scale_factor=CELL_PX // VALUE_SIDE, mode="bilinear")
    return torch.cat([grown, similarity], dim=1)


def _cells(chroma: Tensor) -> Tensor:
    """(B, 32, n): each cell's chroma at quarter size."""
    small = F.avg_pool2d(chroma, CELL_PX // VALUE_SIDE)
    return F.pixel_unshuffle(small, VALUE_SIDE).flatten(2)


def reach_out(luma: Tensor, likeness: Tensor, index: Tensor, chroma: Tensor) -> Tensor:
    """Near chroma and reach (B, 3, H, W) of hints, as `stages.hints.reach_out`; zeros where there are none.

    `luma` (B, 1, H, W) is -0.5..0.5, `likeness` (B, C, H/2, W/2), `index` (B, N) places among the half-size
    pixels, -1 where there is no hint, and `chroma` (B, N, 2) theirs.
    """
    half = F.avg_pool2d(luma, 2)
    rows, columns = half.shape[2:]
    ys, xs = torch.meshgrid(
        torch.arange(rows, device=luma.device), torch.arange(columns, device=luma.device), indexing="ij"
    )
    place = torch.stack([ys, xs]).to(half.dtype) * (PLACE_REACH / rows)
    pixel = torch.cat([half * LUMA_REACH, place.expand(len(half), -1, -1, -1), likeness.float()], dim=1)
    both = _average(pixel.flatten(2), index, chroma).mT.reshape(len(half), 3, rows, columns)
    return F.interpolate(both, scale_factor=2.0, mode="bilinear")


def _average(pixel: Tensor, index: Tensor, chroma: Tensor) -> Tensor:
    """Mean chroma and reach (B, n, 3) of the points among pixels (B, C, n); the reach is not learned from."""
    given = index >= 0
    point = pixel.gather(2, index.clamp(min=0)[:, None].expand(-1, pixel.shape[1], -1))  # (B, C, N)
    far = torch.where(given, -point.square().sum(1), -1e4)[:, None]
    with torch.autocast(pixel.device.type, enabled=False):
        # A pixel's own square is the same for all points: the softmax does without it.
        near = torch.baddbmm(far, pixel.mT, point, alpha=2)  # (B, n, N)
        mean = torch.softmax(near, dim=-1) @ chroma
    with torch.no_grad():
        square = pixel.square().sum(1)[..., None] - near.amax(dim=-1, keepdim=True)
        reach = LEAST_REACH + (1 - LEAST_REACH) * torch.exp(-square.clamp(min=0))
    return torch.cat([mean, reach], dim=-1) * given.any(dim=1)[:, None, None]
