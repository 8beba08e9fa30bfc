"""Allocations of two funds with their bounds: floors and ceilings of the GEF, economic capacity of the Global Fund."""

from __future__ import annotations

import numpy as np

from sim.choices import number
from sim.rules.roll import Roll, shares
from sim.rules.transfers import allocation, equal_parts, star
from sim.units import Array

__all__ = ["global_fund", "star_bounded"]


@allocation(
    "reported",
    benefit=number(
        0.8, "ratio", 0.5, 1.0, "GEF STAR, exponent as recalled (unconfirmed)", "exponent of potential benefit"
    ),
    need=number(
        -0.14,
        "ratio",
        -0.5,
        0.0,
        "GEF STAR: -0.12 to -0.16 as recalled (unconfirmed)",
        "exponent of income per head",
        at_least=-2.0,
    ),
    floor=number(
        0.00168,
        "share",
        0.0,
        0.01,
        "GEF 2010 (System for Transparent Allocation of Resources, table 1): 2, 1.5 and 0.5 million USD of 1,088, 968 "
        "and 324 in GEF-5",
        "least part of the whole that an eligible member receives",
    ),
    ceiling=number(
        0.10,
        "share",
        0.01,
        1.0,
        "GEF 2010: 11 % in climate change; 10 % in biodiversity and land degradation (GEF workshop, 2011)",
        "most of the whole that one member receives",
    ),
)
def star_bounded(roll: Roll, *, benefit: Array, need: Array, floor: Array, ceiling: Array) -> Array:
    """GEF STAR with its floors and ceilings: shares are those of `star`, scaled so that with the bounds they sum to 1.

    Of n eligible members each has clip(k * star, floor, ceiling), with the one k at which all sum to 1 (60 bisections).
    A floor above 1/n counts as 1/n, and so does a ceiling below it.

    >>> roll = Roll(np.ones((1, 3), bool), population=np.array([[8.0, 1.0, 1.0]]), readiness=1.0, income=1.0)
    >>> star_bounded(roll, benefit=1.0, need=0.0, floor=0.0, ceiling=0.5).round(6).tolist()  # 0.8, 0.1, 0.1 without
    [[0.5, 0.25, 0.25]]
    >>> star_bounded(roll, benefit=1.0, need=0.0, floor=0.2, ceiling=1.0).round(6).tolist()
    [[0.6, 0.2, 0.2]]
    """
    weight = star(roll, benefit=benefit, need=need)
    number_of = np.maximum(roll.inside.sum(axis=-1, keepdims=True), 1)
    least, most = np.minimum(floor, 1.0 / number_of), np.maximum(ceiling, 1.0 / number_of)
    smallest = np.where(roll.inside & (weight > 0.0), weight, 1.0).min(axis=-1, keepdims=True)
    low, high = np.zeros(number_of.shape), most / smallest
    for _ in range(60):
        middle = 0.5 * (low + high)
        held = np.where(roll.inside, np.clip(middle * weight, least, most), 0.0).sum(axis=-1, keepdims=True)
        low, high = np.where(held < 1.0, middle, low), np.where(held < 1.0, high, middle)
    return shares(np.clip(high * weight, least, most), roll.inside)


@allocation(
    "reported",
    threshold=number(
        1000.0,
        "USD",
        200.0,
        3000.0,
        "assumption; the Global Fund's curve of economic capacity is flat for the poorest and falls with national "
        "income per head (as recalled, unconfirmed)",
        "income per head up to which a member counts in full",
    ),
    cutoff=number(
        14000.0,
        "USD",
        4000.0,
        30000.0,
        "assumption; about the World Bank's limit of high income, at which eligibility ends (as recalled, unconfirmed)",
        "income per head from which a member receives nothing",
    ),
    most=number(
        0.10,
        "share",
        0.01,
        1.0,
        "Global Fund: no country above a tenth (as recalled, unconfirmed)",
        "most of the whole that one member receives",
    ),
)
def global_fund(roll: Roll, *, threshold: Array, cutoff: Array, most: Array) -> Array:
    """Global Fund: burden times economic capacity, a factor of income per head from 1 for the poorest down to 0.

    Burden is people not yet served (assumption). Capacity falls in a straight line in the logarithm of income per head:
    clip(ln(cutoff/income) / ln(cutoff/threshold), 0, 1). Nobody receives more than `most`, or an equal part where that
    is more; what is cut off goes to the others in proportion. Equal parts where nobody counts.

    >>> roll = Roll(np.ones((1, 3), bool), population=np.ones((1, 3)), income=np.array([[500.0, 2000.0, 9000.0]]))
    >>> global_fund(roll, threshold=1000.0, cutoff=4000.0, most=1.0).round(6).tolist()  # 1, a half, 0
    [[0.666667, 0.333333, 0.0]]
    """
    far = np.log(np.maximum(cutoff, threshold * 1.001) / threshold)
    capacity = np.clip(1.0 - np.log(np.maximum(roll.income, 1.0) / threshold) / far, 0.0, 1.0)
    weight = shares(roll.population * (1.0 - roll.ai_service) * capacity, roll.inside)
    able = roll.inside & (weight > 0.0)
    number_of = able.sum(axis=-1, keepdims=True)
    limit = np.maximum(most, 1.0 / np.maximum(number_of, 1))
    capped = np.zeros(roll.inside.shape, dtype=bool)
    held = weight
    while (over := ~capped & (held > limit * (1.0 + 1e-12))).any():
        capped = capped | over
        left = 1.0 - limit * capped.sum(axis=-1, keepdims=True)
        held = np.where(capped, limit, left * shares(weight, able & ~capped))
    return np.where(number_of > 0, shares(held, roll.inside), equal_parts(roll))
