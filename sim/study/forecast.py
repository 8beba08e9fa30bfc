"""What a sweep will cost, told before it starts: from short trials of its first runs, structure by structure."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.store.schema import Schema
from sim.study.ensemble import Row
from sim.study.progress import duration
from sim.study.work import run_tables

__all__ = ["TRIED", "Forecast", "Group", "busyness", "forecast", "peak_memory", "span", "wall_time"]

TRIED = 64
"""Runs of the first trial: as many as a small block, since a run costs less in company."""
COMPARED = 16
"""Runs of the trials that say how much dearer or cheaper another structure is."""
WORTH, PART, LEAST = 2.0, 0.04, 0.5
"""Further structures are tried where the work takes so many seconds, until trials took this part or time of it."""
COMPRESSED = 0.7
PROCESS = 250e6
COPIES = 3.0
"""How often the numbers of a shard are held at once: as the engine gave them, side by side, and as pages."""
POOL = 1.5
"""Seconds until the first worker works."""
MARGIN, UNTRIED = 1.3, 1.5
"""Factors on the upper end: for memory and clock that workers share, for a structure that was not tried."""


@dataclass(frozen=True)
class Group:
    """Runs of one structure: some of its rows, for a trial, how many runs there are, in how many shards."""

    rows: Sequence[Row]
    runs: int
    blocks: int


@dataclass(frozen=True)
class Forecast:
    """What a sweep costs: seconds of one processor, bytes of memory for each worker and of disk.

    `most` is the upper end of `seconds`, where not every structure was tried; `now` what the clock would show while
    the machine is as busy as it is; `blocks` how many parts the work has; `other` how many processors other programs
    keep busy.
    """

    seconds: float
    most: float
    now: float
    blocks: int
    memory: float
    disk: float
    other: float = 0.0


def _bytes(runs: int, years: int, schema: Schema, tables: Sequence[str]) -> float:
    cells = runs * len(schema.tables["runs"]) + runs * (years + 1) * len(schema.tables["series"])
    if "nations" in tables:
        cells += runs * (years + 1) * 193 * len(schema.tables["nations"])
    return 8.0 * cells


def peak_memory() -> float:
    """Most bytes this process has held at once.

    Linux counts `ru_maxrss` on from the program that started this one, so its own status is asked first.
    """
    with suppress(OSError, StopIteration, ValueError):
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
        return 1024.0 * float(next(line for line in lines if line.startswith("VmHWM:")).split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


@dataclass
class _Clock:
    """Times trials; `waited`, `worked` and `reckoned` sum up seconds by clock, by processor, and as counted."""

    processors: int
    load: float
    waited: float = 0.0
    worked: float = 0.0
    reckoned: float = 0.0

    def timed(self, rows: Sequence[Row], years: int, schema: Schema, engine: Mapping[str, Any]) -> float:
        """Seconds that `years` of some runs take when nothing else runs, everything but writing included.

        That is the time of the processor, or, where it is longer, the part of the clock's that the load of the
        machine does not explain.
        """
        short = [replace(row, spec=replace(row.spec, scenario={**row.spec.scenario, "years": years})) for row in rows]
        clock, used = time.perf_counter(), time.process_time()
        run_tables(short, schema, **engine)
        clock, used = time.perf_counter() - clock, time.process_time() - used
        self.waited, self.worked = self.waited + clock, self.worked + min(used, clock)
        found = max(min(used, clock), clock / max(1.0, self.load / self.processors))
        self.reckoned += found
        return found

    @property
    def others(self) -> float:
        """How many processors other programs keep busy."""
        return busyness(self.waited / max(self.worked, 1e-3), self.load, self.processors)


def busyness(ratio: float, load: float, processors: int) -> float:
    """How many processors other programs keep busy, as far as the load and this process's own wait agree on it.

    `ratio` is seconds of the clock for one of the processor, `load` the system's load average, this process in it.

    >>> busyness(1.0, 0.6, 2), busyness(2.0, 4.0, 2), busyness(9.0, 1.5, 2)
    (0.0, 3.0, 0.5)
    """
    return max(0.0, min(load - 1.0, ratio * processors - 1.0))


def wall_time(told: Forecast, workers: int, processors: int, *, pool: bool) -> tuple[float, float]:
    """Least and most seconds until the end: on a machine left alone, and on this one as busy as it is.

    >>> told = Forecast(100.0, 100.0, 200.0, 8, 0, 0, other=2.0)
    >>> wall_time(told, 2, 2, pool=False)
    (50.0, 130.0)
    """
    rounds = -(-told.blocks // workers) * workers / max(1, told.blocks)  # the last blocks leave workers idle
    start = POOL if pool else 0.0
    least = told.seconds / workers * rounds
    crowd = max(1.0, (told.other + workers) / processors)
    return start + least, start + told.most / workers * rounds * crowd * MARGIN


def span(least: float, most: float) -> str:
    """A range of times in words.

    >>> span(12.2, 12.4), span(10, 75), span(0.1, 0.4)
    ('12 s', '10 s to 1 min 15 s', 'under 1 s')
    """
    first, last = duration(least), duration(most)
    return first if first == last else f"{first} to {last}"


def forecast(
    groups: Iterable[Group], width: int, shard: int, schema: Schema, tables: Sequence[str], **engine: Any
) -> Forecast:
    """Run one and then two years of a few runs of the largest structure, one year of the others, and reckon.

    A year costs what any other does, so two trials give the cost of the start and of a year. Trials of further
    structures, the larger ones first, stop when they have cost enough; the rest counts as the first one. `width` is
    how many runs are computed together, `shard` how many are written together.
    """
    first, *others = sorted(groups, key=lambda each: -each.runs)
    clock = _Clock(len(os.sched_getaffinity(0)), os.getloadavg()[0])
    engine = {**engine, "tables": tables}
    years, rows = int(first.rows[0].spec.scenario.get("years", 1)), first.rows[:TRIED]
    clock.timed(rows[:1], 1, schema, engine)  # loads data, fills caches
    one, two = (clock.timed(rows, count, schema, engine) for count in (1, 2))
    each = max(one + (years - 1) * max(two - one, 0.0), 0.0) / len(rows)
    runs = first.runs + sum(group.runs for group in others)
    few = min(COMPARED, len(rows))
    own = clock.timed(rows[:few], 1, schema, engine) if others and each * runs > WORTH else 0.0
    seconds, most, spent = each * first.runs, each * first.runs, 0.0
    for group in others:
        cost, doubt = each * group.runs, UNTRIED
        if own and spent < max(LEAST, PART * each * runs):
            taken = clock.timed(group.rows[:few], 1, schema, engine)
            cost, doubt = cost * taken / own * few / len(group.rows[:few]), 1.0
            spent += taken
        seconds, most = seconds + cost, most + cost * doubt
    peak = peak_memory()
    return Forecast(
        seconds,
        most,
        seconds * clock.waited / max(clock.reckoned, 1e-9),
        first.blocks + sum(group.blocks for group in others),
        PROCESS
        + max(0.0, peak - PROCESS) * width / len(rows)
        + COPIES * _bytes(max(0, shard - width), years, schema, tables),
        COMPRESSED * _bytes(runs, years, schema, tables),
        clock.others,
    )
