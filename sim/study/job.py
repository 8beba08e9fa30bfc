"""One sweep under way: what is missing is planned, announced, run and logged."""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from sim.errors import StoreError
from sim.store.folder import EARLIER, Folder, read_manifest
from sim.store.machine import origin_of, other_machine
from sim.store.remote import bring, clear
from sim.store.shards import shard_name
from sim.study.blocks import block_size, blocks, blocks_a_shard, even
from sim.study.description import manifest_of, structures_of, study_schema, tables_of
from sim.study.driver import Driver
from sim.study.ensemble import Ensemble
from sim.study.forecast import TRIED, Forecast, Group, forecast, span, wall_time
from sim.study.pool import Serial, end_at_once, local_pool, start_server, worker_count
from sim.study.progress import Reporter, size
from sim.study.work import Count, Task

__all__ = ["Job"]

SMALL = 2.0
"""Seconds of work below which starting a pool costs more than it brings."""
LOG_EVERY = 2.0


class Job:
    """One sweep under way."""

    def __init__(
        self, ensemble: Ensemble, path: Path, engine: str, modules: Mapping[str, str], progress: bool, shards: str = ""
    ) -> None:
        self.ensemble, self.path, self.engine_name, self.modules = ensemble, path, engine, modules
        self.engine = importlib.import_module(engine)
        self.shards, self.made = shards, set[str]()
        self.tables = tables_of(ensemble)
        self.labels, self.bases = structures_of(ensemble)
        self.schema = study_schema(ensemble, self.engine, self.bases)
        self.origin = origin_of(modules, engine)
        self.identities = ensemble.run_ids()
        self.reporter = Reporter(len(ensemble), progress)
        self._manifest: dict[str, Any] = {}
        self._log: list[dict[str, Any]] = []
        self._logged = time.monotonic()

    def run(
        self,
        executor: Executor | None,
        workers: int | None,
        fresh: bool,
        retry_failed: bool,
        patience: float | None,
    ) -> None:
        """Take stock, then do what is missing."""
        manifest = manifest_of(self.ensemble, self.schema, self.origin, self.modules, self.engine_name, self.tables)
        with Folder(self.path, fresh=fresh) as folder:
            before = read_manifest(self.path) if (self.path / "manifest.json").exists() else {}
            self._same_study(before)
            for name in self.tables:
                (self.path / name).mkdir(exist_ok=True)
            if self.shards:
                clear(self.shards) if fresh else bring(self.shards, self.path, self.tables)
            kept, failed = folder.take_stock(
                frozenset(self.identities), self.origin, self.schema, self.tables, retry_failed
            )
            missing = [row for row, one in enumerate(self.identities) if one not in kept]
            if kept:
                self._remember(before.get("made_with", {}), manifest["made_with"], bool(missing))
            self._manifest = manifest
            folder.write_manifest(manifest, self.ensemble.design.as_csv())
            self.reporter.done, self.reporter.failed = 0, 0
            self.reporter.total = len(missing)
            self._announce(len(kept), failed, folder.retried)
            if missing:
                self._work(folder, missing, executor, workers, patience)
            if self.made:
                bring(self.shards, self.path, self.tables, self.made)

    def _same_study(self, before: Mapping[str, Any]) -> None:
        """Refuse a folder of another study: its finished runs would be pushed aside."""
        held = before.get("name", self.ensemble.name)
        if held != self.ensemble.name:
            raise StoreError(
                f"{self.path} holds the study '{held}', expected '{self.ensemble.name}' or an empty folder; choose "
                "another folder (--out), or write --fresh to remove what it holds"
            )

    def _remember(self, then: Mapping[str, Any], now: dict[str, Any], more: bool) -> None:
        """Keep the machines that made the finished runs in the manifest; say so where this one is another."""
        made = [*then.get("earlier_machines", []), *then.get("workers", [])]
        made += [then["machine"]] if "machine" in then else []
        if made and not more:  # this machine makes no number
            now["machine"] = made.pop()
        now["earlier_machines"] = [each for each in made if other_machine(each, now["machine"])]
        differs = list(dict.fromkeys(word for each in made for word in other_machine(each, now["machine"])))
        if differs and more:
            self.reporter.say(
                f"Note: finished runs in {self.path} were made with another {', '.join(differs)}; "
                "new ones may differ from them in the last digits. --fresh makes all of them anew."
            )

    def _announce(self, kept: int, failed: int, retried: Collection[str]) -> None:
        policies, futures, replicates = self.ensemble.shape
        self.reporter.say(
            f"{self.ensemble.name}: {policies} policies x {futures} futures x {replicates} replicates "
            f"= {len(self.ensemble)} runs"
        )
        for note in self.ensemble.design.notes:
            self.reporter.say(f"  {note}")
        if retried:
            self.reporter.say(f"  {_blocks(len(retried))} with failed runs to be tried again")
        aside = sum(file.stem not in retried for file in (self.path / EARLIER / "runs").glob("*.parquet"))
        if aside:
            self.reporter.say(
                f"  {_blocks(aside)} of earlier code, data or sizes kept in {EARLIER}/ and not read "
                "(--fresh removes them)"
            )
        if kept:
            more = f", {failed} of them failed (--retry-failed tries those again)" if failed else ""
            self.reporter.say(f"  {kept} finished before{more}; {len(self.ensemble) - kept} to do")

    def _tasks(
        self, missing: Sequence[int], structures: Mapping[int, str], width: int, elsewhere: bool
    ) -> Iterator[Task]:
        most = width * blocks_a_shard(len(self.ensemble))
        for numbers in blocks(missing, self.labels, self.ensemble.replicates, structures, most):
            rows = tuple(self.ensemble.rows(numbers, self.identities))
            name = shard_name([row.run_id for row in rows], self.origin)
            yield Task(
                name,
                self.shards or str(self.path.resolve()),
                rows,
                self.schema,
                self.origin.as_json(),
                self.engine_name,
                tuple(self.modules),
                self.tables,
                chunk=even(len(rows), width),
                verify=elsewhere,
            )

    def _work(
        self,
        folder: Folder,
        missing: list[int],
        executor: Executor | None,
        workers: int | None,
        patience: float | None,
    ) -> None:
        width = block_size(len(self.ensemble))
        structures = {label: self.engine.structure(base) for label, base in self.bases.items()}
        count = worker_count(workers)
        if executor is None and count > 1 and len(missing) > width // 2:
            start_server()  # loads the model beside the trial below
        told = self._forecast(missing, structures, width)
        alone = executor is None and (count == 1 or told.now < SMALL)
        self._tell(told, 1 if alone else count, executor)
        make = None if executor is not None or alone else lambda: local_pool(count)
        chosen = executor or (Serial() if make is None else make())
        slowest = told.seconds / max(1, len(missing)) * width * blocks_a_shard(len(self.ensemble))
        driver = Driver(
            chosen,
            self._tasks(missing, structures, width, not alone),
            workers=count if make else getattr(executor, "_max_workers", 16 if executor else 1),
            done=lambda one: self._done(folder, one),
            idle=self.reporter.tick,
            make=make,
            patience=patience or max(600.0, 50.0 * slowest),
        )
        try:
            with self.reporter:
                driver.run()
        except BaseException as error:
            driver.stop()
            self._flush(folder)
            if isinstance(error, KeyboardInterrupt):
                self._stopped(len(missing))
            raise
        if make:
            # Everything is written. Asking idle workers to leave would wait for good on one that was killed meanwhile
            # with the lock of their queue, or that stands still.
            end_at_once(driver.executor)
        self._flush(folder)

    def _forecast(self, missing: Sequence[int], structures: Mapping[int, str], width: int) -> Forecast:
        """Trials of each structure's first runs, as they stand together in a block."""
        found: dict[int, list[list[int]]] = {}
        most = width * blocks_a_shard(len(self.ensemble))
        for numbers in blocks(missing, self.labels, self.ensemble.replicates, structures, most):
            label = int(self.labels.ravel()[numbers[0] // self.ensemble.replicates])
            text = next(other for other in structures if structures[other] == structures[label])
            found.setdefault(text, []).append(numbers)
        groups = [
            Group(self.ensemble.rows(parts[0][:TRIED], self.identities), sum(map(len, parts)), len(parts))
            for parts in found.values()
        ]
        return forecast(
            groups, width, most, self.schema, self.tables, engine=self.engine_name, modules=tuple(self.modules)
        )

    def _tell(self, told: Forecast, count: int, executor: Executor | None) -> None:
        processors = worker_count(None)
        if executor:
            workers = getattr(executor, "_max_workers", None)
            shared = f"{span(told.seconds, told.most)} of one processor's work, on the executor"
            where = shared if not workers else f"{shared} ({workers} workers)"
        else:
            least, most = wall_time(told, count, processors, pool=count > 1)
            where = f"{span(max(least, 1.0), max(most, 1.0))} on {'this process' if count == 1 else f'{count} workers'}"
            if told.other + count > 1.25 * processors:
                where += " (the longer while other programs want processors too, as now)"
        self.reporter.say(
            f"  about {where}, {size(told.memory * count)} of memory, {size(told.disk)} of disk, into {self.path}"
        )

    def _done(self, folder: Folder, one: Count) -> None:
        self._log.append(
            {
                "started": one.started,
                "seconds": one.seconds,
                "shard": one.name,
                "host": one.host,
                "process": one.process,
                "ok": one.ok,
                "failed": one.failed,
                "note": None,
            }
        )
        if self.shards:
            self.made.add(one.name)
        self._met(folder, one)
        self.reporter.add(one.ok, one.failed)
        self.reporter.tick()
        if time.monotonic() - self._logged > LOG_EVERY:
            self._flush(folder)

    def _met(self, folder: Folder, one: Count) -> None:
        """Record a worker's machine that differs from this one, and say so once for each kind."""
        differs = other_machine(one.machine, self._manifest["made_with"]["machine"]) if one.machine else []
        known = self._manifest["made_with"].setdefault("workers", [])
        if not differs or not all(other_machine(one.machine, each) for each in known):
            return
        known.append({"host": one.host, **one.machine})
        folder.write_manifest(self._manifest, self.ensemble.design.as_csv())
        self.reporter.say(
            f"Note: the worker on {one.host} has another {', '.join(differs)} than this machine; "
            "its runs may differ in the last digits. The manifest names it."
        )

    def _flush(self, folder: Folder) -> None:
        if self._log:
            folder.append_log(self._log)
            self._log, self._logged = [], time.monotonic()

    def _stopped(self, missing: int) -> None:
        saved = len(self.ensemble) - missing + self.reporter.done
        print(
            f"\nStopped. {saved} of {len(self.ensemble)} runs are saved in {self.path}; "
            "run the same command again to go on.",
            file=sys.stderr,
            flush=True,
        )


def _blocks(count: int) -> str:
    return f"{count} blocks" if count > 1 else "1 block"
