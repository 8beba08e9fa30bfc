"""Beyond one machine: throughput on a local Dask cluster, what the coordinator pays a block, and the plan that follows.

`python -m benchmarks.cluster` measures, prints the table and the plan for 10^7 runs on 1000 cores, and writes both into
results/reference/cluster.csv and docs/clusters.md; `--dry` writes nothing, `--quick` measures less. Processor times
hold on a busy machine to a factor of two or so, clock times only on a quiet one.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from sim.cli.cluster import OnCluster
from sim.files import load
from sim.store.shards import read_shard
from sim.study import job as jobs
from sim.study.blocks import LARGEST, MOST_BLOCKS
from sim.study.ensemble import Ensemble
from sim.study.policies import of_study

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "results" / "reference" / "cluster.csv"
PAGE = ROOT / "docs" / "clusters.md"
BEGIN, END = "<!-- measured -->", "<!-- end -->"
IDLE = "benchmarks.idle_engine"
SHARD = LARGEST * MOST_BLOCKS
"""Runs of a shard in a large study, and so of a task."""


@dataclass(frozen=True)
class Facts:
    """What the plan is computed from: seconds and bytes, of one processor and one run unless a name says otherwise."""

    run: float
    naming: float
    feeding: float
    a_task: float
    sent: float
    disk: float
    memory: float
    look: float


@contextmanager
def cluster(workers: int) -> Iterator[OnCluster]:
    """A Dask cluster on this machine with its scheduler in this process: its work counts as the coordinator's."""
    import distributed  # noqa: PLC0415  an extra

    quiet = {"dashboard_address": None, "host": "127.0.0.1", "silence_logs": 50}
    with (
        distributed.LocalCluster(n_workers=workers, threads_per_worker=1, **quiet) as made,
        distributed.Client(made) as client,
    ):
        client.run(lambda: __import__("sim.study.work"))
        yield OnCluster(client)


@contextmanager
def blocks_of(runs: int) -> Iterator[None]:
    """Let every block hold that many runs, and be a shard by itself."""
    before = jobs.block_size, jobs.blocks_a_shard
    jobs.block_size, jobs.blocks_a_shard = lambda _: runs, lambda _: 1
    try:
        yield
    finally:
        jobs.block_size, jobs.blocks_a_shard = before


def study(futures: int, replicates: int) -> Ensemble:
    """Two charters of the first study at another size."""
    found: Any = load(ROOT / "scenarios" / "studies" / "first-look.yaml")
    return of_study(found.only("as-signed", "commentary"), futures=futures, replicates=replicates)


def throughput(workers: int, width: int, futures: int) -> dict[str, float]:
    """Real runs through a cluster of that many workers in blocks of that width."""
    ensemble, folder = study(futures, 8), Path(tempfile.mkdtemp(prefix="cluster-"))
    try:
        with cluster(workers) as executor, blocks_of(width):
            before = sum(executor.client.run(time.process_time).values())
            jobs.Job(ensemble, folder, "sim.engine", {}, False).run(executor, None, False, False, None)
            worked = sum(executor.client.run(time.process_time).values()) - before
        log = pq.read_table(folder / "log.parquet").to_pydict()
        ends = [start + seconds for start, seconds in zip(log["started"], log["seconds"], strict=True)]
        clock, runs = max(ends) - min(log["started"]), len(ensemble)
        size = sum(path.stat().st_size for path in folder.rglob("*.parquet"))
        names = [path.stem for path in (folder / "runs").iterdir()]
        used = time.process_time()
        for name in names:
            read_shard(folder, name)
        look = (time.process_time() - used) / len(names)
        return {"runs_a_second": runs / clock, "worker": worked / runs, "disk": size / runs, "look": look}
    finally:
        shutil.rmtree(folder)


def machinery(width: int, shards: int) -> float:
    """Processor seconds of this process, scheduler included, for a sweep by an engine that does nothing."""
    ensemble, folder = study(max(2, width * shards // 16), 8), Path(tempfile.mkdtemp(prefix="cluster-"))
    os.environ["PYTHONPATH"] = str(ROOT)  # the idle engine lies beside the package
    try:
        job = jobs.Job(ensemble, folder, IDLE, {}, False)
        with cluster(1) as executor, blocks_of(width):
            used = time.process_time()
            job.run(executor, None, False, False, None)
            return time.process_time() - used
    finally:
        shutil.rmtree(folder)


def slope(width: int, shards: int) -> float:
    """Processor seconds of the coordinator for one more shard of that many runs."""
    return (machinery(width, 3 * shards) - machinery(width, shards)) / (2 * shards)


PLANNED = """
import pickle, sys, time
from pathlib import Path
from benchmarks.cluster import resident, study
from sim.study.blocks import LARGEST
from sim.study.job import Job
ensemble = study(int(sys.argv[1]), 8)
used, held = time.process_time(), resident()
job = Job(ensemble, Path("nowhere"), "sim.engine", {}, False)
naming, wanted = time.process_time() - used, frozenset(job.identities)
held = resident() - held
structures = {label: job.engine.structure(base) for label, base in job.bases.items()}
task = next(iter(job._tasks(range(len(ensemble)), structures, LARGEST, True)))
sent = len(pickle.dumps(task, protocol=pickle.HIGHEST_PROTOCOL)) / len(task.rows)
print(len(ensemble), naming, held, sent)
"""


def resident() -> float:
    """Bytes of this process in memory."""
    return float(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def planned(futures: int) -> list[float]:
    """Runs, seconds for their names, bytes they take in memory, bytes sent a run: of a process that plans a study."""
    place = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-c", PLANNED, str(futures)]
    done = subprocess.run(words, env=place, capture_output=True, text=True, check=True)
    return [float(each) for each in done.stdout.split()]


def facts(quick: bool) -> tuple[Facts, list[tuple[str, float, str]]]:
    """Measure; the facts of the plan and the lines of the table."""
    lines: list[tuple[str, float, str]] = []
    one: dict[str, float] = {}
    for width in (16, 192) if quick else (16, 48, 192):
        for workers in (1, 2):
            real = throughput(workers, width, 4 if quick else 24)
            one = real if workers == 1 else one
            lines.append((f"runs_a_second_{workers}_workers_blocks_of_{width}", real["runs_a_second"], "runs/s"))
            lines.append((f"worker_{workers}_workers_blocks_of_{width}", 1e3 * real["worker"], "ms/run"))
    many = 1 if quick else 6
    wide, narrow = slope(SHARD, many), slope(LARGEST, many * MOST_BLOCKS)
    feeding = max(0.0, (wide - narrow) / (SHARD - LARGEST))
    small, large = planned(1_000 if quick else 6_000), planned(4_000 if quick else 32_000)
    more = large[0] - small[0]
    naming, memory = (large[1] - small[1]) / more, (large[2] - small[2]) / more
    a_task = max(0.0, narrow - LARGEST * feeding)
    found = Facts(one["worker"], naming, feeding, a_task, large[3], one["disk"], memory, one["look"])
    for name, value, unit in (
        ("naming", 1e6 * found.naming, "us/run"),
        ("feeding", 1e6 * found.feeding, "us/run"),
        ("coordinator_a_task", 1e3 * found.a_task, "ms"),
        (f"coordinator_a_task_of_{SHARD}_runs", 1e3 * (found.a_task + SHARD * found.feeding), "ms"),
        ("sent_to_workers", found.sent, "bytes/run"),
        ("on_disk", found.disk, "bytes/run"),
        ("coordinator_memory", found.memory, "bytes/run"),
        ("taking_stock", 1e3 * found.look, "ms/shard"),
    ):
        lines.append((name, value, unit))
    return found, lines


def plan(one: Facts, runs: float, cores: int) -> list[str]:
    """The plan for so many runs on so many cores, each line with its arithmetic."""
    shards = runs / SHARD
    wall = runs * one.run / cores
    serial = one.feeding + one.a_task / SHARD
    number, busy = f"{runs:.0e}", one.run / serial
    return [
        f"{number} runs on {cores} cores, shards of {SHARD} runs",
        f"compute: {number} x {1e3 * one.run:.1f} ms = {runs * one.run / 3600:.0f} core hours, "
        f"{wall:.0f} s on {cores} cores",
        f"names, before the first block: {number} x {1e6 * one.naming:.0f} us = {runs * one.naming:.0f} s on one core",
        f"feeding: {number} x {1e6 * serial:.1f} us = {runs * serial:.0f} s on one core; keeps at most "
        f"{1e3 * one.run:.1f} ms / {1e6 * serial:.1f} us = {busy:.0f} cores busy",
        f"tasks: {shards:.0f}, {cores / (one.run * SHARD):.0f} a second with {cores} cores",
        f"inputs: {2 * cores * SHARD * one.sent / 1e9:.1f} GB at the scheduler (two tasks a core), "
        f"{runs * one.sent / 1e9:.1f} GB through it in all",
        f"coordinator's memory: {number} x {one.memory:.0f} bytes = {runs * one.memory / 1e9:.1f} GB",
        f"disk: {number} x {one.disk / 1e3:.1f} kB = {runs * one.disk / 1e9:.0f} GB in {2 * shards:.0f} files, "
        f"{runs * one.disk / wall / 1e6:.0f} MB a second while it runs",
        f"going on after a stop: names again, and {shards:.0f} shards x {1e3 * one.look:.1f} ms = "
        f"{shards * one.look:.0f} s",
    ]


def write(lines: list[tuple[str, float, str]], told: list[str], note: str) -> None:
    """The table of figures, and the block of the page."""
    with open(TABLE, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("name", "value", "unit", "command", "note"))
        for name, value, unit in lines:
            writer.writerow((name, f"{value:.4g}", unit, "python -m benchmarks.cluster", note))
    rows = [f"| {name.replace('_', ' ')} | {value:.3g} | {unit} |" for name, value, unit in lines]
    text = "\n".join(
        [f"*{note}.*", "", "| figure | value | unit |", "|---|---|---|", *rows, "", "```text", *told, "```"]
    )
    page = PAGE.read_text(encoding="utf-8")
    head, _, rest = page.partition(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a small part of the work")
    parser.add_argument("--dry", action="store_true", help="write nothing")
    parser.add_argument("--runs", type=float, default=1e7)
    parser.add_argument("--cores", type=int, default=1000)
    asked = parser.parse_args()
    busy = os.getloadavg()[0]
    found, lines = facts(asked.quick)
    kind = "a short measurement" if asked.quick else "measured"
    note = f"{kind} on {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} processors, load {busy:.1f} before it began"
    told = plan(found, asked.runs, asked.cores)
    for name, value, unit in lines:
        print(f"{name:48} {value:10.3g} {unit}")
    print("\n" + "\n".join(told))
    if not asked.dry:
        write(lines, told, note)
    return 0


if __name__ == "__main__":
    sys.exit(main())
