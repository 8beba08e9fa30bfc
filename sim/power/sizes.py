"""How few members can win, and how few can block: exact integer programmes over the ways to win."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from sim.power.games import Game
from sim.power.tallies import Votes


def smallest_winning(game: Game) -> int:
    """The size of the smallest winning coalition; of the blocking game, of the smallest blocking one.

    One sum alone is filled from the largest votes down; several are an integer programme whose answer is
    checked in whole numbers. Source of the programme: HiGHS through scipy.optimize.milp.
    """
    votes, counts, _ = game.types
    return min(_least(game, votes, counts, cell) for cell in game.least_cells)


def _least(game: Game, votes: Votes, counts: Votes, cell: tuple[int, ...]) -> int:
    asked = [(axis, game.cuts[axis][place - 1]) for axis, place in enumerate(cell) if place]
    if len(asked) == 1:
        axis, cut = asked[0]
        order = np.argsort(-votes[:, axis], kind="stable")
        filled = np.cumsum(np.repeat(votes[order, axis], counts[order]))
        return int(np.searchsorted(filled, cut)) + 1
    rows = votes[:, [axis for axis, _ in asked]].T.astype(np.float64)
    cuts = np.array([cut for _, cut in asked], dtype=np.float64)
    least = 0
    for margin in (0.5, 0.0, -1e-6 * cuts.max(), -1e-4 * cuts.max()):
        found = milp(
            np.ones(len(counts)),
            constraints=LinearConstraint(rows, cuts - margin, np.inf),
            integrality=np.ones(len(counts), dtype=np.int64),
            bounds=Bounds(0, counts),
        )
        if found.x is None:
            break
        chosen = np.rint(found.x).astype(np.int64)
        least = least or int(chosen.sum())  # the loosest programme bounds the answer from below
        sums = chosen @ votes
        if int(chosen.sum()) == least and all(int(sums[axis]) >= cut for axis, cut in asked):
            return least
    raise ValueError(
        f"the smallest coalition that reaches the sums {asked} could not be proven; round the votes"
    )
