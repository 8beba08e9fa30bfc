"""The nations table: columns of every nation and year, kept where a study asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.phases.run import Run
from sim.units import Array

__all__ = ["PANEL", "nation_panel", "panel_columns"]

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


IN_BODY = ("status", "tier", "dues", "receipts", "taste")


def panel_columns(resolved: Mapping[str, Any]) -> tuple[str, ...]:
    """Columns of the nations table of a resolved scenario, in their order, known before a run."""
    return (*PANEL, *(f"{body}.{column}" for body in resolved["bodies"] for column in IN_BODY))


def nation_panel(run: Run) -> dict[str, Array]:
    """Columns of nations, (runs, nations) each: those of `PANEL`, and per body status, tier, dues, receipts, taste."""
    nations = run.state.nations
    found = {name: np.asarray(getattr(nations, name), dtype=np.float64) for name in PANEL}
    for name, body in run.state.bodies.items():
        for column in IN_BODY:
            found[f"{name}.{column}"] = np.asarray(getattr(body.nations, column), dtype=np.float64)
    return found
