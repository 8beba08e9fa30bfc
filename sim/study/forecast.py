"""What a sweep will cost, told before it starts: from a short trial of its first runs."""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sim.store.schema import Schema
from sim.study.ensemble import Row
from sim.study.work import run_tables

__all__ = ["TRIED", "Forecast", "forecast"]

TRIED = 64
"""Runs of the trial: as many as a small block, since a run costs less in company."""
COMPRESSED = 0.7
PROCESS = 250e6


@dataclass(frozen=True)
class Forecast:
    """Expected seconds on one core, bytes of memory for each worker, and bytes of disk."""

    seconds: float
    memory: float
    disk: float


def _disk(runs: int, years: int, schema: Schema, tables: Sequence[str]) -> float:
    cells = runs * len(schema.tables["runs"]) + runs * (years + 1) * len(schema.tables["series"])
    if "nations" in tables:
        cells += runs * (years + 1) * 193 * len(schema.tables["nations"])
    return 8.0 * COMPRESSED * cells


def _timed(rows: Sequence[Row], years: int, schema: Schema, **engine: Any) -> float:
    """Seconds that `years` of some runs take, everything but writing included."""
    short = [replace(row, spec=replace(row.spec, scenario={**row.spec.scenario, "years": years})) for row in rows]
    clock = time.perf_counter()
    run_tables(short, schema, **engine)
    return time.perf_counter() - clock


def forecast(
    rows: Sequence[Row], runs: int, block: int, schema: Schema, tables: Sequence[str], **engine: Any
) -> Forecast:
    """Run one and then two years of a few runs of one structure, and reckon from the difference."""
    years = int(rows[0].spec.scenario.get("years", 1))
    _timed(rows[:1], 1, schema, **engine)  # loads data, fills caches
    one, two = _timed(rows, 1, schema, **engine), _timed(rows, 2, schema, **engine)
    each = max(one + (years - 1) * max(two - one, 0.0), 0.0) / len(rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0
    grown = max(0.0, peak - PROCESS) * block / len(rows)
    return Forecast(each * runs, PROCESS + grown, _disk(runs, years, schema, tables))
