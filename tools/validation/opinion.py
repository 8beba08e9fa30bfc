"""Opinions and votes: decision rules, the assembly, and votes of independent voters."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import power
from sim.rules.assembly import best_passing
from sim.rules.textbook.juries import chance_to_pass, jagiellonian_quota
from validation import computes
from validation.power import EU28

JURIES = {"3x.6": (3, 0.6), "5x.6": (5, 0.6), "11x.6": (11, 0.6), "101x.6": (101, 0.6), "1001x.51": (1001, 0.51),
          "4x.6": (4, 0.6)}  # fmt: skip


@computes("vote.jury", JURIES.items())
def jury(case: tuple[int, float]) -> float:
    """Chance that a majority is right; a coin decides a tie."""
    return chance_to_pass([case[1]] * case[0])


EXPERTS = [0.9, 0.9, 0.6, 0.6, 0.6]


@computes("vote.experts")
def experts() -> Any:
    """Two experts among five: one vote each, and votes by log odds."""
    odds = [round(1e4 * float(np.log(one / (1.0 - one)))) for one in EXPERTS]
    return chance_to_pass(EXPERTS), chance_to_pass(EXPERTS, odds)


@computes("vote.penrose", [(str(n), n) for n in (3, 11, 101)])
def penrose(voters: int) -> float:
    """Chance that one of n equal voters decides."""
    return float(power.banzhaf([1] * voters, voters // 2 + 1, absolute=True)[0])


@computes("vote.jagiellonian.eu28")
def jagiellonian() -> float:
    """Quota of the EU of 28, populations of 2019."""
    return jagiellonian_quota([float(one) for one in EU28])


@computes("vote.supermajority", (("68-of-101", (68, 101)), ("9-of-15", (9, 15))))
def supermajority(case: tuple[int, int]) -> float:
    """Chance that independent voters who toss a coin reach the threshold."""
    return chance_to_pass([0.5] * case[1], needed=case[0])


POINTS = np.array([-0.9, -0.2, 0.1, 0.4, 0.8])


@computes("vote.median")
def median() -> Any:
    """Where majority rule ends: setters of every ideal point in turn, from both ends, until nobody moves it."""

    def majority(yes: Any, no: Any) -> Any:
        return yes.sum(axis=-1) > no.sum(axis=-1)

    ends = []
    for start in (-1.0, 1.0):
        point = np.array([[start]])
        for _ in range(200):
            for goal in POINTS:
                everyone = np.ones((1, 5), dtype=bool)
                point = best_passing(point, np.array([[goal]]), POINTS[None], everyone, majority)
        ends.append(float(point[0, 0]))
    return ends
