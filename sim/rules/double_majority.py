"""How often a member's vote decides where two chambers decide together: heads counted exactly, votes by frequencies.

In one chamber, the first, those who vote in the second have none or at most two different numbers of votes (heads,
equal votes, votes by tier or halved by a firm's designation), so their sum there is counted: h of m members of a class
are in favour.
The sum in the second is told by its characteristic function for each h, found by a discrete Fourier transform of
prod_j cos((s + t b_j)/2) over s = 2 pi k/N. Members of the first chamber alone (firms in a pool) are independent of
the second; the distribution of their sum is counted in whole votes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.rules.coalition_sums import (
    MOST_ALIKE,
    Independent,
    chances_of,
    even_odds,
    kinds_summed,
    swung,
)
from sim.rules.swings import frequencies
from sim.units import Array, Votes

__all__ = ["MOST_CUBE", "counted_swings", "double_swings", "orderly"]

MOST_CUBE = 2**25
"""Members times counts times frequencies beyond which a row is not computed."""


def orderly(first: Votes, second: Votes) -> bool:
    """Whether those with votes in the second chamber (members,) have none or one of two numbers of votes in the first.

    >>> orderly(np.array([1, 1, 0]), np.array([5, 7, 9])), orderly(np.array([5, 7, 9]), np.array([1, 1, 1]))
    (True, False)
    """
    return len(np.unique(first[(second > 0) & (first > 0)])) <= 2


@dataclass(frozen=True, eq=False)
class _Class:
    """Members with one number of votes in the first chamber: their second votes by frequency.

    `whole` complex (counts, frequencies): E[exp(itX); h in favour] of the centred sum X of second votes. `around`
    (N, frequencies) is its transform over counts, `tangent` (members, N, frequencies) what turns that into the
    moment with a member's own vote.
    """

    votes: int
    members: int
    whole: Any
    around: Any
    tangent: Array

    @classmethod
    def of(cls, votes: int, second: Array, place: Array) -> _Class:
        members = len(second)
        size = members + 1 + members % 2  # odd, so that no tangent is infinite at t = 0
        turn = np.pi * np.arange(size) / size
        half = 0.5 * second[:, None] * place
        sine, cosine = np.sin(half)[:, None, :], np.cos(half)[:, None, :]
        across = np.cos(turn)[:, None] * cosine - np.sin(turn)[:, None] * sine
        across = np.where(across == 0.0, 1e-30, across)  # it stands in the product and below the tangent: it cancels
        along = np.sin(turn)[:, None] * cosine + np.cos(turn)[:, None] * sine
        product = np.multiply.reduce(across, axis=0)  # ones where there is nobody
        around = product * np.exp(1j * turn * members)[:, None]
        whole = (np.fft.fft(around, axis=0) / size)[: members + 1]
        return cls(votes, members, whole, around, along / across)

    def decides(self, weight: Any) -> Array:
        """Sums over frequencies of Im[weight(h, t) E[s_i exp(itX); h]] for each member i; `weight` complex."""
        size = len(self.around)
        spread = np.fft.fft(weight, n=size, axis=0) / size
        return np.asarray(((spread * self.around).real * self.tangent).sum(axis=-1).sum(axis=-1))


def double_swings(first: Votes, second: Votes, cells: Votes, cuts: Votes) -> tuple[Array, float]:
    """The chance of each member (members,) to decide, and of a proposal to pass, at even odds.

    `first`, `second` are whole votes (members,), `orderly`; a coalition wins if its second votes reach the entry of
    `cuts` (cells,) that stands at the last of `cells` (cells,), ascending, that its first votes reach; below the
    first cell nothing wins. A member with votes in neither has no power.

    >>> decides, _ = double_swings(np.ones(20, int), np.arange(1, 21), np.array([12]), np.array([105]))
    >>> bool(decides[0] < decides[10] < decides[19])
    True
    """
    decides, held = np.zeros(len(first)), second.astype(np.float64)
    total, inside = held.sum(), second > 0
    nodes = int(frequencies(held[None, :])[0])
    place = (np.arange(nodes) + 0.5) * (2.0 * np.pi / (1.05 * total))
    both = inside & (first > 0)
    kinds = [int(kind) for kind in np.unique(first[both])]
    if np.count_nonzero(both) ** 2 * nodes > MOST_CUBE or len(kinds) > 2:
        return np.full(len(first), np.nan), np.nan
    kinds += [0] * (2 - len(kinds))
    seats = [both & (first == kind) for kind in kinds]
    one, two = (_Class.of(kind, held[who], place) for kind, who in zip(kinds, seats, strict=True))
    rest = inside & (first == 0)
    quiet = np.multiply.reduce(np.cos(0.5 * held[rest][:, None] * place), axis=0)  # ones where there is nobody
    alone = ~inside & (first > 0)
    counted = one.votes * np.arange(one.members + 1)[:, None] + two.votes * np.arange(two.members + 1)
    others = Independent(first[alone])
    within = _between([others.reach(cell - counted) for cell in cells])  # (cells, counts, counts)
    point = cuts - 0.5 - 0.5 * total
    turned = np.exp(-1j * point[:, None] * place) / place * (2.0 / (1.05 * total)) * quiet
    chance = np.outer(even_odds(one.members), even_odds(two.members))
    joint = one.whole[:, None, :] * two.whole[None, :, :]
    above = 0.5 * chance + (turned[:, None, None, :] * joint).imag.sum(axis=-1)  # second votes reach the cell's cut
    for this, other, axis, who in ((one, two, 0, seats[0]), (two, one, 1, seats[1])):
        seen = np.moveaxis(within, 1 + axis, 1)  # (cells, own counts, other counts)
        weight = ((seen[..., None] * other.whole).sum(axis=2) * turned[:, None, :]).sum(axis=0)
        level = (seen.sum(axis=0) * np.moveaxis(chance, axis, 0)).sum(axis=-1)
        share = (2.0 * np.arange(this.members + 1) - this.members) / max(this.members, 1)
        decides[who] = (level * share).sum() + 2.0 * this.decides(weight)
    if rest.any():
        seen = ((within[..., None] * joint).sum(axis=(1, 2)) * turned).sum(axis=0).real
        decides[rest] = 2.0 * (seen * np.tan(0.5 * held[rest][:, None] * place)).sum(axis=-1)
    for seat in np.flatnonzero(alone):
        moved = _between([others.swing(int(first[seat]), cell - counted) for cell in cells])
        decides[seat] = (moved * above).sum()
    return np.maximum(decides, 0.0), float((within * above).sum())


def counted_swings(first: Votes, second: Votes, cells: Votes, cuts: Votes) -> tuple[Array, float] | None:
    """The same exactly, where members of the second chamber come in few kinds of coalition; None where they do not.

    >>> found = counted_swings(np.array([1, 1, 1, 2]), np.array([1, 1, 1, 0]), np.array([3]), np.array([2]))
    >>> (found[0].tolist(), found[1]) if found else None
    ([0.375, 0.375, 0.375, 0.375], 0.3125)
    """
    both = second > 0
    held = np.stack([first, second])[:, both]
    types, which, numbers = np.unique(held, axis=1, return_inverse=True, return_counts=True)
    counts = numbers.tolist()
    if np.prod(numbers + 1.0) > MOST_ALIKE:
        return None
    chance = chances_of(counts)
    along, across = (kinds_summed(own.tolist(), counts) for own in types)
    others = Independent(first[~both & (first > 0)])
    met = np.stack([across >= cut for cut in cuts])
    won = (_between([others.reach(cell - along) for cell in cells]) * met).sum(axis=0)
    swings = np.array([swung(won, chance, axis, number) for axis, number in enumerate(counts)])
    decides = np.zeros(len(first))
    decides[both] = swings[which.reshape(-1)]
    for vote in np.unique(first[~both & (first > 0)]):
        moved = _between([others.swing(int(vote), cell - along) for cell in cells])
        decides[~both & (first == vote)] = ((moved * met).sum(axis=0) * chance).sum()
    return decides, float((won * chance).sum())


def _between(reached: list[Array]) -> Array:
    """From what reaches each cell to what stays within it, (cells, counts, counts)."""
    found = np.stack(reached)
    return np.asarray(found - np.concatenate([found[1:], np.zeros((1, *found.shape[1:]))]))
