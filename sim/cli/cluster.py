"""Executors beyond this machine."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any

__all__ = ["OnCluster", "dask_executor", "mpi_executor"]

LOOK_EVERY = 2.0


class OnCluster(Executor):
    """A Dask client as an executor that knows how many threads the cluster has now.

    Workers of a batch queue arrive one by one and may leave: `_max_workers` is what a sweep keeps busy, with two blocks
    each. The block of a worker that dies is given to another by the scheduler, three times at most.
    """

    def __init__(self, client: Any) -> None:
        self.client = client
        self._inner = client.get_executor(pure=False)  # equal calls are run as often as they are asked for
        self._threads, self._looked = 0, -LOOK_EVERY

    @property
    def _max_workers(self) -> int:
        if time.monotonic() - self._looked >= LOOK_EVERY:
            self._threads, self._looked = sum(self.client.nthreads().values()), time.monotonic()
        return max(1, self._threads)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Ask the cluster; the answer is a future of the standard library."""
        future: Future[Any] = self._inner.submit(fn, *args, **kwargs)
        return future


@contextmanager
def dask_executor(address: str) -> Iterator[Executor]:
    """An executor on a Dask cluster: `local`, or the address of a scheduler such as tcp://host:8786.

    Raises `SimError` where Dask is absent or nobody answers.
    """
    from importlib import import_module

    from sim.errors import SimError

    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise SimError("--dask needs Dask; write: pip install 'waico-sim[dask]'") from None
    # A worker that hears the scheduler leave says so with a traceback; what matters reaches the caller as an error.
    for name in ("distributed.worker", "distributed.nanny"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    if address == "local":
        cluster = distributed.LocalCluster(
            dashboard_address=None, host="127.0.0.1", threads_per_worker=1, silence_logs=logging.CRITICAL
        )
        with cluster, distributed.Client(cluster) as client:
            yield OnCluster(client)
        return
    try:
        client = distributed.Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise SimError(
            f"no Dask scheduler answers at '{address}' ({error}); write tcp://HOST:8786, or local"
        ) from None
    with client:
        yield OnCluster(client)


@contextmanager
def mpi_executor() -> Iterator[Executor]:
    """An executor on the other ranks of a job started as `mpiexec -n N python -m mpi4py.futures -m sim ...`.

    Raises `SimError` where mpi4py is absent, or where there is no second rank: a single process would ask the batch
    system for new ones, which most refuse.
    """
    from importlib import import_module

    from sim.errors import SimError

    try:
        communicator: Any = import_module("mpi4py.MPI").COMM_WORLD
        futures: Any = import_module("mpi4py.futures")
    except ImportError as error:
        raise SimError(f"--mpi needs mpi4py and a system MPI ({error}); write: pip install 'waico-sim[mpi]'") from None
    ranks = communicator.Get_size()
    if ranks < 2:
        raise SimError(
            "--mpi found a single process, expected at least 2; "
            "write: mpiexec -n 128 python -m mpi4py.futures -m sim sweep STUDY --mpi"
        )
    with futures.MPIPoolExecutor(max_workers=ranks - 1) as pool:
        pool._max_workers = ranks - 1
        yield pool
