"""Effects by bloc of nations, from the table of nations, a shard at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.comparison.columns import known_policy
from sim.comparison.grids import Grid, read_grids
from sim.comparison.paired import compare_grids
from sim.errors import ChoiceError
from sim.population import INCOME_GROUPS, load_nations
from sim.results import Results
from sim.units import Array

__all__ = ["blocs", "by_bloc"]

SUMMED = ("gdp", "population", "compute", "losses", "dues", "receipts")
"""Columns of nations that add up over a bloc; all others are means weighted by people."""
INSIDE = (3, 5)


def blocs() -> dict[str, tuple[str, ...]]:
    """Nations (ISO3) of each bloc: the memberships in the table `groups`, and the four income groups.

    >>> "CHN" in blocs()["brics"], len(blocs()["oecd"])
    (True, 38)
    """
    nations = load_nations()
    found = {
        name: tuple(nations.iso3[np.asarray(flags, dtype=bool)].tolist()) for name, flags in nations.groups.items()
    }
    for code, group in enumerate(INCOME_GROUPS):
        found[group] = tuple(nations.iso3[nations.income_group == code].tolist())
    return found


def by_bloc(
    results: Results,
    column: str,
    chosen: list[str] | None = None,
    baseline: str | None = None,
    level: float = 0.95,
    *,
    method: str = "t",
    correction: str = "holm",
) -> pd.DataFrame:
    """Each policy less the baseline for blocs of nations in the last year, in pairs of one future and replicate.

    `column` is one of the table of nations: sums for money, people and compute, means weighted by people for all
    else, and the share of the bloc's states that are inside for BODY.status. `chosen` names blocs (`brics`, `g77`,
    `low_income`, ...), by default all. The frame is that of `compare`, with `measure` COLUMN.BLOC. Raises
    `StoreError` where the study kept no nations, `ChoiceError` for an unknown bloc or policy.
    """
    known = blocs()
    names = list(known) if chosen is None else list(chosen)
    for name in names:
        if name not in known:
            raise ChoiceError(f"there is no bloc '{name}'; write one of: {', '.join(known)}")
    baseline = known_policy(results, baseline)
    shards = results.shards("nations", list(dict.fromkeys(["run_id", "year", "iso3", "population", column])))
    first = next(iter(read_grids(results, [f"{results.schema.measures[0]}.end"])))
    values = np.full((len(names), *first.values.shape), np.nan)
    place = _places(results, first)
    scenario = results.manifest["scenarios"][baseline]
    last = int(scenario["start"]) + int(scenario["years"])
    for shard in shards:
        frame = shard.filter(np.asarray(shard.column("year")) == last).to_pandas()
        for row, name in enumerate(names):
            inside = frame[frame["iso3"].isin(known[name])]
            found = _aggregate(inside, column)
            for run, value in found.items():
                if run in place:
                    values[(row, *place[str(run)])] = value
    grids = [
        Grid(f"{column}.{name}", first.policies, first.futures, first.asked, values[row])
        for row, name in enumerate(names)
    ]
    return compare_grids(grids, baseline, level, method, correction)


def _aggregate(frame: pd.DataFrame, column: str) -> pd.Series:
    by_run = frame.groupby("run_id")
    kind = column.rpartition(".")[2]
    if kind in SUMMED:
        return by_run[column].sum()
    if kind == "status":
        return frame[column].between(*INSIDE).groupby(frame["run_id"]).mean()
    weighted: Array = frame[column].to_numpy(np.float64) * frame["population"].to_numpy(np.float64)
    return pd.Series(weighted, frame.index).groupby(frame["run_id"]).sum() / by_run["population"].sum()


def _places(results: Results, grid: Grid) -> dict[str, tuple[Any, ...]]:
    """Where each run stands in the grid: policy, future, replicate."""
    found: dict[str, tuple[Any, ...]] = {}
    order = {policy: place for place, policy in enumerate(grid.policies)}
    frames = [shard.to_pandas() for shard in results.shards("runs", ["run_id", "policy", "future", "replicate"])]
    runs = pd.concat(frames)
    replicates = np.unique(runs["replicate"])
    for run, policy, future, replicate in runs.itertuples(index=False):
        if policy in order:
            found[run] = (order[policy], *map(int, (np.searchsorted(grid.futures, future),
                                                    np.searchsorted(replicates, replicate))))  # fmt: skip
    return found

