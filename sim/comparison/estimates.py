"""Estimates from pairs: means and quantiles with intervals, their p-values, and shares of wins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtr, stdtrit

from sim.draws import Draws, agent_keys
from sim.units import Array

__all__ = ["LARGE", "SMALL_SAMPLE", "Estimate", "by_cluster", "mean_estimate", "quantile_estimate", "share_estimate"]

SMALL_SAMPLE = 5
"""Futures from which on futures are the units of an interval; with fewer, the single runs are."""
RESAMPLES = 2000
CELLS = 4_000_000
MOST_KEPT = 5_000
LARGE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A value, its interval, and the chance of one as far from 0 if there were no difference; blanks are NaN."""

    value: float
    low: float
    high: float
    p: float


def by_cluster(values: Array, cluster: NDArray[Any]) -> Array:
    """Means of the values of each cluster, in the order of the clusters' ids.

    >>> by_cluster(np.array([1.0, 3.0, 5.0]), np.array([7, 7, 2])).tolist()
    [5.0, 2.0]
    """
    _, place, counts = np.unique(cluster, return_inverse=True, return_counts=True)
    return np.asarray(np.bincount(place, weights=values) / counts)


def mean_estimate(units: Array, level: float, method: str = "t") -> Estimate:
    """Mean of independent units with Student's interval, or the bootstrap's percentile interval.

    With one unit the interval and p are blank; units that are all alike have an interval of width 0.
    """
    mean, count = float(units.mean()), len(units)
    if count < 2:
        return Estimate(mean, np.nan, np.nan, np.nan)
    if method == "bootstrap":
        picks = _resampled(count, "mean difference")
        found = np.concatenate([units[rows.T].mean(axis=-1) for rows in _pieces(picks, 1)])
        return _percentiles(mean, found, level)
    error = float(units.std(ddof=1) / np.sqrt(count))
    half = float(stdtrit(count - 1, 0.5 + level / 2) * error)
    p = float(2.0 * stdtr(count - 1, -abs(mean) / error)) if error > 0.0 else float(mean == 0.0)
    return Estimate(mean, mean - half, mean + half, p)


def _resampled(count: int, key: str) -> NDArray[np.int32]:
    """A bootstrap over clusters, (draws, resamples): which cluster each draw takes, always the same; kept if small."""
    return _kept_resamples(count, key) if count <= MOST_KEPT else _resamples(count, key)


@lru_cache(maxsize=2)
def _kept_resamples(count: int, key: str) -> NDArray[np.int32]:
    return _resamples(count, key)


def _resamples(count: int, key: str) -> NDArray[np.int32]:
    names = agent_keys(map(str, range(RESAMPLES)))
    draws = Draws([0], [0], [0])
    picks = np.empty((count, RESAMPLES), dtype=np.int32)
    for step in range(count):
        picks[step] = np.minimum(draws.uniform(f"bootstrap:{key}", names, step)[0] * count, count - 1)
    return picks


def _pieces(picks: NDArray[np.int32], each: int) -> list[NDArray[np.int32]]:
    """The resamples in parts that fit into memory, where each draw brings so many values."""
    return np.array_split(picks, max(1, picks.size * each // CELLS), axis=1)


def _percentiles(value: float, found: Array, level: float) -> Estimate:
    low, high = np.quantile(found, [0.5 - level / 2, 0.5 + level / 2])
    below, above = ((1 + int(np.count_nonzero(side))) / (len(found) + 1) for side in (found <= 0.0, found >= 0.0))
    return Estimate(value, float(low), float(high), min(1.0, 2.0 * min(below, above)))


def _statistic(own: Array, other: Array, statistic: str) -> Array:
    """A statistic of pairs along the last axis; pairs that fill up a cluster are NaN."""
    part: Any = np.nanquantile if np.isnan(own).any() else np.quantile
    if statistic == "median difference":
        return np.asarray(part(own - other, 0.5, axis=-1))
    return np.asarray(part(own, LARGE, axis=-1) - part(other, LARGE, axis=-1))


def quantile_estimate(own: Array, other: Array, cluster: NDArray[Any], level: float, statistic: str) -> Estimate:
    """A statistic of pairs with its percentile interval, clusters drawn with replacement (Efron and Tibshirani 1993).

    `statistic` is "median difference" or "difference of 95 % quantiles"; arrays are (pairs,).
    """
    ids, place, counts = np.unique(cluster, return_inverse=True, return_counts=True)
    value = float(_statistic(own, other, statistic))
    if len(ids) < 2:
        return Estimate(value, np.nan, np.nan, np.nan)
    picks, draws = _resampled(len(ids), statistic), []
    parts = ((own - other, 0.5),) if statistic == "median difference" else ((own, LARGE), (other, LARGE))
    sorts = [(values[order], place[order], part) for values, part in parts for order in [np.argsort(values)]]
    for rows in _pieces(picks, int(np.ceil(len(own) / len(ids)))):
        times = _counted(rows, len(ids))
        first, *second = (_quantiles(values, cluster_of, times, part) for values, cluster_of, part in sorts)
        draws.append(first - second[0] if second else first)
    return _percentiles(value, np.concatenate(draws), level)


def _counted(picks: NDArray[np.int32], clusters: int) -> NDArray[np.int32]:
    """How often each resample took each cluster, (resamples, clusters)."""
    count = picks.shape[1]
    flat = (picks + np.arange(count) * clusters).ravel()
    return np.bincount(flat, minlength=count * clusters).reshape(count, clusters).astype(np.int32)


def _quantiles(ordered: Array, cluster: NDArray[Any], times: NDArray[np.int32], part: float) -> Array:
    """The quantile of each resample, (resamples,), in which cluster c of `ordered` values stands `times[:, c]` often.

    Order statistics are found by counting how many values stand below, within a window around the sample's own
    quantile, and in all values where a resample leaves the window: the same numbers as from drawn-out samples, at a
    tenth of the work in large ones. Interpolated linearly.

    >>> times = np.array([[1, 1, 1], [0, 2, 2]], dtype=np.int32)
    >>> _quantiles(np.array([1.0, 2.0, 8.0]), np.arange(3), times, 0.5).tolist()
    [2.0, 5.0]
    """
    size, clusters = len(ordered), times.shape[1]
    reach = 64 + int(6.0 * size / np.sqrt(clusters))
    start, end = max(0, int(part * size) - reach), min(size, int(part * size) + reach)
    held = np.bincount(cluster, minlength=clusters)
    below = (times * np.bincount(cluster[:start], minlength=clusters)).sum(axis=1)
    upto = below[:, None] + np.cumsum(times[:, cluster[start:end]], axis=1)
    last = (times * held).sum(axis=1) - 1
    spot = part * last
    low = np.floor(spot).astype(np.int64)
    high = np.minimum(low + 1, last)
    if (start > 0 and (low < below).any()) or (end < size and (high >= upto[:, -1]).any()):
        start, upto = 0, np.cumsum(times[:, cluster], axis=1)
    first, second = (ordered[start + np.count_nonzero(upto <= each[:, None], axis=1)] for each in (low, high))
    share, step = spot - low, second - first
    return np.asarray(np.where(share < 0.5, first + step * share, second - step * (1.0 - share)))


def share_estimate(wins: Array, cluster: NDArray[Any], level: float) -> tuple[float, float, float]:
    """A share of pairs with Wilson's interval (1927, JASA 22), at the effective size of a clustered sample.

    `wins` holds 1, 0, or 0.5 for ties, (pairs,). The effective size is the variance of single pairs over that of
    the mean of clusters (Korn and Graubard 1998, Survey Methodology 24), between the number of clusters and that of
    pairs; clusters all alike count once each. One cluster gives no interval.
    """
    share, count = float(wins.mean()), len(wins)
    units = by_cluster(wins, cluster)
    if len(units) < 2:
        return share, np.nan, np.nan
    spread = float(units.var(ddof=1)) / len(units)
    size = float(np.clip(share * (1.0 - share) / spread, len(units), count)) if spread > 0.0 else float(len(units))
    z2 = float(ndtri(0.5 + level / 2)) ** 2
    middle = (share + z2 / (2.0 * size)) / (1.0 + z2 / size)
    half = np.sqrt(z2 * (share * (1.0 - share) / size + z2 / (4.0 * size * size))) / (1.0 + z2 / size)
    return share, max(0.0, float(middle - half)), min(1.0, float(middle + half))
