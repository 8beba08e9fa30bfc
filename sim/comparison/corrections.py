"""Several comparisons at once: p-values that answer for all of them together."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.errors import ChoiceError
from sim.units import Array

__all__ = ["CORRECTIONS", "adjusted", "benjamini_hochberg", "holm"]


def holm(p: Array) -> Array:
    """Holm's step-down p-values: chance of any false finding among all (Holm 1979, Scand. J. Statistics 6, 65-70).

    >>> holm(np.array([0.01, 0.04, 0.03])).round(6).tolist()
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    found = np.empty(len(p))
    found[order] = np.minimum(stepped, 1.0)
    return found


def benjamini_hochberg(p: Array) -> Array:
    """Benjamini and Hochberg's p-values: expected share of false ones among the findings (1995, JRSS B 57, 289-300).

    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03])).round(6).tolist()
    [0.03, 0.04, 0.04]
    """
    order = np.argsort(p, kind="stable")[::-1]
    stepped = np.minimum.accumulate(p[order] * len(p) / np.arange(len(p), 0, -1))
    found = np.empty(len(p))
    found[order] = np.minimum(stepped, 1.0)
    return found


CORRECTIONS: dict[str, Callable[[Array], Array]] = {
    "holm": holm,
    "benjamini-hochberg": benjamini_hochberg,
    "none": lambda p: p,
}


def adjusted(p: Array, correction: str = "holm") -> Array:
    """p-values for all comparisons together; blank ones (NaN) take no part. `ChoiceError` for an unknown correction.

    >>> adjusted(np.array([0.01, np.nan, 0.04])).round(6).tolist()
    [0.02, nan, 0.04]
    """
    if correction not in CORRECTIONS:
        raise ChoiceError(f"found the correction '{correction}', expected one of: {', '.join(CORRECTIONS)}")
    p = np.asarray(p, dtype=np.float64)
    known = ~np.isnan(p)
    found = np.full(p.shape, np.nan)
    found[known] = CORRECTIONS[correction](p[known])
    return found
