"""What a sweep will cost, told before it starts: from a short trial of its first runs."""

from __future__ import annotations

import resource
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sim.store.schema import Schema
from sim.study.ensemble import Row
from sim.study.work import run_tables

__all__ = ["Forecast", "forecast"]

TRIED = 16
COMPRESSED = 0.7
PROCESS = 250e6


@dataclass(frozen=True)
class Forecast:
    """Expected seconds on one core, bytes of memory for each worker, and bytes of disk."""

    seconds: float
    memory: float
    disk: float


def _disk(runs: int, years: int, schema: Schema, tables: Sequence[str], nations: int) -> float:
    cells = runs * len(schema.tables["runs"]) + runs * (years + 1) * len(schema.tables["series"])
    if "nations" in tables:
        cells += runs * (years + 1) * nations * len(schema.tables["nations"])
    return 8.0 * COMPRESSED * cells


def forecast(
    rows: Sequence[Row], runs: int, block: int, schema: Schema, tables: Sequence[str], **engine: Any
) -> Forecast:
    """Run the first year of a few runs and reckon from it; large blocks cost less a run than this says."""
    tried = list(rows[:TRIED])
    years = int(tried[0].spec.scenario.get("years", 1))
    short = [replace(row, spec=replace(row.spec, scenario=_one_year(row.spec.scenario))) for row in tried]
    run_tables(short[:1], schema, tables=("runs", "series"), **engine)  # loads data, fills caches
    clock = time.perf_counter()
    run_tables(short, schema, tables=("runs", "series"), **engine)
    each = (time.perf_counter() - clock) / len(short)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0
    grown = max(0.0, peak - PROCESS) * block / len(tried)
    return Forecast(each * years * runs, PROCESS + grown, _disk(runs, years, schema, tables, 193))


def _one_year(scenario: Mapping[str, Any]) -> dict[str, Any]:
    return {**scenario, "years": 1}
