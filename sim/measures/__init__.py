"""Measures: what is recorded of a run, each a function with unit, formula and source, enrolled like a rule."""

from __future__ import annotations

from sim.measures import body, equity, goals, order, power, regimes, stability, world
from sim.measures.base import (
    columns,
    headline_columns,
    is_heavy,
    may_be_undefined,
    measure,
    measure_all,
    measure_of_body,
    metadata_of,
)
from sim.measures.panel import PANEL, nation_panel, panel_columns

__all__ = [
    "PANEL",
    "body",
    "columns",
    "equity",
    "goals",
    "headline_columns",
    "is_heavy",
    "may_be_undefined",
    "measure",
    "measure_all",
    "measure_of_body",
    "metadata_of",
    "nation_panel",
    "order",
    "panel_columns",
    "power",
    "regimes",
    "stability",
    "world",
]
