"""Dues: how what a body assesses is shared among its members."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.choices import Family, by_member, number, table
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
    repaid=number(
        0.125,
        "share",
        0.0,
        0.3,
        "UN Committee on Contributions: debt is taken to be repaid in eight years (as recalled, unconfirmed)",
        "part of external debt taken off income",
    ),
    debt=by_member(
        {},
        "bn USD",
        "assumption: none; the tables hold no external debt, whoever has it writes it in the charter",
        "external debt by member",
    ),
)
def un_scale(
    roll: Roll,
    *,
    gradient: Array,
    floor: Array,
    ldc_cap: Array,
    ceiling: Array,
    repaid: Array,
    debt: Mapping[str, float],
) -> Array:
    """UN scale of assessments: income, debt, relief, floor, LDC cap, ceiling, in the General Assembly's order.

    A part `repaid` of external debt is taken off income. Income per head below the threshold (the mean of those
    inside) lowers the base by `gradient` times the gap; what that frees is spread over members at or above the
    threshold; the excess over cap and ceiling goes to members that are neither at a bound nor LDCs. GDP stands for
    income. How far public data reproduce the adopted scale, member by member, is told in `docs/un-scale.md`.

    >>> roll = Roll(np.ones((1, 3), bool), gdp=np.array([[600., 300., 100.]]),
    ...             population=np.array([[10., 30., 60.]]), ldc=np.zeros((1, 3)))
    >>> (100 * un_scale(roll, gradient=0.8, floor=0.0, ldc_cap=0.0001, ceiling=1.0)).round(6).tolist()
    [[64.444444, 32.222222, 3.333333]]
    >>> indebted = Roll(np.ones((1, 2), bool), gdp=np.array([[110., 100.]]), population=np.array([[1., 1.]]),
    ...                 ldc=np.zeros((1, 2)), codes=np.array([["BRA", "FRA"]]))
    >>> un_scale(indebted, floor=0.0, ceiling=1.0, repaid=0.125, debt={"BRA": 80}).tolist()
    [[0.5, 0.5]]
    """
    product = roll.gdp
    if debt:
        owed = np.array([[float(debt.get(str(code), 0.0)) for code in row] for row in roll.codes])
        product = np.maximum(product - repaid * owed, 0.0)
    base = shares(product, roll.inside)
    people = np.where(roll.inside, roll.population, 0.0)
    money = np.where(roll.inside, product, 0.0)
    threshold = money.sum(axis=-1, keepdims=True) / np.maximum(people.sum(axis=-1, keepdims=True), 1e-12)
    income = money / np.where(people > 0.0, people, 1.0)
    poor = roll.inside & (income < threshold)
    gap = np.where(poor, (threshold - income) / np.where(threshold > 0.0, threshold, 1.0), 0.0)
    relieved = base * (1.0 - gradient * gap)
    share = _respread(relieved, poor, roll.inside & ~poor)
    raised = roll.inside & (share < floor)
    share = _respread(np.where(raised, floor, share), raised | ~roll.inside, roll.inside & ~raised)
    # What the cap and the ceiling leave over is for those who are neither at the floor nor among the LDCs.
    poorest = roll.inside & (roll.ldc > 0.5)
    spared = raised | poorest | ~roll.inside
    loose = roll.inside & ~spared
    capped = np.where(poorest, np.minimum(share, ldc_cap), share)
    share = np.where(loose.any(axis=-1, keepdims=True), _respread(capped, spared, loose), capped)
    for _ in range(4):
        topped = roll.inside & (share >= ceiling) & ~spared
        bound = spared | topped
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


# Permanent members of the Security Council (UN Charter, Article 23): level A of the peacekeeping scale.
PERMANENT = ("CHN", "FRA", "GBR", "RUS", "USA")


@dues(
    "reported",
    levels=table(
        ((2.0, 0.2), (1.8, 0.4), (1.6, 0.6), (1.4, 0.7), (1.2, 0.8), (1.0, 0.8)),
        "multiple of mean income per head, discount",
        "UN General Assembly, resolution 55/235: levels D to I (as recalled, unconfirmed); level C, a list of five "
        "small rich states at 7.5 %, is left out",
        "income below which a discount holds, falling",
    ),
    ldc_discount=number(
        0.9, "share", 0.0, 1.0, "UN General Assembly, resolution 55/235: level J (as recalled)", "discount of an LDC"
    ),
)
def peacekeeping_scale(roll: Roll, *, levels: tuple[tuple[float, ...], ...], ldc_discount: Array) -> Array:
    """UN peacekeeping scale: discounts by level of income per head; the permanent members of the Council pay them all.

    Levels D to I stand in `levels`, J are the LDCs; everybody else pays the regular rate (B). Where no permanent
    member is inside, members without a discount take it up (assumption), and where there are none, everybody does.
    """
    base = un_scale(roll)
    people = np.where(roll.inside, roll.population, 0.0).sum(axis=-1, keepdims=True)
    mean = np.where(roll.inside, roll.gdp, 0.0).sum(axis=-1, keepdims=True) / np.maximum(people, 1e-12)
    ratio = roll.gdp / np.maximum(roll.population, 1e-12) / np.maximum(mean, 1e-12)
    permanent = roll.inside & np.isin(roll.codes, PERMANENT)
    return at_levels(base, ratio, permanent, roll.ldc > 0.5, roll.inside, levels, ldc_discount)


def at_levels(
    base: Array,
    ratio: Array,
    permanent: Flags,
    ldc: Flags,
    inside: Flags,
    levels: tuple[tuple[float, ...], ...],
    ldc_discount: Array,
) -> Array:
    """Shares `base` less the discount of each member's level, which permanent members take up. (runs, nations).

    `ratio` is income per head relative to the mean; `levels` are (limit, discount) with falling limits.

    >>> share, inside = np.array([[0.5, 0.3, 0.2]]), np.ones((1, 3), bool)
    >>> council = np.array([[True, False, False]])
    >>> at_levels(share, np.array([[3.0, 1.5, 0.5]]), council, ~inside, inside, ((2.0, 0.2), (1.0, 0.8)), 0.9).round(6)
    array([[0.72, 0.24, 0.04]])
    """
    discount = np.zeros(base.shape)
    for limit, part in levels:
        discount = np.where(ratio < limit, part, discount)
    discount = np.where(permanent, 0.0, np.where(ldc, ldc_discount, discount))
    payers = np.where(permanent.any(axis=-1, keepdims=True), permanent, inside & (discount <= 0.0))
    reduced = base * (1.0 - discount)
    some = payers.any(axis=-1, keepdims=True)
    return np.where(some, _respread(reduced, ~payers, payers), shares(reduced, inside))


@dues(
    "reported",
    units=table(
        ((25.0,), (20.0,), (15.0,), (10.0,), (7.5,), (5.0,), (3.0,), (2.0,), (1.0,), (0.5,), (0.25,), (0.125,),
         (0.0625,), (0.03125,)),
        "units",
        "WIPO: classes I to IX, S, Sbis, Ster (as recalled, unconfirmed)",
        "units of the classes, falling",
    ),
    per_unit=number(
        0.0008,
        "share",
        0.0001,
        0.01,
        "assumption: classes are chosen freely; here a state takes the highest that its size covers",
        "share of product inside for each unit of a class",
    ),
)  # fmt: skip
def wipo_classes(roll: Roll, *, units: tuple[tuple[float, ...], ...], per_unit: Array) -> Array:
    """WIPO's fourteen classes: the highest class whose units times `per_unit` a member's share of product covers.

    Below the lowest class, and for LDCs, the lowest class holds.

    >>> roll = Roll(np.ones((1, 2), bool), gdp=np.array([[1., 99.]]), ldc=np.zeros((1, 2)))
    >>> wipo_classes(roll, per_unit=0.01).tolist()  # 1 % covers one unit, 99 % all 25
    [[0.038461538461538464, 0.9615384615384616]]
    """
    size = shares(roll.gdp, roll.inside)
    held = np.full(size.shape, units[-1][0])
    for (count,) in reversed(units):
        held = np.where(size >= count * per_unit, count, held)
    return shares(np.where(roll.ldc > 0.5, units[-1][0], held), roll.inside)
