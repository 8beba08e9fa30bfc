"""A contest in which performance wins and costs safety (the safety-performance trade-off, after Trager et al.).

Each of n equal firms buys safety x_s and performance x_p at a price r. Performance p = B x_p^beta; safety
s = A x_s^alpha p^-theta, which falls with performance; a win is safe with probability sigma = s/(1+s). Firm i wins
with probability q_i = p_i / sum p, and u_i = sigma_i q_i - d (1 - sum sigma_j q_j) - r (x_s + x_p): its own safe win,
less harm d from anybody's unsafe one. Equations after the package AIIncentives.jl.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.units import Array

__all__ = ["Symmetric", "gain_from_deviating", "symmetric_equilibrium", "utility"]

Number = Array | float


class Symmetric(NamedTuple):
    """What every firm does in the symmetric equilibrium; `sigma` is the probability that a win is safe."""

    safety_input: Array
    performance_input: Array
    safety: Array
    performance: Array
    sigma: Array


def symmetric_equilibrium(
    firms: Number,
    *,
    safety_scale: Number,
    safety_power: Number,
    performance_scale: Number,
    performance_power: Number,
    tradeoff: Number,
    damage: Number,
    price: Number,
) -> Symmetric:
    """The symmetric interior solution of the first-order conditions, for arrays of any one shape.

    With q = 1/n the conditions give both inputs as functions of s alone, and the log of what they produce, less ln s,
    falls in s for alpha <= 1: one root, found by bisection. It exists for every n > 1; whether no firm gains by a
    large deviation is another question, see `gain_from_deviating`. `firms` may be an effective number, not whole.

    >>> row = dict(safety_scale=10.0, safety_power=0.5, performance_scale=10.0, performance_power=0.5)
    >>> found = symmetric_equilibrium(2.0, **row, tradeoff=0.25, damage=1.0, price=0.05)
    >>> [round(float(part), 6) for part in found]
    [1.249483, 1.821696, 5.83184, 13.497021, 0.853627]
    """
    q = np.minimum(1.0 / np.asarray(firms, dtype=np.float64), 1.0 - 1e-12)
    slope = (1.0 + np.asarray(damage)) * tradeoff
    least = np.maximum(slope / (1.0 - q) - 1.0, 0.0)
    shape = np.broadcast_shapes(least.shape, *(np.shape(one) for one in (safety_scale, safety_power, price)),
                                *(np.shape(one) for one in (performance_scale, performance_power)))  # fmt: skip
    low, high = np.full(shape, -60.0), np.full(shape, 60.0)

    def inputs(above: Array) -> tuple[Array, Array, Array]:
        s = least + above
        part = q * s / ((1.0 + s) ** 2 * price)
        # (1-q)(1+s) - slope, written so that nothing cancels near its zero
        margin = (1.0 - q) * above + np.maximum((1.0 - q) - slope, 0.0)
        return s, (1.0 + damage) * safety_power * part, performance_power * part * margin

    for _ in range(64):
        middle = 0.5 * (low + high)
        s, x_safe, x_fast = inputs(np.exp(middle))
        made = np.log(safety_scale) + safety_power * np.log(x_safe)
        made = made - tradeoff * (np.log(performance_scale) + performance_power * np.log(x_fast))
        more = made > np.log(s)
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    s, x_safe, x_fast = inputs(np.exp(0.5 * (low + high)))
    return Symmetric(x_safe, x_fast, s, performance_scale * x_fast**performance_power, s / (1.0 + s))


def utility(
    own: tuple[Number, Number],
    others: Symmetric,
    firms: int,
    *,
    safety_scale: float,
    safety_power: float,
    performance_scale: float,
    performance_power: float,
    tradeoff: float,
    damage: float,
    price: float,
) -> Array:
    """Utility of a firm with inputs `own` (safety, performance) while n - 1 firms play `others`."""
    x_safe, x_fast = (np.asarray(one, dtype=np.float64) for one in own)
    p = performance_scale * x_fast**performance_power
    weaker = p**tradeoff
    made = safety_scale * x_safe**safety_power
    sigma = made / (made + weaker) if np.all(made + weaker > 0.0) else np.where(made > 0.0, 1.0, 0.0)
    q = p / (p + (firms - 1) * others.performance)
    safe = sigma * q + (1.0 - q) * others.sigma
    return np.asarray(sigma * q - damage * (1.0 - safe) - price * (x_safe + x_fast))


def gain_from_deviating(others: Symmetric, firms: int, points: int = 160, **row: float) -> float:
    """Most that one firm gains by leaving the symmetric solution, over a log grid of inputs and none at all.

    Zero or less (to the grid's fineness) means that the solution is an equilibrium.

    >>> row = dict(safety_scale=10.0, safety_power=0.5, performance_scale=10.0, performance_power=0.5)
    >>> row |= dict(tradeoff=0.25, damage=1.0, price=0.05)
    >>> gain_from_deviating(symmetric_equilibrium(2.0, **row), 2, **row) < 1e-9
    True
    """
    here = float(utility((others.safety_input, others.performance_input), others, firms, **row))
    levels = np.concatenate([[0.0], np.geomspace(1e-6, 1e3, points)])
    found = utility((levels[:, None] + 0.0, levels[None, 1:] + 0.0), others, firms, **row)
    nothing = -row["damage"] * (1.0 - float(others.sigma))
    return float(max(found.max(), nothing) - here)
