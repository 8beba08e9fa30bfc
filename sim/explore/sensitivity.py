"""Sensitivity of an output to uncertain inputs, by SALib with guards: Sobol (2001) indices, Morris (1991) effects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from SALib.analyze import morris as morris_analysis
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import sobol as sobol_sample

from sim.units import Array

__all__ = ["Effects", "Indices", "elementary_effects", "saltelli", "sobol_indices"]

MORRIS_LEVELS = 4  # of the design `morris` of a study

Bounds = Mapping[str, tuple[float, float]]


class Indices(NamedTuple):
    """Sobol indices by input, in the order of the bounds: first-order, total, and of pairs (upper triangle).

    The half widths are those of bootstrap intervals over blocks of points; `second` is blank where not asked for.
    """

    first: Array
    total: Array
    second: Array
    first_half_width: Array
    total_half_width: Array


class Effects(NamedTuple):
    """Elementary effects by input: mean, mean absolute value, its interval's half width, and standard deviation."""

    mean: Array
    absolute: Array
    half_width: Array
    deviation: Array


def _problem(bounds: Bounds) -> dict[str, object]:
    if not bounds:
        raise ValueError("found no inputs, expected bounds of one at least")
    for name, (low, high) in bounds.items():
        if not (np.isfinite(low) and np.isfinite(high) and low < high):
            raise ValueError(f"{name}: found bounds {low:g} to {high:g}, expected finite bounds, low below high")
    return {"num_vars": len(bounds), "names": list(bounds), "bounds": [list(pair) for pair in bounds.values()]}


def saltelli(bounds: Bounds, base: int, seed: int = 1) -> Array:
    """Points (base*(2*inputs + 2), inputs) at which the output is needed; `base` a power of two.

    >>> saltelli({"a": (0.0, 1.0), "b": (0.0, 1.0)}, 8).shape
    (48, 2)
    """
    if base < 2 or base & (base - 1):
        raise ValueError(f"found a base of {base}, expected a power of two such as 1024: the sequence needs it")
    return np.asarray(sobol_sample.sample(_problem(bounds), base, calc_second_order=True, seed=seed))


def sobol_indices(
    bounds: Bounds, output: Array, *, pairs: bool = True, resamples: int = 100, level: float = 0.95
) -> Indices:
    """Indices from the output (points,) at the points of `saltelli`, in their order.

    Without `pairs` blocks are those of the design `saltelli` of a study, inputs + 2 rows each. Raises
    `ValueError` for a wrong number of points, values that are not finite, and an output that never varies.

    >>> bounds = {"a": (0.0, 1.0), "b": (0.0, 1.0)}
    >>> found = sobol_indices(bounds, saltelli(bounds, 1024) @ np.array([1.0, 2.0]))
    >>> found.first.round(2).tolist()
    [0.2, 0.8]
    """
    y = np.asarray(output, dtype=np.float64)
    block = (2 if pairs else 1) * len(bounds) + 2
    if y.ndim != 1 or len(y) == 0 or len(y) % block:
        raise ValueError(f"found outputs of shape {y.shape}, expected a list whose length is a multiple of {block}")
    if not np.isfinite(y).all():
        raise ValueError(f"{int((~np.isfinite(y)).sum())} of {len(y)} outputs are not finite; indices need every run")
    if np.ptp(y) == 0.0:
        raise ValueError("the output never varies, so there is no variance to explain")
    found = sobol_analysis.analyze(
        _problem(bounds), y, calc_second_order=pairs, num_resamples=resamples, conf_level=level, seed=1
    )
    second = found["S2"] if pairs else np.full((len(bounds), len(bounds)), np.nan)
    parts = (found["S1"], found["ST"], second, found["S1_conf"], found["ST_conf"])
    return Indices(*(np.asarray(part, dtype=np.float64) for part in parts))


def elementary_effects(unit: Array, output: Array, *, resamples: int = 1000, level: float = 0.95) -> Effects:
    """Morris's elementary effects of an output (rows,) on the inputs of a design `morris`, `unit` (rows, inputs).

    Rows stand trajectory by trajectory, inputs + 1 rows each, as `Design.unit` holds them. An effect is in the output's
    unit for a move over an input's whole range, were the output linear. `half_width` is the bootstrap interval of
    `absolute` over trajectories (Campolongo, Cariboni and Saltelli 2007). Raises `ValueError` for rows that are no
    trajectories and outputs that are not finite.

    >>> unit = np.array([[0, 0], [2, 0], [2, 2], [1, 3], [1, 1], [3, 1]]) / 3
    >>> found = elementary_effects(unit, unit @ np.array([1.0, -2.0]))
    >>> found.absolute.round(6).tolist(), found.deviation.round(6).tolist()
    ([1.0, 2.0], [0.0, 0.0])
    """
    points, y = np.asarray(unit, dtype=np.float64), np.asarray(output, dtype=np.float64)
    inputs = points.shape[-1]
    if points.ndim != 2 or y.shape != points.shape[:1] or len(y) % (inputs + 1) or len(y) < 2 * (inputs + 1):
        expected = f"trajectories of {inputs + 1} rows, two at least, and one output a row"
        raise ValueError(f"found points {points.shape} and outputs {y.shape}, expected {expected}")
    moved = (np.diff(points.reshape(-1, inputs + 1, inputs), axis=1) != 0.0).sum(axis=-1)
    if (moved != 1).any():
        raise ValueError("found rows of a trajectory that differ in none or several inputs, expected exactly one")
    if not np.isfinite(y).all():
        raise ValueError(f"{int((~np.isfinite(y)).sum())} of {len(y)} outputs are not finite; effects need every run")
    names = [f"x{place}" for place in range(inputs)]
    problem = {"num_vars": inputs, "names": names, "bounds": [[0.0, 1.0]] * inputs}
    found = morris_analysis.analyze(
        problem, points, y, num_resamples=resamples, conf_level=level, num_levels=MORRIS_LEVELS, seed=1
    )
    return Effects(*(np.asarray(found[key], dtype=np.float64) for key in ("mu", "mu_star", "mu_star_conf", "sigma")))
