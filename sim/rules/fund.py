"""The equity adjustment mechanism: who pays in and who is paid."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, number, table
from sim.rules.roll import FirmRoll, Roll, shares
from sim.units import Array, Flags

dues = Family("dues", "How the assessed sum is shared among members.")
levy = Family("levy", "What firms pay to a body.")
allocation = Family("allocation", "How the spending of a fund is shared among eligible members.")


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
    share = _respread(np.where(capped, ldc_cap, share), capped | raised | ~roll.inside, roll.inside & ~(capped | raised))
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
    discount = np.select([roll.ldc > 0.5, ratio < 0.25, ratio < 0.5, ratio < 1.0, ratio < 2.0], [0.9, 0.8, 0.6, 0.4, 0.2])
    top = roll.inside & (ratio >= np.where(roll.inside, ratio, 0.0).max(axis=-1, keepdims=True) * 0.5)
    reduced = np.where(top, base, base * (1.0 - discount))
    return _respread(reduced, ~top, top)


@dues(
    "confirmed",
    classes=table(((0.0, 0.0625), (0.0005, 0.25), (0.002, 1.0), (0.01, 5.0), (0.05, 20.0), (0.15, 40.0)),
                  "share of world product inside, units", "ITU and WIPO: freely chosen classes of contribution; here a "
                  "state takes the class of its economic size (assumption)", "class limits and units"),
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


@levy("assumed", {"levies": False}, "none")
def no_levy(firms: FirmRoll) -> Array:
    """Firms pay nothing. Every levy returns bn USD a year, (runs, firms)."""
    return np.zeros(firms.inside.shape)


@levy(
    "assumed", {"levies": True},
    rate=number(0.01, "share", 0.0, 0.1, "reported: a fund financed by global AI revenues is proposed without a rate",
                "share of AI revenue"),
)
def ai_revenue(firms: FirmRoll, *, rate: Array) -> Array:
    """A share of the AI revenue of firms that hold a seat or are homed in a member.

    >>> ai_revenue(FirmRoll(np.array([[True, False]]), revenue=np.array([[10., 10.]])), rate=0.02).tolist()
    [[0.2, 0.0]]
    """
    return np.where(firms.inside, rate * firms.revenue, 0.0)


@levy(
    "confirmed", {"levies": True},
    bands=table(((0.0, 0.0), (0.1, 0.00001), (1.0, 0.0005), (10.0, 0.01), (50.0, 0.05)), "bn USD, bn USD/year",
                "WHO PIP Framework: firms pay by band of sales; bands and sums here are an assumption",
                "lower limit of AI revenue and yearly sum"),
)
def bands(firms: FirmRoll, *, bands: tuple[tuple[float, ...], ...]) -> Array:
    """A fixed sum by band of revenue (WHO Pandemic Influenza Preparedness Framework)."""
    paid = np.zeros(firms.inside.shape)
    for limit, amount in bands:
        paid = np.where(firms.revenue >= limit, amount, paid)
    return np.where(firms.inside, paid, 0.0)


@levy(
    "reported", {"levies": True},
    margin=number(0.25, "share", 0.0, 0.6, "assumption", "profit as a share of AI revenue"),
    schedule=table(((0.0, 0.0), (0.001, 0.01), (0.01, 0.20), (0.1, 0.50)), "share of world product, marginal rate",
                   "O'Keefe et al. 2020, Windfall Clause: illustrative marginal rates (as recalled, unconfirmed)",
                   "profit as a share of world product from which the marginal rate holds"),
)
def windfall(firms: FirmRoll, *, margin: Array, schedule: tuple[tuple[float, ...], ...]) -> Array:
    """Windfall clause: marginal rates rise with profit relative to world product.

    >>> firm = FirmRoll(np.array([[True]]), revenue=np.array([[8.0]]), world_product=np.array([[1000.0]]))
    >>> windfall(firm, margin=0.25).round(6).tolist()
    [[0.01]]
    """
    profit = margin * firms.revenue
    paid = np.zeros(firms.inside.shape)
    limits = [limit for limit, _ in schedule] + [np.inf]
    for position, (limit, rate) in enumerate(schedule):
        top = np.minimum(profit, limits[position + 1] * firms.world_product)
        paid = paid + rate * np.maximum(top - limit * firms.world_product, 0.0)
    return np.where(firms.inside, paid, 0.0)


@allocation("confirmed", None, "equal")
def equal_parts(roll: Roll) -> Array:
    """Equal parts. Every allocation returns shares (runs, nations) that sum to 1 over eligible members."""
    return shares(np.ones(roll.inside.shape), roll.inside)


@allocation("confirmed")
def per_head(roll: Roll) -> Array:
    """By population."""
    return shares(roll.population, roll.inside)


@allocation("assumed")
def need_gap(roll: Roll) -> Array:
    """By people times the gap of AI service to the best-served member.

    >>> roll = Roll(np.ones((1, 2), bool), population=np.array([[1., 1.]]), ai_service=np.array([[0.1, 0.4]]))
    >>> need_gap(roll).tolist()
    [[1.0, 0.0]]
    """
    best = np.where(roll.inside, roll.ai_service, 0.0).max(axis=-1, keepdims=True)
    return shares(roll.population * np.maximum(best - roll.ai_service, 0.0), roll.inside)


@allocation(
    "assumed",
    set_aside=number(0.6, "share", 0.0, 1.0, "assumption; several climate funds earmark half for the poorest",
                     "part reserved for LDCs"),
)
def ldc_set_aside(roll: Roll, *, set_aside: Array) -> Array:
    """A part for the least developed by population, the rest by need."""
    poorest = roll.inside & (roll.ldc > 0.5)
    some = poorest.any(axis=-1, keepdims=True)
    part = np.where(some, set_aside, 0.0)
    return shares(part * shares(roll.population, poorest) + (1.0 - part) * need_gap(roll), roll.inside)


@allocation(
    "reported",
    performance=number(3.0, "ratio", 1.0, 5.0, "IDA performance-based allocation, exponent as recalled (unconfirmed)",
                       "exponent of performance"),
    need=number(-0.125, "ratio", -0.5, 0.0, "IDA performance-based allocation, exponent as recalled (unconfirmed)",
                "exponent of income per head"),
)
def ida(roll: Roll, *, performance: Array, need: Array) -> Array:
    """IDA: population * performance**3 * income**-0.125; readiness stands for the performance rating (assumption)."""
    return shares(roll.population * roll.readiness**performance * np.maximum(roll.income, 1.0) ** need, roll.inside)


@allocation(
    "reported",
    benefit=number(0.8, "ratio", 0.5, 1.0, "GEF STAR, exponent as recalled (unconfirmed)", "exponent of potential benefit"),
    need=number(-0.14, "ratio", -0.5, 0.0, "GEF STAR: -0.12 to -0.16 as recalled (unconfirmed)",
                "exponent of income per head"),
)
def star(roll: Roll, *, benefit: Array, need: Array) -> Array:
    """GEF STAR: benefit**0.8 * performance * income**-0.14, benefit being people not yet served (assumption)."""
    unserved = roll.population * (1.0 - roll.ai_service)
    return shares(unserved**benefit * roll.readiness * np.maximum(roll.income, 1.0) ** need, roll.inside)


@allocation("confirmed")
def juste_retour(roll: Roll) -> Array:
    """In proportion to what was paid (CERN, ESA): the neutral reference."""
    paid = np.where(roll.inside, roll.contributions, 0.0)
    nothing = paid.sum(axis=-1, keepdims=True) <= 0.0
    return np.where(nothing, shares(roll.gdp, roll.inside), shares(paid, roll.inside))


@allocation("confirmed")
def sdr(roll: Roll) -> Array:
    """In proportion to IMF quotas (SDR allocations): the regressive reference."""
    return shares(roll.imf_quota, roll.inside)
