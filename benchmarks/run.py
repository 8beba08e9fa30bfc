"""Measure speed and memory, side by side in one run, and write results/reference/benchmarks.csv.

Every case is done once a round, one after the other, so that whatever slows the machine for a while slows all of them;
a ratio is taken within a round. `value` is the median over rounds, `low` and `high` the smallest and the largest.
Work of one process is timed by the processor's time, pools and disks by the clock. Ratios travel from machine to
machine, absolute times do not.

    python benchmarks/run.py            a few minutes on an idle machine
    python benchmarks/run.py --quick    seconds, for a test: a small world, one round
"""

from __future__ import annotations

import os

# Before NumPy is loaded: one thread each, as a sweep's workers.
for _library in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_library] = "1"

import argparse  # noqa: E402
import csv  # noqa: E402
import statistics  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable, Mapping  # noqa: E402
from dataclasses import dataclass  # noqa: E402
from datetime import date  # noqa: E402
from pathlib import Path  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import cases  # noqa: E402
from benchmarks.cases import QUICK, Size  # noqa: E402

OUT = ROOT / "results" / "reference" / "benchmarks.csv"
COLUMNS = ("measure", "value", "low", "high", "unit", "n", "command", "note")
Round = Mapping[str, float]
Timed = float | None | Mapping[str, float]


@dataclass(frozen=True)
class Measure:
    """A figure of the table, from the times of one round."""

    name: str
    unit: str
    of: Callable[[Round], float]
    text: str


def timed_cases(size: Size, pools: cases.Pools) -> dict[str, Callable[[], Timed]]:
    """All cases by name, in the order of a round."""
    full, block = cases.scenario(size), size.block
    few = max(12, (size.nations or 193) // 4)
    long = cases.scenario(size, years=4 * size.years)
    found: dict[str, Callable[[], Timed]] = {
        "twin": lambda: cases.twin(full),
        "ensemble": lambda: cases.whole_block(full, block),
        "single": lambda: cases.whole_block(cases.scenario(size, years=10), 1),
        "one worker": lambda: pools.seconds(1),
        "two workers": lambda: pools.seconds(2),
        "idle small": lambda: cases.idle_sweep("idle small", size.idle_runs[0]),
        "idle large": lambda: cases.idle_sweep("idle large", size.idle_runs[1]),
        "few nations": lambda: cases.steps_of_block(cases.scenario(size, few), block),
        "long": lambda: cases.steps_of_block(long, block // 4),
        "short": lambda: cases.steps_of_block(full, block // 4),
        "memory small": lambda: cases.coordinator_memory(size.memory_runs[0]),
        "memory large": lambda: cases.coordinator_memory(size.memory_runs[1]),
        "memory worker": lambda: cases.worker_memory(size),
    }
    for count in sorted({1, 8, 32, block, 2 * block}):
        found[f"block {count}"] = lambda count=count: cases.steps_of_block(full, count)
    for name, index in cases.INDICES.items():
        found[name] = lambda index=index: cases.index_seconds(index, size.voters)
    return found


def measures(size: Size) -> list[Measure]:
    """The figures of the table."""
    block, nations = size.block, size.nations or 193
    few = max(12, nations // 4)
    small, large = size.idle_runs
    span = size.memory_runs
    each = 6 * 12

    def slope(got: Round, more: str = "") -> float:
        apart = got[f"idle large{more}"] - got[f"idle small{more}"]
        return apart / (large // each * each - small // each * each)

    found = [
        Measure(
            "ensemble_per_twin",
            "ratio",
            lambda got: got["twin"] * block / got["ensemble"],
            f"runs a second on one core in a block of {block}, for each of the plain Mesa twin; the same scenario",
        ),
        Measure(
            "two_workers_per_one",
            "ratio",
            lambda got: got["one worker"] / got["two workers"],
            f"runs a second of two workers for each of one; {size.pool_tasks} blocks of {block}, shards written",
        ),
        Measure(
            "machinery_per_run",
            "us",
            lambda got: 1e6 * slope(got),
            f"a sweep by an idle engine, names to shards on disk: slope from {small} to {large} runs, one process",
        ),
        Measure(
            "machinery_processor_per_run",
            "us",
            lambda got: 1e6 * slope(got, " processor"),
            "the same in time of the processor: without waiting for the disk",
        ),
        Measure(
            "machinery_start",
            "s",
            lambda got: got["idle small"] - slope(got) * (small // each * each),
            "what a sweep costs before its first run, imports and file apart: intercept of the same",
        ),
        Measure("single_run", "s", lambda got: got["single"], f"one run alone, {nations} nations, 10 years"),
        Measure(
            "run_step",
            "us",
            lambda got: got[f"block {block}"],
            f"a run-step in a block of {block}, {nations} nations, measures included",
        ),
    ]
    for count in sorted({1, 8, 32, 2 * block}):
        found.append(
            Measure(
                f"run_step_block_{count}",
                "us",
                lambda got, count=count: got[f"block {count}"],
                f"a run-step in a block of {count}",
            )
        )
    found += [
        Measure(
            "cost_of_nations",
            "ratio",
            lambda got: got[f"block {block}"] / got["few nations"],
            f"a run-step with {nations} nations for each with {few} (in proportion would be {nations / few:.1f})",
        ),
        Measure(
            "cost_of_steps",
            "ratio",
            lambda got: got["long"] / got["short"],
            f"a run-step in {4 * size.years} years for each in {size.years} (in proportion would be 1)",
        ),
        Measure(
            "memory_of_runs",
            "ratio",
            lambda got: got["memory large"] / got["memory small"],
            f"peak memory of the coordinator with {span[1]} runs for each with {span[0]} (flat would be 1)",
        ),
        Measure("memory_coordinator", "MB", lambda got: got["memory large"], f"the same with {span[1]} runs"),
        Measure("memory_worker", "MB", lambda got: got["memory worker"], f"peak memory of a worker, block of {block}"),
    ]
    for name in cases.INDICES:
        found.append(
            Measure(
                f"{name}_{size.voters}",
                "s",
                lambda got, name=name: got[name],
                f"{name.replace('_', '-').title()} index of {size.voters} voters, basic votes and GDP",
            )
        )
    return found


def rounds_of(size: Size) -> list[dict[str, float]]:
    """The times of every case, round by round."""
    found = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        pools = cases.Pools(size, Path(folder))
        try:
            todo = timed_cases(size, pools)
            cases.whole_block(cases.scenario(size), 2)  # data loaded, caches filled
            for number in range(size.rounds):
                clock = time.perf_counter()
                got: dict[str, float] = {}
                for name, case in todo.items():
                    value = case()
                    got |= value if isinstance(value, Mapping) else {} if value is None else {name: value}
                found.append(got)
                print(f"round {number + 1} of {size.rounds}: {time.perf_counter() - clock:.0f} s", file=sys.stderr)
        finally:
            pools.close()
    return found


def where(load: float) -> str:
    """When and on what the figures were taken."""
    cores = len(os.sched_getaffinity(0))
    busy = f", BUSY with other work: load {load:.1f} before the start, not final" if load > 0.5 * cores else ""
    return f"{date.today().isoformat()}, {cores} processors{busy}"


def main() -> int:
    """Measure, print, write."""
    asked = argparse.ArgumentParser(description="Measure speed and memory.")
    asked.add_argument("--quick", action="store_true", help="a small world and one round")
    asked.add_argument("--rounds", type=int, help="how many rounds")
    asked.add_argument("--out", type=Path, default=OUT, help="the CSV to write; results/reference if left out")
    given = asked.parse_args()
    size = QUICK if given.quick else Size()
    if given.rounds:
        size = cases.replace(size, rounds=given.rounds)
    command = "python benchmarks/run.py" + (" --quick" if given.quick else "")
    machine = where(os.getloadavg()[0])
    got = rounds_of(size)
    lines = []
    print(f"\n{machine}; median of {size.rounds} rounds, smallest and largest\n")
    for each in measures(size):
        try:
            values = [each.of(one) for one in got]
        except KeyError as missing:
            print(f"{each.name:27s} skipped: there is no {missing.args[0]} (tests/docking/twin cannot be imported)")
            continue
        middle, low, high = statistics.median(values), min(values), max(values)
        print(f"{each.name:27s} {middle:10.4g} {low:10.4g} .. {high:<10.4g} {each.unit:6s} {each.text}")
        numbers = [f"{number:.4g}" for number in (middle, low, high)]
        lines.append([each.name, *numbers, each.unit, len(values), command, f"{each.text}; {machine}"])
    given.out.parent.mkdir(parents=True, exist_ok=True)
    with open(given.out, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(lines)
    print(f"\n{given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
