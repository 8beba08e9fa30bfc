"""How sure a comparison is, and how many more runs would make it as sure as wanted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from sim.comparison.columns import columns_of, known_policy, unit_of
from sim.comparison.estimates import SMALL_SAMPLE
from sim.comparison.grids import read_grids
from sim.errors import ChoiceError
from sim.measures import is_heavy
from sim.results import Results
from sim.units import Array

__all__ = ["components", "convergence", "needed"]

MOST = 10_000_000
ORDER = [
    "policy", "measure", "unit", "difference", "half_width", "wanted", "futures", "replicates", "between", "within",
    "futures_needed", "replicates_needed", "note",
]  # fmt: skip


def components(differences: Array) -> tuple[float, float]:
    """Variance of pairs between futures and within them, from differences (futures, replicates), NaN where missing.

    One-way analysis of variance with unequal group sizes (Searle, Casella and McCulloch 1992, Variance Components,
    ch. 3); a negative estimate of the part between futures is 0. Within is NaN with one replicate.

    >>> components(np.array([[1.0, 3.0], [5.0, 7.0]]))
    (7.0, 2.0)
    """
    known = ~np.isnan(differences)
    counts = known.sum(axis=1)
    rows = counts > 0
    counts, total = counts[rows], int(counts.sum())
    if not total:
        return np.nan, np.nan
    values = np.where(known, differences, 0.0)[rows]
    means = values.sum(axis=1) / counts
    spread = float((np.where(known[rows], values - means[:, None], 0.0) ** 2).sum())
    futures = len(counts)
    within = spread / (total - futures) if total > futures else np.nan
    if futures < 2:
        return np.nan, within
    grand = float((counts * means).sum() / total)
    among = float((counts * (means - grand) ** 2).sum()) / (futures - 1)
    each = (total - float((counts**2).sum()) / total) / (futures - 1)
    return max(0.0, (among - (0.0 if np.isnan(within) else within)) / each), within


def needed(variance: float, width: float, level: float) -> int:
    """The fewest independent units whose Student interval has a half width of at most `width`; 0 if beyond 10^7.

    >>> needed(1.0, 0.5, 0.95)
    18
    """
    if variance <= 0.0:
        return 2
    low, high = 1, MOST

    def half(count: int) -> float:
        return float(stdtrit(count - 1, 0.5 + level / 2) * np.sqrt(variance / count))

    if not width > 0.0 or half(high) > width:
        return 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if half(middle) <= width else (middle, high)
    return high


def convergence(
    results: Results,
    width: float = 0.5,
    baseline: str | None = None,
    measures: Sequence[str] | str | None = None,
    level: float = 0.95,
    *,
    absolute: bool = False,
) -> pd.DataFrame:
    """How many futures or replicates the difference to the baseline needs for an interval of a wanted half width.

    `width` is a share of today's half width, or in the measure's own unit where `absolute`. Where futures are the
    units (from 5 on): `futures_needed` with as many replicates as now, and `replicates_needed` with as many futures
    as now, blank where no number of replicates suffices because futures differ among themselves by more. Else
    `replicates_needed` counts the runs of each future. Measures with heavy tails have no mean to converge and are
    left out. The figures come from variances estimated in these runs; they are a plan, not a promise.
    """
    baseline = known_policy(results, baseline)
    if not width > 0.0:
        raise ChoiceError(f"found the width {width}, expected a number above 0 such as 0.5")
    lines = []
    for grid in read_grids(results, [name for name in columns_of(results, measures) if not is_heavy(name)]):
        for place, policy in enumerate(grid.policies):
            if policy != baseline:
                difference = grid.of(policy) - grid.of(baseline)
                line = _line(difference, width, level, absolute)
                lines.append((place, {"policy": policy, "measure": grid.column, "unit": unit_of(grid.column), **line}))
    return pd.DataFrame([line for _, line in sorted(lines, key=lambda each: each[0])], columns=ORDER)


def _line(difference: Array, width: float, level: float, absolute: bool) -> dict[str, Any]:
    known = ~np.isnan(difference)
    counts = known.sum(axis=1)
    futures = int((counts > 0).sum())
    line: dict[str, Any] = {"futures": futures, "replicates": float(counts[counts > 0].mean()) if futures else 0.0}
    if not futures:
        return line | {"note": "no pair has a value"}
    between, within = components(difference)
    by_future = futures >= SMALL_SAMPLE
    units = (
        np.where(known, difference, 0.0).sum(axis=1)[counts > 0] / counts[counts > 0]
        if by_future
        else difference[known]
    )
    line |= {"difference": float(units.mean()), "between": between, "within": within}
    if len(units) < 2:
        return line | {"note": "one pair alone has no interval"}
    variance = float(units.var(ddof=1))
    half = float(stdtrit(len(units) - 1, 0.5 + level / 2) * np.sqrt(variance / len(units)))
    wanted = width if absolute else width * half
    line |= {"half_width": half, "wanted": wanted}
    if half <= wanted:
        return line | {
            "futures_needed": futures,
            "replicates_needed": int(np.ceil(line["replicates"])),
            "note": "as sure as wanted",
        }
    count = needed(variance, wanted, level)
    if not by_future:
        each = int(np.ceil(count / futures)) if count else np.nan
        return line | {"replicates_needed": each, "note": "runs are the units: it speaks of these futures alone"}
    line["futures_needed"] = count or np.nan
    quantile = float(stdtrit(futures - 1, 0.5 + level / 2))
    room = futures * (wanted / quantile) ** 2 - between
    if np.isnan(within):
        return line | {"note": "one replicate: futures and luck cannot be told apart"}
    if room <= 0.0:
        return line | {"note": "more replicates alone never suffice: futures differ; add futures"}
    return line | {"replicates_needed": int(np.ceil(within / room)), "note": ""}
