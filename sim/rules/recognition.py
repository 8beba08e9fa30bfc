"""Rules of many jurisdictions: mutual recognition, what distinct regimes cost, national strategies that converge."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, number
from sim.units import Array, Codes, Flags

__all__ = ["by_regime", "converged", "fixed_cost", "regimes_among", "within_distance"]

recognition = Family("recognition", "Mutual recognition of standards among members.")
regimes = Family("regimes", "What firms pay for every distinct regime they sell under.")
harmonisation = Family("harmonisation", "Movement of members' own rules toward each other.")


@recognition("assumed", {"recognises": False}, "none")
def no_recognition(stringency: Array, members: Flags) -> Codes:
    """No recognition: every jurisdiction is a regime of its own. Returns whose regime each nation shares.

    >>> no_recognition(np.array([[0.2, 0.2]]), np.array([[True, True]])).tolist()
    [[0, 1]]
    """
    return np.broadcast_to(np.arange(stringency.shape[-1]), stringency.shape)


@recognition(
    distance=number(
        0.1,
        "share",
        0.0,
        0.5,
        "assumption: a tenth of the scale from no rule to the strictest",
        "largest difference of effective stringency at which members accept each other's assessment",
    ),
    trust=number(
        0.8,
        "share",
        0.0,
        1.0,
        "assumption; 0 is recognition on paper, 1 no second look at all",
        "part of the cost of a further assessment that recognition saves",
    ),
    cost=number(0.005, "bn USD/year", 0.0, 0.1, "assumption", "cost of peer audits among assessors"),
)
def within_distance(stringency: Array, members: Flags, *, distance: Array, trust: Array, cost: Array) -> Codes:
    """Members whose rules are at most `distance` apart accept each other's assessments and so form one regime.

    From the laxest on: the laxest member without a regime and all members at most `distance` stricter are one, so any
    two of one regime accept each other, and no partition into such regimes has fewer (points on a line). Returns, for
    every nation (runs, nations), the place of the first nation of its regime, its own for who shares none. Valid
    for stringency in [0, 1].

    >>> apart = np.array([[0.30, 0.10, 0.45, 0.19, 0.10]])
    >>> within_distance(apart, np.array([[True, True, True, True, False]])).tolist()  # 0.10 with 0.19; outsiders alone
    [[0, 1, 2, 1, 4]]
    >>> within_distance(apart, np.array([[True, True, True, True, False]]), distance=0.16).tolist()
    [[0, 1, 0, 1, 4]]
    """
    lead = no_recognition(stringency, members)
    waiting = np.where(members, stringency, np.inf)
    while np.isfinite(waiting).any():
        near = np.isfinite(waiting) & (waiting <= waiting.min(axis=-1, keepdims=True) + distance)
        lead = np.where(near, near.argmax(axis=-1)[:, None], lead)
        waiting = np.where(near, np.inf, waiting)
    return lead


def by_regime(values: Array, regime: Codes) -> Array:
    """Sums of nations' values by regime, (runs, nations): at a regime's leading nation its sum, elsewhere 0.

    >>> by_regime(np.array([[0.5, 0.3, 0.2]]), np.array([[0, 0, 2]])).tolist()
    [[0.8, 0.0, 0.2]]
    """
    runs, nations = values.shape
    place = (np.arange(runs)[:, None] * nations + regime).ravel()
    return np.bincount(place, values.ravel(), runs * nations).astype(np.float64).reshape(runs, nations)


def regimes_among(spending: Array, regime: Codes) -> Array:
    """Effective number of distinct regimes, (runs, 1): 1/sum of squared shares of spending by regime (Hill 1973).

    The number of equally large regimes among which a dollar of sales would be as likely to meet the same one twice.

    >>> regimes_among(np.array([[1.0, 1.0, 2.0]]), np.array([[0, 1, 2]])).round(4).tolist()
    [[2.6667]]
    >>> regimes_among(np.array([[1.0, 1.0, 2.0]]), np.array([[0, 0, 2]])).tolist()
    [[2.0]]
    """
    held = by_regime(spending, regime)
    return np.asarray(1.0 / np.square(held / held.sum(axis=-1, keepdims=True)).sum(axis=-1, keepdims=True))


@regimes("assumed", {"costs": False}, "none")
def free(revenue: Array, spending: Array, regime: Codes, trust: Array) -> Array:
    """Distinct regimes cost firms nothing. Returns bn USD a year, (runs, firms).

    >>> free(np.array([[2.0]]), np.ones((1, 2)), np.zeros((1, 2), int), np.zeros((1, 2))).tolist()
    [[0.0]]
    """
    return np.zeros_like(revenue)


@regimes(
    fixed=number(
        0.002,
        "bn USD/year",
        0.0001,
        0.05,
        "assumption: some ten assessed products at EUR 0.2 million each; the study behind the impact assessment of the "
        "EU's AI Act puts a quality management system at EUR 0.19-0.33 million to set up (Renda et al. 2021, as "
        "recalled, unconfirmed)",
        "yearly cost of assessment, representation and reports under one regime",
    ),
    margin=number(
        0.25,
        "share",
        0.0,
        0.6,
        "assumption; as in the windfall levy",
        "profit as a share of sales, which is what a firm loses by leaving a market",
    ),
)
def fixed_cost(revenue: Array, spending: Array, regime: Codes, trust: Array, *, fixed: Array, margin: Array) -> Array:
    """A firm pays a fixed cost for every regime it sells under, or leaves, and loses its profit there.

    Firms sell in every nation in proportion to its spending (assumption). Under regime g with share m_g of spending a
    firm with revenue R pays c(m_g) = min(fixed, margin * R * m_g); where its nations accept each other's assessments
    only as far as `trust`, trust * c(m_g) + (1 - trust) * sum of c(m_i) over its nations. Fixed costs weigh on small
    firms. `revenue` (runs, firms) in bn USD a year; `spending`, `regime`, `trust` (runs, nations). Never above margin *
    revenue; valid for revenue at least 0.

    >>> ask = {"fixed": 0.1, "margin": 0.5}
    >>> two, whole = np.array([[3.0, 1.0]]), np.ones((1, 2))
    >>> fixed_cost(np.array([[8.0]]), two, np.array([[0, 1]]), whole, **ask).tolist()  # 0.1 each
    [[0.2]]
    >>> fixed_cost(np.array([[0.4]]), two, np.array([[0, 1]]), whole, **ask).round(6).tolist()  # 0.1, and 0.05 lost
    [[0.15]]
    >>> fixed_cost(np.array([[8.0]]), two, np.array([[0, 0]]), whole * 0.8, **ask).round(6).tolist()  # 0.08 + 0.04
    [[0.12]]
    """
    part = spending / spending.sum(axis=-1, keepdims=True)
    whole = by_regime(part, regime)
    paid = np.zeros_like(revenue)
    for nation in range(part.shape[-1]):
        at = slice(nation, nation + 1)
        shared = whole[:, at]
        trusted = np.where(shared > 0.0, trust[:, at], 0.0) * np.minimum(fixed, margin * revenue * shared)
        paid = paid + trusted + (1.0 - trust[:, at]) * np.minimum(fixed, margin * revenue * part[:, at])
    return paid


@harmonisation("assumed", {"moves": False}, "none")
def no_harmonisation(stringency: Array, members: Flags, dt: float) -> Array:
    """Members keep their own rules. Returns stringency (runs, nations).

    >>> no_harmonisation(np.array([[0.2, 0.4]]), np.array([[True, True]]), 1.0).tolist()
    [[0.2, 0.4]]
    """
    return stringency


@harmonisation(
    _called="converging",
    rate=number(
        0.05,
        "1/year",
        0.0,
        0.5,
        "assumption; half of the distance in fourteen years",
        "rate at which members' own stringency moves to the members' mean",
    ),
)
def converged(stringency: Array, members: Flags, dt: float, *, rate: Array) -> Array:
    """Members' own rules move to the members' plain mean, which stays where it is: s' = m + (s - m) * exp(-rate * dt).

    Distances among members halve every ln 2 / rate years, apart from what each state wants by itself, which goes on
    pulling. `stringency` (runs, nations) in [0, 1]; outsiders keep theirs.

    >>> rules, who = np.array([[0.2, 0.6, 0.9]]), np.array([[True, True, False]])
    >>> converged(rules, who, 1.0, rate=np.log(2.0)).round(6).tolist()
    [[0.3, 0.5, 0.9]]
    """
    number_of = np.maximum(members.sum(axis=-1, keepdims=True), 1)
    mean = np.where(members, stringency, 0.0).sum(axis=-1, keepdims=True) / number_of
    return np.where(members, mean + (stringency - mean) * np.exp(-rate * dt), stringency)
