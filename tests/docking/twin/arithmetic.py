"""A few functions of numbers that several agents need."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TypeVar

Key = TypeVar("Key")

NOTHING = -9.0  # OOM that stands for no capability; no maximum over firms is below it


def sigma(value: float) -> float:
    """The logistic function."""
    return 1.0 / (1.0 + math.exp(-value)) if value > -700.0 else 0.0


def clip(value: float, low: float, high: float) -> float:
    return max(low, min(value, high))


def approach(now: float, target: float, rate: float, dt: float) -> float:
    """What a value becomes that moves towards a target at a rate."""
    return now + (target - now) * (1.0 - math.exp(-rate * dt))


def best(values: Iterable[float]) -> float:
    """The largest of some capabilities."""
    return max(NOTHING, max(values, default=NOTHING))


def mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


def shares(weight: Mapping[Key, float]) -> dict[Key, float]:
    """Weights scaled to sum 1; all 0 where nobody has weight."""
    total = sum(weight.values())
    return {key: value / total if total > 0.0 else 0.0 for key, value in weight.items()}


def poisson_count(uniform: float, expected: float) -> int:
    """A Poisson count by inversion of one uniform, at most 60 (7.9)."""
    term = math.exp(-expected)
    below, count = term, 0
    while count < 60 and uniform > below:
        count += 1
        term *= expected / count
        below += term
    return count
