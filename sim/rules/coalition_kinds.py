"""Which coalitions win: a decision asked about sums of votes, and power counted by kinds of coalition.

Members with the same votes in every chamber (and the same vetoes) are of one type and stand in for each other, so a
coalition is how many of each type it has. With everybody saying yes or no at even odds, a member decides where the
others win with it and not without it (Penrose 1946).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import comb, prod
from typing import Any

import numpy as np

from sim.rules.conditions import AllOf, Base, Condition, Counted, Veto, leaves
from sim.units import Array, Flags, Votes

__all__ = ["HALVES", "MOST_KINDS", "Sums", "chambers_of", "count_halves", "count_kinds", "joined_vetoes", "kinds_of"]

MOST_KINDS = 2**17
"""Kinds of coalition that are looked at one by one."""
HALVES = 18
"""Members of one chamber whose coalitions are counted exactly by halves, nine members beside nine."""


@dataclass(frozen=True, eq=False)
class Sums:
    """What a condition may ask of coalitions: `yes` votes by chamber, of `totals`; everybody else votes no.

    `vetoes` gives, for the members a veto names, how many of those with votes are in and how many there are; a veto
    that is not listed is in favour.
    """

    yes: Mapping[str, Any]
    totals: Mapping[str, Any]
    vetoes: Mapping[tuple[str | int, ...], tuple[Any, int]] = field(default_factory=dict)

    def votes(self, chamber: str, counted: Counted | Base) -> Votes:
        """Yes votes are the coalition's, no votes the others'; everyone is present and casts a vote."""
        yes = np.asarray(self.yes[chamber])
        if counted == "yes":
            return yes
        total = np.broadcast_to(self.totals[chamber], yes.shape)
        return np.asarray(total - yes if counted in ("no", "not_yes") else total)

    def objection(self, chamber: str | None) -> Flags:
        """Whether a member with votes in the chamber (in any) is outside the coalition."""
        names = list(self.yes) if chamber is None else [chamber]
        return np.any([self.yes[name] < self.totals[name] for name in names], axis=0)

    def vetoed(self, members: tuple[str | int, ...]) -> Flags:
        """Whether one of these members is outside the coalition."""
        inside, there = self.vetoes.get(members, (0, 0))
        return np.asarray(np.less(inside, there))


def chambers_of(condition: Condition, chambers: Mapping[str, Any]) -> tuple[str, ...]:
    """The chambers whose votes matter to a condition: those it names, or all where it asks for no objection in any.

    >>> from sim.rules.conditions import Consensus
    >>> chambers_of(Consensus(), {"states": 1, "people": 2})
    ('states', 'people')
    """
    found = [leaf.chamber for leaf in leaves(condition) if not isinstance(leaf, Veto)]
    return tuple(chambers) if None in found else tuple(name for name in chambers if name in found)


def joined_vetoes(condition: Condition) -> tuple[tuple[str | int, ...], ...] | None:
    """The members of vetoes that stand beside everything else; None where a veto may be got round.

    >>> from sim.rules.conditions import Consensus
    >>> joined_vetoes(AllOf((Consensus(), Veto(("CHN",))))), joined_vetoes(Consensus())
    ((('CHN',),), ())
    """
    if isinstance(condition, Veto):
        return (condition.members,)
    if isinstance(condition, AllOf):
        parts = [joined_vetoes(part) for part in condition.parts]
        return None if None in parts else tuple(one for part in parts if part is not None for one in part)
    return None if any(isinstance(leaf, Veto) for leaf in leaves(condition)) else ()


def kinds_of(counts: tuple[int, ...]) -> int:
    """How many kinds of coalition there are of so many members of each type.

    >>> kinds_of((1, 1, 3))
    16
    """
    return prod(count + 1 for count in counts)


@lru_cache(maxsize=4096)
def count_kinds(
    condition: Condition, names: tuple[str, ...], types: tuple[tuple[int, ...], ...], counts: tuple[int, ...]
) -> tuple[tuple[float, ...], float]:
    """A member's chance to decide by type, and the share of coalitions that win (Coleman's power to act), exactly.

    `types` holds votes in the chambers `names`, then a 0 or 1 for each veto of the condition in its order.

    >>> from sim.rules.conditions import Tally
    >>> from sim.rules.thresholds import Threshold
    >>> majority = Tally("states", "yes", Threshold.parse("> 1/2"), "all")
    >>> count_kinds(majority, ("states",), ((1,), (2,)), (3, 1))  # a member with two votes among three with one
    ((0.25, 0.75), 0.5)
    """
    shape = tuple(count + 1 for count in counts)
    many = [np.arange(size).reshape([-1 if at == axis else 1 for at in range(len(shape))])
            for axis, size in enumerate(shape)]  # fmt: skip
    chance: Any = np.ones(())
    for axis, count in enumerate(counts):
        own = np.array([comb(count, one) / 2**count for one in range(count + 1)])
        chance = chance * own.reshape(many[axis].shape)

    def summed(column: int) -> tuple[Any, int]:
        total = sum(votes[column] * count for votes, count in zip(types, counts, strict=True))
        found: Any = np.zeros((1,) * len(shape), dtype=np.int64)
        for votes, each in zip(types, many, strict=True):  # the array grows with the types: twice its last size in all
            found = found + votes[column] * each
        return found, total

    sums = {name: summed(column) for column, name in enumerate(names)}
    vetoes = [leaf.members for leaf in leaves(condition) if isinstance(leaf, Veto)]
    held = {members: summed(len(names) + place) for place, members in enumerate(vetoes)}
    tallies = Sums({name: one[0] for name, one in sums.items()}, {name: one[1] for name, one in sums.items()}, held)
    wins = np.broadcast_to(condition.holds(tallies), shape).copy()
    wins.flat[0] = False  # a proposal without a single yes never passes
    decides = []
    for axis, count in enumerate(counts):
        below, above = (np.take(wins, range(start, start + count), axis=axis) for start in (0, 1))
        turned = np.take(chance, range(count), axis=axis) * (above & ~below)
        others = 2.0 * (count - np.take(many[axis], range(count), axis=axis)) / count  # one member set apart
        decides.append(float((turned * others).sum()))
    return tuple(decides), float((chance * wins).sum())


def count_halves(votes: list[int], quota: int) -> tuple[Array, float]:
    """A member's chance to decide, and the share of coalitions that win, with up to `HALVES` members, exactly.

    Every coalition of one half of the members finds in the sorted sums of the other half how many go with it.

    >>> chances, passes = count_halves([2, 1, 1, 1], 3)
    >>> chances.tolist(), passes
    ([0.75, 0.25, 0.25, 0.25], 0.5)
    """
    sides = [np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)]
    for place, vote in enumerate(votes):
        side = sides[place % 2]
        sides[place % 2] = np.concatenate([side, side + vote])
    counts = [len(other) - np.searchsorted(np.sort(other), quota - own) for own, other in (sides, sides[::-1])]
    total = int(counts[0].sum())
    swung = [
        2 * int(counts[place % 2].reshape(-1, 2, 1 << place // 2)[:, 1].sum()) - total for place in range(len(votes))
    ]
    return np.array(swung) / 2.0 ** (len(votes) - 1), total / 2.0 ** len(votes)
