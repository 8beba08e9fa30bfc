"""One vote under a condition, for the tests of decisions."""

from __future__ import annotations

import numpy as np

from sim.rules.decision import Decision


def decide(data, votes, yes, no=None, present=None, of="cast", positions=None):
    """One vote under a condition; votes by chamber, ballots as lists of 0 and 1."""
    yes = np.array(yes, dtype=bool)
    no = ~yes if no is None else np.array(no, dtype=bool)
    rule = Decision.parse(data, list(votes), of, positions)
    return bool(rule.passes({name: np.array(given) for name, given in votes.items()}, yes, no, present))


def heads(data, yes, no, absent=0, abstain=0, of="cast"):
    """One vote among equals, by how many say what."""
    size = yes + no + abstain + absent
    ballots = np.arange(size)
    present = ballots < yes + no + abstain
    return decide(
        data,
        {"members": np.ones(size, dtype=int)},
        ballots < yes,
        (ballots >= yes) & (ballots < yes + no),
        present,
        of,
    )
