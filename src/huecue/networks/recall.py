"""The memory and the motion as torch has them: for training, equal to `stages.memory` and `stages.motion`."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from huecue.stages.memory import CELL_PX, SHARPNESS, VALUE_SIDE, distances


def look_up(asked: Tensor, keys: Tensor, chroma: Tensor) -> Tensor:
    """Remembered chroma and similarity (B, 3, H, W).

    `asked` and `keys` are (B, 64, H/16, W/16), `chroma` (B, 2, H, W) is that of the picture remembered, a
    frame of the same shot.
    """
    likeness = torch.einsum("bkn,bkm->bnm", asked.flatten(2), keys.flatten(2))
    likeness = likeness - torch.as_tensor(distances(*asked.shape[2:]), device=asked.device)
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


def carry(chroma: Tensor, flow: Tensor) -> Tensor:
    """The earlier chroma (B, 2, H, W) moved along `flow` (B, 2, H, W), x and y in pixels; edges repeat."""
    height, width = chroma.shape[2:]
    y, x = torch.meshgrid(
        torch.arange(height, device=flow.device), torch.arange(width, device=flow.device), indexing="ij"
    )
    at_x = (x + flow[:, 0]) * 2 / max(width - 1, 1) - 1
    at_y = (y + flow[:, 1]) * 2 / max(height - 1, 1) - 1
    where = torch.stack([at_x, at_y], dim=-1).to(chroma.dtype)
    return F.grid_sample(chroma, where, mode="bilinear", padding_mode="border", align_corners=True)
