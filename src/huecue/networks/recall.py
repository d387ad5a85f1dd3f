"""Memory, motion and the reach of hints as torch has them: for training, equal to their `stages`."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from huecue.stages.hints import LEAST_REACH
from huecue.stages.krige import (
    AMPLITUDE,
    COORDINATE,
    EXTRA,
    GUESS,
    LEVEL,
    LUMA_REACH,
    NOISE,
    PLACE_REACH,
    REACH,
    TRAIT,
)
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


def reach_out(luma: Tensor, planes: Tensor, index: Tensor, chroma: Tensor) -> Tensor:
    """Near chroma and reach (B, 3, H, W) of hints, as `stages.hints.reach_out`; reach is not learned from.

    `luma` (B, 1, H, W) is -0.5..0.5, `planes` (B, C + 11, H/2, W/2) the prior's, `index` (B, N) places among
    the half-size pixels, -1 where there is no hint, and `chroma` (B, N, 2) theirs.
    """
    half = F.avg_pool2d(luma, 2)
    rows, columns = half.shape[2:]
    ys, xs = torch.meshgrid(
        torch.arange(rows, device=luma.device), torch.arange(columns, device=luma.device), indexing="ij"
    )
    place = torch.stack([ys, xs]).to(half.dtype) * (PLACE_REACH / rows)
    planes = planes.float()
    own = [half * LUMA_REACH, place.expand(len(half), -1, -1, -1), planes[:, COORDINATE]]
    seen = torch.cat([*own, planes[:, -EXTRA:]], dim=1).flatten(2)
    with torch.autocast(luma.device.type, enabled=False):
        both = _krige(seen, index, chroma)
    return F.interpolate(both.reshape(len(half), 3, rows, columns), scale_factor=2.0, mode="bilinear")


def _krige(seen: Tensor, index: Tensor, chroma: Tensor) -> Tensor:
    """Chroma and reach (B, 3, n) of points among pixels (B, 3 + C + 11, n)."""
    given = index >= 0
    point = seen.gather(2, index.clamp(min=0)[:, None].expand(-1, seen.shape[1], -1))
    guess = seen[:, GUESS]
    among = _covariance(point, point)[0] * (given[:, :, None] & given[:, None])
    noise = torch.where(given, NOISE, 1.0).diag_embed()  # ones where no point is keep the matrix sound
    told = torch.linalg.solve(among + noise, (chroma - point[:, GUESS].mT) * given[..., None])
    alike, squares = _covariance(seen, point)
    with torch.no_grad():
        nearest = torch.where(given[:, None], squares, torch.inf).amin(dim=-1)
        reach = LEAST_REACH + (1 - LEAST_REACH) * torch.exp(-nearest.clamp(min=0))
    return torch.cat([guess + (alike @ told).mT, reach[:, None]], dim=1)


def _covariance(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """(B, n, k) of pixels (B, 3 + C + 11, n) and (B, 3 + C + 11, k), and the squared distances."""
    one, other = first[:, COORDINATE], second[:, COORDINATE]
    squares = one.square().sum(1)[..., None] + other.square().sum(1)[:, None] - 2 * one.mT @ other
    far = squares.clamp(min=1e-6).sqrt() * (math.sqrt(3) / REACH)  # whose slope is sound at 0
    alike = (1 + far) * torch.exp(-far) + LEVEL + first[:, TRAIT].mT @ second[:, TRAIT]
    return alike * first[:, AMPLITUDE].mT * second[:, AMPLITUDE], squares
