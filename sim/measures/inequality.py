"""Formulas of inequality and concentration, on the last axis, with weights: used by measures and tests."""

from __future__ import annotations

import numpy as np

from sim.units import Array

__all__ = ["atkinson", "gini", "kakwani", "theil"]


def gini(values: Array, weight: Array | None = None) -> Array:
    """Gini coefficient of non-negative values, (runs, 1), with people as weights where given.

    >>> round(float(gini(np.array([1., 2., 3., 4., 5.]))[0]), 10)
    0.2666666667
    >>> float(gini(np.array([0., 0., 0., 1.]))[0])
    0.75
    """
    weight = np.ones(values.shape) if weight is None else np.broadcast_to(weight, values.shape)
    order = np.argsort(values, axis=-1, kind="stable")
    x, w = np.take_along_axis(values, order, -1), np.take_along_axis(weight, order, -1)
    people = np.maximum(w.sum(axis=-1, keepdims=True), 1e-300)
    money = (w * x).sum(axis=-1, keepdims=True)
    before = np.cumsum(w, axis=-1) - 0.5 * w
    return np.asarray(
        (w * x * (2.0 * before / people - 1.0)).sum(axis=-1, keepdims=True) / np.where(money > 0, money, 1.0)
    )


def theil(values: Array, weight: Array | None = None) -> Array:
    """Theil's T, (runs, 1); zero values count as their limit 0.

    >>> round(float(theil(np.array([1., 2., 3., 4., 5.]))[0]), 10)
    0.1196875936
    """
    weight = np.ones(values.shape) if weight is None else np.broadcast_to(weight, values.shape)
    people = weight.sum(axis=-1, keepdims=True)
    mean = (weight * values).sum(axis=-1, keepdims=True) / people
    ratio = values / np.where(mean > 0.0, mean, 1.0)
    term = np.where(ratio > 0.0, ratio * np.log(np.where(ratio > 0.0, ratio, 1.0)), 0.0)
    return np.asarray((weight * term).sum(axis=-1, keepdims=True) / people)


def atkinson(values: Array, aversion: float, weight: Array | None = None) -> Array:
    """Atkinson index for an inequality aversion > 0, (runs, 1).

    >>> [round(float(atkinson(np.array([1., 2., 3., 4., 5.]), e)[0]), 10) for e in (0.5, 1.0, 2.0)]
    [0.0631533922, 0.1316096384, 0.2700729927]
    """
    weight = np.ones(values.shape) if weight is None else np.broadcast_to(weight, values.shape)
    share = weight / weight.sum(axis=-1, keepdims=True)
    mean = (share * values).sum(axis=-1, keepdims=True)
    positive = np.maximum(values, 1e-300)
    if aversion == 1.0:
        equal = np.exp((share * np.log(positive)).sum(axis=-1, keepdims=True))
    else:
        equal = (share * positive ** (1.0 - aversion)).sum(axis=-1, keepdims=True) ** (1.0 / (1.0 - aversion))
    return np.asarray(1.0 - equal / np.where(mean > 0.0, mean, 1.0))


def kakwani(paid: Array, income: Array, weight: Array) -> Array:
    """Kakwani index of payments: their concentration by rank of income less the Gini of income; above 0 progressive.

    `paid` and `income` are per head; `weight` people; agents without weight take no part.
    """
    order = np.argsort(income, axis=-1, kind="stable")
    x, p, w = (np.take_along_axis(np.broadcast_to(part, income.shape), order, -1) for part in (income, paid, weight))
    people = w.sum(axis=-1, keepdims=True)
    rank = (np.cumsum(w, axis=-1) - 0.5 * w) / np.where(people > 0.0, people, 1.0)

    def concentration(values: Array) -> Array:
        total = (w * values).sum(axis=-1, keepdims=True)
        return np.asarray(
            (w * values * (2.0 * rank - 1.0)).sum(axis=-1, keepdims=True) / np.where(total > 0, total, 1.0)
        )

    return concentration(p) - concentration(x)
