"""Measures by run and year, read shard by shard, with the quantiles of every policy over all its runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.explorer.rows import Rows
from sim.plots.wording import is_flow
from sim.results import Results
from sim.units import Array

__all__ = ["QUANTILES", "Values", "values_of", "years_of"]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
TOGETHER = 16
"""Measures in memory at once: 10^5 runs of 11 years and a mean are 77 MB."""


@dataclass(frozen=True)
class Values:
    """One measure: `shown` (shown runs, years + 1), `bands` (policies, years + 1, quantiles), `counts` of runs behind.

    The last place of the years is the mean over them. NaN where a run has no value.
    """

    name: str
    shown: NDArray[np.float32]
    bands: Array
    counts: NDArray[np.int64]


def years_of(results: Results) -> list[int]:
    """The years of the table of series: the start row and each year simulated."""
    scenario = results.manifest["scenarios"][results.baseline]
    return list(range(int(scenario["start"]), int(scenario["start"]) + int(scenario["years"]) + 1))


def values_of(results: Results, rows: Rows, names: Sequence[str]) -> Iterator[Values]:
    """The measures in their order; bands count every run that did not fail, shown or not."""
    years = years_of(results)
    for start in range(0, len(names), TOGETHER):
        some = list(names[start : start + TOGETHER])
        table = np.full((len(some), rows.size, len(years) + 1), np.nan, dtype=np.float32)
        for shard in results.shards("series", ["run_id", "year", *some]):
            run = shard.column("run_id").combine_chunks().dictionary_encode()
            known = np.array([rows.place.get(each, -1) for each in run.dictionary.to_pylist()], dtype=np.int64)
            where = known[run.indices.to_numpy(zero_copy_only=False)]
            year = np.asarray(shard.column("year")).astype(np.int64) - years[0]
            kept = (where >= 0) & (year >= 0) & (year < len(years))
            for place, name in enumerate(some):
                column = shard.column(name).to_numpy()
                table[place, where[kept], year[kept]] = column[kept]
        for shard in results.shards("runs", ["run_id", *(f"{name}.mean" for name in some)]):
            where = np.array([rows.place.get(each, -1) for each in shard.column("run_id").to_pylist()], dtype=np.int64)
            for place, name in enumerate(some):
                table[place, where[where >= 0], -1] = shard.column(f"{name}.mean").to_numpy()[where >= 0]
        table[:, ~rows.good] = np.nan
        for place, name in enumerate(some):
            if is_flow(name):
                table[place, :, 0] = np.nan  # a flow of the start year was observed in no year
            bands, counts = _bands(table[place].reshape(len(rows.policies), -1, len(years) + 1))
            yield Values(name, table[place][rows.shown], bands, counts)


def _bands(values: NDArray[np.float32]) -> tuple[Array, NDArray[np.int64]]:
    """Quantiles of (policies, runs, years) over the runs, (policies, years, quantiles), and how many have a value."""
    counts = (~np.isnan(values)).sum(axis=1)
    ordered = np.sort(values.astype(np.float64), axis=1)  # blanks come last
    found = np.full((values.shape[0], values.shape[2], len(QUANTILES)), np.nan)
    for place, part in enumerate(QUANTILES):
        spot = part * np.maximum(counts - 1, 0)
        low = np.floor(spot).astype(np.int64)
        high = np.minimum(low + 1, np.maximum(counts - 1, 0))
        if values.shape[1] == 0:
            continue
        below, above = (np.take_along_axis(ordered, each[:, None, :], axis=1)[:, 0, :] for each in (low, high))
        found[:, :, place] = np.where(counts > 0, below + (above - below) * (spot - low), np.nan)
    return found, counts
