"""Votes by the Cambridge Compromise: a rule beside the package, enrolled by importing this file.

`waico power CHARTER --import cambridge_votes`, `waico sweep STUDY --import cambridge_votes` or, in Python,
`sim.sweep(..., modules=["cambridge_votes"])` with this file's folder on the path.
"""

from __future__ import annotations

import numpy as np

from sim.choices import number
from sim.rules.roll import Roll, shares
from sim.rules.weights import vote_weight
from sim.units import Array

SOURCE = "Grimmett et al. 2011, The allocation ... of the seats in the European Parliament, as recalled"


@vote_weight(
    base=number(5.0, "seats", 0.0, 20.0, SOURCE, "seats that every member has"),
    divisor=number(0.819, "million people", 0.1, 50.0, f"{SOURCE}: 819,000 for 751 seats", "people for one more seat"),
    cap=number(96.0, "seats", 1.0, 1000.0, f"{SOURCE}: the Treaty's maximum", "most seats of a member"),
)
def cambridge(roll: Roll, *, base: Array, divisor: Array, cap: Array) -> Array:
    """Base seats and one for every `divisor` people, rounded up, at most `cap`. Returns shares (runs, nations).

    >>> people = np.array([[0.414, 64.714, 81.802]])  # Malta, France and Germany in 2010, in millions
    >>> seats = dict(base=5.0, divisor=0.819, cap=96.0)
    >>> (187 * cambridge(Roll(np.ones((1, 3), bool), population=people), **seats)).round().tolist()
    [[6.0, 85.0, 96.0]]
    """
    seats = np.minimum(np.ceil(base + roll.population / divisor), cap)
    return shares(seats, roll.inside)
