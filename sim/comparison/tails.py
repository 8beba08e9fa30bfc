"""Heavy tails: what can be said of quantiles and of the worst cases without assuming a distribution.

Realised losses have a Pareto tail: their mean rests on the few largest, and its interval, by whatever formula, misses
too often. Quantiles have intervals that hold for any distribution.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import binom

from sim.comparison.estimates import Estimate
from sim.units import Array

__all__ = ["expected_shortfall", "order_interval"]


def order_interval(values: Array, share: float, level: float = 0.95) -> Estimate:
    """The quantile of independent values with an interval between two of them, right for any distribution.

    The number of values below the true quantile is binomial, so that two order statistics enclose it with `level` at
    least, missing as rarely on either side (Thompson 1936; Hahn and Meeker 1991, chapter 5). Values are (draws,); an
    end is infinite where so few draws cannot bound it, and p is blank.

    >>> found = order_interval(np.arange(1.0, 101.0), 0.5)
    >>> found.value, found.low, found.high
    (50.5, 40.0, 61.0)
    """
    draws = np.sort(np.asarray(values, dtype=np.float64))
    count = len(draws)
    if count == 0 or not np.isfinite(draws).all():
        raise ValueError("expected at least one value, all of them finite")
    if not (0.0 < share < 1.0 and 0.0 < level < 1.0):
        raise ValueError(f"found a share of {share:g} and a level of {level:g}, expected both between 0 and 1")
    # As many draws as B lie below the quantile. The draw of rank k is no bound from below where B < k, and none from
    # above where B >= k; each is given half of what may miss.
    fewer = binom.cdf(np.arange(-1, count + 1), count, share)  # P(B < rank), ranks 0 to count + 1
    miss = 0.5 * (1.0 - level) + 1e-12
    low, high = int(np.flatnonzero(fewer <= miss)[-1]), int(np.flatnonzero(1.0 - fewer <= miss)[0])
    value = float(np.quantile(draws, share))
    ends = (draws[low - 1] if low >= 1 else -np.inf, draws[high - 1] if high <= count else np.inf)
    return Estimate(value, float(ends[0]), float(ends[1]), float("nan"))


def expected_shortfall(values: Array, share: float = 0.95) -> float:
    """Mean of the worst part of the values, above the quantile `share` (a value at its edge counts in part).

    >>> expected_shortfall(np.arange(1.0, 101.0), 0.9)
    95.5
    """
    draws = np.sort(np.asarray(values, dtype=np.float64))
    if len(draws) == 0 or not np.isfinite(draws).all() or not 0.0 <= share < 1.0:
        raise ValueError("expected finite values, and a share from 0 to below 1")
    worst = (1.0 - share) * len(draws)
    kept = np.clip(worst - np.arange(len(draws))[::-1], 0.0, 1.0)
    return float((draws * kept).sum() / worst)
