"""The nations table: columns of every nation and year, kept where a study asks for them."""

from __future__ import annotations

import numpy as np

from sim.phases.run import Run
from sim.units import Array

__all__ = ["PANEL", "nation_panel"]

PANEL = (
    "gdp",
    "gdp_gain",
    "population",
    "readiness",
    "ai_use",
    "compute",
    "capability",
    "ai_service",
    "position",
    "stringency",
    "stringency_effective",
    "losses",
)


def nation_panel(run: Run) -> dict[str, Array]:
    """Columns of nations, (runs, nations) each: those of `PANEL`, and per body status, tier, dues, receipts, taste."""
    nations = run.state.nations
    found = {name: np.asarray(getattr(nations, name), dtype=np.float64) for name in PANEL}
    for name, body in run.state.bodies.items():
        for column in ("status", "tier", "dues", "receipts", "taste"):
            found[f"{name}.{column}"] = np.asarray(getattr(body.nations, column), dtype=np.float64)
    return found
