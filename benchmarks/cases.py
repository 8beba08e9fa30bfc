"""What is timed: each case does its work once and returns seconds, or another number."""

from __future__ import annotations

import functools
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sim import measures, power
from sim.engine import RunSpec, floating_point, run_block, series_columns, step
from sim.files import Study, apply, load
from sim.plan import Plan
from sim.population import load_nations
from sim.start import begin
from sim.store.machine import origin_of
from sim.study.description import structures_of, study_schema
from sim.study.job import Job
from sim.study.policies import of_study
from sim.study.pool import local_pool
from sim.study.work import Task, carry_out

ROOT = Path(__file__).resolve().parents[1]
STUDY = ROOT / "scenarios" / "studies" / "first-look.yaml"
POLICY = "commentary"
IDLE = "benchmarks.idle_engine"


@dataclass(frozen=True)
class Size:
    """How much work the cases do; `nations` None is all of them."""

    rounds: int = 5
    nations: int | None = None
    years: int = 2
    study_years: int = 10
    block: int = 128
    idle_runs: tuple[int, int, int] = (2_304, 11_520, 115_200)
    memory_runs: tuple[int, int, int] = (1_152, 11_520, 115_200)
    pool_tasks: int = 16  # of four blocks, 2.5 s, the ratio ran from 1.4 to 1.9 by chance; of 16 from 1.98 to 2.03
    voters: int = 193
    structures: int = 16
    growth_nations: tuple[int, ...] = (50, 193, 1000)
    growth_bodies: tuple[int, ...] = (1, 2, 4, 8)
    growth_tiers: tuple[int, ...] = (1, 3, 6)


QUICK = Size(
    rounds=1,
    nations=24,
    years=1,
    study_years=1,
    block=16,
    idle_runs=(288, 576, 1_152),
    memory_runs=(288, 432, 576),
    pool_tasks=2,
    voters=40,
    structures=2,
    growth_nations=(20, 40),
    growth_bodies=(1, 2),
    growth_tiers=(1, 2),
)


@functools.cache
def study() -> Study:
    """The first study."""
    found = load(STUDY)
    assert isinstance(found, Study)
    return found


def scenario(size: Size, nations: int | None = None, years: int | None = None) -> Mapping[str, Any]:
    """The charter with tiers, firms' votes, fund, platform and response unit, in the present world or a sample."""
    change: dict[str, Any] = {"years": years or size.years}
    few = nations or size.nations
    if few:
        change["nations"] = {"sample": few, "seed": 1}
    return apply(study().policies[POLICY], change)


def specs(resolved: Mapping[str, Any], count: int) -> list[RunSpec]:
    """Runs of one scenario, 8 replicates of a future; the nations and firms of each future start differently."""
    return [RunSpec(POLICY, number // 8, number % 8, 1, resolved) for number in range(count)]


def whole_block(resolved: Mapping[str, Any], count: int) -> float:
    """Processor seconds of a block from its plan to its measures."""
    rows = specs(resolved, count)
    clock = time.process_time()
    run_block(rows)
    return time.process_time() - clock


def steps_of_block(resolved: Mapping[str, Any], count: int) -> float:
    """Processor microseconds of a run-step: steps and yearly measures of a block that has begun."""
    with floating_point():
        run = begin(Plan(specs(resolved, count)))
        total = run.plan.years * run.plan.steps_per_year
        clock = time.process_time()
        for _ in range(total):
            step(run)
            if run.state.step % run.plan.steps_per_year == 0:
                measures.measure_all(run)
        return (time.process_time() - clock) / (count * total) * 1e6


def twin(resolved: Mapping[str, Any]) -> float | None:
    """Processor seconds of one run of the plain twin, one object an agent; None where there is no twin."""
    try:
        world = importlib.import_module("tests.docking.twin").World
    except (ImportError, AttributeError):
        return None
    clock = time.process_time()
    made = world(resolved, 1, 0, 0)
    for _ in range(resolved["years"] * resolved["steps_per_year"]):
        made.step()
    return time.process_time() - clock


class Pools:
    """Pools of one and of two workers that have done their first block, and equal blocks of real runs for them."""

    def __init__(self, size: Size, folder: Path) -> None:
        ensemble = of_study(study(), futures=2, replicates=size.block // 2)
        model, origin = importlib.import_module("sim.engine"), origin_of({})
        _, bases = structures_of(ensemble)
        schema = study_schema(ensemble, model, bases)
        place = list(study().policies).index(POLICY) * 2 * ensemble.replicates
        rows = ensemble.rows(range(place, place + size.block), ensemble.run_ids())
        resolved = scenario(size)
        self.rows = tuple(replace(row, spec=replace(row.spec, scenario=resolved)) for row in rows)
        for table in ("runs", "series"):
            (folder / table).mkdir(parents=True, exist_ok=True)
        self.task = Task("block", str(folder), self.rows, schema, origin.as_json())
        self.pools: dict[int, Executor] = {count: local_pool(count) for count in (1, 2)}
        self.count, self.made = size.pool_tasks, 0
        for workers in self.pools:
            self.seconds(workers)

    def seconds(self, workers: int) -> float:
        """Seconds of the clock for all blocks, shards written."""
        clock = time.perf_counter()
        flying = []
        for _ in range(self.count):
            self.made += 1
            flying.append(self.pools[workers].submit(carry_out, replace(self.task, name=f"b{self.made}")))
        wait(flying)
        for each in flying:
            each.result()
        return time.perf_counter() - clock

    def close(self) -> None:
        """End the workers."""
        for pool in self.pools.values():
            pool.shutdown(wait=True)


def idle_sweep(name: str, runs: int) -> dict[str, float]:
    """Seconds of clock and processor for a sweep of that many runs by an engine that does nothing, in one process.

    Everything else is done: designs, names, blocks, tables, shards synced to the disk, log and manifest.
    """
    each = len(study().policies) * 12
    ensemble = of_study(study(), futures=12, replicates=max(1, runs // each))
    folder = Path(tempfile.mkdtemp(prefix="idle-"))
    try:
        clock, used = time.perf_counter(), time.process_time()
        Job(ensemble, folder, IDLE, {}, False).run(None, 1, False, False, None)
        return {name: time.perf_counter() - clock, f"{name} processor": time.process_time() - used}
    finally:
        shutil.rmtree(folder)


def raw_writing(runs: int) -> float:
    """Processor seconds for the bytes of so many runs put on the disk as they are, in files of 192 runs, and synced.

    What no way of storing all measures of all years, uncompressed, can do without.
    """
    resolved = study().policies[POLICY]
    columns = len(series_columns(resolved))
    numbers = np.random.default_rng(1).random((192, columns * (resolved["years"] + 3)))
    clock = time.process_time()
    with tempfile.TemporaryDirectory(prefix="raw-") as folder:
        for number in range(runs // 192):
            with open(Path(folder) / str(number), "wb") as file:
                numbers.tofile(file)
                os.fsync(file.fileno())
        return time.process_time() - clock


def peak_memory(code: str) -> float:
    """Peak resident memory in MB of a process that runs some code."""
    text = f"{code}\nfrom sim.study.forecast import peak_memory; print(peak_memory() / 1e6)"
    told = subprocess.run(
        [sys.executable, "-c", text],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return float(told.stdout.split()[-1])


def coordinator_memory(runs: int) -> float:
    """Peak memory of the process that coordinates a sweep of that many runs."""
    return peak_memory(f"from benchmarks.cases import idle_sweep; idle_sweep('', {runs})")


def worker_memory(size: Size) -> float:
    """Peak memory of a process that runs one block."""
    return peak_memory(
        "from benchmarks.cases import *\n"
        f"size = Size(nations={size.nations}, years={size.years}, block={size.block})\n"
        "whole_block(scenario(size), size.block)"
    )


def votes(count: int) -> tuple[list[int], int]:
    """Basic votes and shares of GDP (1 vote for each bn USD) of the largest nations, and more than half as quota."""
    gdp = sorted(load_nations().gdp.tolist(), reverse=True)[:count]
    weights = [100 + round(each) for each in gdp]
    return weights, sum(weights) // 2 + 1


def index_seconds(index: Callable[..., Any], voters: int) -> float:
    """Processor seconds of a voting power index."""
    weights, quota = votes(voters)
    clock = time.process_time()
    index(weights, quota)
    return time.process_time() - clock


INDICES: dict[str, Callable[..., Any]] = {"banzhaf": power.banzhaf, "shapley_shubik": power.shapley_shubik}
