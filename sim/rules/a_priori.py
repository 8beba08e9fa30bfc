"""A-priori power inside a run: every member's share of all swings under a decision (Banzhaf), for many runs at once.

Everybody votes yes or no at even odds, nobody is absent: power of the rule, whatever members want. What fits the votes
is used, row by row, so that a row alone is the row of a block:

- all alike (one state, one vote), few kinds of coalition (equal votes beside others, heads in any number of chambers,
  vetoes), and one chamber of up to 18 members: counted exactly;
- one chamber in which many have the same votes beside others: by kinds and by every sum of votes, exactly;
- one chamber of many unequal votes: the characteristic function of their sum (`sim.rules.swings`), all runs together;
- two chambers, the second of unequal votes, the first with at most two numbers of votes among those who sit in the
  second (states and votes, members and contributions): `sim.rules.double_majority`;
- a rule that needs everybody (consensus): all who have votes are equally powerful.

Everything else is NaN: two chambers of unequal votes, three chambers beyond the kinds that can be counted, a veto that
can be got round in a body too large to count, a yes that can hurt, and quotas so high that nearly nothing passes
(swings below `LEAST` in all). `sim.power` is exact for these where they can be counted, in seconds and not in a run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.rules.coalition_kinds import (
    HALVES,
    MOST_KINDS,
    Sums,
    chambers_of,
    count_halves,
    count_kinds,
    joined_vetoes,
    kinds_of,
)
from sim.rules.coalition_sums import count_beside
from sim.rules.conditions import Condition, Consensus, Tally, Veto, is_monotone, leaves
from sim.rules.decision import Decision
from sim.rules.double_majority import counted_swings, double_swings, orderly
from sim.rules.swings import swings
from sim.units import Array, Votes

__all__ = ["LEAST", "power_shares"]

LEAST = 1e-4
"""Swings in all below which the frequencies left out may matter."""
FEW_KINDS = 2**12
"""Kinds of coalition that are counted before anything else is tried."""


def power_shares(decision: Decision, chambers: Mapping[str, Votes]) -> tuple[Array, Array]:
    """Normalised Banzhaf power (runs, members), rows summing to 1, and the share of coalitions that win (runs, 1).

    `chambers` holds whole votes by chamber, (runs, members). Rows that cannot be computed (see above), or in which
    nobody can decide, are NaN. Within 5e-4 of `sim.power` for any member or group. Source: Penrose 1946; Banzhaf
    1965; Coleman 1971 (the power of a body to act).

    >>> rule = Decision.parse("> 1/2", ["states"])
    >>> shares, acts = power_shares(rule, {"states": np.array([[40, 30, 20, 10, 0]])})
    >>> shares.round(4).tolist(), acts.tolist()
    ([[0.4167, 0.25, 0.25, 0.0833, 0.0]], [[0.4375]])
    """
    game = _Game(decision, chambers)
    decides, acts = np.full(game.shape, np.nan), np.full((game.shape[0], 1), np.nan)
    if game.rises:
        left = game.alike(decides, acts)
        left = game.summed(left, decides, acts)
        game.counted(left, decides, acts)
    total = decides.sum(axis=-1, keepdims=True)
    return np.divide(decides, total, out=np.full(game.shape, np.nan), where=total > 0.0), acts


class _Game:
    """A condition over the votes of many runs; each method fills in rows and returns those that are left."""

    def __init__(self, decision: Decision, chambers: Mapping[str, Votes]) -> None:
        self.condition: Condition = decision.condition
        self.names = chambers_of(self.condition, chambers)
        self.votes = {name: np.asarray(chambers[name]) for name in self.names}
        self.totals = {name: held.sum(axis=-1) for name, held in self.votes.items()}
        self.shape: tuple[int, int] = next(iter(chambers.values())).shape
        self.members = np.zeros(self.shape, dtype=bool)
        for held in self.votes.values():
            self.members |= held > 0
        self.rises = bool(self.names) and is_monotone(self.condition)
        self.vetoes = [leaf.members for leaf in leaves(self.condition) if isinstance(leaf, Veto)]
        self.holders = [np.isin(np.arange(self.shape[1]), decision.places(members)) for members in self.vetoes]
        self.needed = np.any([np.zeros(self.shape[1], dtype=bool), *self.holders], axis=0)

    def alike(self, decides: Array, acts: Array) -> list[int]:
        """Rows in which all who have votes have the same: told by how many they are."""
        uniform = self.members.any(axis=-1) & (not self.vetoes)
        for held in self.votes.values():
            uniform &= (held == np.where(self.members, held.max(axis=-1, keepdims=True), 0)).all(axis=-1)
        rows = np.flatnonzero(uniform)
        if len(rows):
            own = [held.max(axis=-1)[rows] for held in self.votes.values()]
            facts = np.stack([self.members.sum(axis=-1)[rows], *own], axis=-1)
            for fact in np.unique(facts, axis=0):
                number, *votes = fact.tolist()
                chances, passes = count_kinds(self.condition, self.names, (tuple(votes),), (number,))
                here = rows[(facts == fact).all(axis=-1)]
                decides[here], acts[here] = np.where(self.members[here], chances[0], 0.0), passes
        return [int(row) for row in np.flatnonzero(self.members.any(axis=-1) & ~uniform)]

    def summed(self, rows: list[int], decides: Array, acts: Array) -> list[int]:
        """Rows that come down to a quota of votes in one chamber."""
        if joined_vetoes(self.condition) is None:
            return rows
        used = np.stack([total[rows] > 0 for total in self.totals.values()], axis=-1)
        left = [row for row, several in zip(rows, used.sum(axis=-1) > 1, strict=True) if several]
        for place, name in enumerate(self.names):
            some = np.array([row for row, own in zip(rows, used, strict=True) if own[place] and own.sum() == 1], int)
            free = np.where(self.needed, 0, self.votes[name][some])
            quota = self._least(name, some, {}) - (self.votes[name][some] - free).sum(axis=-1)
            total, members = free.sum(axis=-1), (free > 0).sum(axis=-1)
            least = np.where(free > 0, free, np.iinfo(np.int64).max).min(axis=-1, initial=np.iinfo(np.int64).max)
            passes = quota <= total
            ordered = np.sort(free, axis=-1)
            types = ((ordered[:, 1:] != ordered[:, :-1]) & (ordered[:, 1:] > 0)).sum(axis=-1)
            few, needs_all = members <= HALVES, quota > total - least
            countable = few | needs_all | (4 * types <= 3 * members) | (quota <= 0)
            many = np.flatnonzero(passes & ~countable).tolist()
            for at in np.flatnonzero(passes & countable):
                row, own = int(some[at]), free[at]
                if quota[at] <= 0 or members[at] == 0:  # those with a veto are enough
                    self._keep(row, np.zeros(len(own)), 1.0, decides, acts)
                elif few[at]:
                    chances = np.zeros(len(own))
                    chances[own > 0], share = count_halves(own[own > 0].tolist(), int(quota[at]))
                    self._keep(row, chances, share, decides, acts)
                elif needs_all[at]:
                    decides[row], acts[row] = np.where(self.members[row], 1.0, 0.0), 0.5 ** int(self.members[row].sum())
                elif not self._count(row, decides, acts, FEW_KINDS):
                    found = count_beside(own[own > 0].tolist(), int(quota[at]))
                    if found is None:
                        many.append(int(at))
                        continue
                    chances = np.zeros(len(own))
                    chances[own > 0], share = found
                    self._keep(row, chances, share, decides, acts)
            chances, shares = swings(free[many], quota[many])
            known = chances.sum(axis=-1) >= LEAST
            at = some[many][known]
            holders = self.needed & self.members[at]
            decides[at] = np.where(holders, 2.0 * shares[known, None], chances[known])
            acts[at, 0] = shares[known] * 0.5 ** holders.sum(axis=-1)
        return left

    def counted(self, rows: list[int], decides: Array, acts: Array) -> None:
        """Rows of several chambers: few kinds of coalition, rules that need everybody, and two chambers."""
        for row in rows:
            inside = np.flatnonzero(self.members[row])
            used = [name for name in self.names if self.totals[name][row] > 0]
            two = len(used) == 2 and len(inside) > HALVES and joined_vetoes(self.condition) is not None
            if self._count(row, decides, acts, FEW_KINDS):
                continue
            if self._needs_all(row, inside):
                decides[row], acts[row] = np.where(self.members[row], 1.0, 0.0), 0.5 ** len(inside)
            elif not (two and self._double(row, used, decides, acts)):
                self._count(row, decides, acts, MOST_KINDS)

    def _count(self, row: int, decides: Array, acts: Array, most: int) -> bool:
        """Count all kinds of coalition of a row, where there are no more than so many."""
        inside = np.flatnonzero(self.members[row])
        held = [votes[row, inside].tolist() for votes in self.votes.values()]
        held += [flags[inside].astype(int).tolist() for flags in self.holders]
        each = list(zip(*held, strict=True))
        types = Counter(each)
        order = sorted(types)
        counts = tuple(types[one] for one in order)
        if kinds_of(counts) > most:
            return False
        chances, passes = count_kinds(self.condition, self.names, tuple(order), counts)
        known = dict(zip(order, chances, strict=True))
        decides[row], acts[row] = 0.0, passes
        decides[row, inside] = [known[one] for one in each]
        return True

    def _double(self, row: int, used: list[str], decides: Array, acts: Array) -> bool:
        """Two chambers by heads and votes; whether that fits."""
        free = {name: np.where(self.needed, 0, self.votes[name][row]) for name in used}
        pairs = [pair for pair in (used, used[::-1]) if orderly(free[pair[0]], free[pair[1]])]
        if not pairs:
            return False
        first, second = max(pairs, key=lambda pair: len(np.unique(free[pair[1]])))
        cells = sorted({0, *(cut for leaf in leaves(self.condition) for cut in self._changes(leaf, first, row))})
        cuts = self._least(second, np.full(len(cells), row), {first: np.array(cells)})
        fixed = {name: int((self.votes[name][row] - free[name]).sum()) for name in used}
        places = np.array(cells) - fixed[first]
        asked = (free[first], free[second], places, cuts - fixed[second])
        counted = counted_swings(*asked)
        held = free[second][free[second] > 0]
        if counted is None and 6 * len(np.unique(held)) <= len(held):  # sums on a lattice, which frequencies miss
            return False
        chances, passes = counted or double_swings(*asked)
        if chances.sum() >= LEAST:
            self._keep(row, chances, passes, decides, acts)
        return bool(np.isfinite(passes))

    def _keep(self, row: int, chances: Array, passes: float, decides: Array, acts: Array) -> None:
        """Keep what was found for the members without a veto, and work in those with one, whom every winner needs."""
        holders = self.needed & self.members[row]
        decides[row] = np.where(holders, 2.0 * passes, chances)
        acts[row] = passes * 0.5 ** int(holders.sum())

    def _sums(self, rows: Any, yes: Mapping[str, Any]) -> Sums:
        totals = {name: total[rows] for name, total in self.totals.items()}
        return Sums({name: yes.get(name, totals[name]) for name in self.names}, totals)

    def _needs_all(self, row: int, inside: Any) -> bool:
        """Whether nothing passes without any one of them, and something with all."""
        totals = {name: self.totals[name][row] for name in self.names}
        yes = {name: totals[name] - self.votes[name][row, inside] for name in self.names}
        held = {
            members: (int(flags[inside].sum()) - flags[inside], int(flags[inside].sum()))
            for members, flags in zip(self.vetoes, self.holders, strict=True)
        }
        return not self.condition.holds(Sums(yes, totals, held)).any() and bool(
            self.condition.holds(self._sums(np.array([row]), {})).all()
        )

    def _least(self, name: str, rows: Any, given: Mapping[str, Any]) -> Votes:
        """The fewest votes in a chamber with which a proposal passes, the other chambers as given or in favour."""
        low, high = np.full(len(rows), -1), self.totals[name][rows] + 1
        while (high - low > 1).any():
            middle = (low + high) // 2
            asked = np.clip(middle, 0, self.totals[name][rows])
            fine = self.condition.holds(self._sums(rows, {**given, name: asked})) | (middle > asked)
            low, high = np.where(fine, low, middle), np.where(fine, middle, high)
        return high

    def _changes(self, leaf: Tally | Consensus | Veto, name: str, row: int) -> tuple[int, ...]:
        """Where one part of the condition changes with the votes in a chamber, all others in favour."""
        if isinstance(leaf, Veto) or leaf.chamber not in (None, name):
            return ()
        rows = np.array([row])
        low, high = 0, int(self.totals[name][row])

        def says(value: int) -> bool:
            return bool(leaf.holds(self._sums(rows, {name: np.array([value])}))[0])

        first = says(0)
        if says(high) == first:
            return ()
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if says(middle) == first else (low, middle)
        return (high,)
