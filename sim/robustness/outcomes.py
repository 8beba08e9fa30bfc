"""One number for each criterion, policy and future, from a results folder, a few columns at a time."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.comparison import read_grids
from sim.results import Results
from sim.robustness.criteria import Criterion
from sim.units import Array, Flags

__all__ = ["Outcomes", "outcomes_of", "scores"]


@dataclass(frozen=True)
class Outcomes:
    """Values (criteria, policies, futures), in the units of the measures; NaN where no replicate has a value."""

    criteria: tuple[Criterion, ...]
    policies: tuple[str, ...]
    futures: NDArray[Any]
    values: Array

    @property
    def good(self) -> Array:
        """Values with their sign turned where less is better, (criteria, policies, futures)."""
        return self.values * np.array([each.better for each in self.criteria])[:, None, None]

    def counted(self) -> Flags:
        """Which criteria count among all together, (criteria,): one of weight 0 is shown by itself."""
        return np.array([each.weight > 0.0 for each in self.criteria])

    def complete(self) -> Flags:
        """Which futures have a value for every counted criterion of every policy that is judged, (futures,)."""
        return np.asarray(~np.isnan(self.values[self.counted()][:, self.judged()]).any(axis=(0, 1)))

    def judged(self) -> Flags:
        """Which policies have values for every counted criterion, (policies,): one without a body has none for it."""
        return np.asarray(~np.isnan(self.values[self.counted()]).all(axis=2).any(axis=0))


def outcomes_of(results: Results, criteria: Sequence[Criterion]) -> Outcomes:
    """The outcomes of a study under criteria; replicates become one number by each criterion's statistic."""
    values: list[Array] = []
    policies: tuple[str, ...] = tuple(results.policies)
    futures: NDArray[Any] = np.zeros(0)
    for criterion, grid in zip(criteria, read_grids(results, [each.column for each in criteria]), strict=True):
        policies, futures = grid.policies, grid.futures
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # a future without any value stays NaN
            if criterion.statistic == "worst":
                values.append(criterion.better * np.nanmin(criterion.better * grid.values, axis=2))
            elif criterion.statistic == "median":
                values.append(np.nanmedian(grid.values, axis=2))
            else:
                values.append(np.nanmean(grid.values, axis=2))
    return Outcomes(tuple(criteria), policies, futures, np.stack(values))


def scores(found: Outcomes) -> Array:
    """The weighted score of each policy in each future, (policies, futures), more is better.

    A measure counts by its weight and is scaled by its range over all policies and futures, which makes units
    cancel and is an assumption about what is large; NaN for what is not judged.
    """
    counted = found.counted()
    good = found.good[counted]
    kept = good[:, found.judged()][:, :, found.complete()]
    span = np.ptp(kept, axis=(1, 2)) if kept.size else np.ones(len(good))
    weight = np.array([each.weight for each in found.criteria])[counted]
    share = weight / weight.sum() / np.where(span > 0.0, span, 1.0)
    total: Array = (good * share[:, None, None]).sum(axis=0)
    total[~found.judged()] = np.nan
    total[:, ~found.complete()] = np.nan
    return total
