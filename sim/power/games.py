"""Games: a voting rule with everybody voting yes or no, reduced to sums of whole votes and a few cut points.

With no abstention every threshold of a condition is a cut in the yes-sum of one chamber, found by asking the
condition itself. What passes then depends only on which cuts each sum has reached: a small table of cells.
Vetoes become one more sum (the yes votes of those who may veto), consensus a cut at the full sum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import gcd, prod

import numpy as np
from numpy.typing import NDArray

from sim.power.tallies import Bool, CoalitionTallies, Votes, as_int64, is_exact, veto_name, whole_numbers
from sim.rules.conditions import Condition, Consensus, Tally, Veto, is_monotone, leaves

_NEVER = "found a rule that even all members together cannot meet ({}), expected one they can; lower it"
MOST_MEMBERS = 1000
"""Beyond this, counts of coalitions leave the range of double precision."""


@dataclass(frozen=True, eq=False)
class Game:
    """A monotone yes-no game: a coalition wins by the cells that its sums reach.

    ``weights`` int64 (members, sums); ``cuts`` for each sum, ascending, each between 1 and the total;
    ``table`` bool, one axis a sum and one place a cell (cell k: k cuts are reached).
    """

    weights: Votes
    cuts: tuple[tuple[int, ...], ...]
    table: Bool

    @classmethod
    def of_weights(cls, weights: Sequence[int | Fraction], quota: int | Fraction) -> Game:
        """The one-weight game: a coalition wins if and only if its votes reach the quota."""
        votes, scale = whole_numbers(weights, "weight")
        if not is_exact(quota):
            raise ValueError(
                f"found the quota {quota!r}, expected an integer or a Fraction; write Fraction('0.5')"
            )
        target = quota if isinstance(quota, Fraction) else Fraction(int(quota))
        total = Fraction(sum(votes), scale)
        if not 0 < target <= total:
            raise ValueError(
                f"found the quota {target}, expected more than 0 and at most the total of {total} votes"
            )
        divisor = gcd(*votes)
        cut = -((-target * scale) // divisor)
        column = as_int64([vote // divisor for vote in votes])
        return cls(column[:, None], ((int(cut),),), np.array([False, True]))

    @classmethod
    def of_condition(
        cls, condition: Condition, chambers: Mapping[str, Sequence[int | Fraction]], names: Sequence[str]
    ) -> Game:
        """The game of a condition over the members' votes by chamber.

        Raises ValueError for a rule that a yes can hurt, that nobody can meet, or that counts fractions.
        """
        if not is_monotone(condition):
            raise ValueError(
                "found a condition that a yes vote can turn from met to not met, expected one that "
                "yes votes only help; write yes: with >= or >, no: with <= or <, and the reverse under not:"
            )
        columns: dict[str, Votes] = {}
        for chamber, votes in chambers.items():
            whole, scale = whole_numbers(votes, f"votes in {chamber}")
            if scale > 1 and any(
                isinstance(leaf, Tally) and leaf.chamber == chamber and leaf.threshold.counts
                for leaf in leaves(condition)
            ):
                raise ValueError(
                    f"found fractions of votes in {chamber}, expected whole votes where a rule counts them"
                )
            columns[chamber] = as_int64(whole)
        seated = np.any([column > 0 for column in columns.values()], axis=0)
        for leaf in leaves(condition):
            if isinstance(leaf, Veto):
                missing = [
                    member for member in leaf.members if isinstance(member, str) and member not in names
                ]
                if missing:
                    raise ValueError(
                        f"found a veto of {missing[0]}, expected members of the body; write member names"
                    )
                places = [
                    member if isinstance(member, int) else names.index(member) for member in leaf.members
                ]
                columns[veto_name(leaf.members)] = np.isin(np.arange(len(names)), places) & seated
        columns["(anyone)"] = seated.astype(np.int64)
        columns = {name: column.astype(np.int64) for name, column in columns.items()}
        return cls._from_columns(condition, columns, tuple(chambers))

    @classmethod
    def _from_columns(
        cls, condition: Condition, columns: dict[str, Votes], chambers: tuple[str, ...]
    ) -> Game:
        totals = {name: int(column.sum()) for name, column in columns.items()}

        def wins(sums: Mapping[str, Votes]) -> Bool:
            tallies = CoalitionTallies(dict(sums), totals, chambers)
            return np.asarray(condition.holds(tallies) & (sums["(anyone)"] > 0))

        cuts: dict[str, set[int]] = {name: set() for name in columns}
        for leaf in leaves(condition):
            for name in _sums_of(leaf, chambers):
                cuts[name].add(_first_change(leaf, name, totals, chambers))
        nothing = CoalitionTallies({name: np.zeros(1, np.int64) for name in columns}, totals, chambers)
        if condition.holds(nothing).any():
            cuts["(anyone)"].add(1)  # a proposal without a single yes never passes
        places = {
            name: sorted(cut for cut in found if 0 < cut <= totals[name]) for name, found in cuts.items()
        }
        used = [name for name, found in places.items() if found]
        shape = tuple(len(places[name]) + 1 for name in used)
        if not used:
            raise ValueError(_NEVER.format(condition.describe()))
        cells = np.indices(shape).reshape(len(used), -1)
        sums = {name: np.full(cells.shape[1], totals[name], dtype=np.int64) for name in columns}
        for axis, name in enumerate(used):
            sums[name] = np.array([0, *places[name]], dtype=np.int64)[cells[axis]]
        table = np.broadcast_to(wins(sums), cells.shape[1:]).reshape(shape).copy()
        if not table.flat[-1]:
            raise ValueError(_NEVER.format(condition.describe()))
        weights = np.stack([columns[name] for name in used], axis=1)
        for axis, name in enumerate(used):
            if places[name] == [totals[name]]:  # the full sum asks only whether all who have votes are in
                weights[:, axis] = weights[:, axis] > 0
                places[name] = [int(weights[:, axis].sum())]
            divisor = int(np.gcd.reduce(weights[:, axis]))
            places[used[axis]] = [-(-cut // divisor) for cut in places[used[axis]]]
            weights[:, axis] //= divisor
        return cls(weights, tuple(tuple(places[name]) for name in used), table)._merged()._needed()

    def _merged(self) -> Game:
        """The same game where cuts that fell together after division by a common factor are one."""
        table, cuts = self.table, []
        for axis, found in enumerate(self.cuts):
            keep = [
                place for place, cut in enumerate(found) if place + 1 == len(found) or found[place + 1] != cut
            ]
            cuts.append(tuple(found[place] for place in keep))
            table = np.take(table, [0, *(place + 1 for place in keep)], axis=axis)
        return Game(self.weights, tuple(cuts), table)

    def _needed(self) -> Game:
        """The same game without cuts that change nothing, and without the sums that are left with none."""
        table, cuts = self.table, []
        for axis, found in enumerate(self.cuts):
            cells = np.moveaxis(table, axis, 0).reshape(len(found) + 1, -1)
            keep = [place for place in range(len(found)) if (cells[place] != cells[place + 1]).any()]
            cuts.append(tuple(found[place] for place in keep))
            table = np.take(table, [0, *(place + 1 for place in keep)], axis=axis)
        axes = [axis for axis, found in enumerate(cuts) if found]
        shape = [len(cuts[axis]) + 1 for axis in axes]
        return Game(self.weights[:, axes], tuple(cuts[axis] for axis in axes), table.reshape(shape))

    @cached_property
    def totals(self) -> tuple[int, ...]:
        """The full sum of each axis."""
        return tuple(int(total) for total in self.weights.sum(axis=0))

    @cached_property
    def types(self) -> tuple[Votes, Votes, NDArray[np.intp]]:
        """Members with the same votes in every sum: their votes (types, sums), how many, and each one's type.

        Members without any votes are of type -1 and are left out of the counting; their power is exactly 0.
        """
        votes, of, counts = np.unique(self.weights, axis=0, return_inverse=True, return_counts=True)
        of = of.reshape(-1)
        if len(votes) and not votes[0].any():
            votes, counts, of = votes[1:], counts[1:], of - 1
        return votes, counts.astype(np.int64), of

    @cached_property
    def size(self) -> int:
        """How many members have votes."""
        size = int(self.types[1].sum())
        if size > MOST_MEMBERS:
            raise ValueError(f"found {size} members with votes, expected at most {MOST_MEMBERS}")
        return size

    @cached_property
    def dual(self) -> Game:
        """The blocking game: a coalition wins if without it nothing passes."""
        cuts = tuple(
            tuple(sorted(total - cut + 1 for cut in found))
            for total, found in zip(self.totals, self.cuts, strict=True)
        )
        return Game(self.weights, cuts, ~np.flip(self.table))

    def wins(self, sums: Votes) -> Bool:
        """Whether coalitions with these sums (..., sums) win."""
        cells = [
            np.searchsorted(np.array(found, dtype=np.int64), sums[..., axis], side="right")
            for axis, found in enumerate(self.cuts)
        ]
        return np.asarray(self.table[tuple(cells)])

    @cached_property
    def least_cells(self) -> list[tuple[int, ...]]:
        """The winning cells below which nothing wins: the alternative ways to win."""
        winning = [cell for cell in product(*map(range, self.table.shape)) if self.table[cell]]

        def is_least(cell: tuple[int, ...]) -> bool:
            below = (tuple(k - (a == axis) for a, k in enumerate(cell)) for axis in range(len(cell)))
            return not any(min(lower) >= 0 and self.table[lower] for lower in below)

        return [cell for cell in winning if is_least(cell)]

    def rounded(self, target: int) -> Game:
        """The game with the sums above ``target`` votes rounded to that total (largest remainders)."""
        weights, cuts = self.weights.copy(), list(self.cuts)
        for axis, total in enumerate(self.totals):
            if total <= target:
                continue
            exact = [int(vote) * target for vote in weights[:, axis]]
            floors = [vote // total for vote in exact]
            order = sorted(range(len(exact)), key=lambda place: -(exact[place] % total))
            for place in order[: target - sum(floors)]:
                floors[place] += 1
            for same in _equal_groups(weights[:, axis]):  # equals stay equal
                low = min(floors[place] for place in same)
                for place in same:
                    floors[place] = low
            weights[:, axis] = floors
            left = sum(floors)
            cuts[axis] = tuple(-(-cut * left // total) for cut in cuts[axis])
        return Game(weights, tuple(cuts), self.table)._merged()


def _sums_of(leaf: Tally | Consensus | Veto, chambers: tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(leaf, Veto):
        return (veto_name(leaf.members),)
    return chambers if leaf.chamber is None else (leaf.chamber,)


def _first_change(
    leaf: Tally | Consensus | Veto, name: str, totals: Mapping[str, int], chambers: tuple[str, ...]
) -> int:
    """The smallest yes-sum at which the leaf, all else in favour, says other than at 0; 0 for never."""

    def says(value: int) -> bool:
        sums = {other: np.full(1, total, dtype=np.int64) for other, total in totals.items()}
        sums[name] = np.full(1, value, dtype=np.int64)
        return bool(leaf.holds(CoalitionTallies(sums, totals, chambers))[0])

    return _bisect(says, totals[name])


def _bisect(says: Callable[[int], bool], high: int) -> int:
    at_zero, low = says(0), 0
    if says(high) == at_zero:
        return 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if says(middle) == at_zero else (low, middle)
    return high


def _equal_groups(column: Votes) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for place, vote in enumerate(column):
        groups.setdefault(int(vote), []).append(place)
    return list(groups.values())


def coalitions(counts: Votes) -> int:
    """How many different coalitions there are when members of one type are counted together."""
    return prod(int(count) + 1 for count in counts)
