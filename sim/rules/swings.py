"""How often a member's vote decides, for sums of many unequal votes: by the characteristic function of the sum.

With everybody saying yes or no at even odds, the sum of votes less its mean has the characteristic function
prod_j cos(t w_j / 2), which is real. Under a quota q of W votes, with d = q - 1/2 - W/2, member i decides with
P_i = (1/pi) int_0^pi prod_{j != i} cos(t w_j/2) cos(t d) sin(t w_i/2) / sin(t/2) dt.
The integral is a sum over t = 2 pi k / W: exact in steps, and cut off where what is left of the product has died away,
which is judged by all but the ten largest votes (their product never dies away; compare Leech 2003).
"""

from __future__ import annotations

import numpy as np

from sim.units import Array, Votes

__all__ = ["LARGEST", "NODES", "frequencies", "swings"]

LARGEST = 10
"""Votes that may be too large to be lost in a normal sum."""
NODES = (48, 96, 192, 384, 1536)
"""Numbers of frequencies to choose from, by row; the last is used where even more would be needed."""
REACH = 6.0
"""Standard deviations of the smaller votes' sum, in frequency: their characteristic function is exp(-18) there."""
FEW = 24
"""Members below which a normal sum is doubtful, and many frequencies cost little."""
CHUNK = 2**20


def frequencies(votes: Array, few: int = FEW) -> Votes:
    """How many frequencies each row of votes (runs, members) needs, one of `NODES`, (runs,).

    Enough that the smaller votes' normal-like product has died away; where votes are nearly alike the product comes
    back at every multiple of 2 pi over the middle vote, and it takes the more frequencies the more alike they are.
    Bodies of up to `few` members get many.

    >>> frequencies(np.array([np.linspace(1.0, 9.0, 60), [1000.0] * 10 + [1.0] * 50])).tolist()
    [48, 1536]
    """
    ordered = np.sort(votes, axis=-1)[:, ::-1]
    total, members = np.add.accumulate(votes, axis=-1)[:, -1], (votes > 0.0).sum(axis=-1)
    smaller = np.add.accumulate(ordered**2, axis=-1)
    largest = smaller[:, min(LARGEST, ordered.shape[-1]) - 1]
    spread = 0.5 * np.sqrt(np.maximum(smaller[:, -1] - largest, 0.0))
    wanted = REACH / (2.0 * np.pi) * total / np.maximum(spread, 1e-6 * total)

    def at(part: float) -> Array:
        return np.take_along_axis(ordered, (part * members).astype(np.int64)[:, None], axis=-1)[:, 0]

    alike = np.maximum((at(0.25) - at(0.75)) / (1.35 * np.maximum(at(0.5), 1.0)), 1e-3)
    returns = 7.5 / (np.pi * alike * np.sqrt(np.maximum(members, 1)))
    wanted = np.maximum(wanted, np.where(returns > 0.6, total / np.maximum(at(0.5), 1.0) * (returns + 0.5), 0.0))
    wanted = np.where(members <= few, np.maximum(wanted, NODES[-2]), wanted)
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
    held = np.take_along_axis(votes, order, axis=-1).astype(np.float64)
    needed = frequencies(held)
    decides, passes = np.zeros(held.shape), np.zeros(len(held))
    for nodes in NODES:
        rows = np.flatnonzero(needed == nodes)
        step = max(1, CHUNK // (nodes * max(held.shape[-1], 1)))
        for start in range(0, len(rows), step):
            some = rows[start : start + step]
            decides[some], passes[some] = _summed(held[some], quota[some].astype(np.float64), nodes)
    everyone = np.zeros(votes.shape)
    np.put_along_axis(everyone, order, decides, axis=-1)
    return np.maximum(everyone, 0.0), passes  # what was left out may put one without power below 0


def _summed(votes: Array, quota: Array, nodes: int) -> tuple[Array, Array]:
    """The sums over frequencies; products take one member after the other, so that zeros at the end change nothing."""
    total = np.add.accumulate(votes, axis=-1)[:, -1:]
    point = quota[:, None] - 0.5 - 0.5 * total
    period = 2.0 * np.floor(0.525 * total) + 3.0  # odd: frequencies beyond pi repeat those below
    place = (2.0 * np.pi * np.arange(1, nodes + 1)) / period
    repeated = place >= np.pi
    place = np.where(repeated, 1.0, place)
    half = 0.5 * votes[:, :, None] * place[:, None, :]
    cosine = np.cos(half)
    product = np.multiply.reduce(cosine, axis=-2)
    product = np.where(repeated, 0.0, product)
    kernel = product * np.cos(place * point) / np.sin(0.5 * place)
    tangent = np.sin(half) / cosine
    decides = (2.0 / period) * (kernel[:, None, :] * tangent).sum(axis=-1) + votes / period
    passes = 0.5 - (point[:, 0] + (np.sin(place * point) * product / np.tan(0.5 * place)).sum(axis=-1)) / period[:, 0]
    return decides, passes
