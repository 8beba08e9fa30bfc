"""Criteria of robustness as formulas on arrays (policies, futures), in which more is better."""

from __future__ import annotations

import numpy as np

from sim.draws import Draws, agent_keys
from sim.units import Array, Flags

__all__ = ["domain", "efficient", "meets", "regret"]

PRIORS = 4000
"""Priors drawn for a domain: a share is right to +-0.016 (95 %)."""


def regret(good: Array) -> Array:
    """What a policy falls short of the best of the menu in the same future, (policies, futures), 0 or more.

    Savage 1951, "The theory of statistical decision", JASA 46, 55-67. The menu is the policies given: another menu
    has other regrets.

    >>> regret(np.array([[3.0, 1.0], [2.0, 5.0]])).tolist()
    [[0.0, 4.0], [1.0, 0.0]]
    """
    return np.asarray(good.max(axis=0, keepdims=True) - good)


def meets(good: Array, threshold: float) -> Flags:
    """Whether a policy is good enough in a future (Simon 1956, Psychological Review 63), at the threshold included.

    `threshold` has the sign of `good`. A value that is missing meets nothing.
    """
    return np.asarray(good >= threshold)


def domain(good: Array) -> Array:
    """Starr's domain: the share of all priors over the futures under which a policy is the best, (policies,).

    Priors are uniform on the simplex, which is complete ignorance of the futures' chances (Starr 1966, Journal of
    Industrial Engineering 17, 71-76; Schneller and Sphicas 1983, Theory and Decision 15, 321-336). Estimated from
    4000 keyed priors; policies that tie share the prior.

    >>> domain(np.array([[1.0, 1.0], [0.0, 0.5]])).tolist()
    [1.0, 0.0]
    """
    policies, futures = good.shape
    names = agent_keys(map(str, range(PRIORS)))
    draws = Draws([0], [0], [0])
    expected = np.zeros((PRIORS, policies))
    for future in range(futures):
        weight = -np.log(draws.uniform("design:priors", names, future)[0])  # normalised they are a uniform prior
        expected += weight[:, None] * good[:, future]
    best = expected == expected.max(axis=1, keepdims=True)
    return np.asarray((best / best.sum(axis=1, keepdims=True)).mean(axis=0))


def efficient(mean: Array, deviation: Array) -> Flags:
    """Mean-variance efficient policies, (policies,): no other has as good a mean with as small a spread, one better.

    Markowitz 1952, "Portfolio selection", Journal of Finance 7, 77-91. Blank values are not efficient.

    >>> efficient(np.array([1.0, 2.0, 2.0]), np.array([1.0, 1.0, 3.0])).tolist()
    [False, True, False]
    """
    no_worse = (mean[:, None] >= mean) & (deviation[:, None] <= deviation)
    better = (mean[:, None] > mean) | (deviation[:, None] < deviation)
    return ~(no_worse & better).any(axis=0) & ~np.isnan(mean) & ~np.isnan(deviation)
