"""Memory, motion and the reach of hints as torch has them: for training, equal to their `stages`."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from huecue.stages.hints import LEAST_REACH, LUMA_REACH, PLACE_REACH
from huecue.stages.memory import CELL_PX, SHARPNESS, VALUE_SIDE, distances


def look_up(asked: Tensor, keys: Tensor, source: Tensor, near: Tensor) -> Tensor:
    """Remembered chroma and confidence (B, 3, H, W).

    `asked` and `keys` are (B, 64, H/16, W/16), `source` (B, 3, H, W) is the remembered picture's chroma and
    trust, `near` (B, 1, 1) is 1 where that is a frame of the same shot, so that nearness counts, else 0.
    """
    likeness = _likeness(asked, keys, near)
    cells = torch.softmax(SHARPNESS * likeness, dim=-1) @ _cells(source).mT
    rows, columns = asked.shape[2:]
    found = cells.mT.reshape(len(asked), -1, rows, columns)
    best = likeness.max(dim=-1).values.clamp(min=0) ** 4
    sure = F.interpolate(
        best.view(-1, 1, rows, columns) * found[:, -1:], scale_factor=CELL_PX, mode="bilinear"
    )
    small = F.pixel_shuffle(found[:, :-1], VALUE_SIDE)
    grown = F.interpolate(small, scale_factor=CELL_PX // VALUE_SIDE, mode="bilinear")
    return torch.cat([grown, sure], dim=1)


@torch.no_grad()
def match(asked: Tensor, keys: Tensor) -> Tensor:
    """Flow (B, 2, H, W) in pixels to the cell whose key is most like each cell's own, as `stages.memory`."""
    rows, columns = asked.shape[2:]
    best = _likeness(asked, keys, torch.ones(1, 1, 1, device=asked.device)).argmax(dim=-1)
    own = torch.arange(rows * columns, device=asked.device)
    moved = torch.stack([best % columns - own % columns, best // columns - own // columns], dim=1)
    cells = (moved * CELL_PX).to(asked.dtype).reshape(len(asked), 2, rows, columns)
    return F.interpolate(cells, scale_factor=CELL_PX, mode="bilinear")


def _likeness(asked: Tensor, keys: Tensor, near: Tensor) -> Tensor:
    """(B, n, n): cosines, less what the distance takes off."""
    with torch.autocast(asked.device.type, enabled=False):
        likeness = asked.flatten(2).float().mT @ keys.flatten(2).float()
    return likeness - near * torch.as_tensor(distances(*asked.shape[2:]), device=asked.device)


def _cells(source: Tensor) -> Tensor:
    """(B, 33, n): each cell's chroma at quarter size, and its mean trust."""
    small = F.pixel_unshuffle(F.avg_pool2d(source[:, :2], CELL_PX // VALUE_SIDE), VALUE_SIDE)
    return torch.cat([small, F.avg_pool2d(source[:, 2:], CELL_PX)], dim=1).flatten(2)


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
