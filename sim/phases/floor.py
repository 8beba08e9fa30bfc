"""The floor of an assembly: who takes part, side by side, without the empty seats between them.

A search for the best proposal asks the same decision some ten times about every run and dimension. Of all nations and
firms a sixth sit in a body, so the search runs over those; counts of votes are integers and do not notice. Measured
on the first study, 128 runs: the assembly takes 0.45 of the time it took over all agents.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sim.rules.decision import Decision
from sim.units import Array, Flags, Votes

__all__ = ["Floor", "floor"]


@dataclass(frozen=True)
class Floor:
    """Votes by chamber and who may vote, (runs, seats), and ideal points, (runs, dimensions, seats)."""

    votes: dict[str, Votes]
    voting: Flags
    ideal: Array


def floor(decisions: Iterable[Decision], votes: dict[str, Votes], voting: Flags, ideal: Array) -> Floor:
    """Those with a vote or votes of each run, in their order; runs with fewer are filled up with agents that have none.

    Only integers may be added up over a floor: how wide it is depends on the runs of the block. Where a decision
    names members, or more votes in favour may hurt, everyone keeps the own place.

    >>> rule = Decision.parse("> 1/2", ["all"])
    >>> flags, points = np.array([[False, True], [False, False]]), np.array([[[0.1, 0.9]], [[0.2, 0.3]]])
    >>> seated = floor([rule], {"all": flags.astype(np.int64)}, flags, points)
    >>> seated.voting.tolist(), seated.votes["all"].tolist(), seated.ideal.shape
    ([[True], [False]], [[1], [0]], (2, 1, 1))
    """
    if not all(decision.counts_only for decision in decisions):
        return Floor(votes, voting, ideal)
    takes_part = voting.copy()
    for held in votes.values():
        takes_part |= held > 0
    seats = max(int(takes_part.sum(axis=-1).max()), 1)
    order = np.argsort(~takes_part, axis=-1, kind="stable")[:, :seats]
    return Floor(
        {chamber: np.take_along_axis(held, order, axis=-1) for chamber, held in votes.items()},
        np.take_along_axis(voting, order, axis=-1),
        np.take_along_axis(ideal, order[:, None, :], axis=-1),
    )
