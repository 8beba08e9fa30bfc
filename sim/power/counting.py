"""Counting coalitions one kind at a time: exact whatever the size of the votes, where few kinds occur.

Members of one type are interchangeable, so a coalition is how many of each type it has. `count_kinds` looks
at every such kind; `count_halves` splits the members in two, and meets in the middle.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb, factorial

import numpy as np
from numpy.typing import NDArray

from sim.power.games import Game, coalitions
from sim.power.tallies import Votes

Float = NDArray[np.float64]
Powers = tuple[Float, Float, float]
"""Absolute Banzhaf and Shapley-Shubik index by type, and the share of coalitions that win."""


def count_kinds(game: Game) -> Powers:
    """Power by looking at every kind of coalition (every vector of how many of each type)."""
    votes, counts, _ = game.types
    size = game.size
    sums, sizes, chances, _ = _kinds(votes, counts, detail=False)
    wins = game.wins(sums)
    order_weight = size_weights(size)
    banzhaf, shapley = np.zeros(len(counts)), np.zeros(len(counts))
    after = 1
    for place in range(len(counts) - 1, -1, -1):
        many = int(counts[place])
        shape = (-1, many + 1, after)
        won = wins.reshape(shape)
        swing = won[:, 1:] & ~won[:, :-1]
        others = chances.reshape(shape)[:, :-1] * (2 * (many - np.arange(many)) / many)[:, None] * swing
        banzhaf[place] = others.sum()
        shapley[place] = (others * order_weight[sizes.reshape(shape)[:, :-1]]).sum()
        after *= many + 1
    return banzhaf, shapley, float(chances[wins].sum())


def size_weights(size: int) -> Float:
    """What a swing of each coalition size is worth in Shapley-Shubik, beside its chance under even votes."""
    return np.array([2 ** (size - 1) / (size * comb(size - 1, others)) for others in range(size)])


def _kinds(votes: Votes, counts: Votes, detail: bool = True) -> tuple[Votes, NDArray[np.intp], Float, Votes]:
    """Every kind of coalition: its sums, size, chance under even votes, and how many of each type it has."""
    sums, sizes = np.zeros((1, votes.shape[1]), dtype=np.int64), np.zeros(1, dtype=np.intp)
    chances, many_of = np.ones(1), np.zeros((1, 0), dtype=np.int64)
    for vote, count in zip(votes, counts, strict=True):
        many = np.arange(int(count) + 1)
        pieces = np.array([comb(int(count), int(k)) / 2 ** int(count) for k in many])
        sums = (sums[:, None] + many[:, None] * vote).reshape(-1, votes.shape[1])
        sizes = (sizes[:, None] + many).reshape(-1)
        chances = (chances[:, None] * pieces).reshape(-1)
        if detail:
            repeated = np.repeat(many_of, len(many), axis=0)
            many_of = np.concatenate([repeated, np.tile(many, len(many_of))[:, None]], axis=1)
    return sums, sizes, chances, many_of


def count_halves(game: Game) -> Powers:
    """Power by meeting in the middle: every kind of coalition of one half beside every kind of the other.

    Numbers of coalitions are below 2**53 (at most 52 members), so every count is exact.
    """
    votes, counts, _ = game.types
    size = game.size
    sides = _halves(counts)
    halves = _Half(votes[sides[0]], counts[sides[0]]), _Half(votes[sides[1]], counts[sides[1]])
    by_row, by_column = _winning(game, *halves)
    winning = [0] * (size + 1)
    containing = [[0] * (size + 1) for _ in counts]
    for half, other_sizes, side in ((halves[0], by_row, sides[0]), (halves[1], by_column, sides[1])):
        number = half.number[:, None] * other_sizes
        for others in range(number.shape[1]):
            totals = np.zeros((size + 1, 1 + len(side)))
            columns = (
                np.concatenate([np.ones((len(half.sizes), 1)), half.many_of], axis=1)
                * number[:, others, None]
            )
            np.add.at(totals, half.sizes + others, columns)
            for members in range(size + 1):
                if half is halves[0]:
                    winning[members] += int(totals[members, 0])
                for place, kind in enumerate(side):
                    containing[kind][members] += int(totals[members, 1 + place])
    total = sum(winning)
    banzhaf, shapley = np.zeros(len(counts)), np.zeros(len(counts))
    for kind, count in enumerate(counts):
        with_one = [number // int(count) for number in containing[kind]]
        banzhaf[kind] = float(Fraction(2 * sum(with_one) - total, 2 ** (size - 1)))
        orders = sum(
            with_one[k] * factorial(k - 1) * factorial(size - k)
            - ((winning[k] - with_one[k]) * factorial(k) * factorial(size - k - 1) if k < size else 0)
            for k in range(1, size + 1)
        )
        shapley[kind] = float(Fraction(orders, factorial(size)))
    return banzhaf, shapley, float(Fraction(total, 2**size))


class _Half:
    """The kinds of coalition within one half of the members."""

    def __init__(self, votes: Votes, counts: Votes) -> None:
        self.sums, self.sizes, chances, self.many_of = _kinds(votes, counts)
        self.members = int(counts.sum())
        self.number: Float = np.rint(chances * 2.0**self.members)
        self.by_size: Float = np.zeros((len(self.sizes), self.members + 1))
        self.by_size[np.arange(len(self.sizes)), self.sizes] = self.number


def _halves(counts: Votes) -> tuple[list[int], list[int]]:
    sides: tuple[list[int], list[int]] = ([], [])
    for kind in sorted(range(len(counts)), key=lambda place: -int(counts[place])):
        smaller = min(sides, key=lambda side: coalitions(counts[side]))
        smaller.append(kind)
    return sides


def _winning(game: Game, rows: _Half, columns: _Half, cells: int = 2**22) -> tuple[Float, Float]:
    """Winning coalitions: of each row kind by the size of the other half, and of each column kind likewise.

    Sums of whole numbers below 2**53: the matrix product is exact in any order.
    """
    step = max(1, cells // len(columns.sizes))
    by_row = np.zeros((len(rows.sizes), columns.members + 1))
    by_column = np.zeros((len(columns.sizes), rows.members + 1))
    across = [np.ascontiguousarray(columns.sums[:, axis]) for axis in range(columns.sums.shape[1])]
    for start in range(0, len(rows.sizes), step):
        part = slice(start, start + step)
        won = np.zeros((len(rows.sizes[part]), len(columns.sizes)), dtype=bool)
        reached: dict[tuple[int, int], NDArray[np.bool_]] = {}
        for cell in game.least_cells:
            way = None
            for axis, place in enumerate(cell):
                if place == 0:
                    continue
                if (axis, place) not in reached:
                    short = game.cuts[axis][place - 1] - rows.sums[part, axis]
                    reached[axis, place] = across[axis] >= short[:, None]
                way = reached[axis, place] if way is None else way & reached[axis, place]
            won |= True if way is None else way
        number = won.astype(np.float64)
        by_row[part] = number @ columns.by_size
        by_column += number.T @ rows.by_size[part]
    return by_row, by_column
