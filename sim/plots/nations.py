"""Who is inside a body in which year: from the table of nations, or from some runs done again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from sim.errors import SimError
from sim.plots.wording import NothingToShowError
from sim.results import Results
from sim.study.again import ensemble_of
from sim.study.description import structures_of, study_schema
from sim.study.work import engine_of, run_tables

__all__ = ["Insiders", "Panel", "insiders", "panel"]

SIGNATORY, PARTY, SUSPENDED = 3, 4, 5
MOST_RERUN = 16
KEEP = "to keep every nation of every run, write outputs: {nations: true} in the study and sweep it again"


@dataclass(frozen=True)
class Insiders:
    """Shares of runs in which each nation is a signatory or a party: rows ISO3, columns years; and how they came."""

    shares: pd.DataFrame
    runs: int
    source: str


def insiders(results: Results, body: str, policy: str) -> Insiders:
    """Shares of a policy's runs in which each nation is inside a body, by year.

    Where the study kept no nations, up to 16 runs, spread evenly over futures, are done again and checked against
    the results. Raises `NothingToShowError` where that is impossible or gives other numbers.
    """
    column = f"{body}.status"
    found = panel(results, policy, [column])
    return Insiders(_shares(found.nations, column), found.runs, found.source)


def _shares(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    if frame.empty:
        raise NothingToShowError("No run of this policy has ended well, so nobody's membership is known.")
    inside = frame[column].between(SIGNATORY, SUSPENDED)
    return inside.groupby([frame["iso3"], frame["year"]]).mean().unstack("year")


@dataclass(frozen=True)
class Panel:
    """Nations of some runs (run_id, year, iso3 and columns), their events, how many runs, and how they came."""

    nations: pd.DataFrame
    events: pd.DataFrame
    runs: int
    source: str


def panel(results: Results, policy: str, columns: Sequence[str], *, events: bool = False) -> Panel:
    """Columns of the nations of a policy's runs, and the events where asked; done again where they were not kept."""
    tables = results.manifest["tables"]
    if "nations" not in tables or (events and "events" not in tables):
        return _again(results, policy)
    keep = {"policy": policy, "status": "ok"}
    frame = results.read("nations", ["run_id", "year", "iso3", *columns], keep)
    noted = results.read("events", None, keep) if events else pd.DataFrame()
    runs = int(frame["run_id"].nunique())
    return Panel(frame, noted, runs, f"all {runs} runs" if runs > 1 else "the one run")


@lru_cache(maxsize=12)
def _again(results: Results, policy: str) -> Panel:
    """The nations and events of some runs, as many of each future; kept, for one figure follows the other."""
    runs = results.read("runs", ["run_id", "future", "replicate"], {"policy": policy, "status": "ok"})
    first = runs.sort_values(["replicate", "future"], kind="stable")
    futures = int(first["future"].nunique())
    if futures > MOST_RERUN:
        first = first[~first["future"].duplicated()].iloc[np.linspace(0, futures - 1, MOST_RERUN).astype(int)]
    kept = set(first["run_id"].head(MOST_RERUN // max(futures, 1) * futures or MOST_RERUN))
    made = results.manifest["made_with"]
    modules, engine = tuple(made["modules"]), made["engine"]
    try:
        model = engine_of(engine, modules)
        ensemble = ensemble_of(results.manifest)
        identities = ensemble.run_ids()
        rows = [ensemble.row(place, each) for place, each in enumerate(identities) if each in kept]
        schema = study_schema(ensemble, model, structures_of(ensemble)[1])
        tables = run_tables(
            rows, schema, engine=engine, modules=modules, tables=("runs", "series", "nations", "events")
        )
    except (SimError, ImportError, KeyError) as error:
        raise NothingToShowError(
            f"The study kept no table of nations and no run could be done again ({error}); {KEEP}."
        ) from error
    counts = [name for name in results.schema.measures if name.endswith(".inside")]
    old = results.read("series", ["run_id", "year", *counts], {"run_id": sorted(kept)})
    new = tables["series"].select(["run_id", "year", *counts]).to_pandas()
    pair = old.merge(new, on=["run_id", "year"], how="outer", suffixes=("_then", "_now"))
    same = all(pair[f"{name}_then"].equals(pair[f"{name}_now"]) for name in counts)
    if not same or len(rows) != len(kept):
        raise NothingToShowError(
            f"The study kept no table of nations, and runs done again with today's code give other members; {KEEP}."
        )
    source = "the one run" if len(rows) == 1 else f"{len(rows)} runs done again, spread evenly over futures"
    return Panel(tables["nations"].to_pandas(), tables["events"].to_pandas(), len(rows), source)
