"""Sensitivity indices and scenario discovery: `sim.explore`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.explore.discovery import find_box
from sim.explore.sensitivity import saltelli, sobol_indices
from validation import computes


def indices(low: float, high: float, number: int, output: Callable[[Any], Any], base: int = 2**13) -> Any:
    """Indices of a function of `number` inputs, all uniform."""
    bounds = {f"x{place + 1}": (low, high) for place in range(number)}
    return sobol_indices(bounds, output(saltelli(bounds, base)), resamples=2)


def ishigami(x: Any) -> Any:
    """Ishigami function, a = 7, b = 0.1."""
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def sobol_g(x: Any) -> Any:
    """Sobol's G of eight inputs."""
    a = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])
    return np.prod((np.abs(4.0 * x - 2.0) + a) / (1.0 + a), axis=-1)


@computes("sensitivity.ishigami", (("first", "first"), ("total", "total"), ("pair", "second")))
def of_ishigami(which: str) -> Any:
    """First-order and total indices, and that of the pair of the first and third input."""
    found = getattr(indices(-np.pi, np.pi, 3, ishigami), which)
    return found[0, 2] if which == "second" else found


@computes("sensitivity.sobol-g", (("first", "first"), ("total", "total")))
def of_sobol_g(which: str) -> Any:
    """First-order and total indices of the first four inputs."""
    return getattr(indices(0.0, 1.0, 8, sobol_g), which)[:4]


@computes("sensitivity.linear")
def of_linear() -> Any:
    """First-order indices of x1 + 2 x2 + 3 x3 + 4 x4."""
    return indices(0.0, 1.0, 4, lambda x: x @ np.array([1.0, 2.0, 3.0, 4.0]), 2**10).first


@computes("discovery.box")
def box() -> Any:
    """Density and coverage, each up to what is asked; and the numbers of the restricted inputs."""
    x = np.random.default_rng(12345).random((2000, 5))
    found = find_box({f"x{place + 1}": x[:, place] for place in range(5)}, (x[:, 0] < 0.4) & (x[:, 1] > 0.6), 0.95)
    return min(found.density, 0.95), min(found.coverage, 0.85), *(float(name[1:]) for name in found.limits)
