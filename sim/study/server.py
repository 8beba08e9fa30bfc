"""The server that workers are forked from: it loads the model once, and tidies up where its parent could not."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import time

import sim.study.work  # noqa: F401  so that workers are born with the model

__all__: list[str] = []


def _tidy(folder: str, parent: int) -> None:
    """Remove the folder of sockets that a killed parent left; one that ended in order has done so itself."""
    # The pipe that ends the server closes a moment before the kernel hands the killed parent's children on.
    for _ in range(30):
        if os.getppid() != parent or not os.path.isdir(folder):
            break
        time.sleep(0.01)
    if os.getppid() != parent:
        shutil.rmtree(folder, ignore_errors=True)


_told = os.environ.pop("WAICO_SERVER", "")  # the parent's process number and the folder of its sockets
if _told:  # nothing of this is done where the module is only looked at
    # The parent held Ctrl-C back while this was imported. From here on it is not heard at all, in the workers
    # neither: the parent hears it and ends them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    # The server ends in order when its parent dies; workers leave without this.
    atexit.register(_tidy, _told.partition(" ")[2], int(_told.partition(" ")[0]))
