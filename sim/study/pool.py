"""Where blocks are run: in this process, or in a pool of local processes that end when this one does.

The pool uses its own context (never the start method of the program around it) and forks from a small
server that has the model loaded already. Its workers do not import the user's main module, so a sweep works
at the top level of a script and in a notebook, use one thread each for linear algebra, and leave Ctrl-C to
the parent.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import forkserver, popen_forkserver, resource_tracker, util
from multiprocessing.context import ForkServerContext, ForkServerProcess
from types import ModuleType
from typing import Any

from sim.errors import SimError

__all__ = ["Serial", "end_at_once", "local_pool", "start_server", "worker_count"]

PRELOADED = ["sim.study.server"]
_TOLD = "WAICO_SERVER"  # read by sim.study.server, which only the server loads
LONGEST = 89
"""A socket's path has at most 107 bytes on Linux; its own name takes 18 of them."""
_ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "BLIS_NUM_THREADS",
)


class Serial(Executor):
    """An executor that runs each call at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call now; the future that comes back is done."""
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@contextmanager
def _main_hidden() -> Iterator[None]:
    """While a process is started, show it an empty main module, so that it does not run the user's."""
    main = sys.modules.get("__main__")
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        if main is not None:
            sys.modules["__main__"] = main


@contextmanager
def _one_thread() -> Iterator[None]:
    """The environment a process is born with decides how many threads its linear algebra uses."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _interrupt_held() -> Iterator[None]:
    """A process started in here holds Ctrl-C back from its first moment, also while it still imports."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Process(ForkServerProcess):
    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802  the name multiprocessing calls
        start_server()  # one that was killed meanwhile would be started below, deaf to nothing
        with _main_hidden(), _one_thread():
            return popen_forkserver.Popen(process_obj)


class _Context(ForkServerContext):
    Process = _Process


def start_server() -> None:
    """Start the server that workers are forked from; it loads the model while the caller goes on.

    Raises `SimError` where the folder for temporary files has too long a name for a socket in it.
    """
    folder = util.get_temp_dir()
    if len(os.fsencode(folder)) > LONGEST:
        raise SimError(
            f"the folder for temporary files has too long a name for workers to talk through: found {folder}, "
            f"expected at most {LONGEST - 14} characters; write TMPDIR=/tmp before the command"
        )
    resource_tracker.ensure_running()  # it lifts the hold on Ctrl-C where it starts itself, so it goes first
    with _main_hidden(), _one_thread(), _interrupt_held():
        forkserver.set_forkserver_preload(PRELOADED)
        os.environ[_TOLD] = f"{os.getpid()} {folder}"
        try:
            forkserver.ensure_running()
        finally:
            del os.environ[_TOLD]


def _ends_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _prepare() -> None:
    """First act of a worker."""
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_ends_with_parent, daemon=True, name="ends-with-parent").start()


def worker_count(asked: int | None) -> int:
    """How many workers: what was asked for, else one for each processor this process may use."""
    return max(1, asked or len(os.sched_getaffinity(0)))


def local_pool(workers: int) -> ProcessPoolExecutor:
    """A pool of local worker processes."""
    start_server()
    return ProcessPoolExecutor(workers, mp_context=_Context(), initializer=_prepare)


def end_at_once(pool: Executor) -> None:
    """End a pool without waiting; files are written whole or not at all, so none is harmed."""
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        process.kill()
    pool.shutdown(wait=True, cancel_futures=True)
