"""Coalitions counted by their sums of votes: members alike by how many are in favour, the others in whole votes."""

from __future__ import annotations

from collections import Counter

import numpy as np

from sim.units import Array, Votes

__all__ = ["MOST_ALIKE", "Independent", "chances_of", "count_beside", "even_odds", "kinds_summed", "swung"]

MOST_ALIKE, MOST_BESIDE = 2**12, 24
"""Kinds of coalition of the members alike, and members beside them, beyond which nothing is counted here."""


def count_beside(votes: list[int], quota: int) -> tuple[Array, float] | None:
    """A member's chance to decide, and the share of coalitions that win, where many have the same votes, exactly.

    None where fewer than a third of the members share their votes with two others, or too many do not.

    >>> chances, passes = count_beside([2, 2, 2, 2, 3, 5], 9)
    >>> chances.tolist(), passes
    ([0.21875, 0.21875, 0.21875, 0.21875, 0.28125, 0.65625], 0.484375)
    """
    kinds, kept = 1, list[tuple[int, int]]()
    for vote, number in sorted(Counter(votes).items(), key=lambda one: (-one[1], one[0])):
        if number >= 3 and kinds * (number + 1) <= MOST_ALIKE:
            kinds, kept = kinds * (number + 1), [*kept, (vote, number)]
    alike = dict(kept)
    beside = [vote for vote in votes if vote not in alike]
    if 3 * (len(votes) - len(beside)) < len(votes) or len(beside) > MOST_BESIDE:
        return None
    numbers = [number for _, number in kept]
    sums, chance = kinds_summed([vote for vote, _ in kept], numbers), chances_of(numbers)
    others = Independent(np.array(beside, dtype=np.int64))
    won = chance * 0.0 + others.reach(quota - sums)
    decides = {vote: swung(won, chance, axis, number) for axis, (vote, number) in enumerate(kept)}
    for vote in set(beside):
        decides[vote] = float((chance * others.swing(vote, quota - sums)).sum())
    return np.array([decides[vote] for vote in votes]), float((chance * won).sum())


def kinds_summed(votes: list[int], numbers: list[int]) -> Votes:
    """Sums of votes of every kind of coalition, one axis a type of so many members with so many votes each."""
    sums = np.zeros([1] * len(votes), dtype=np.int64)
    for axis, (vote, number) in enumerate(zip(votes, numbers, strict=True)):
        sums = sums + vote * np.arange(number + 1).reshape([-1 if at == axis else 1 for at in range(len(votes))])
    return sums


def chances_of(numbers: list[int]) -> Array:
    """Chances of every kind of coalition at even odds, shaped as `kinds_summed`."""
    chance = np.ones([1] * len(numbers))
    for axis, number in enumerate(numbers):
        chance = chance * even_odds(number).reshape([-1 if at == axis else 1 for at in range(len(numbers))])
    return chance


def swung(won: Array, chance: Array, axis: int, number: int) -> float:
    """The chance of a member of a type to decide, from the chance to win of every kind of coalition."""
    below, above = (np.take(won, range(start, start + number), axis=axis) for start in (0, 1))
    apart = 2.0 * (number - np.arange(number)) / number  # one member set apart
    shape = [-1 if at == axis else 1 for at in range(won.ndim)]
    return float((np.take(chance, range(number), axis=axis) * apart.reshape(shape) * (above - below)).sum())


def even_odds(members: int) -> Array:
    """Chances of 0, 1, ... of so many members at even odds.

    >>> even_odds(2).tolist()
    [0.25, 0.5, 0.25]
    """
    found = np.ones(1)
    for _ in range(members):
        found = 0.5 * (np.append(found, 0.0) + np.append(0.0, found))
    return found


class Independent:
    """The sum of votes of members who are counted by every sum of whole votes.

    >>> one = Independent(np.array([3, 3, 6]))
    >>> one.reach(np.array([0, 1, 6, 12, 13])).tolist(), one.swing(6, np.array([6])).tolist()
    ([1.0, 0.875, 0.625, 0.125, 0.0], [0.75])
    """

    def __init__(self, votes: Votes) -> None:
        self.unit = int(np.gcd.reduce(votes)) if len(votes) else 1
        self.known: dict[int, Array] = {}
        chance = np.ones(1)
        for vote in (votes // self.unit).tolist():
            longer = np.zeros(len(chance) + vote)
            longer[: len(chance)] += 0.5 * chance
            longer[vote:] += 0.5 * chance
            chance = longer
        self.chance = chance
        self.tail = _tail(chance)

    def reach(self, needed: Votes) -> Array:
        """The chance that the sum reaches what is needed."""
        return np.asarray(self.tail[np.clip(-(-needed // self.unit), 0, len(self.tail) - 1)])

    def swing(self, votes: int, needed: Votes) -> Array:
        """The chance that a member with so many votes turns the sum to what is needed, the others at even odds."""
        own = votes // self.unit
        if own not in self.known:
            rows = -(-len(self.chance) // own)
            padded = np.zeros(rows * own)
            padded[: len(self.chance)] = self.chance
            signs = np.where(np.arange(rows) % 2 == 0, 1.0, -1.0)[:, None]
            without = signs * np.add.accumulate(signs * 2.0 * padded.reshape(rows, own), axis=0)
            self.known[own] = _tail(without.reshape(-1)[: len(self.chance) - own])
        tail, short = self.known[own], -(-needed // self.unit)
        last = len(tail) - 1
        return np.asarray(tail[np.clip(short - own, 0, last)] - tail[np.clip(short, 0, last)])


def _tail(chance: Array) -> Array:
    """The chance of at least 0, 1, ..., and 0 at the end."""
    return np.append(np.add.accumulate(chance[::-1])[::-1], 0.0)
