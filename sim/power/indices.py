"""Indices of voting power, exact, by the method that fits the game; rounding is stated and measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sim.power.combining import count_sums, enough_nodes, exact_nodes
from sim.power.counting import Float, Powers, count_halves, count_kinds
from sim.power.games import Game, coalitions
from sim.power.sums import LARGEST_STATES, sizes_known, states_and_work

MOST_KINDS = 10**6
"""Kinds of coalition that are looked at one by one."""
MOST_HALVES = 2**30
"""Kinds of coalition that two halves may meet in: 30 members, each a type of its own."""
MOST_EXACT = 52
"""Members for whom the halves' counts stay below 2**53."""
TABLE_WORK = 5 * 10**9
"""Additions that one count for a table may take before votes are rounded; a few seconds."""
ROUNDING = 1e-12
"""How far the indices may be from summing to 1 where fewer nodes than are exact are said to be exact to rounding."""
FEW_NODES = 32
"""Nodes of the integral over p where the exact number is too many."""
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
    found = None if _wanted(game, votes) else solve_exactly(game, work)
    if found is not None:
        return found
    if sizes_known(game):
        return _approach(game, votes, work, shapley=True)
    swings = _approach(game, votes, work, shapley=False)
    orders = _approach(game, votes, work, shapley=True)
    method = f"Banzhaf and Coleman: {swings.method}; Shapley-Shubik: {orders.method}"
    return Indices(swings.absolute, orders.shapley_shubik, swings.act, method)


def _wanted(game: Game, votes: int | None) -> bool:
    return votes is not None and max(game.totals) > votes


def _approach(game: Game, votes: int | None, work: int, shapley: bool) -> Indices:
    """The nearest to exact that the work allows, for the indices with or without the integral over p."""
    found = None if _wanted(game, votes) else solve_exactly(game, work, shapley, FEW_NODES)
    if found is not None:
        return found
    totals = (votes,) if votes is not None and _wanted(game, votes) else _ROUND_TOTALS
    names = ["shapley_shubik"] if shapley else []
    if not shapley or sizes_known(game):
        names += ["banzhaf", "absolute", "prevent", "initiate"]
    for total in totals:
        if total >= max(game.totals):
            continue
        finer = solve_exactly(game.rounded(2 * total), work, shapley, FEW_NODES)
        rough = solve_exactly(game.rounded(total), work, shapley, FEW_NODES) if finer is not None else None
        if finer is None or rough is None:
            continue
        change = max(float(np.abs(getattr(rough, name) - getattr(finer, name)).max()) for name in names)
        method = (
            f"votes rounded to a total of {total:,} (from {max(game.totals):,}), {rough.method}; "
            f"against a total of {min(2 * total, max(game.totals)):,} "
            f"no index changes by more than {change:.1e}"
        )
        return Indices(rough.absolute, rough.shapley_shubik, rough.act, method)
    raise ValueError(
        f"found a rule with {len(game.totals)} sums over {game.size} members that is too large to count, "
        f"expected fewer; ask for votes rounded to a smaller total, such as votes={min(totals) // 2}"
    )


def solve_exactly(
    game: Game, work: int, shapley: bool = True, nodes: int | None = None, *, sparing: bool = True
) -> Indices | None:
    """Every index without rounding, or None where that takes more than ``work`` additions.

    Without ``shapley`` that index may be left at zero. At most ``nodes`` are used for its integral over p, if
    given and fewer than are exact; the method then says how far the indices are from summing to 1. Where fewer
    nodes give the same numbers to rounding (`enough_nodes`), and ``sparing``, these are used.
    """
    kinds = coalitions(game.types[1])
    full = exact_nodes(game)
    enough = enough_nodes(game) if sparing and shapley and kinds > MOST_KINDS else full
    used = min(enough, nodes or full) if shapley else 0
    states, additions = states_and_work(game, used)
    halves = game.size <= MOST_EXACT and kinds <= MOST_HALVES
    sums = states <= LARGEST_STATES and additions <= work
    if kinds <= MOST_KINDS:
        return _spread(game, count_kinds(game), f"exact: all {kinds:,} kinds of coalition")
    if halves and (not sums or 4 * kinds < additions):
        return _spread(game, count_halves(game), f"exact: {kinds:,} kinds of coalition, met in the middle")
    if not sums:
        return None
    powers = count_sums(game, used)
    method = f"exact: all {states:,} sums of votes"
    if shapley and used < full and not sizes_known(game):
        off = abs(float((powers[1] * game.types[1]).sum()) - 1)
        if off > ROUNDING and used == enough:  # the coarse copy was too smooth
            return solve_exactly(game, work, nodes=nodes, sparing=False)
        exact = "exact to rounding: " if off <= ROUNDING else ""
        method = f"{exact}all {states:,} sums of votes, {used} nodes over p (the sum is 1 within {off:.0e})"
    return _spread(game, powers, method)


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
            "expected about 10^5 for 250 members; write votes in larger units, "
            "or use sim.power.of, which rounds and says by how much"
        )
    return found
