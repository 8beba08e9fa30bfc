"""Counting by sums: how likely each sum of votes is, for many members, without loss of precision.

The chance of every sum, all members but one voting yes with chance p, is a product of polynomials. One
polynomial divided by one member's factor loses all digits for many members; here nothing is ever divided.
Members are split in two again and again, each half's complement built by additions of positive numbers alone,
down to blocks of a few members whose coalitions are written out. Sums of several kinds (heads, votes) are one
flat index, so that a member's vote is always one shift. Groups that share no sum are independent and counted
apart.

Banzhaf takes p = 1/2. Shapley-Shubik is the integral of the chance of a swing over p from 0 to 1, a
polynomial of degree n - 1, which ceil(n/2) Gauss-Legendre nodes integrate exactly; where one sum counts
heads, the sizes of coalitions are known and p = 1/2 alone is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, product
from math import ceil, log2, prod

import numpy as np
from numpy.typing import NDArray

from sim.power.counting import Float, size_weights
from sim.power.games import Game
from sim.power.tallies import Bool, Votes

BLOCK = 8
"""Members whose coalitions are written out at the end of each split."""
LARGEST_STATES = 2 * 10**7
CACHE_CELLS = 2**18


@dataclass(frozen=True, eq=False)
class Group:
    """Members who share sums with one another and with nobody else.

    ``axes`` are the sums of the game they count in, the largest last; ``kinds`` the types of the game.
    """

    game: Game
    axes: tuple[int, ...]
    kinds: NDArray[np.intp]

    @cached_property
    def counts(self) -> Votes:
        """How many members of each type."""
        return self.game.types[1][self.kinds]

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """How many values each sum can have."""
        return tuple(self.game.totals[axis] + 1 for axis in self.axes)

    @cached_property
    def steps(self) -> tuple[list[int], list[int]]:
        """What one member of each type adds to the flat index of the other sums, and to the last sum."""
        votes = self.game.types[0][self.kinds][:, self.axes]
        strides = [prod(self.shape[place + 1 : -1]) for place in range(len(self.axes) - 1)]
        others = [sum(int(v) * s for v, s in zip(row[:-1], strides, strict=True)) for row in votes]
        return others, [int(row[-1]) for row in votes]

    @cached_property
    def heads(self) -> NDArray[np.intp] | None:
        """The size of a coalition by its other sums, where one or several of them count heads."""
        votes = self.game.types[0][self.kinds][:, self.axes]
        places = range(len(self.axes) - 1)
        for some in chain.from_iterable(combinations(places, many) for many in range(1, len(self.axes))):
            if (votes[:, some].sum(axis=1) == 1).all():
                return np.indices(self.shape[:-1])[list(some)].sum(axis=0).reshape(-1)
        return None

    @property
    def states(self) -> int:
        """How many states the flat index has."""
        return prod(self.shape)

    @property
    def block(self) -> int:
        """How many members' coalitions are written out at the end; fewer for many rows."""
        return max(1, min(BLOCK, int(log2(2**21 / prod(self.shape[:-1])))))

    @property
    def passes(self) -> int:
        """How many times the states are gone through for one p."""
        kinds, members = len(self.kinds), int(self.counts.sum())
        levels = ceil(log2(kinds / self.block)) if kinds > self.block else 0
        return members + kinds * levels + 2**levels * self.shape[-1].bit_length()

    def cells(self, cuts: tuple[tuple[int, ...], ...]) -> tuple[NDArray[np.intp], ...]:
        """The cell of each other sum at each of its values."""
        values = np.indices(self.shape[:-1]).reshape(len(self.axes) - 1, prod(self.shape[:-1]))
        return tuple(
            np.searchsorted(np.array(cuts[axis]), values[place], side="right")
            for place, axis in enumerate(self.axes[:-1])
        )

    def needs(self, table: Bool, cuts: tuple[tuple[int, ...], ...]) -> Votes:
        """The last sum needed to win at each value of the other sums; one beyond the total for never."""
        rows = table[self.cells(cuts)] if len(self.axes) > 1 else table[None]
        first = np.where(rows.any(axis=-1), rows.argmax(axis=-1), rows.shape[-1])
        return np.array([0, *cuts[self.axes[-1]], self.shape[-1]], dtype=np.int64)[first]


def groups_of(game: Game) -> list[Group]:
    """The members in groups that share no sum, each with its sums, the largest last."""
    votes = game.types[0]
    label = list(range(votes.shape[1]))
    for row in votes:
        linked = {label[axis] for axis in np.flatnonzero(row)}
        label = [min(linked) if one in linked else one for one in label]
    groups = []
    for name in sorted(set(label)):
        axes = sorted(
            (axis for axis, one in enumerate(label) if one == name), key=lambda axis: game.totals[axis]
        )
        groups.append(Group(game, tuple(axes), np.flatnonzero(votes[:, axes].any(axis=1))))
    return groups


def sizes_known(game: Game) -> bool:
    """Whether a sum counts heads, so that p = 1/2 alone gives both indices."""
    groups = groups_of(game)
    return len(groups) == 1 and groups[0].heads is not None


def states_and_work(game: Game, nodes: int) -> tuple[int, int]:
    """The largest number of states of a group, and the additions that counting by sums needs in all.

    ``nodes`` are those of the integral over p, 0 without Shapley-Shubik.
    """
    groups = groups_of(game)
    times = 1 if sizes_known(game) else 1 + (nodes + 1) // 2
    return max(group.states for group in groups), sum(times * group.states * group.passes for group in groups)


Span = tuple[Votes, Votes]
"""From and up to (not including) which last sum, at each value of the other sums."""


@dataclass(frozen=True, eq=False)
class Counts:
    """The chances of swings (games, p, types) and of spans (spans, p); ``sized`` swings count by size."""

    swings: Float
    sized: Float
    chances: Float


def count(group: Group, chance: Float, needs: list[Votes], spans: list[Span], sized: bool = False) -> Counts:
    """Swings of every type in every game, and chances of spans, where each votes yes with chance p <= 1/2.

    ``needs`` gives each game by the last sum needed to win; ``sized`` asks for swings weighed by size too.
    """
    step = max(1, CACHE_CELLS // group.states)
    parts = [
        _Count(group, chance[start : start + step], needs, spans, sized).run()
        for start in range(0, len(chance), step)
    ]
    return Counts(
        np.concatenate([part.swings for part in parts], axis=1),
        np.concatenate([part.sized for part in parts], axis=1),
        np.concatenate([part.chances for part in parts], axis=1),
    )


class _Count:
    """One count: the recursion over types, with what it needs at hand."""

    def __init__(
        self, group: Group, chance: Float, needs: list[Votes], spans: list[Span], sized: bool
    ) -> None:
        self.group, self.chance, self.needs, self.spans, self.sized = group, chance, needs, spans, sized
        self.others, self.last = group.steps
        self.rows, self.width = prod(group.shape[:-1]), group.shape[-1]
        self.flat = [other * self.width + vote for other, vote in zip(self.others, self.last, strict=True)]
        self.odds = (chance / (1 - chance))[:, None]
        self.members = int(group.counts.sum())
        self.worth = size_weights(self.members)
        self.swings = np.zeros((len(needs), len(chance), len(self.flat)))
        self.swings_sized = np.zeros_like(self.swings)
        self.chances: Float | None = None

    def run(self) -> Counts:
        """Everybody but one member of each type first, then the recursion over these."""
        order = sorted(range(len(self.flat)), key=lambda kind: self.flat[kind])
        array = np.zeros((len(self.chance), self.group.states))
        array[:, 0] = 1
        used = 0
        for kind in order:
            used = self._add(array, used, [kind] * (int(self.group.counts[kind]) - 1))
        self._split(order, array, used)
        rest = (1 - self.chance) ** (self.members - 1)
        assert self.chances is not None
        chances = self.chances * rest * (1 - self.chance)
        return Counts(self.swings * rest[:, None], self.swings_sized * rest[:, None], chances)

    def _add(self, array: Float, used: int, kinds: list[int]) -> int:
        """Let one member of each of these types join, in place; states beyond ``used`` are still empty."""
        for kind in kinds:
            step = self.flat[kind]
            array[:, step : step + used + 1] += self.odds * array[:, : used + 1]
            used += step
        return used

    def _split(self, kinds: list[int], array: Float, used: int) -> None:
        """``array`` holds everybody but one member of each of these types; it is used up."""
        if len(kinds) <= self.group.block:
            self._block(kinds, array)
            return
        low, high = kinds[: len(kinds) // 2], kinds[len(kinds) // 2 :]
        copy = array.copy()
        self._split(low, copy, self._add(copy, used, high))
        del copy
        self._split(high, array, self._add(array, used, low))

    def _block(self, kinds: list[int], array: Float) -> None:
        """Swings of one member of each of these types: the sums that just their vote lifts to win."""
        subsets = np.array(list(product((0, 1), repeat=len(kinds))), dtype=np.int64)
        sizes = subsets.sum(axis=1)
        row = np.arange(self.rows)
        plus_row = (subsets @ np.array([self.others[kind] for kind in kinds], dtype=np.int64))[:, None]
        plus_last = (subsets @ np.array([self.last[kind] for kind in kinds], dtype=np.int64))[:, None]

        def reach(need: Votes) -> Votes:
            padded = np.concatenate([need, np.full(int(plus_row.max()), self.width, dtype=np.int64)])
            return np.clip(padded[row + plus_row] - plus_last, 0, self.width)

        reached = [reach(need) for need in self.needs]
        without = [np.flatnonzero(subsets[:, place] == 0) for place in range(len(kinds))]
        windows = [
            (found[out + 2 ** (len(kinds) - 1 - place)], found[out])
            for found in reached
            for place, out in enumerate(without)
        ]
        if self.chances is None:
            windows += [(reach(start), reach(stop)) for start, stop in self.spans]
        sums = iter(window_sums(array.reshape(len(array), self.rows, self.width), windows))
        for game in range(len(self.needs)):
            for place, kind in enumerate(kinds):
                swing, size = next(sums), sizes[without[place]]
                weight = self.odds**size
                self.swings[game, :, kind] = (weight * swing.sum(axis=-1)).sum(axis=-1)
                if self.sized and self.group.heads is not None:
                    worth = self.worth[np.minimum(self.group.heads + size[:, None], len(self.worth) - 1)]
                    self.swings_sized[game, :, kind] = (weight * (swing * worth).sum(axis=-1)).sum(axis=-1)
        if self.chances is None:
            self.chances = np.array([(self.odds**sizes * span.sum(axis=-1)).sum(axis=-1) for span in sums])


def window_sums(array: Float, windows: list[Span]) -> list[Float]:
    """The sums of ``array`` (p, rows, last) from start to stop, for starts and stops (subsets, rows).

    Only positive numbers are added (a difference of running sums would lose the digits of a rare swing): the
    array is turned into sums over 1, 2, 4, ... neighbours, and each window takes those its length is made of.
    The array is used up.
    """
    shapes = [start.shape for start, _ in windows]
    width = array.shape[-1]
    base = np.arange(array.shape[1], dtype=np.int64) * width
    place = np.concatenate([(start + base).reshape(-1) for start, _ in windows])
    length = np.concatenate([(stop - start).reshape(-1) for start, stop in windows])
    length = np.maximum(length, 0)  # less than 0 only at states that nobody reaches
    totals = np.zeros((len(array), len(place)))
    flat = array.reshape(len(array), -1)
    for bit in range(int(length.max()).bit_length()):
        hit = np.flatnonzero((length >> bit) & 1)
        totals[:, hit] += flat[:, place[hit]]
        place[hit] += 1 << bit
        array[..., : width - (1 << bit)] += array[..., 1 << bit :]
    ends = np.cumsum([prod(shape) for shape in shapes])[:-1]
    pieces = np.split(totals, ends, axis=1)
    return [piece.reshape(len(array), *shape) for piece, shape in zip(pieces, shapes, strict=True)]
