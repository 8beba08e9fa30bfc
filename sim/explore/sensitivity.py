"""Variance-based sensitivity of an output to uncertain inputs (Sobol 2001), by SALib, with guards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import sobol as sobol_sample

from sim.units import Array

__all__ = ["Indices", "saltelli", "sobol_indices"]

Bounds = Mapping[str, tuple[float, float]]


class Indices(NamedTuple):
    """Sobol indices by input, in the order of the bounds: first-order, total, and of pairs (upper triangle)."""

    first: Array
    total: Array
    second: Array


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


def sobol_indices(bounds: Bounds, output: Array) -> Indices:
    """Indices from the output (points,) at the points of `saltelli`, in their order.

    Raises `ValueError` for a wrong number of points, values that are not finite, and an output that never varies.

    >>> bounds = {"a": (0.0, 1.0), "b": (0.0, 1.0)}
    >>> found = sobol_indices(bounds, saltelli(bounds, 1024) @ np.array([1.0, 2.0]))
    >>> found.first.round(2).tolist()
    [0.2, 0.8]
    """
    y = np.asarray(output, dtype=np.float64)
    block = 2 * len(bounds) + 2
    if y.ndim != 1 or len(y) == 0 or len(y) % block:
        raise ValueError(f"found outputs of shape {y.shape}, expected a list whose length is a multiple of {block}")
    if not np.isfinite(y).all():
        raise ValueError(f"{int((~np.isfinite(y)).sum())} of {len(y)} outputs are not finite; indices need every run")
    if np.ptp(y) == 0.0:
        raise ValueError("the output never varies, so there is no variance to explain")
    found = sobol_analysis.analyze(_problem(bounds), y, calc_second_order=True, num_resamples=2, seed=1)
    return Indices(*(np.asarray(found[key], dtype=np.float64) for key in ("S1", "ST", "S2")))
