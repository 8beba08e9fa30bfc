"""Differences of policies within the same future and replicate, with honest intervals.

Every policy meets the same futures and the same shocks, so a difference is taken run by run. Futures are the
independent units where there are enough of them: replicates of one future share its uncertainties.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.comparison.columns import better_of, columns_of, known_policy, unit_of
from sim.comparison.corrections import CORRECTIONS, adjusted
from sim.comparison.estimates import (
    LARGE,
    SMALL_SAMPLE,
    by_cluster,
    mean_estimate,
    quantile_estimate,
    share_estimate,
)  # fmt: skip
from sim.comparison.grids import Grid, read_grids
from sim.errors import ChoiceError
from sim.measures import is_heavy
from sim.results import Results
from sim.units import Array

__all__ = ["ORDER", "compare", "compare_grids"]

METHODS = ("t", "bootstrap")
HEAVY = ("median difference", "difference of 95 % quantiles")
ORDER = [
    "policy", "measure", "unit", "baseline_value", "policy_value", "difference", "low", "high", "statistic", "median",
    "higher", "improved", "n", "dropped", "futures", "units", "method", "wins", "wins_low", "wins_high", "p",
    "p_adjusted", "correction",
]  # fmt: skip


def compare(
    results: Results,
    baseline: str | None = None,
    measures: Sequence[str] | str | None = None,
    level: float = 0.95,
    *,
    method: str = "t",
    correction: str = "holm",
    told: Callable[[float], None] | None = None,
) -> pd.DataFrame:
    """Each policy less the baseline, measure by measure, in pairs of the same future and replicate.

    Returns one row for each policy and column of `runs`: `difference` with the interval `low`..`high` at
    `level`, the `median` of the pairs, the share of pairs that are `higher` and, where the measure has a
    better direction, `improved`. `n` counts the pairs; those with a failed run or a blank value are
    `dropped`. From 5 futures on the `units` of the interval are futures (replicates averaged first), else
    single runs. `method` is t or bootstrap, for means. Measures with heavy tails get a row for the median and one
    for the 95 % quantile, with bootstrap intervals, never a mean. `wins` is the chance that the policy does better
    in a pair (higher, where the model takes no side; a tie is half a win), with its interval. `p` is that of no
    difference, `p_adjusted` answers for all rows of the table together, by the `correction` named: holm,
    benjamini-hochberg or none. `told` is called with the share done, measure by measure. Raises `ChoiceError` for an
    unknown policy, measure, method or correction.
    """
    baseline = known_policy(results, baseline)
    _check(level, method, correction)
    columns = columns_of(results, measures)
    grids = read_grids(results, columns)
    return compare_grids(_telling(grids, len(columns), told), baseline, level, method, correction)


def _telling(grids: Iterator[Grid], total: int, told: Callable[[float], None] | None) -> Iterator[Grid]:
    for done, grid in enumerate(grids, start=1):
        yield grid
        if told is not None:
            told(done / total)


def _check(level: float, method: str, correction: str) -> None:
    if not 0.0 < level < 1.0:
        raise ChoiceError(f"found the level {level}, expected a number between 0 and 1 such as 0.95")
    if method not in METHODS:
        raise ChoiceError(f"found the method '{method}', expected one of: {', '.join(METHODS)}")
    if correction not in CORRECTIONS:
        raise ChoiceError(f"found the correction '{correction}', expected one of: {', '.join(CORRECTIONS)}")


def compare_grids(
    grids: Iterable[Grid], baseline: str, level: float = 0.95, method: str = "t", correction: str = "holm"
) -> pd.DataFrame:
    """The comparison of `compare`, of any grids of values (`sim.comparison.Grid`), one after the other."""
    lines: list[tuple[int, dict[str, Any]]] = []
    for grid in grids:
        for place, policy in enumerate(grid.policies):
            if policy != baseline:
                lines += [(place, line) for line in _lines(grid, policy, baseline, level, method)]
    ordered = [line for _, line in sorted(lines, key=lambda each: each[0])]
    frame = pd.DataFrame(ordered, columns=ORDER)
    frame["p_adjusted"] = adjusted(frame["p"].to_numpy(np.float64), correction)
    counted = int(frame["p"].notna().sum())
    frame["correction"] = "none" if correction == "none" else f"{correction}, {counted} comparisons"
    return frame


def _lines(grid: Grid, policy: str, baseline: str, level: float, method: str) -> list[dict[str, Any]]:
    own, base = grid.of(policy), grid.of(baseline)
    kept = ~np.isnan(own) & ~np.isnan(base)
    asked = int((grid.asked[grid.policies.index(policy)] | grid.asked[grid.policies.index(baseline)]).sum())
    futures = np.broadcast_to(grid.futures[:, None], own.shape)[kept]
    head = {"policy": policy, "measure": grid.column, "unit": unit_of(grid.column)}
    return [
        {**head, **_line(own[kept], base[kept], futures, asked, grid.column, level, statistic, method)}
        for statistic in (HEAVY if is_heavy(grid.column) else ("mean difference",))
    ]


def _line(
    own: Array, base: Array, futures: NDArray[Any], asked: int, column: str, level: float, statistic: str, method: str
) -> dict[str, Any]:
    by_future = len(np.unique(futures)) >= SMALL_SAMPLE
    line: dict[str, Any] = {
        "statistic": statistic,
        "n": len(own),
        "dropped": asked - len(own),
        "futures": len(np.unique(futures)),
        "units": "futures" if by_future else "runs",
        "method": "bootstrap" if statistic in HEAVY else method,
    }
    if not len(own):
        return line
    difference = own - base
    cluster = futures if by_future else np.arange(len(own))
    if statistic == "mean difference":
        found = mean_estimate(by_cluster(difference, futures) if by_future else difference, level, method)
        line |= {"policy_value": float(own.mean()), "baseline_value": float(base.mean())}
    else:
        found = quantile_estimate(own, base, cluster, level, statistic)
        part = 0.5 if statistic == "median difference" else LARGE
        line |= {
            "policy_value": float(np.quantile(own, part)),
            "baseline_value": float(np.quantile(base, part)),
        }
    better = better_of(column)
    won = 0.5 + 0.5 * np.sign(difference) * (better or 1)
    share, low, high = share_estimate(won, cluster, level)
    return line | {
        "difference": found.value,
        "low": found.low,
        "high": found.high,
        "p": found.p,
        "median": float(np.median(difference)),
        "higher": float((difference > 0).mean()),
        "improved": float((np.sign(difference) == better).mean()) if better else np.nan,
        "wins": share,
        "wins_low": low,
        "wins_high": high,
    }
