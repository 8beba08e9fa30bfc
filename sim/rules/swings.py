"""How often a member's vote decides, for sums of many unequal votes: by the characteristic function of the sum.

With everybody saying yes or no at even odds, the sum of votes less its mean has the characteristic function
prod_j cos(t w_j / 2), which is real. Under a quota q of W votes, with d = q - 1/2 - W/2, member i decides with
P_i = (1/pi) int_0^pi prod_{j != i} cos(t w_j/2) cos(t d) sin(t w_i/2) / sin(t/2) dt.
The integral is a sum over t = 2 pi k / W: exact in steps, and cut off where what is left of the product has died away,
which is judged by all but the ten largest votes (their product never dies away; compare Leech 2003).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.units import Array, Votes

__all__ = ["LARGEST", "NODES", "frequencies", "swings"]

LARGEST = 10
"""Votes that may be too large to be lost in a normal sum."""
NODES = (24, 32, 48, 64, 96, 128, 192, 384, 1536)
"""Numbers of frequencies to choose from, by row; the last is used where even more would be needed."""
REACH = 4.5
"""Standard deviations of the smaller votes' sum, in frequency: their characteristic function is exp(-10) there, and
the largest votes take it further down."""
FEW = 24
"""Members up to which a normal sum is doubtful, and many frequencies cost little."""
CHUNK = 2**15
"""Numbers worked on at once, few enough to stay in a processor's own memory."""


def frequencies(votes: Array) -> Votes:
    """How many frequencies each row of votes (runs, members) needs, one of `NODES`, (runs,).

    Enough that the smaller votes' normal-like product has died away; where votes are nearly alike the product comes
    back at every multiple of 2 pi over the middle vote, and it takes the more frequencies the more alike they are.
    (Where many have the same votes, `sim.rules.coalition_sums` counts.)

    >>> frequencies(np.array([np.linspace(1.0, 9.0, 60), [900.0] * 10 + [1.0] * 50])).tolist()
    [24, 1536]
    """
    ordered = np.sort(votes, axis=-1)[:, ::-1]
    total, members = np.add.accumulate(votes, axis=-1)[:, -1], (votes > 0.0).sum(axis=-1)
    smaller = np.add.accumulate(ordered**2, axis=-1)
    largest = smaller[:, min(LARGEST, ordered.shape[-1]) - 1]
    spread = 0.5 * np.sqrt(np.maximum(smaller[:, -1] - largest, 0.0))
    wanted = REACH / (2.0 * np.pi) * total / np.maximum(spread, 1e-6 * total)

    def at(part: float) -> Array:
        return np.take_along_axis(ordered, (part * members).astype(np.int64)[:, None], axis=-1)[:, 0]

    wanted = np.where(members <= FEW, np.maximum(wanted, NODES[-2]), wanted)
    alike = np.maximum((at(0.25) - at(0.75)) / (1.35 * np.maximum(at(0.5), 1.0)), 1e-3)
    returns = 5.0 / (np.pi * alike * np.sqrt(np.maximum(members, 1)))
    wanted = np.maximum(wanted, np.where(returns > 0.6, total / np.maximum(at(0.5), 1.0) * (returns + 0.5), 0.0))
    return np.asarray(NODES)[np.minimum(np.searchsorted(NODES, wanted), len(NODES) - 1)]


def swings(votes: Votes, quota: Votes) -> tuple[Array, Array]:
    """The chance of each member (runs, members) to decide, and of a proposal to pass (runs,), at even odds.

    `votes` are whole, (runs, members), 0 for who is no member; a coalition wins with `quota` (runs,) votes, which is
    above 0 and at most their sum. Independent of how many columns without votes there are, bit for bit.

    >>> decides, passes = swings(np.array([[3] + [1] * 30]), np.array([17]))
    >>> decides.round(4)[0, :2].tolist(), float(passes[0].round(4))
    ([0.4153, 0.1264], 0.5)
    """
    seats = max(int((votes > 0).sum(axis=-1).max()), 1) if len(votes) else 1
    order = np.argsort(-votes, axis=-1, kind="stable")[:, :seats]
    held = np.take_along_axis(votes, order, axis=-1).astype(np.int64)
    decides, passes = np.zeros(held.shape), np.zeros(len(held))
    for part in _transforms(held.tobytes(), held.shape):
        decides[part.rows], passes[part.rows] = part.at(quota[part.rows].astype(np.float64))
    everyone = np.zeros(votes.shape)
    np.put_along_axis(everyone, order, decides, axis=-1)
    return np.maximum(everyone, 0.0), passes  # what was left out may put one without power below 0


@dataclass(frozen=True, eq=False)
class _Part:
    """Some rows with as many frequencies each: product of cosines (rows, frequencies), tangents by member."""

    rows: Votes
    votes: Array
    place: Array
    product: Array
    tangent: Array
    period: Array

    def at(self, quota: Array) -> tuple[Array, Array]:
        """The sums over frequencies under a quota (rows,)."""
        half = 0.5 * self.place
        point = quota[:, None] - 0.5 - 0.5 * np.add.accumulate(self.votes, axis=-1)[:, -1:]
        kernel = self.product * np.cos(self.place * point) / np.sin(half)
        decides = (2.0 / self.period) * (kernel[:, None, :] * self.tangent).sum(axis=-1) + self.votes / self.period
        odd = (np.sin(self.place * point) * self.product / np.tan(half)).sum(axis=-1)
        return decides, 0.5 - (point[:, 0] + odd) / self.period[:, 0]


@lru_cache(maxsize=1)
def _transforms(votes: bytes, shape: tuple[int, int]) -> list[_Part]:
    """The parts of rows of votes; kept for the next quota, as a body decides on its subjects by the same votes."""
    held = np.frombuffer(votes, dtype=np.int64).reshape(shape).astype(np.float64)
    needed = frequencies(held)
    parts = []
    for nodes in NODES:
        rows = np.flatnonzero(needed == nodes)
        step = max(1, CHUNK // (nodes * shape[1]))
        parts += [_part(held, rows[start : start + step], nodes) for start in range(0, len(rows), step)]
    return parts


def _part(held: Array, rows: Votes, nodes: int) -> _Part:
    """Products take one member after the other, so that zeros at the end change nothing."""
    votes = held[rows]
    period = 2.0 * np.floor(0.525 * np.add.accumulate(votes, axis=-1)[:, -1:]) + 3.0  # odd: beyond pi all comes again
    place = (2.0 * np.pi * np.arange(1, nodes + 1)) / period
    repeated = place >= np.pi
    place = np.where(repeated, 1.0, place)
    quarter = np.tan(0.25 * votes[:, :, None] * place[:, None, :])  # one tangent for both: a third of the time
    squared = quarter * quarter
    below = 1.0 - squared
    below = np.where(below == 0.0, 1e-30, below)  # it stands in the product and below the tangent: it cancels
    product = np.where(repeated, 0.0, np.multiply.reduce(below / (1.0 + squared), axis=-2))
    return _Part(rows, votes, place, product, 2.0 * quarter / below, period)
