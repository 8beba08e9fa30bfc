"""Executors beyond this machine."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

__all__ = ["dask_executor"]


@contextmanager
def dask_executor(address: str) -> Iterator[Executor]:
    """An executor on a Dask cluster: `local`, or the address of a scheduler such as tcp://host:8786."""
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
            yield client.get_executor(pure=False)
        return
    try:
        client = distributed.Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise SimError(
            f"no Dask scheduler answers at '{address}' ({error}); write tcp://HOST:8786, or local"
        ) from None
    with client:
        yield client.get_executor(pure=False)
