"""Constituencies: groups of members that fill a seat together and vote through whoever sits there.

So it is on the boards of the Global Environment Facility, the Global Fund, the Green Climate Fund, the IMF and the
World Bank: one casts the votes of all, and they cannot be split. Who sits is the largest economy of the group or goes
by turns; rules inside a constituency (rotation by agreement, consultation) are not public and not modelled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.units import Array, Codes, Flags, Votes

__all__ = ["Benches", "benches"]


@dataclass(frozen=True, eq=False)
class Benches:
    """Who sits: flags (runs, nations) of `holders`, and the `groups` (constituencies, nations) they sit for.

    `rank` int64 (runs, constituencies, nations) is a holder's place among the holders of its constituency, from 0;
    -1 for everybody else. A member of no constituency sits for itself.
    """

    holders: Flags
    groups: Flags
    rank: Codes

    def gather(self, votes: Votes) -> Votes:
        """The votes of all members, cast by who sits: equal parts of a constituency's sum, the first get what is over.

        >>> found = benches(np.array([[True, True, True, False]]), np.array([2]), np.ones((1, 4), bool),
        ...                 np.array([[1.0, 3.0, 2.0, 9.0]]), 2026, np.array([False]))
        >>> found.gather(np.array([[10, 20, 5, 7]])).tolist()
        [[0, 18, 17, 7]]
        """
        total = np.where(self.groups, votes[:, None, :], 0).sum(axis=-1, keepdims=True)
        sits = self.rank >= 0
        many = np.maximum(sits.sum(axis=-1, keepdims=True), 1)
        part = np.where(sits, total // many + (self.rank < total % many), 0).sum(axis=-2)
        return np.where(self.groups.any(axis=0), part, votes)


def benches(groups: Flags, seats: Codes, inside: Flags, wealth: Array, year: int, by_turns: Flags) -> Benches:
    """Who sits for each constituency: the largest economies inside, or those whose turn it is.

    ``groups`` (constituencies, nations) without overlap, ``seats`` and ``by_turns`` (constituencies,), ``inside`` and
    ``wealth`` (runs, nations). By turns, members inside follow one another in the order of the table, as many a year
    as there are seats.
    A constituency with fewer members inside than seats fills as many as it can; with none its seats stay empty.

    >>> inside, wealth = np.array([[True, True, False]]), np.array([[1.0, 3.0, 9.0]])
    >>> one = np.array([[True, True, True]]), np.array([1]), inside, wealth
    >>> [benches(*one, 2026, np.array([turns])).holders.tolist() for turns in (False, True)]
    [[[False, True, False]], [[True, False, False]]]
    """
    here = groups[None] & inside[:, None, :]
    many = here.sum(axis=-1, keepdims=True)
    turn = (np.cumsum(here, axis=-1) - 1 - year * seats[:, None]) % np.maximum(many, 1)
    ahead = np.argsort(-np.where(here, wealth[:, None, :], -1.0), axis=-1, kind="stable")
    place = np.where(by_turns[:, None], turn, np.argsort(ahead, axis=-1, kind="stable"))
    rank = np.where(here & (place < seats[:, None]), place, -1)
    free = inside & ~groups.any(axis=0)
    return Benches(free | (rank >= 0).any(axis=-2), groups, rank)
