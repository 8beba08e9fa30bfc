"""Each policy by itself: means with intervals, and quantiles over its runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.comparison.columns import columns_of, unit_of
from sim.comparison.estimates import SMALL_SAMPLE, by_cluster, mean_estimate
from sim.comparison.grids import read_grids
from sim.measures import is_heavy
from sim.results import Results

__all__ = ["summary"]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
ORDER = ["policy", "measure", "unit", "n", "mean", "low", "high", *(f"q{int(100 * part):02d}" for part in QUANTILES)]


def summary(results: Results, measures: Sequence[str] | str | None = None, level: float = 0.95) -> pd.DataFrame:
    """Each policy by itself: mean with interval, and quantiles over its runs.

    Columns: policy, measure, unit, n, mean, low, high (blank for heavy tails), and q05, q25, q50, q75, q95.
    """
    lines = []
    for grid in read_grids(results, columns_of(results, measures)):
        for place, policy in enumerate(grid.policies):
            own = grid.values[place]
            kept = ~np.isnan(own)
            values = own[kept]
            line: dict[str, Any] = {
                "policy": policy, "measure": grid.column, "unit": unit_of(grid.column), "n": len(values),
            }  # fmt: skip
            if len(values):
                futures = np.broadcast_to(grid.futures[:, None], own.shape)[kept]
                many = len(np.unique(futures)) >= SMALL_SAMPLE
                if not is_heavy(grid.column):
                    found = mean_estimate(by_cluster(values, futures) if many else values, level)
                    line |= {"mean": found.value, "low": found.low, "high": found.high}
                line |= {f"q{int(100 * part):02d}": float(np.quantile(values, part)) for part in QUANTILES}
            lines.append((place, line))
    return pd.DataFrame([line for _, line in sorted(lines, key=lambda each: each[0])], columns=ORDER)
