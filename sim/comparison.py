"""Comparing policies: differences within the same future and replicate, with honest intervals.

Every policy meets the same futures and the same shocks, so a difference is taken run by run. Futures are the
independent units where there are enough of them: replicates of one future share its uncertainties.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.draws import Draws, agent_keys
from sim.errors import ChoiceError
from sim.measures import headline_columns, is_heavy, metadata_of
from sim.results import Results
from sim.units import Array

__all__ = ["LARGE", "SMALL_SAMPLE", "columns_of", "compare", "headlines", "in_words", "summary"]

SMALL_SAMPLE = 5
"""Futures from which on futures are the units of an interval; with fewer, the single runs are."""
RESAMPLES = 2000
CELLS = 4_000_000
LARGE = 0.95
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def headlines(results: Results) -> list[str]:
    """Columns of `runs` that a comparison shows unless told otherwise: see `sim.measures.headline_columns`."""
    return headline_columns(results.schema.measures)


def columns_of(results: Results, measures: Sequence[str] | str | None) -> list[str]:
    """Columns of `runs` from names of measures (both parts) or columns; `ChoiceError` for unknown ones."""
    if measures is None:
        return headlines(results)
    known = {column for name in results.schema.measures for column in (f"{name}.end", f"{name}.mean")}
    found: list[str] = []
    for name in [measures] if isinstance(measures, str) else measures:
        if name in known:
            found.append(name)
        elif name in results.schema.measures:
            found += [f"{name}.end", f"{name}.mean"]
        else:
            raise ChoiceError(f"the results have no measure '{name}'; they have {', '.join(results.schema.measures)}")
    return found


def _unit(column: str) -> str:
    return str(metadata_of(column).get("unit", ""))


def _mean_interval(units: NDArray[Any], level: float) -> tuple[float, float, float]:
    """Mean and Student's interval of independent units; blank limits where there is one unit."""
    mean = float(units.mean())
    if len(units) < 2:
        return mean, np.nan, np.nan
    half = float(stdtrit(len(units) - 1, 0.5 + level / 2) * units.std(ddof=1) / np.sqrt(len(units)))
    return mean, mean - half, mean + half


def _resampled(clusters: Array, key: str) -> Array:
    """A bootstrap over clusters, (resamples, draws): which cluster each draw takes, always the same."""
    count = len(clusters)
    names = agent_keys(map(str, range(RESAMPLES)))
    draws = Draws([0], [0], [0])
    picks = [draws.uniform(f"bootstrap:{key}", names, step)[0] for step in range(count)]
    return np.minimum((np.stack(picks, axis=-1) * count).astype(np.int64), count - 1)


def _statistic(own: Array, other: Array, statistic: str) -> Array:
    """A statistic of pairs along the last axis; pairs that fill up a cluster are NaN."""
    part: Any = np.nanquantile if np.isnan(own).any() else np.quantile
    if statistic == "median difference":
        return np.asarray(part(own - other, 0.5, axis=-1))
    return np.asarray(part(own, LARGE, axis=-1) - part(other, LARGE, axis=-1))


def _quantile_interval(
    own: Array, other: Array, cluster: NDArray[Any], level: float, statistic: str
) -> tuple[float, float, float]:
    """A statistic of pairs with its percentile interval, clusters drawn with replacement."""
    ids, place, counts = np.unique(cluster, return_inverse=True, return_counts=True)
    value = float(_statistic(own, other, statistic))
    if len(ids) < 2:
        return value, np.nan, np.nan
    grids = np.full((2, len(ids), counts.max()), np.nan)
    order = np.argsort(place, kind="stable")
    within = np.arange(len(own)) - np.repeat(np.cumsum(counts) - counts, counts)
    grids[0, place[order], within], grids[1, place[order], within] = own[order], other[order]
    picks = _resampled(ids, statistic)
    found = [
        _statistic(grids[0][rows].reshape(len(rows), -1), grids[1][rows].reshape(len(rows), -1), statistic)
        for rows in np.array_split(picks, max(1, picks.size * grids.shape[-1] // CELLS))
    ]
    low, high = np.quantile(np.concatenate(found), [0.5 - level / 2, 0.5 + level / 2])
    return value, float(low), float(high)


def _side(runs: pd.DataFrame, policy: str) -> pd.DataFrame:
    return runs[runs["policy"] == policy].set_index(["future", "replicate"]).sort_index()


def _line(
    own: Array, base: Array, futures: NDArray[Any], asked: int, column: str, level: float, statistic: str
) -> dict[str, Any]:
    by_future = len(np.unique(futures)) >= SMALL_SAMPLE
    line: dict[str, Any] = {
        "statistic": statistic,
        "n": len(own),
        "dropped": asked - len(own),
        "futures": len(np.unique(futures)),
        "units": "futures" if by_future else "runs",
    }
    if not len(own):
        return line
    difference = own - base
    if statistic == "mean difference":
        units = pd.Series(difference).groupby(futures).mean().to_numpy(np.float64) if by_future else difference
        value, low, high = _mean_interval(units, level)
        line |= {"policy_value": float(own.mean()), "baseline_value": float(base.mean())}
    else:
        cluster = futures if by_future else np.arange(len(own))
        value, low, high = _quantile_interval(own, base, cluster, level, statistic)
        part = 0.5 if statistic == "median difference" else LARGE
        line |= {
            "policy_value": float(np.quantile(own, part)),
            "baseline_value": float(np.quantile(base, part)),
        }
    better = metadata_of(column).get("better", 0)
    improved = float((np.sign(difference) == better).mean()) if better else np.nan
    return line | {
        "difference": value,
        "low": low,
        "high": high,
        "median": float(np.median(difference)),
        "higher": float((difference > 0).mean()),
        "improved": improved,
    }


ORDER = [
    "policy",
    "measure",
    "unit",
    "baseline_value",
    "policy_value",
    "difference",
    "low",
    "high",
    "statistic",
    "median",
    "higher",
    "improved",
    "n",
    "dropped",
    "futures",
    "units",
]


def compare(
    results: Results, baseline: str | None = None, measures: Sequence[str] | str | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Each policy less the baseline, measure by measure, in pairs of the same future and replicate.

    Returns one row for each policy and column of `runs`: `difference` with the interval `low`..`high` at
    `level`, the `median` of the pairs, the share of pairs that are `higher` and, where the measure has a
    better direction, `improved`. `n` counts the pairs; those with a failed run or a blank value are
    `dropped`. From 5 futures on the `units` of the interval are futures (replicates averaged first), else
    single runs. Measures with heavy tails get a row for the median and one for the 95 % quantile, with
    bootstrap intervals, never a mean. Raises `ChoiceError` for an unknown policy or measure.
    """
    baseline = baseline or results.baseline
    if baseline not in results.policies:
        raise ChoiceError(f"there is no policy '{baseline}'; write one of: {', '.join(results.policies)}")
    if not 0.0 < level < 1.0:
        raise ChoiceError(f"found the level {level}, expected a number between 0 and 1 such as 0.95")
    columns = columns_of(results, measures)
    runs = results.read("runs", ["policy", "future", "replicate", "status", *columns])
    lines = []
    theirs = _side(runs, baseline)
    for policy in results.policies:
        if policy == baseline:
            continue
        own = _side(runs, policy)
        every = own.index.union(theirs.index)
        sides = [side.reindex(every) for side in (own, theirs)]
        went_well = np.logical_and(*(side["status"].to_numpy() == "ok" for side in sides))
        values = [side[columns].to_numpy(np.float64) for side in sides]
        numbers = every.get_level_values("future").to_numpy()
        for place, column in enumerate(columns):
            mine, base = values[0][:, place], values[1][:, place]
            kept = went_well & ~np.isnan(mine) & ~np.isnan(base)
            heavy = ("median difference", "difference of 95 % quantiles")
            for statistic in heavy if is_heavy(column) else ("mean difference",):
                line = _line(mine[kept], base[kept], numbers[kept], len(every), column, level, statistic)
                lines.append({"policy": policy, "measure": column, "unit": _unit(column), **line})
    return pd.DataFrame(lines, columns=ORDER)


def summary(results: Results, measures: Sequence[str] | str | None = None, level: float = 0.95) -> pd.DataFrame:
    """Each policy by itself: mean with interval, and quantiles over its runs.

    Columns: policy, measure, unit, n, mean, low, high (blank for heavy tails), and q05, q25, q50, q75, q95.
    """
    columns = columns_of(results, measures)
    runs = results.read("runs", ["policy", "future", "replicate", "status", *columns])
    lines = []
    for policy in results.policies:
        own = runs[(runs["policy"] == policy) & (runs["status"] == "ok")]
        for column in columns:
            kept = own[own[column].notna()]
            values = kept[column].to_numpy(np.float64)
            line: dict[str, Any] = {
                "policy": policy,
                "measure": column,
                "unit": _unit(column),
                "n": len(values),
            }
            if len(values):
                futures = kept["future"].to_numpy()
                many = len(np.unique(futures)) >= SMALL_SAMPLE
                units = pd.Series(values).groupby(futures).mean().to_numpy(np.float64) if many else values
                if not is_heavy(column):
                    line["mean"], line["low"], line["high"] = _mean_interval(units, level)
                line |= {f"q{int(100 * part):02d}": float(np.quantile(values, part)) for part in QUANTILES}
            lines.append(line)
    order = [
        "policy",
        "measure",
        "unit",
        "n",
        "mean",
        "low",
        "high",
        *(f"q{int(100 * part):02d}" for part in QUANTILES),
    ]
    return pd.DataFrame(lines, columns=order)


def in_words(
    results: Results, baseline: str | None = None, measures: Sequence[str] | str | None = None, level: float = 0.95
) -> str:
    """The comparison as text, a line for each policy and measure, that says no more than the interval allows.

    It calls a policy higher or lower where the interval leaves out 0, and says "no direction shown" where it holds
    0. That speaks of the runs of the study; whether their rules are right is another matter. Arguments and errors
    as in `compare`.
    """
    frame = compare(results, baseline, measures, level)
    first = results.policies[baseline or results.baseline]
    parts = []
    for policy, lines in frame.groupby("policy", sort=False):
        pairs = {_pairs(line) for line in lines.to_dict("records")}
        title = f"{results.policies[str(policy)]}, against {first}"
        said = [_sentence(line, level, len(pairs) > 1) for line in lines.to_dict("records")]
        parts.append("\n  ".join([f"{title} ({pairs.pop()}):" if len(pairs) == 1 else f"{title}:", *said]))
    return "\n\n".join(parts) or "There is one policy, so there is nothing to compare."


def _pairs(line: dict[Any, Any]) -> str:
    counted = ((line["n"], "pair"), (line["futures"], "future"))
    return " in ".join(f"{count} {word if count == 1 else word + 's'}" for count, word in counted)


def _sentence(line: dict[Any, Any], level: float, with_pairs: bool) -> str:
    if not line["n"]:
        return f"{line['measure']}: no pair of runs has a value"
    unit = f" {line['unit']}" if line["unit"] else ""
    said = (
        f"{line['statistic']} {line['difference']:+.3g}{unit} ({line['policy_value']:.4g} against "
        f"{line['baseline_value']:.4g}{', ' + _pairs(line) if with_pairs else ''})"
    )
    if np.isnan(line["low"]):
        return f"{line['measure']}: too few pairs for an interval; {said}"
    if line["low"] == line["high"] == 0.0:
        verdict = "no difference in these runs"
    elif line["low"] <= 0.0 <= line["high"]:
        verdict = "no direction shown"
    else:
        verdict = "higher" if line["difference"] > 0 else "lower"
    interval = f"{100 * level:g} % interval {line['low']:+.3g} to {line['high']:+.3g}"
    return f"{line['measure']}: {verdict}; {said}, {interval}"
