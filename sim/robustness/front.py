"""Pareto fronts over several measures, in which more is better."""

from __future__ import annotations

import numpy as np

from sim.units import Array, Flags

__all__ = ["dominated_by", "dominates", "front"]


def dominates(good: Array) -> Flags:
    """Whether policy i dominates policy j, (policies, policies): no criterion worse, at least one better.

    `good` is (criteria, policies). Who lacks a value neither dominates nor is dominated.

    >>> dominates(np.array([[1.0, 0.0], [2.0, 2.0]])).tolist()
    [[False, True], [False, False]]
    """
    own, other = good[:, :, None], good[:, None, :]
    return np.asarray((own >= other).all(axis=0) & (own > other).any(axis=0))


def front(good: Array) -> Flags:
    """Which policies no other dominates, (policies,); who lacks a value is not on the front.

    >>> front(np.array([[1.0, 0.0, 0.5], [0.0, 1.0, -1.0]])).tolist()
    [True, True, False]
    """
    return np.asarray(~dominates(good).any(axis=0) & ~np.isnan(good).any(axis=0))


def dominated_by(good: Array) -> tuple[tuple[int, ...], ...]:
    """For each policy the places of those that dominate it, by the order of the study."""
    table = dominates(good)
    return tuple(tuple(np.flatnonzero(table[:, place]).tolist()) for place in range(table.shape[0]))
