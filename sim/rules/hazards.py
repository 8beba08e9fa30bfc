"""Harm: how often, how large, who bears it, and what a response unit takes off."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, number
from sim.rules.economy import usefulness
from sim.units import Array

incidents = Family("incidents", "How often a firm's systems cause serious harm.")
misuse = Family("misuse", "Harm by users of openly published models.")
severity = Family("severity", "How large one harm is.")


@incidents(
    base=number(
        4.0,
        "1/year",
        0.5,
        20.0,
        "assumption; hazard levels are not known and must be swept",
        "serious incidents a year of a firm that does everything, at full capability and no effort",
    ),
    midpoint=number(3.0, "OOM", 0.0, 6.0, "assumption", "capability at which half of that hazard is reached"),
    width=number(1.5, "OOM", 0.5, 3.0, "assumption", "spread of the hazard over capability"),
    effect=number(0.9, "share", 0.5, 1.0, "assumption", "part of the hazard that full effort removes"),
)
def bounded_hazard(
    capability: Array,
    share: Array,
    safety: Array,
    *,
    base: Array,
    midpoint: Array,
    width: Array,
    effect: Array,
) -> Array:
    """Rate of serious incidents per firm and year: bounded in capability, rising with deployment, falling with effort.

    >>> low, high = (bounded_hazard(np.array([[c]]), np.ones((1, 1)), np.zeros((1, 1))) for c in (0.0, 30.0))
    >>> bool(low < high) and round(float(high[0, 0]), 3)
    4.0
    """
    return base * usefulness(capability, midpoint, width) * np.sqrt(share) * (1.0 - effect * safety)


@misuse(
    base=number(
        1.5,
        "1/year",
        0.2,
        8.0,
        "assumption; must be swept",
        "serious misuse a year at full open capability and use, without safeguards",
    ),
    midpoint=number(4.0, "OOM", 1.0, 7.0, "assumption", "open capability at which half of that is reached"),
    width=number(1.5, "OOM", 0.5, 3.0, "assumption", "spread over capability"),
    floor=number(0.2, "share", 0.0, 0.5, "assumption", "part of it that needs no wide use of AI"),
)
def open_capability(
    published: Array, reached: Array, safeguards: Array, *, base: Array, midpoint: Array, width: Array, floor: Array
) -> Array:
    """Rate of serious misuse a year, (runs, 1): rises with what is open and how many can run it.

    `reached` in [0, 1] is the population-weighted use, `safeguards` in [0, 1] what protections remove. Sharing
    closes the divide and spreads this hazard.
    """
    return base * usefulness(published, midpoint, width) * (floor + (1.0 - floor) * reached) * (1.0 - safeguards)


@misuse(
    "assumed",
    {"lax": True},
    base=number(1.5, "1/year", 0.2, 8.0, "assumption; must be swept", "as in open_capability"),
    midpoint=number(4.0, "OOM", 1.0, 7.0, "assumption", "open capability at which half of that is reached"),
    width=number(1.5, "OOM", 0.5, 3.0, "assumption", "spread over capability", at_least=0.01),
    floor=number(0.2, "share", 0.0, 0.5, "assumption", "part of it that needs no wide use of AI"),
    shield=number(
        0.7,
        "share",
        0.0,
        1.0,
        "assumption; safeguards of open weights can be removed, laws on those who run them cannot",
        "part of misuse that full stringency of the state where it happens prevents",
    ),
)
def weak_safeguards(
    published: Array,
    reached: Array,
    safeguards: Array,
    ruled: Array,
    *,
    base: Array,
    midpoint: Array,
    width: Array,
    floor: Array,
    shield: Array,
) -> Array:
    """As `open_capability`, but use counts less where the state is strict: what is open meets where rules are weak.

    `ruled` (runs, 1) is use weighted with people and with effective stringency; reached - shield * ruled is what
    is left of use. Both factors multiply: openness alone, or laxity alone, is worth less than the two together.

    >>> half, all_ = np.array([[0.5]]), np.array([[1.0]])
    >>> weak_safeguards(4.0 + 0 * half, half, 0 * half, half, base=2.0, floor=0.0, shield=1.0).tolist()
    [[0.0]]
    """
    left = np.maximum(reached - shield * ruled, 0.0)
    return open_capability(
        published, left, safeguards, base=base, midpoint=midpoint, width=width, floor=floor
    )


@severity(
    index=number(
        1.4,
        "ratio",
        1.1,
        2.5,
        "assumption; operational losses and disasters have indices of 1.1-2",
        "Pareto index: smaller is heavier",
    ),
    smallest=number(1.0, "bn USD", 0.1, 10.0, "definition: harm from 1 bn USD counts as serious", "smallest severity"),
    catastrophe=number(
        0.01,
        "share",
        0.002,
        0.05,
        "assumption; COVID-19 cost about 3 % of world product in 2020",
        "share of world product from which a harm is a catastrophe",
    ),
)
def truncated_pareto(uniform: Array, ceiling: Array, *, index: Array, smallest: Array, catastrophe: Array) -> Array:
    """Severity (bn USD) by inversion of one uniform: Pareto from `smallest`, truncated at `ceiling`.

    >>> truncated_pareto(np.array([0.0, 1.0]), 100.0, index=1.0, smallest=1.0).round(6).tolist()
    [1.0, 100.0]
    """
    kept = 1.0 - (smallest / ceiling) ** index
    return np.minimum(smallest * (1.0 - uniform * kept) ** (-1.0 / index), ceiling)  # rounding may pass it at 1


def expected_severity(ceiling: Array, index: Array, smallest: Array) -> Array:
    """Mean of the truncated Pareto (bn USD), in closed form; at index 1 by its limit.

    >>> round(float(expected_severity(np.array(100.0), np.array(2.0), np.array(1.0))), 6)
    1.980198
    """
    index = np.where(np.abs(np.asarray(index) - 1.0) < 1e-9, 1.0 + 1e-9, index)
    ratio = smallest / ceiling
    return index * smallest / (index - 1.0) * (1.0 - ratio ** (index - 1.0)) / (1.0 - ratio**index)


def poisson_count(uniform: Array, mean: Array, most: int = 60) -> Array:
    """Poisson count by inversion of one uniform, so that a lower mean can only remove events.

    Counts above `most` are cut; for means below 30 that has probability under 1e-6.

    >>> poisson_count(np.array([0.5, 0.95, 0.999]), np.array([0.1, 0.1, 0.1])).tolist()
    [0.0, 1.0, 2.0]
    """
    count = np.zeros(np.broadcast_shapes(uniform.shape, mean.shape))
    term = np.exp(-mean)
    below = term
    for k in range(1, most + 1):
        hit = uniform > below
        if not hit.any():
            break
        count = count + hit
        term = term * mean / k
        below = below + term
    return count


def loss_shares(gdp: Array, use: Array) -> Array:
    """How a harm falls on nations: in proportion to GDP times AI use (exposure), summing to 1.

    >>> loss_shares(np.array([[1., 3.]]), np.array([[1., 1.]])).tolist()
    [[0.25, 0.75]]
    """
    exposed = gdp * use
    return exposed / exposed.sum(axis=-1, keepdims=True)
