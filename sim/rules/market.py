"""The market for AI services: market shares by area, concentration, revenue."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, number
from sim.units import Array, Codes, Flags

market = Family("market", "Which firm sells how much, and where.")

# A parameter of the surroundings, the same whatever rule divides the market.
ENTRY_BRAND = number(
    -2.0,
    "log odds",
    -4.0,
    0.0,
    "assumption; new producers start with far less demand at equal efficiency and take more than a decade to close "
    "the gap, Foster, Haltiwanger and Syverson 2016",
    "customer base of a firm that enters, relative to the mean firm of the start",
)
BRAND_DECAY = number(
    0.05,
    "1/year",
    0.0,
    0.3,
    "assumption; Bronnenberg, Dube and Gentzkow 2012 find brand capital that lasts for decades, markets for software "
    "turn over faster",
    "rate at which a firm's customer base moves to what its sales support",
)
LOYALTY = number(
    0.4,
    "ratio",
    0.0,
    0.7,
    "Bronnenberg, Dube and Gentzkow 2012: past purchases explain 40 % of the variation of brands' market shares",
    "customer base (log odds) that a firm's sales support in the long run, per log of its market share",
)


def firm_quality(capability: Array, best: Array, steepness: Array | float) -> Array:
    """Quality in (0, 1) relative to the best firm; half as good one OOM behind; saturates at the frontier."""
    return 1.0 / (1.0 + np.exp(-steepness * (capability - best + 1.0)))


@market(
    quality=number(
        10.0,
        "ratio",
        3.0,
        16.0,
        "Epoch AI 2025: the price of given performance falls 9-900 times a year, in the median 50 times; a firm a year "
        "(about one OOM) behind the best then sells at a fiftieth, 3.9 log odds, and quality is 0.32 lower there",
        "weight of quality in the choice of a supplier",
    ),
    steepness=number(1.5, "1/OOM", 0.5, 3.0, "assumption", "how fast quality falls with the lag behind the frontier"),
    home_bias=number(
        2.5,
        "ratio",
        0.5,
        4.0,
        "assumption; home bias in services trade is large, Anderson et al. 2018",
        "advantage of a firm in its own area (log odds)",
    ),
    barrier=number(1.0, "ratio", 0.0, 3.0, "assumption", "barrier per unit of distance of the homes at full tension"),
    regulation=number(0.5, "ratio", 0.0, 2.0, "assumption", "disadvantage of an unsafe firm where rules are strict"),
    brand_decay=BRAND_DECAY,
    loyalty=LOYALTY,
    entry_brand=ENTRY_BRAND,
)
def saturating_logit(
    capability: Array,
    active: Flags,
    brand: Array,
    safety: Array,
    home: Codes,
    area_home: Codes,
    spending: Array,
    distance: Array,
    stringency: Array,
    tension: Array,
    *,
    quality: Array,
    steepness: Array,
    home_bias: Array,
    barrier: Array,
    regulation: Array,
    brand_decay: Array,
    loyalty: Array,
    entry_brand: Array,
) -> Array:
    """Share of each firm in world AI revenue, (runs, firms), summing to 1 over active firms.

    In each area buyers choose by a logit of quality, brand, home bias, political distance under tension, and
    regulation. `home` (firms,) and `area_home` (areas,) number the homes (the last area, -1, is the rest of the
    world), `spending` (runs, areas), `distance` (runs, areas, homes), `stringency` (runs, areas).
    `brand_decay` and `loyalty` act between steps and `entry_brand` at the start; they stand here with their kin.
    """
    best = np.max(np.where(active, capability, -9.0), axis=-1, keepdims=True)
    appeal = np.where(active, quality * firm_quality(capability, best, steepness) + brand, -np.inf)
    total = spending.sum(axis=-1, keepdims=True)
    shares = np.zeros(appeal.shape)
    barred, unsafe = barrier * tension, 1.0 - safety
    # Distances by home, brought to firms by `take`, and areas in place: half the time of plain expressions.
    for area in range(spending.shape[-1]):
        local = appeal - np.take(barred * distance[:, area], home, axis=-1)
        local[:, home == area_home[area]] += home_bias
        local -= regulation * stringency[:, area, None] * unsafe
        local -= local.max(axis=-1, keepdims=True)
        weight = np.exp(local, out=local)
        weight *= spending[:, area, None] / total / weight.sum(axis=-1, keepdims=True)
        shares += weight
    return shares


@market(
    exponent=number(1.0, "ratio", 0.5, 2.0, "assumption", "weight of compute in the share"),
    brand_decay=BRAND_DECAY,
    loyalty=LOYALTY,
    entry_brand=ENTRY_BRAND,
)
def by_compute(
    capability: Array,
    active: Flags,
    brand: Array,
    safety: Array,
    home: Codes,
    area_home: Codes,
    spending: Array,
    distance: Array,
    stringency: Array,
    tension: Array,
    *,
    exponent: Array,
    brand_decay: Array,
    loyalty: Array,
    entry_brand: Array,
) -> Array:
    """Rival rule: shares follow capability alone, one world market, no borders.

    >>> flags = np.array([[True, True, False]])
    >>> by_compute(np.array([[0., 0., 5.]]), flags, flags * 0.0, 0, 0, 0, 0, 0, 0, 0).tolist()
    [[0.5, 0.5, 0.0]]
    """
    weight = np.where(active, np.exp(exponent * np.where(active, capability, 0.0) + brand), 0.0)
    return weight / weight.sum(axis=-1, keepdims=True)


def concentration(share: Array) -> Array:
    """Herfindahl-Hirschman index in points, 10,000 for a monopoly: (runs, 1).

    >>> concentration(np.array([[0.3, 0.3, 0.2, 0.2]])).round(6).tolist()
    [[2600.0]]
    """
    return np.square(100.0 * share).sum(axis=-1, keepdims=True)


def brand_after(brand: Array, share: Array, works: Flags, decay: Array, loyalty: Array, dt: float) -> Array:
    """Customer base (log odds) a step later: it moves to what the firm's sales support; shapes (runs, firms).

    Sales support `loyalty` times the log of the share against the mean log share of working firms. With loyalty 0
    every customer base is lost in time; below 1 shares have a rest point in which quality decides. A firm that does
    not work (yet) keeps its own.

    >>> brand_after(np.array([[1.0, -1.0]]), np.array([[0.5, 0.5]]), np.array([[True, False]]), 0.1, 0.4, 1e9).tolist()
    [[0.0, -1.0]]
    """
    sold = np.where(works, np.log(np.maximum(share, 1e-9)), 0.0)
    usual = sold.sum(axis=-1, keepdims=True) / np.maximum(works.sum(axis=-1, keepdims=True), 1)
    supported = loyalty * (sold - usual)
    return np.where(works, brand + (supported - brand) * (1.0 - np.exp(-decay * dt)), brand)


def matching_brand(share: Array, shares_of: object, rounds: int = 40) -> Array:
    """Brand (log odds) under which `shares_of(brand)` gives the wanted shares, by iterative proportional fitting.

    Inactive or zero-share firms keep brand 0. Shapes (runs, firms).
    """
    brand = np.zeros_like(share)
    wanted = share > 0.0
    for _ in range(rounds):
        got = shares_of(brand)  # type: ignore[operator]
        step = np.log(np.where(wanted, share, 1.0) / np.where(wanted & (got > 0.0), got, 1.0))
        brand = brand + np.where(wanted, step, 0.0)
    return brand
