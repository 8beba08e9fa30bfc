"""Mesa, imported without what its import does to others.

In a notebook without widgets a bar that Mesa never draws here would warn about itself; that warning is left out.
Importing `mesa` sets the start method of process pools to spawn, for the whole process; here the method that was
set before is put back, so that a script which uses both an agent model and a pool keeps its own choice.
"""

from __future__ import annotations

import multiprocessing
import sys
import warnings

_known = "mesa" in sys.modules  # then whoever imported it has chosen already
_before = multiprocessing.get_start_method(allow_none=True)

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "IProgress not found")
    import mesa
    from mesa.agent import AgentSet

if not _known:
    multiprocessing.set_start_method(_before, force=True)

__all__ = ["AgentSet", "mesa"]
