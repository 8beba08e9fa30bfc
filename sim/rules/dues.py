"""Dues: how what a body assesses is shared among its members."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, number, table
from sim.rules.roll import Roll, shares
from sim.units import Array, Flags

dues = Family("dues", "How the assessed sum is shared among members.")


@dues("confirmed")
def equal(roll: Roll) -> Array:
    """Everyone pays the same. Every dues formula returns shares (runs, nations) that sum to 1 over those inside."""
    return shares(np.ones(roll.inside.shape), roll.inside)


@dues("confirmed")
def income_share(roll: Roll) -> Array:
    """In proportion to national income (CERN; ESA's general budget)."""
    return shares(roll.gdp, roll.inside)


@dues("confirmed")
def use_share(roll: Roll) -> Array:
    """In proportion to use of AI, people times service per head (INTELSAT: by use)."""
    return shares(roll.population * roll.ai_service, roll.inside)


def _respread(share: Array, fixed: Flags, free: Flags) -> Array:
    rest = 1.0 - np.where(fixed, share, 0.0).sum(axis=-1, keepdims=True)
    loose = np.where(free, share, 0.0)
    total = loose.sum(axis=-1, keepdims=True)
    return np.where(free, loose * rest / np.where(total > 0.0, total, 1.0), share)


@dues(
    "confirmed",
    gradient=number(0.8, "ratio", 0.0, 1.0, "UN General Assembly, resolution 79/249", "relief for low income per head"),
    floor=number(0.00001, "share", 0.0, 0.001, "UN General Assembly, resolution 79/249", "least share of a member"),
    ldc_cap=number(0.0001, "share", 0.0, 0.01, "UN General Assembly, resolution 79/249", "most that an LDC pays"),
    ceiling=number(0.22, "share", 0.05, 1.0, "UN General Assembly, resolution 79/249", "most that one member pays"),
)
def un_scale(roll: Roll, *, gradient: Array, floor: Array, ldc_cap: Array, ceiling: Array) -> Array:
    """UN scale of assessments: income, relief for low income, floor, LDC cap, ceiling, in the Assembly's order.

    Income per head below the threshold (the mean of those inside) lowers the base by `gradient` times the gap;
    what that frees is spread over members at or above the threshold; each later step spreads its excess over
    members not yet at a bound. GDP stands for income and there is no debt term (not in the data; said so).

    >>> roll = Roll(np.ones((1, 3), bool), gdp=np.array([[600., 300., 100.]]),
    ...             population=np.array([[10., 30., 60.]]), ldc=np.zeros((1, 3)))
    >>> (100 * un_scale(roll, gradient=0.8, floor=0.0, ldc_cap=0.0001, ceiling=1.0)).round(6).tolist()
    [[64.444444, 32.222222, 3.333333]]
    """
    base = shares(roll.gdp, roll.inside)
    people = np.where(roll.inside, roll.population, 0.0)
    money = np.where(roll.inside, roll.gdp, 0.0)
    threshold = money.sum(axis=-1, keepdims=True) / np.maximum(people.sum(axis=-1, keepdims=True), 1e-12)
    income = money / np.where(people > 0.0, people, 1.0)
    poor = roll.inside & (income < threshold)
    gap = np.where(poor, (threshold - income) / np.where(threshold > 0.0, threshold, 1.0), 0.0)
    relieved = base * (1.0 - gradient * gap)
    share = _respread(relieved, poor, roll.inside & ~poor)
    raised = roll.inside & (share < floor)
    share = _respread(np.where(raised, floor, share), raised | ~roll.inside, roll.inside & ~raised)
    capped = roll.inside & (roll.ldc > 0.5) & (share > ldc_cap)
    share = _respread(
        np.where(capped, ldc_cap, share), capped | raised | ~roll.inside, roll.inside & ~(capped | raised)
    )
    for _ in range(4):
        topped = roll.inside & (share >= ceiling)
        bound = capped | raised | topped | ~roll.inside
        free = roll.inside & ~bound
        any_free = free.any(axis=-1, keepdims=True)
        share = np.where(any_free, _respread(np.where(topped, ceiling, share), bound, free), share)
    return shares(share, roll.inside)


@dues("confirmed")
def un_assessment(roll: Roll) -> Array:
    """In proportion to the UN's own scale of 2025-27 as adopted."""
    return shares(roll.un_assessment, roll.inside)


@dues("reported")
def peacekeeping_levels(roll: Roll) -> Array:
    """UN scale with the discounts of the peacekeeping scale by income, LDCs 90 %; the richest take up the rest.

    Discounts by income per head relative to the mean m of those inside: 0 from 2m, 20 % from m, 40 % from m/2,
    60 % from m/4, 80 % below, LDC 90 % (General Assembly resolution 55/235; levels simplified, an assumption).
    """
    base = un_scale(roll)
    people = np.where(roll.inside, roll.population, 0.0)
    mean = np.where(roll.inside, roll.gdp, 0.0).sum(axis=-1, keepdims=True) / np.maximum(
        people.sum(axis=-1, keepdims=True), 1e-12
    )
    ratio = roll.gdp / np.maximum(roll.population, 1e-12) / np.maximum(mean, 1e-12)
    discount = np.select(
        [roll.ldc > 0.5, ratio < 0.25, ratio < 0.5, ratio < 1.0, ratio < 2.0], [0.9, 0.8, 0.6, 0.4, 0.2]
    )
    top = roll.inside & (ratio >= np.where(roll.inside, ratio, 0.0).max(axis=-1, keepdims=True) * 0.5)
    reduced = np.where(top, base, base * (1.0 - discount))
    return _respread(reduced, ~top, top)


@dues(
    "confirmed",
    classes=table(
        ((0.0, 0.0625), (0.0005, 0.25), (0.002, 1.0), (0.01, 5.0), (0.05, 20.0), (0.15, 40.0)),
        "share of world product inside, units",
        "ITU and WIPO: freely chosen classes of contribution; here a "
        "state takes the class of its economic size (assumption)",
        "class limits and units",
    ),
)
def classes(roll: Roll, *, classes: tuple[tuple[float, ...], ...]) -> Array:
    """Contribution classes as in ITU and WIPO: a member pays the units of its class, LDCs one sixteenth of a unit.

    >>> roll = Roll(np.ones((1, 2), bool), gdp=np.array([[1., 9.]]), ldc=np.array([[1., 0.]]))
    >>> classes(roll).round(5).tolist()
    [[0.00156, 0.99844]]
    """
    size = shares(roll.gdp, roll.inside)
    units = np.zeros(size.shape)
    for limit, count in classes:
        units = np.where(size >= limit, count, units)
    return shares(np.where(roll.ldc > 0.5, 0.0625, units), roll.inside)
