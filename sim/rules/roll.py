"""The roll: what formulas of votes, dues and allocations may know about members and firms.

A formula is a function of a `Roll` (nations) or a `FirmRoll` (firms). Every column is (runs, nations) or
broadcasts to it; `inside` says who takes part. A formula that needs a column asks for it by name, so a new
formula touches one place.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.units import Array, Flags

__all__ = ["FirmRoll", "Roll", "shares"]

_ZERO = np.zeros((1, 1))


@dataclass(frozen=True)
class Roll:
    """Columns of nations a formula may use; money in bn USD, population in millions, income in USD a head."""

    inside: Flags
    gdp: Array = field(default_factory=lambda: _ZERO)
    gdp_ppp: Array = field(default_factory=lambda: _ZERO)
    population: Array = field(default_factory=lambda: _ZERO)
    income: Array = field(default_factory=lambda: _ZERO)
    income_group: Array = field(default_factory=lambda: _ZERO)
    ldc: Array = field(default_factory=lambda: _ZERO)
    readiness: Array = field(default_factory=lambda: _ZERO)
    ai_use: Array = field(default_factory=lambda: _ZERO)
    ai_service: Array = field(default_factory=lambda: _ZERO)
    compute: Array = field(default_factory=lambda: _ZERO)
    stringency: Array = field(default_factory=lambda: _ZERO)
    un_assessment: Array = field(default_factory=lambda: _ZERO)
    imf_quota: Array = field(default_factory=lambda: _ZERO)
    contributions: Array = field(default_factory=lambda: _ZERO)
    world_income: Array = field(default_factory=lambda: _ZERO)
    codes: NDArray[np.str_] = field(default_factory=lambda: np.full((1, 1), ""))  # ISO3


@dataclass(frozen=True)
class FirmRoll:
    """Columns of firms a formula may use; revenue in bn USD a year, compute in H100e."""

    inside: Flags
    revenue: Array = field(default_factory=lambda: _ZERO)
    compute: Array = field(default_factory=lambda: _ZERO)
    share: Array = field(default_factory=lambda: _ZERO)
    world_product: Array = field(default_factory=lambda: _ZERO)


def shares(weight: Array, inside: Flags) -> Array:
    """Weights of those inside, scaled to sum to 1 in each run; all zero where nobody inside has weight.

    >>> shares(np.array([[1., 3., 9.]]), np.array([[True, True, False]])).tolist()
    [[0.25, 0.75, 0.0]]
    """
    kept = np.where(inside, weight, 0.0)
    total = kept.sum(axis=-1, keepdims=True)
    return np.asarray(kept / np.where(total > 0.0, total, 1.0))
