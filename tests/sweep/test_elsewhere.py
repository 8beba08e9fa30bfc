"""Beyond one machine: a cluster that loses a worker, ranks of an MPI job, results in an object store."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from sim.cli import main
from sim.cli.cluster import OnCluster, mpi_executor
from sim.errors import SimError, StoreError
from sim.results import Results, open_results
from sim.store.remote import bring, put_shard

Sweep = Callable[..., Results]
STORE = "memory://waico-test/small"


def same(one: Results, other: Results) -> bool:
    for table in ("runs", "series"):
        pd.testing.assert_frame_equal(one.read(table), other.read(table), check_exact=True)
    return True


@pytest.fixture
def alone(study: Callable[..., Path], go: Sweep, tmp_path: Path) -> Results:
    """The small study as one process makes it."""
    found = go(study())
    (tmp_path / "out").rename(tmp_path / "alone")
    return open_results(found.path.parent / "alone")  # type: ignore[union-attr]


@pytest.fixture
def store() -> Iterator[Any]:
    fsspec = pytest.importorskip("fsspec", reason="the extra [store] is not installed")
    system = fsspec.filesystem("memory")
    yield system
    system.store.clear()
    system.pseudo_dirs[:] = [""]


def test_a_cluster_that_loses_a_worker_gives_the_same_tables(
    study: Callable[..., Path],
    go: Sweep,
    alone: Results,
    orders: Callable[..., None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The worker that holds the last block is killed; the scheduler gives the block to the other one."""
    distributed = pytest.importorskip("distributed", reason="the extra [dask] is not installed")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    orders(hold=[["strict", 5, 3]])
    killed: list[int] = []
    quiet = {"dashboard_address": None, "host": "127.0.0.1", "silence_logs": 50}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, **quiet) as cluster:
        with distributed.Client(cluster) as client:
            processes = client.run(os.getpid)

            over = threading.Event()

            def kill() -> None:
                while not (killed or over.wait(0.05)):
                    busy = [worker for worker, tasks in client.processing().items() for _ in tasks]
                    if len(busy) == 1 and len(list((tmp_path / "out" / "runs").glob("*.parquet"))) > 1:
                        killed.append(processes[busy[0]])
                        os.kill(killed[0], signal.SIGKILL)
                orders()

            killer = threading.Thread(target=kill)
            killer.start()
            executor = OnCluster(client)
            assert executor._max_workers == 2
            try:
                found = go(study(), executor=executor)
            finally:
                over.set()
                killer.join()
    assert killed and not found.failed.size and same(found, alone)


def test_a_block_that_kills_every_worker_of_a_cluster_is_failed_rows(study: Callable[..., Path], go: Sweep) -> None:
    class KilledWorker(Exception):  # noqa: N818
        """As Dask's, by its name."""

    class Deadly(ThreadPoolExecutor):
        first = ""

        def submit(self, fn: Callable[..., Any], /, *args: Any, **more: Any) -> Any:
            self.first = self.first or args[0].name
            return super().submit(self.die if args[0].name == self.first else fn, *args, **more)

        def die(self, *_: Any) -> None:
            raise KilledWorker("one worker after another died")

    path = study()
    with Deadly(2) as pool:
        runs = go(path, executor=pool).runs
    failed = runs[runs["status"] == "failed"]
    assert len(runs) == 48 and 0 < len(failed) <= 16
    assert failed["error"].str.contains("the worker that ran this died").all()
    assert (go(path, retry_failed=True).runs["status"] == "ok").all()


def test_workers_that_come_later_are_kept_busy(study: Callable[..., Path], go: Sweep) -> None:
    class Growing(ThreadPoolExecutor):
        most = 0

        def submit(self, fn: Callable[..., Any], /, *args: Any, **more: Any) -> Any:
            self._max_workers = 4
            Growing.most = max(Growing.most, self._work_queue.qsize() + 1)
            time.sleep(0.01)
            return super().submit(fn, *args, **more)

    with Growing(1) as pool:
        assert (go(study(futures=24), executor=pool).runs["status"] == "ok").all()


def test_an_object_store_fills_the_folder(study: Callable[..., Path], go: Sweep, alone: Results, store: Any) -> None:
    with ThreadPoolExecutor(2) as pool:
        found = go(study(), executor=pool, shards=STORE)
    assert same(found, alone)
    there = {name.rsplit("/", 1)[-1] for name in store.ls("/waico-test/small/runs", detail=False)}
    assert there == {path.name for path in (found.path / "runs").iterdir()}  # type: ignore[operator]


def test_what_a_store_holds_is_not_run_again(study: Callable[..., Path], go: Sweep, tmp_path: Path, store: Any) -> None:
    path = study()
    go(path, shards=STORE, futures=3)
    kept = {name: store.modified(name) for name in store.find("/waico-test/small")}
    (tmp_path / "out").rename(tmp_path / "lost")  # the machine that asked is gone, and its disk with it
    found = go(path, shards=STORE, futures=3)
    assert {name: store.modified(name) for name in store.find("/waico-test/small")} == kept
    assert len(found.runs) == 24 and (found.runs["status"] == "ok").all()
    go(path, shards=STORE, futures=3, fresh=True)
    assert all(store.modified(name) > when for name, when in kept.items())


def test_half_a_shard_in_a_store_is_none(study: Callable[..., Path], go: Sweep, store: Any, alone: Results) -> None:
    found = go(study(), shards=STORE)
    name = next((found.path / "runs").iterdir()).name  # type: ignore[operator]
    store.rm(f"/waico-test/small/runs/{name}")
    folder = found.path.parent / "elsewhere"  # type: ignore[union-attr]
    assert bring(STORE, folder, ("runs", "series")) == len(list((found.path / "runs").iterdir())) - 1  # type: ignore[operator]
    assert not list(folder.rglob(".*"))


@pytest.mark.parametrize(("address", "said"), [("results/x", "for a folder use"), ("nosuch://x", "cannot be used")])
def test_an_address_that_cannot_be_used_is_one_sentence(address: str, said: str, store: Any) -> None:
    with pytest.raises(StoreError, match=said):
        put_shard(address, "a", {}, {})


def test_mpi_without_ranks_is_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    alone = SimpleNamespace(COMM_WORLD=SimpleNamespace(Get_size=lambda: 1))
    monkeypatch.setitem(sys.modules, "mpi4py", SimpleNamespace(MPI=alone))
    monkeypatch.setitem(sys.modules, "mpi4py.MPI", alone)
    monkeypatch.setitem(sys.modules, "mpi4py.futures", SimpleNamespace())
    with pytest.raises(SimError, match="a single process, expected at least 2; write: mpiexec"), mpi_executor():
        pass
    with pytest.raises(SystemExit):
        main(["sweep", "first-look", "--mpi", "--dask", "local"])
    assert "expected one of them" in capsys.readouterr().err


def test_ranks_of_an_mpi_job_give_the_same(alone: Results, study: Callable[..., Path], tmp_path: Path) -> None:
    if importlib.util.find_spec("mpi4py") is None:
        pytest.skip("mpi4py is not installed (the extra [mpi], which needs a system MPI)")
    code = (
        "import sys; from sim import sweep; from sim.cli.cluster import mpi_executor\n"
        "if __name__ == '__main__':\n"
        "    with mpi_executor() as pool: sweep(*sys.argv[1:], pool, engine='stub_engine', progress=False)\n"
    )
    script = tmp_path / "ranks.py"
    script.write_text(code)
    where = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    words = ["mpiexec", "--allow-run-as-root", "--oversubscribe", "-n", "3", sys.executable, "-m", "mpi4py.futures"]
    command = [*words, str(script), str(study()), str(tmp_path / "ranks")]
    done = subprocess.run(command, env=where, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert same(open_results(tmp_path / "ranks"), alone)
