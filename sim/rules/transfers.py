"""Levies on firms, and how a fund's spending is shared among members."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, number, table
from sim.rules.roll import FirmRoll, Roll, shares
from sim.units import Array

levy = Family("levy", "What firms pay to a body.")
allocation = Family("allocation", "How the spending of a fund is shared among eligible members.")


@levy("assumed", {"levies": False}, "none")
def no_levy(firms: FirmRoll) -> Array:
    """Firms pay nothing. Every levy returns bn USD a year, (runs, firms)."""
    return np.zeros(firms.inside.shape)


@levy(
    "assumed",
    {"levies": True},
    rate=number(
        0.01,
        "share",
        0.0,
        0.1,
        "reported: a fund financed by global AI revenues is proposed without a rate",
        "share of AI revenue",
    ),
)
def ai_revenue(firms: FirmRoll, *, rate: Array) -> Array:
    """A share of the AI revenue of firms that hold a seat or are homed in a member.

    >>> ai_revenue(FirmRoll(np.array([[True, False]]), revenue=np.array([[10., 10.]])), rate=0.02).tolist()
    [[0.2, 0.0]]
    """
    return np.where(firms.inside, rate * firms.revenue, 0.0)


@levy(
    "confirmed",
    {"levies": True},
    bands=table(
        ((0.0, 0.0), (0.1, 0.00001), (1.0, 0.0005), (10.0, 0.01), (50.0, 0.05)),
        "bn USD, bn USD/year",
        "WHO PIP Framework: firms pay by band of sales; bands and sums here are an assumption",
        "lower limit of AI revenue and yearly sum",
    ),
)
def bands(firms: FirmRoll, *, bands: tuple[tuple[float, ...], ...]) -> Array:
    """A fixed sum by band of revenue (WHO Pandemic Influenza Preparedness Framework)."""
    paid = np.zeros(firms.inside.shape)
    for limit, amount in bands:
        paid = np.where(firms.revenue >= limit, amount, paid)
    return np.where(firms.inside, paid, 0.0)


@levy(
    "reported",
    {"levies": True},
    margin=number(0.25, "share", 0.0, 0.6, "assumption", "profit as a share of AI revenue"),
    schedule=table(
        ((0.0, 0.0), (0.001, 0.01), (0.01, 0.20), (0.1, 0.50)),
        "share of world product, marginal rate",
        "O'Keefe et al. 2020, Windfall Clause: illustrative marginal rates (as recalled, unconfirmed)",
        "profit as a share of world product from which the marginal rate holds",
    ),
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


@levy(
    "reported",
    {"levies": True},
    total=number(
        0.028,
        "bn USD/year",
        0.0,
        1.0,
        "WHO PIP Framework: manufacturers together pay 28 million USD a year, half of the network's running cost "
        "(as recalled, unconfirmed)",
        "sum that all firms pay together",
    ),
    parts=table(
        ((0.0, 0.0), (0.1, 1.0), (1.0, 10.0), (10.0, 100.0), (50.0, 300.0)),
        "bn USD, parts",
        "WHO PIP Framework: firms pay by band of sales; bands and parts here are an assumption",
        "lower limit of AI revenue and parts of the sum",
    ),
)
def joint_contribution(firms: FirmRoll, *, total: Array, parts: tuple[tuple[float, ...], ...]) -> Array:
    """A sum that firms owe together, shared by bands of revenue (WHO PIP Framework's partnership contribution).

    >>> three = FirmRoll(np.array([[True, True, False]]), revenue=np.array([[20.0, 2.0, 20.0]]))
    >>> joint_contribution(three, total=0.11).round(6).tolist()
    [[0.1, 0.01, 0.0]]
    """
    held = np.zeros(firms.inside.shape)
    for limit, count in parts:
        held = np.where(firms.revenue >= limit, count, held)
    return total * shares(held, firms.inside)


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
    set_aside=number(
        0.6,
        "share",
        0.0,
        1.0,
        "assumption; several climate funds earmark half for the poorest",
        "part reserved for LDCs",
    ),
)
def ldc_set_aside(roll: Roll, *, set_aside: Array) -> Array:
    """A part for the least developed by population, the rest by need."""
    poorest = roll.inside & (roll.ldc > 0.5)
    some = poorest.any(axis=-1, keepdims=True)
    part = np.where(some, set_aside, 0.0)
    return shares(part * shares(roll.population, poorest) + (1.0 - part) * need_gap(roll), roll.inside)


@allocation(
    "reported",
    performance=number(
        3.0,
        "ratio",
        1.0,
        5.0,
        "IDA performance-based allocation, exponent as recalled (unconfirmed)",
        "exponent of performance",
    ),
    need=number(
        -0.125,
        "ratio",
        -0.5,
        0.0,
        "IDA performance-based allocation, exponent as recalled (unconfirmed)",
        "exponent of income per head",
        at_least=-2.0,
    ),
)
def ida(roll: Roll, *, performance: Array, need: Array) -> Array:
    """IDA: population * performance**3 * income**-0.125; readiness stands for the performance rating (assumption)."""
    return shares(roll.population * roll.readiness**performance * np.maximum(roll.income, 1.0) ** need, roll.inside)


@allocation(
    "reported",
    benefit=number(
        0.8,
        "ratio",
        0.5,
        1.0,
        "GEF STAR, exponent as recalled (unconfirmed)",
        "exponent of potential benefit",
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
