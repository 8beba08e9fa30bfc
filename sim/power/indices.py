"""Indices of voting power, exact, by the method that fits the game; rounding is stated and measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sim.power.combining import count_sums
from sim.power.counting import Float, Powers, count_halves, count_kinds
from sim.power.games import Game, coalitions
from sim.power.sums import LARGEST_STATES, states_and_work

MOST_KINDS = 10**6
"""Kinds of coalition that are looked at one by one."""
MOST_HALVES = 2**30
"""Kinds of coalition that two halves may meet in: 30 members, each a type of its own."""
MOST_EXACT = 52
"""Members for whom the halves' counts stay below 2**53."""
TABLE_WORK = 4 * 10**9
"""Additions that a table may take before votes are rounded; about 15 seconds."""
ALONE_WORK = 4 * 10**10
"""Additions that one exact index may take."""
_ROUND_TOTALS = tuple(m * 10**e for e in range(7, 1, -1) for m in (5, 2, 1))


@dataclass(frozen=True, eq=False)
class Indices:
    """The power of every member in one game; float64 (members,).

    ``absolute`` is the absolute Banzhaf (Penrose) index, ``shapley_shubik`` sums to 1, ``act`` is the share
    of coalitions that win (Coleman's power of a body to act); ``method`` says in words how they were counted.
    """

    absolute: Float
    shapley_shubik: Float
    act: float
    method: str

    @property
    def banzhaf(self) -> Float:
        """The normalised Banzhaf index: shares of all swings."""
        return np.asarray(self.absolute / self.absolute.sum())

    @property
    def prevent(self) -> Float:
        """Coleman's power to prevent: swings as a share of winning coalitions."""
        return np.asarray(self.absolute / (2 * self.act))

    @property
    def initiate(self) -> Float:
        """Coleman's power to initiate: swings as a share of losing coalitions."""
        return np.asarray(self.absolute / (2 * (1 - self.act)))


def solve(game: Game, votes: int | None = None, work: int = TABLE_WORK) -> Indices:
    """Every index of a game: exact where the work allows it, else on votes rounded to a stated total.

    ``votes`` asks for votes rounded to that total. What rounding did is measured against twice the total.
    """
    wanted = votes is not None and max(game.totals) > votes
    exact = None if wanted else solve_exactly(game, work)
    if exact is not None:
        return exact
    totals = (votes,) if wanted and votes is not None else _ROUND_TOTALS
    for total in totals:
        if total >= max(game.totals):
            continue
        finer = game.rounded(2 * total)
        compared = solve_exactly(finer, work // 2)
        indices = solve_exactly(game.rounded(total), work // 2)
        if indices is None or compared is None:
            continue
        names = ("banzhaf", "absolute", "shapley_shubik", "prevent", "initiate")
        change = max(float(np.abs(getattr(indices, name) - getattr(compared, name)).max()) for name in names)
        method = (
            f"votes rounded to a total of {total:,} (from {max(game.totals):,}), then {indices.method}; "
            f"against a total of {min(2 * total, max(game.totals)):,} "
            f"no index changes by more than {change:.1e}"
        )
        return Indices(indices.absolute, indices.shapley_shubik, indices.act, method)
    raise ValueError(
        f"found a rule with {len(game.totals)} sums over {game.size} members that is too large to count, "
        f"expected fewer sums or votes; ask for votes rounded to a smaller total, such as votes={min(totals) // 2}"
    )


def solve_exactly(game: Game, work: int, shapley: bool = True) -> Indices | None:
    """Every index without rounding, or None where that takes more than ``work`` additions."""
    kinds = coalitions(game.types[1])
    states, additions = states_and_work(game, shapley)
    halves = game.size <= MOST_EXACT and kinds <= MOST_HALVES
    sums = states <= LARGEST_STATES and additions <= work
    if kinds <= MOST_KINDS:
        return _spread(game, count_kinds(game), f"exact: all {kinds:,} kinds of coalition")
    if halves and (not sums or 4 * kinds < additions):
        return _spread(game, count_halves(game), f"exact: {kinds:,} kinds of coalition, met in the middle")
    if sums:
        return _spread(game, count_sums(game, shapley), f"exact: all {states:,} sums of votes")
    return None


def _spread(game: Game, powers: Powers, method: str) -> Indices:
    of = game.types[2]
    absolute, shapley = (np.where(of >= 0, power[of], 0.0) for power in powers[:2])
    return Indices(absolute, shapley, powers[2], method)


def banzhaf(weights: Sequence[int | Fraction], quota: int | Fraction, absolute: bool = False) -> Float:
    """Banzhaf's power of each member: how often its vote decides, over all coalitions of the others.

    A coalition wins if and only if its votes reach the quota. ``weights`` are integers or exact fractions;
    float64 (members,), shares of all swings, or with ``absolute`` the chance to decide (Penrose). Raises
    ValueError for floats, negative votes, a quota that is not above 0 and at most the total.
    Source: Penrose 1946; Banzhaf 1965.

    >>> banzhaf([40, 30, 20, 10], 51).round(4).tolist()
    [0.4167, 0.25, 0.25, 0.0833]
    """
    indices = _one_weight(weights, quota, shapley=False)
    return indices.absolute if absolute else indices.banzhaf


def shapley_shubik(weights: Sequence[int | Fraction], quota: int | Fraction) -> Float:
    """Shapley and Shubik's power of each member: how often its vote decides, over all orders of voting.

    Arguments and errors as `banzhaf`; float64 (members,), summing to 1. Source: Shapley and Shubik 1954.

    >>> shapley_shubik([4, 2, 1, 1], 6).round(4).tolist()
    [0.5833, 0.25, 0.0833, 0.0833]
    """
    return _one_weight(weights, quota).shapley_shubik


def coleman(weights: Sequence[int | Fraction], quota: int | Fraction) -> tuple[float, Float, Float]:
    """Coleman's power of the body to act, and each member's powers to prevent and to initiate action.

    Arguments and errors as `banzhaf`; the share of coalitions that win, then two float64 (members,).
    Source: Coleman 1971.

    >>> act, prevent, initiate = coleman([4, 2, 1, 1], 6)
    >>> act, prevent.tolist()
    (0.3125, [1.0, 0.6, 0.2, 0.2])
    """
    indices = _one_weight(weights, quota, shapley=False)
    return indices.act, indices.prevent, indices.initiate


def _one_weight(weights: Sequence[int | Fraction], quota: int | Fraction, shapley: bool = True) -> Indices:
    game = Game.of_weights(list(weights), quota)
    found = solve_exactly(game, ALONE_WORK, shapley)
    if found is None:
        raise ValueError(
            f"found {sum(game.totals):,} votes of {game.size} members, too many to count exactly, "
            "expected about 10^5 for 250 members; write votes in larger units, or use sim.power.of, which rounds "
            "and says by how much"
        )
    return found
