"""Measure speed and memory, side by side in one run, and write results/reference/benchmarks.csv.

Every case is done once a round, one after the other, so that whatever slows the machine for a while slows all of them;
a ratio is taken within a round. `value` is the median over rounds, `low` and `high` the smallest and the largest.
Work of one process is timed by the processor's time, pools and disks by the clock. Ratios travel from machine to
machine, absolute times do not.

    python benchmarks/run.py            some ten minutes on an idle machine
    python benchmarks/run.py --quick    seconds, for a test: a small world, one round

What is needed for all rows, and left out where it is missing: gcc (kernels.py), two public libraries (peers.py).
"""

from __future__ import annotations

import os

# Before NumPy is loaded: one thread each, as a sweep's workers.
for _library in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_library] = "1"

import argparse  # noqa: E402
import csv  # noqa: E402
import platform  # noqa: E402
import statistics  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable, Mapping  # noqa: E402
from contextlib import suppress  # noqa: E402
from dataclasses import replace  # noqa: E402
from datetime import date  # noqa: E402
from importlib import metadata  # noqa: E402
from pathlib import Path  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import cases, growth, kernels, peers  # noqa: E402
from benchmarks.cases import QUICK, Size  # noqa: E402
from benchmarks.figures import measures  # noqa: E402
from benchmarks.phases import phases  # noqa: E402

OUT = ROOT / "results" / "reference" / "benchmarks.csv"
COLUMNS = ("measure", "value", "low", "high", "unit", "n", "command", "note")
COMPARED = ("numpy", "mesa", "ema_workbench", "powerindex", "power-bdd")
ABSENT = "a compiler, tests/docking/twin or a public library that is not installed; see benchmarks/peers.py"
Timed = float | None | Mapping[str, float]


def timed_cases(size: Size, pools: cases.Pools) -> dict[str, Callable[[], Timed]]:
    """All cases by name, in the order of a round."""
    full, block = cases.scenario(size), size.block
    whole = cases.scenario(size, years=size.study_years)
    long = cases.scenario(size, years=4 * size.years)
    few, middle, many = size.idle_runs
    found: dict[str, Callable[[], Timed]] = {
        "twin": lambda: cases.twin(whole),
        "ensemble": lambda: cases.whole_block(whole, block),
        "single": lambda: cases.whole_block(whole, 1),
        "one worker": lambda: pools.seconds(1),
        "two workers": lambda: pools.seconds(2),
        "idle small": lambda: cases.idle_sweep("idle small", few),
        "idle middle": lambda: cases.idle_sweep("idle middle", middle),
        "idle large": lambda: cases.idle_sweep("idle large", many),
        "raw writing": lambda: cases.raw_writing(few),
        "long": lambda: cases.steps_of_block(long, block // 4),
        "short": lambda: cases.steps_of_block(full, block // 4),
        "growth": lambda: growth.steps(size),
        "structures": lambda: growth.structures(size, size.structures),
        "one structure": lambda: cases.whole_block(full, block),
        "help": growth.command_help,
        "memory worker": lambda: cases.worker_memory(size),
        "phases": lambda: phases(size),
        "kernels": lambda: kernels.compare(size),
        "peers": lambda: peers.compare(size),
    }
    for name, runs in zip(("memory small", "memory middle", "memory large"), size.memory_runs, strict=True):
        found[name] = lambda runs=runs: cases.coordinator_memory(runs)  # type: ignore[misc]
    for count in sorted({1, 8, 32, block, 2 * block}):
        found[f"block {count}"] = lambda count=count: cases.steps_of_block(full, count)  # type: ignore[misc]
    for name, index in cases.INDICES.items():
        found[name] = lambda index=index: cases.index_seconds(index, size.voters)  # type: ignore[misc]
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
    versions = [f"Python {platform.python_version()}"]
    for name in COMPARED:
        with suppress(metadata.PackageNotFoundError):
            versions.append(f"{name} {metadata.version(name)}")
    busy = f", BUSY with other work: load {load:.1f} before the start, not final" if load > 0.5 * cores else ""
    return f"{date.today().isoformat()}, {cores} processors, {', '.join(versions)}{busy}"


def main() -> int:
    """Measure, print, write."""
    asked = argparse.ArgumentParser(description="Measure speed and memory.")
    asked.add_argument("--quick", action="store_true", help="a small world and one round")
    asked.add_argument("--rounds", type=int, help="how many rounds")
    asked.add_argument("--out", type=Path, default=OUT, help="the CSV to write; results/reference if left out")
    given = asked.parse_args()
    size = QUICK if given.quick else Size()
    if given.rounds:
        size = replace(size, rounds=given.rounds)
    command = "python benchmarks/run.py" + (" --quick" if given.quick else "")
    machine = where(os.getloadavg()[0])
    got = rounds_of(size)
    lines = []
    print(f"\n{machine}; median of {size.rounds} rounds, smallest and largest\n")
    for each in measures(size):
        try:
            values = [each.of(one) for one in got]
        except KeyError as missing:
            print(f"{each.name:34s} skipped: there is no {missing.args[0]} here ({ABSENT})")
            continue
        middle, low, high = statistics.median(values), min(values), max(values)
        print(f"{each.name:34s} {middle:10.4g} {low:10.4g} .. {high:<10.4g} {each.unit:6s} {each.text}")
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
