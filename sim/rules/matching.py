"""Matching of compute: members and firms offer what stands idle, members that lack compute are served from it."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, number
from sim.rules.economy import usefulness
from sim.units import Array

__all__ = ["compute_wanted", "offers_and_needs"]

compute_matching = Family("compute_matching", "Matching of idle compute with members that lack it.")


def compute_wanted(
    use: Array, capability: Array, population: Array, elapsed: float, midpoint: Array, width: Array, need: Array,
    efficiency: Array,
) -> Array:  # fmt: skip
    """Compute (H100e, (runs, nations)) at which a nation can run all that its people would use.

    Both limits of `smooth_minimum` are equal there: use * phi * population / (need * 10**(efficiency*t)).

    >>> one = np.ones((1, 1))
    >>> compute_wanted(0.5 * one, 0.0 * one, 4.0 * one, 0.0, 0.0, 1.0, 1e-3, 0.0).tolist()  # a quarter
    [[1000.0]]
    """
    wanted = use * usefulness(capability, midpoint, width)
    return np.asarray(wanted * population / (need * 10.0 ** np.minimum(efficiency * elapsed, 6.0)))


@compute_matching("assumed", {"matches": False}, "none")
def no_matching(offered: Array, short: Array) -> Array:
    """Nothing is matched. Returns compute lent to members, H100e (runs, nations).

    >>> no_matching(np.array([[9.0]]), np.array([[1.0]])).tolist()
    [[0.0]]
    """
    return np.zeros_like(short)


@compute_matching(
    idle=number(
        0.1,
        "share",
        0.0,
        0.5,
        "assumption; much of installed compute stands idle at some hour",
        "part of its compute beyond its own need that a member offers at full sharing",
    ),
    firms_idle=number(
        0.02, "share", 0.0, 0.2, "assumption", "part of its compute that a seated firm from outside offers"
    ),
    found=number(
        0.5,
        "share",
        0.0,
        1.0,
        "assumption; matching functions of labour markets have constant returns (Petrongolo and Pissarides 2001, as "
        "recalled)",
        "part of offers that is matched where offers and needs are equal",
    ),
    cost=number(0.01, "bn USD/year", 0.0, 0.2, "assumption", "cost of the exchange"),
)
def offers_and_needs(
    offered: Array, short: Array, *, idle: Array, firms_idle: Array, found: Array, cost: Array
) -> Array:
    """Offers meet needs by a matching function: M = min(offers, needs, found * sqrt(offers * needs)), shared by need.

    `offered` (runs, 1) is compute offered, `short` (runs, nations) what members lack, 0 outside, both H100e. What is
    lent serves people for the step, stays where it is and costs its owner nothing (assumption: it stood idle). `idle`
    and `firms_idle` act in what is offered. Matching both sides perfectly is found = 1 with offers equal to needs.

    >>> offers_and_needs(np.array([[400.0]]), np.array([[75.0, 25.0, 0.0]]), found=0.4).tolist()  # 0.4 * sqrt(40,000)
    [[60.0, 20.0, 0.0]]
    >>> offers_and_needs(np.array([[1e6]]), np.array([[75.0, 25.0, 0.0]]), found=0.4).tolist()  # all that is lacking
    [[75.0, 25.0, 0.0]]
    """
    needs = short.sum(axis=-1, keepdims=True)
    matched = np.minimum(np.minimum(offered, needs), found * np.sqrt(offered * needs))
    return np.asarray(matched * short / np.where(needs > 0.0, needs, 1.0))
