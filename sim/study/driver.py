"""Getting every block done: a new pool when a worker dies, and the run that kills it singled out."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import gettempdir

from sim.errors import SimError, StoreError
from sim.store.remote import is_address
from sim.store.shards import read_shard
from sim.study.pool import end_at_once
from sim.study.work import Count, Task, carry_out

__all__ = ["Driver"]

TICK = 0.5
BEGIN = 60.0
"""Seconds a new worker may take until it says which run it is on, however short the patience with a run."""
TRIES_TOGETHER = 2
DIED = "RunError: the worker that ran this died (out of memory, or killed); free memory and use --retry-failed"
KILLED = "KilledWorker"
"""What Dask raises for a call during which one worker after another died; named, since Dask may be absent."""
HUNG = "RunError: this run did not end within {:.0f} s; use --retry-failed to try again"
LATE = "RunError: nothing was heard of this run's block for {:.0f} s; use --retry-failed to try again"


class Driver:
    """Carries out tasks on an executor; `make` is given where a broken one may be replaced by a new one.

    `done` is called with each finished count, `idle` about twice a second. `patience` is the time in seconds
    after which a pool of ours in which nothing finishes is ended and its blocks are tried again. Workers of a lent
    executor cannot be ended: blocks that it takes back are tried once more, the others become failed rows.
    """

    def __init__(
        self,
        executor: Executor,
        tasks: Iterator[Task],
        *,
        workers: int,
        done: Callable[[Count], None],
        idle: Callable[[], None],
        make: Callable[[], Executor] | None = None,
        patience: float = 600.0,
    ) -> None:
        self.executor, self._tasks, self._make, self._patience = executor, tasks, make, patience
        self._workers, self._done, self._idle = workers, done, idle
        self._flying: dict[Future[Count], Task] = {}
        self._again: deque[Task] = deque()
        self._deaths: Counter[str] = Counter()
        self._last = time.monotonic()
        self._silent = 0

    def run(self) -> None:
        """Do all tasks; `StoreError` when the disk refuses, `SimError` when a lent executor breaks."""
        while self._fill() or self._flying:
            finished, _ = wait(self._flying, timeout=TICK, return_when=FIRST_COMPLETED)
            self._idle()
            try:
                for future in finished:
                    self._take(future)
            except BrokenExecutor as error:
                self._mend(error)
            if not finished and time.monotonic() - self._last > self._patience:
                self._mend(None) if self._make else self._late()

    def stop(self) -> None:
        """Give up what is in flight."""
        for future in self._flying:
            future.cancel()
        if self._make:
            end_at_once(self.executor)

    def _window(self) -> int:
        """How many blocks may be in flight: two for each worker there is now; those of a cluster come and go."""
        lent = 0 if self._make else getattr(self.executor, "_max_workers", 0)
        return max(2, 2 * max(self._workers, lent))

    def _fill(self) -> bool:
        most = self._window()
        while len(self._flying) < most:
            task = self._again.popleft() if self._again else next(self._tasks, None)
            if task is None:
                return False
            if self._make and self._deaths[task.name] >= TRIES_TOGETHER:
                if self._flying:  # alone means alone
                    self._again.appendleft(task)
                    return False
                self._alone(task)
                continue
            try:
                self._flying[self.executor.submit(carry_out, task)] = task
            except BrokenExecutor as error:
                self._again.appendleft(task)
                self._mend(error)
        return True

    def _take(self, future: Future[Count]) -> None:
        error = future.exception()
        if isinstance(error, BrokenExecutor):
            raise error
        task = self._flying.pop(future)
        self._last, self._silent = time.monotonic(), 0
        if error is None:
            self._done(future.result())
        elif isinstance(error, SimError):
            raise error
        elif self._make is None and self._deaths[task.name] < TRIES_TOGETHER:  # a cluster that lost a worker
            self._deaths[task.name] += 1
            self._again.append(task)
        elif self._make is None and type(error).__name__ == KILLED:
            self._done(_given_up(task, DIED))
        else:
            raise _told(task, error) from error

    def _mend(self, error: BaseException | None) -> None:
        """A new pool; the blocks that were in flight are tried again."""
        if self._make is None:
            raise SimError(
                f"the executor that was handed in broke ({error}); what is finished is saved, "
                "run the same command again to go on"
            ) from error
        end_at_once(self.executor)
        for future, task in self._flying.items():
            if future.done() and not future.cancelled() and future.exception() is None:
                self._done(future.result())
                continue
            self._deaths[task.name] += 1
            self._again.append(task)
        self._flying.clear()
        self.executor, self._last = self._make(), time.monotonic()

    def _late(self) -> None:
        """A lent executor in which nothing finishes any more: its blocks are taken back, or given up."""
        self._silent += 1
        if self._silent > TRIES_TOGETHER:
            raise SimError(
                f"the executor handed in has finished nothing {self._silent} times for {self._patience:.0f} s; "
                "what is finished is saved, free its workers and run the same command again to go on"
            )
        for future, task in self._flying.items():
            self._deaths[task.name] += 1
            if future.cancel() and self._deaths[task.name] < TRIES_TOGETHER:
                self._again.append(task)
            else:
                self._done(_given_up(task, LATE.format(self._patience)))
        self._flying.clear()
        self._last = time.monotonic()

    def _alone(self, task: Task) -> None:
        """A block during which workers died: by itself, one run at a time, so that the killer is known."""
        folder = Path(gettempdir() if is_address(task.folder) else task.folder)
        task = replace(task, chunk=1, note=str(folder / f".{task.name}.now.tmp"))
        given_up = dict(task.given_up or {})
        while True:
            with suppress(OSError):
                Path(task.note).unlink()
            started = time.time()
            future = self.executor.submit(carry_out, replace(task, given_up=given_up))
            error, hung = self._watched(future, task.note, started)
            if error is None and not hung:
                self._done(future.result())
                self._last = time.monotonic()
                return
            if error is not None and not isinstance(error, BrokenExecutor):
                raise _told(task, error)
            end_at_once(self.executor)
            assert self._make is not None
            self.executor = self._make()
            try:
                killer = Path(task.note).read_text(encoding="utf-8")
            except OSError:
                killer = ""
            if not killer or killer in given_up:
                raise StoreError(
                    f"workers die before they can run block {task.name} ({error}); free memory, "
                    "or use fewer workers (--workers 1), and run the same command again"
                )
            given_up[killer] = HUNG.format(self._patience) if hung else DIED

    def _watched(self, future: Future[Count], note: str, started: float) -> tuple[BaseException | None, bool]:
        while True:
            wait([future], timeout=TICK)
            self._idle()
            if future.done():
                return future.exception(), False
            moved, patience = started, max(self._patience, BEGIN)
            with suppress(OSError):
                moved, patience = max(started, Path(note).stat().st_mtime), self._patience
            if time.time() - moved > patience:
                return None, True


def _given_up(task: Task, reason: str) -> Count:
    """All runs of a block as failed rows, unless the worker that was not heard of has written them meanwhile."""
    shard = read_shard(Path(task.folder), task.name)
    if shard is None:
        return carry_out(replace(task, given_up=dict.fromkeys((row.run_id for row in task.rows), reason)))
    failed = len(shard.failed)
    return Count(task.name, len(shard.run_ids) - failed, failed, time.time(), 0.0, "not heard of", 0)


def _told(task: Task, error: BaseException) -> SimError:
    if isinstance(error, SimError):
        return error
    return SimError(f"block {task.name} cannot be run: {type(error).__name__}: {error}")
