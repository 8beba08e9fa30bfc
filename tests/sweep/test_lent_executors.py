"""Executors that are lent: what their workers lose, what they hold, and on which machines they are."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sim.errors import SimError, StoreError
from sim.results import Results
from sim.store import machine
from sim.study import driver, work
from sim.study.again import again

Sweep = Callable[..., Results]


class Lent(ThreadPoolExecutor):
    """An executor whose workers never come back from some blocks, and that may take a block back as a cluster does."""

    def __init__(self, losing: int, taken_back: bool) -> None:
        super().__init__(2)
        self.losing, self.taken_back, self.lost = losing, taken_back, 0
        self._given: list[Future[Any]] = []
        self._now = 0.0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
        if self.lost < self.losing:
            self.lost += 1
            future: Future[Any] = Future()
            if not self.taken_back:
                future.set_running_or_notify_cancel()
            return future
        self._given.append(super().submit(fn, *args, **more))
        return self._given[-1]

    def now(self) -> float:
        """A clock that stands still while a block is under way, however busy the machine is, and leaps otherwise."""
        if all(future.done() for future in self._given):
            self._now += 60.0
        return self._now


@pytest.fixture
def by_clock_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[Lent], None]:
    def give(pool: Lent) -> None:
        monkeypatch.setattr(driver, "TICK", 0.05)
        monkeypatch.setattr(driver, "time", SimpleNamespace(monotonic=pool.now, time=lambda: 0.0))

    return give


def test_a_lent_executor_that_loses_a_block_leaves_failed_rows(
    study: Callable[..., Path], go: Sweep, by_clock_of: Callable[[Lent], None]
) -> None:
    path = study()
    with Lent(1, taken_back=False) as pool:
        by_clock_of(pool)
        runs = go(path, executor=pool, patience=100.0).runs
    failed = runs[runs["status"] == "failed"]
    assert len(runs) == 48 and 0 < len(failed) <= 16
    assert failed["error"].str.contains("nothing was heard of this run's block for 100 s; use --retry-failed").all()
    assert (go(path, retry_failed=True).runs["status"] == "ok").all()


def test_a_block_that_is_taken_back_is_tried_again(
    study: Callable[..., Path], go: Sweep, by_clock_of: Callable[[Lent], None]
) -> None:
    with Lent(1, taken_back=True) as pool:
        by_clock_of(pool)
        assert (go(study(), executor=pool, patience=100.0).runs["status"] == "ok").all()


def test_a_lent_executor_that_answers_nothing_is_one_sentence(
    study: Callable[..., Path], go: Sweep, by_clock_of: Callable[[Lent], None]
) -> None:
    with Lent(10**6, taken_back=True) as pool, pytest.raises(SimError, match="has finished nothing 3 times"):
        by_clock_of(pool)
        pool._max_workers = 1  # a window of two blocks, so that some are left
        go(study(futures=24), executor=pool, patience=100.0)


def test_a_block_written_after_all_is_not_given_up(
    study: Callable[..., Path], go: Sweep, by_clock_of: Callable[[Lent], None]
) -> None:
    """A worker of a cluster that was cut off from the scheduler, and not from the disk."""

    class CutOff(Lent):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
            if not self.lost:
                fn(*args, **more)
            return super().submit(fn, *args, **more)

    with CutOff(1, taken_back=False) as pool:
        by_clock_of(pool)
        assert (go(study(), executor=pool, patience=100.0).runs["status"] == "ok").all()


def test_a_worker_with_other_code_is_refused(
    study: Callable[..., Path], go: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "_own_origin", lambda engine, modules: {"code": "another"})
    with ThreadPoolExecutor(1) as pool, pytest.raises(StoreError, match="runs other code or data.*same version"):
        go(study(), executor=pool)


def test_workers_on_another_machine_are_told_once_and_stand_in_the_manifest(
    study: Callable[..., Path], go: Sweep, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = {**machine.machine(), "processor_features": ["another"], "numpy": "0.1"}
    monkeypatch.setattr(work, "_machine", lambda: other)
    path = study()
    with ThreadPoolExecutor(2) as pool:
        found = go(path, executor=pool, progress=True)
    assert capsys.readouterr().err.count("has another numpy, processor features than this machine") == 1
    (worker,) = found.manifest["made_with"]["workers"]
    assert worker["processor_features"] == ["another"] and worker["host"]
    assert any("another numpy" in note for note in again(found.path, found.runs["run_id"].iloc[0]).notes)
    monkeypatch.undo()
    found = go(path, replicates=5)
    assert "another" in found.manifest["made_with"]["earlier_machines"][0]["processor_features"]
