"""Typed values from the unit interval: what a distribution of a study file makes of a uniform number."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from sim.errors import ChoiceError
from sim.units import Array

__all__ = ["DISCRETE", "FAR", "form_name", "levels", "middle", "values"]

FORMS = ("uniform", "loguniform", "triangular", "normal", "choice", "integer", "draws")
DISCRETE = ("choice", "integer", "draws")
FAR = 4.0
"""Standard deviations at which a normal distribution without bounds is cut (its bounds are checked there)."""


def form_name(form: Mapping[str, Any]) -> str:
    """Which of the distributions a form is; `ChoiceError` where it is none.

    >>> form_name({"uniform": [0.0, 1.0], "where_present": False})
    'uniform'
    """
    for name in FORMS:
        if form.get(name) is not None:
            return name
    raise ChoiceError(f"found the distribution {dict(form)}, expected one of: {', '.join(FORMS)}")


def _uniform(given: Sequence[float], unit: Array) -> Array:
    low, high = given
    return np.clip(low + unit * (high - low), low, high)


def _loguniform(given: Sequence[float], unit: Array) -> Array:
    low, high = given
    return np.clip(np.exp(math.log(low) + unit * (math.log(high) - math.log(low))), low, high)


def _triangular(given: Sequence[float], unit: Array) -> Array:
    low, mode, high = given
    split = (mode - low) / (high - low)
    rising = low + np.sqrt(unit * (high - low) * (mode - low))
    falling = high - np.sqrt((1.0 - unit) * (high - low) * (high - mode))
    return np.clip(np.where(unit < split, rising, falling), low, high)


def _normal(given: Sequence[float], bounds: Sequence[float] | None, unit: Array) -> Array:
    """A normal distribution cut at its bounds: the mass outside is spread over the inside in proportion."""
    mean, deviation = given
    low, high = bounds if bounds is not None else (mean - FAR * deviation, mean + FAR * deviation)
    below, up_to = ndtr((low - mean) / deviation), ndtr((high - mean) / deviation)
    return np.clip(mean + deviation * ndtri(below + unit * (up_to - below)), low, high)


def _cell(count: int, unit: Array) -> list[int]:
    return [min(int(each * count), count - 1) for each in unit]


def values(form: Mapping[str, Any], unit: Array) -> list[Any]:
    """The values at points of the unit interval: floats, whole numbers, one of the listed values, a row of draws.

    `unit` is (futures,), in [0, 1]; the map rises (a larger point never gives a smaller number), so a design
    that fills the cube evenly fills the distribution evenly. Rows of a table of draws are equally likely and stand
    in the table's order.

    >>> values({"uniform": [2.0, 4.0]}, np.array([0.0, 0.5, 1.0]))
    [2.0, 3.0, 4.0]
    >>> values({"integer": [1, 3]}, np.array([0.0, 0.34, 0.99, 1.0]))
    [1, 2, 3, 3]
    >>> values({"choice": ["abs", "adaptive"]}, np.array([0.2, 0.7]))
    ['abs', 'adaptive']
    >>> values({"draws": "b.csv", "paths": ["a", "b"], "rows": [[1.0, 2.0], [3.0, 4.0]]}, np.array([0.7]))
    [(3.0, 4.0)]
    """
    unit = np.asarray(unit, dtype=np.float64)
    name = form_name(form)
    given = form[name]
    if name == "choice":
        return [given[cell] for cell in _cell(len(given), unit)]
    if name == "draws":
        return [tuple(form["rows"][cell]) for cell in _cell(len(form["rows"]), unit)]
    if name == "integer":
        return [given[0] + cell for cell in _cell(given[1] - given[0] + 1, unit)]
    if name == "uniform":
        found = _uniform(given, unit)
    elif name == "loguniform":
        found = _loguniform(given, unit)
    elif name == "triangular":
        found = _triangular(given, unit)
    else:
        found = _normal(given, form.get("bounds"), unit)
    return [float(each) for each in found]


def levels(form: Mapping[str, Any], count: int) -> Array:
    """Points of the unit interval for a grid: the middle of each cell of a discrete form, or even ones.

    >>> levels({"choice": ["a", "b"]}, 5).tolist(), levels({"uniform": [0.0, 1.0]}, 3).tolist()
    ([0.25, 0.75], [0.0, 0.5, 1.0])
    """
    name = form_name(form)
    if name in DISCRETE:
        size = _size(name, form)
        return (np.arange(size) + 0.5) / size
    return np.linspace(0.0, 1.0, count) if count > 1 else np.array([0.5])


def _size(name: str, form: Mapping[str, Any]) -> int:
    if name == "integer":
        return int(form[name][1] - form[name][0] + 1)
    return len(form["rows"] if name == "draws" else form[name])


def middle(form: Mapping[str, Any]) -> float:
    """The point at which a distribution is held while others vary: its median.

    Of joint draws, which have no order, that is the row nearest to the medians of the columns, distances in units of
    each column's range.

    >>> middle({"uniform": [2.0, 4.0]})
    0.5
    >>> middle({"draws": "b.csv", "paths": ["a", "b"], "rows": [[9.0, 0.0], [1.0, 0.1], [2.0, 0.2], [0.0, 0.9]]})
    0.625
    """
    if form_name(form) != "draws":
        return 0.5
    rows = form["rows"]
    far = np.zeros(len(rows))
    for column in zip(*rows, strict=True):
        if all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in column):
            numbers = np.array(column, dtype=np.float64)
            far += np.abs(numbers - np.median(numbers)) / (np.ptp(numbers) or 1.0)
    return (int(np.argmin(far)) + 0.5) / len(rows)
