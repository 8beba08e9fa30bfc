"""Scenario discovery: a box of inputs in which cases of interest gather (PRIM; Friedman and Fisher 1999)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from ema_workbench.analysis import prim

from sim.units import Array, Flags

__all__ = ["Box", "find_box"]


class Box(NamedTuple):
    """Limits of the restricted inputs, and what lies within: all cases found, cases among points, points of all."""

    limits: dict[str, tuple[float, float]]
    coverage: float
    density: float
    mass: float


def find_box(inputs: Mapping[str, Array], cases: Flags, density: float = 0.8, peel: float = 0.05) -> Box:
    """The box with most coverage among those of PRIM's path whose density is `density` at least.

    `inputs` are numbers, (points,) each; `cases` says which points are of interest; `peel` is the part cut off at a
    time. Where no box is dense enough, the densest is returned: look at its density. Raises `ValueError` for inputs
    that are not finite, and where all points or none are cases.

    >>> draws = np.random.default_rng(1).random((1000, 2))
    >>> found = find_box({"a": draws[:, 0], "b": draws[:, 1]}, draws[:, 0] < 0.3)
    >>> sorted(found.limits), found.density >= 0.8
    (['a'], True)
    """
    table = pd.DataFrame({name: np.asarray(column, dtype=np.float64) for name, column in inputs.items()})
    hit = np.asarray(cases, dtype=bool)
    if len(table) != len(hit) or not np.isfinite(table.to_numpy()).all():
        raise ValueError("expected one finite number for each input and point, and one flag for each point")
    if hit.all() or not hit.any():
        raise ValueError(f"{int(hit.sum())} of {len(hit)} points are cases; a box needs points of both kinds")
    path = prim.Prim(table, hit, threshold=0.5 * hit.mean(), peel_alpha=peel).find_box()
    steps = path.peeling_trajectory
    dense = steps[steps["density"] >= density]
    chosen = int(dense["coverage"].idxmax()) if len(dense) else int(steps["density"].idxmax())
    box = path.box_lims[chosen]
    limits = {
        name: (float(box[name].iloc[0]), float(box[name].iloc[1]))
        for name in table.columns
        if box[name].iloc[0] > table[name].min() or box[name].iloc[1] < table[name].max()
    }
    row = steps.loc[chosen]
    return Box(limits, float(row["coverage"]), float(row["density"]), float(row["mass"]))
