"""Tallies of coalitions, and votes as exact whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from sim.rules.conditions import Base, Counted

Votes = NDArray[np.int64]
Bool = NDArray[np.bool_]
LARGEST_SUM = 2**62


@dataclass(frozen=True, eq=False)
class CoalitionTallies:
    """What a condition asks, answered for coalitions: members vote yes, everyone else votes no."""

    sums: dict[str, Votes]
    totals: Mapping[str, int]
    chambers: tuple[str, ...]

    def votes(self, chamber: str, counted: Counted | Base) -> Votes:
        """Yes votes are the coalition's, no votes the others'; everyone is present and casts a vote."""
        if counted == "yes":
            return self.sums[chamber]
        total = np.full_like(self.sums[chamber], self.totals[chamber])
        return total - self.sums[chamber] if counted in ("no", "not_yes") else total

    def objection(self, chamber: str | None) -> Bool:
        """Whether a member with votes in the chamber (in any) is outside the coalition."""
        names = self.chambers if chamber is None else (chamber,)
        return np.any([self.sums[name] < self.totals[name] for name in names], axis=0)

    def vetoed(self, members: tuple[str | int, ...]) -> Bool:
        """Whether one of these members is outside the coalition."""
        name = veto_name(members)
        return np.asarray(self.sums[name] < self.totals[name])


def veto_name(members: tuple[str | int, ...]) -> str:
    """The name of the sum that counts the yes votes of vetoing members."""
    return f"(veto of {', '.join(map(str, members))})"


def whole_numbers(values: Sequence[int | Fraction], what: str) -> tuple[list[int], int]:
    """Votes as integers in a common unit, and how many units one vote has; ValueError for floats."""
    exact: list[Fraction] = []
    for value in values:
        if not is_exact(value):
            raise ValueError(
                f"found the {what} {value!r}, expected integers or fractions, because votes are exact; "
                "write whole votes, or Fraction('16.52')"
            )
        exact.append(value if isinstance(value, Fraction) else Fraction(int(value)))
    if not exact or min(exact) < 0 or max(exact) == 0:
        raise ValueError(
            f"found {'no' if not exact else 'negative or only zero'} {what}, expected some votes of 0 or more"
        )
    scale = lcm(*(value.denominator for value in exact))
    return [int(value * scale) for value in exact], scale


def is_exact(value: object) -> bool:
    """Whether a number is an integer or a fraction."""
    return isinstance(value, (int, np.integer, Fraction)) and not isinstance(value, bool)


def as_int64(votes: list[int]) -> Votes:
    """Whole votes as 64-bit integers; ValueError where their total is too large."""
    if sum(votes) >= LARGEST_SUM:
        raise ValueError(f"found {sum(votes)} votes in all, expected fewer than 2^62; count in larger units")
    return np.array(votes, dtype=np.int64)
