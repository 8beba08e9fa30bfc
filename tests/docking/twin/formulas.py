"""Who has which share of votes, dues and receipts, what firms pay, and what they hold (7.12, 7.15).

A formula of nations gets the rule, the members, a row of columns for each, and what each has paid since the start;
it returns shares that sum to 1. The tables at the end are the rules that the twin knows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from tests.docking.twin.allocations import bounded, global_fund
from tests.docking.twin.arithmetic import shares
from tests.docking.twin.reading import Rule

Nations = Sequence[Any]
Rows = Mapping[Any, SimpleNamespace]
Shares = dict[Any, float]
Formula = Callable[[Any, Nations, Rows, Shares], Shares]


def by(column: str) -> Formula:
    """In proportion to a column."""
    return lambda rule, members, row, paid: shares({one: getattr(row[one], column) for one in members})


def equal(rule: Any, members: Nations, row: Rows, paid: Shares) -> Shares:
    return shares(dict.fromkeys(members, 1.0))


def use(rule: Any, members: Nations, row: Rows, paid: Shares) -> Shares:
    return shares({one: row[one].population * row[one].ai_service for one in members})


def by_paid_or(otherwise: Formula) -> Formula:
    """By dues paid since the start; by another formula before anybody has paid."""

    def formula(rule: Any, members: Nations, row: Rows, paid: Shares) -> Shares:
        given = {one: paid[one] for one in members}
        return shares(given) if sum(given.values()) > 0.0 else otherwise(rule, members, row, paid)

    return formula


def basic_and(column: str) -> Formula:
    """Basic votes equally, the rest by a column."""

    def formula(rule: Any, members: Nations, row: Rows, paid: Shares) -> Shares:
        rest = by(column)(rule, members, row, paid)
        return {one: rule.basic / len(members) + (1.0 - rule.basic) * rest[one] for one in members}

    return formula


def capital(rule: Any, members: Nations, row: Rows, paid: Shares) -> Shares:
    """Shares of capital with a bonus for founders; others by GDP at the rate of the founders inside."""
    founders = [one for one in members if rule.stock.get(one.name, -1) >= 0]
    owned = sum(rule.stock[one.name] for one in founders)
    product = sum(row[one].gdp for one in founders)
    rate = owned / product if product > 0.0 else 1.0
    holding = shares(
        {one: rule.stock[one.name] + rule.bonus if one in founders else row[one].gdp * rate for one in members}
    )
    return {one: rule.basic / len(members) + (1.0 - rule.basic) * holding[one] for one in members}


def square_root(rule: Any, members: Nations, row: Rows, paid: Shares) -> Shares:
    return shares({one: math.sqrt(row[one].population) for one in members})


def degressive(rule: Any, members: Nations, row: Rows, paid: Shares) -> Shares:
    raw = shares({one: row[one].population ** rule.exponent for one in members})
    return shares({one: max(raw[one], rule.floor) for one in members})


def mixture(rule: Any, members: Nations, row: Rows, paid: Shares) -> Shares:
    whole = max(rule.equal_part + rule.gdp_part, 1.0)
    first, second = rule.equal_part / whole, rule.gdp_part / whole
    parts = [formula(rule, members, row, paid) for formula in (equal, by("gdp"), by("population"))]
    return {
        one: first * parts[0][one] + second * parts[1][one] + (1.0 - first - second) * parts[2][one] for one in members
    }


def rescaled(share: Shares, fixed: set[Any]) -> Shares:
    """Multiplies the shares of those not fixed so that all sum to 1."""
    rest = 1.0 - sum(share[one] for one in fixed)
    loose = sum(value for one, value in share.items() if one not in fixed)
    return {
        one: value if one in fixed else value * rest / (loose if loose > 0.0 else 1.0) for one, value in share.items()
    }


def un_scale(rule: Any, members: Nations, row: Rows, paid: Shares) -> Shares:
    product = {one: max(row[one].gdp - rule.repaid * rule.debt.get(one.name, 0), 0.0) for one in members}
    base = shares(product)
    average = sum(product.values()) / max(sum(row[one].population for one in members), 1e-12)
    income = {one: product[one] / row[one].population for one in members}
    poor = {one for one in members if income[one] < average}
    share = {
        one: base[one] * (1.0 - rule.gradient * (average - income[one]) / average) if one in poor else base[one]
        for one in members
    }
    share = rescaled(share, poor)
    raised = {one for one in members if share[one] < rule.floor}
    share = rescaled({one: rule.floor if one in raised else share[one] for one in members}, raised)
    spared = raised | {one for one in members if row[one].ldc}
    share = {one: min(share[one], rule.ldc_cap) if row[one].ldc else share[one] for one in members}
    if len(spared) < len(members):
        share = rescaled(share, spared)
    for _ in range(4):
        topped = {one for one in members if share[one] >= rule.ceiling and one not in spared}
        bound = spared | topped
        if len(bound) < len(members):
            share = rescaled({one: rule.ceiling if one in topped else share[one] for one in members}, bound)
    return shares(share)


def peacekeeping_levels(rule: Any, members: Nations, row: Rows, paid: Shares) -> Shares:
    defaults = Rule("dues", {"rule": "un_scale"})
    base = un_scale(defaults, members, row, paid)
    if not members:
        return {}
    average = sum(row[one].gdp for one in members) / sum(row[one].population for one in members)
    ratio = {one: row[one].gdp / row[one].population / average for one in members}
    top = {one for one in members if ratio[one] >= max(ratio.values()) * 0.5}

    def discount(one: Any) -> float:
        if row[one].ldc:
            return 0.9
        steps = ((0.25, 0.8), (0.5, 0.6), (1.0, 0.4), (2.0, 0.2))
        return next((part for limit, part in steps if ratio[one] < limit), 0.0)

    reduced = {one: base[one] if one in top else base[one] * (1.0 - discount(one)) for one in members}
    return rescaled(reduced, {one for one in members if one not in top})


def peacekeeping_scale(rule: Any, members: Nations, row: Rows, paid: Shares) -> Shares:
    if not members:
        return {}
    base = un_scale(Rule("dues", {"rule": "un_scale"}), members, row, paid)
    average = sum(row[one].gdp for one in members) / sum(row[one].population for one in members)
    permanent = {one for one in members if one.name in ("CHN", "FRA", "GBR", "RUS", "USA")}

    def discount(one: Any) -> float:
        if one in permanent:
            return 0.0
        if row[one].ldc:
            return float(rule.ldc_discount)
        ratio = row[one].gdp / row[one].population / average
        return next((part for limit, part in reversed(rule.levels) if ratio < limit), 0.0)

    reduced = {one: base[one] * (1.0 - discount(one)) for one in members}
    payers = permanent or {one for one in members if discount(one) <= 0.0}
    return rescaled(reduced, set(members) - payers) if payers else shares(reduced)


def wipo_classes(rule: Any, members: Nations, row: Rows, paid: Shares) -> Shares:
    size = by("gdp")(rule, members, row, paid)
    lowest = rule.units[-1][0]
    covered = {one: [units for (units,) in rule.units if size[one] >= units * rule.per_unit] for one in members}
    return shares({one: lowest if row[one].ldc or not covered[one] else covered[one][0] for one in members})


def last_step(steps: Sequence[Sequence[float]], value: float) -> float:
    """The second number of the last row whose first is at most the value; 0 below the first."""
    found = 0.0
    for limit, number in steps:
        if value >= limit:
            found = number
    return found


def classes(rule: Any, members: Nations, row: Rows, paid: Shares) -> Shares:
    size = by("gdp")(rule, members, row, paid)
    return shares({one: 0.0625 if row[one].ldc else last_step(rule.classes, size[one]) for one in members})


def need_gap(rule: Any, members: Nations, row: Rows, paid: Shares) -> Shares:
    top = max((row[one].ai_service for one in members), default=0.0)
    return shares({one: row[one].population * max(top - row[one].ai_service, 0.0) for one in members})


def ldc_set_aside(rule: Any, members: Nations, row: Rows, paid: Shares) -> Shares:
    poorest = shares({one: row[one].population for one in members if row[one].ldc})
    part = rule.set_aside if poorest else 0.0
    need = need_gap(rule, members, row, paid)
    return shares({one: part * poorest.get(one, 0.0) + (1.0 - part) * need[one] for one in members})


def ida(rule: Any, members: Nations, row: Rows, paid: Shares) -> Shares:
    return shares(
        {
            one: row[one].population * row[one].readiness ** rule.performance * max(row[one].income, 1.0) ** rule.need
            for one in members
        }
    )


def star(rule: Any, members: Nations, row: Rows, paid: Shares) -> Shares:
    return shares(
        {
            one: (row[one].population * (1.0 - row[one].ai_service)) ** rule.benefit
            * row[one].readiness
            * max(row[one].income, 1.0) ** rule.need
            for one in members
        }
    )


# What firms pay: the rule, the firm's revenue, world product.
def windfall(rule: Any, revenue: float, world_product: float) -> float:
    profit, paid = rule.margin * revenue, 0.0
    limits = [limit for limit, _ in rule.schedule] + [math.inf]
    for place, (limit, rate) in enumerate(rule.schedule):
        top = min(profit, limits[place + 1] * world_product)
        paid += rate * max(top - limit * world_product, 0.0)
    return paid


def joint_contribution(rule: Any, firm: Any, payers: Sequence[Any], world_product: float) -> float:
    return float(rule.total * shares({one: last_step(rule.parts, one.revenue) for one in payers})[firm])


# What one of the firms that pay together pays.
LEVY: dict[str, Callable[[Any, Any, Sequence[Any], float], float]] = {
    "none": lambda rule, firm, payers, world_product: 0.0,
    "ai_revenue": lambda rule, firm, payers, world_product: rule.rate * firm.revenue,
    "bands": lambda rule, firm, payers, world_product: last_step(rule.bands, firm.revenue),
    "windfall": lambda rule, firm, payers, world_product: windfall(rule, firm.revenue, world_product),
    "joint_contribution": joint_contribution,
}


# What seated firms hold: the share of the pool, and its split among them.
def from_three(share: float, split: Shares) -> tuple[float, Shares]:
    return (share, split) if len(split) >= 3 else (0.0, dict.fromkeys(split, 0.0))


def pool_share(rule: Any, firms: Sequence[Any]) -> tuple[float, Shares]:
    split = shares({firm: firm.revenue + 1e-6 for firm in firms})
    limit = max(rule.cap, 1.0 / max(len(firms), 1))
    at_cap: dict[Any, float] = {}
    while any(split[firm] > limit for firm in firms if firm not in at_cap):
        at_cap.update({firm: limit for firm in firms if split[firm] > limit})
        below = shares({firm: firm.revenue + 1e-6 for firm in firms if firm not in at_cap})
        rest = max(1.0 - limit * len(at_cap), 0.0)
        split = {**{firm: part * rest for firm, part in below.items()}, **at_cap}
    return from_three(rule.share, split)


def equally(firms: Sequence[Any]) -> Shares:
    return shares(dict.fromkeys(firms, 1.0))


CORPORATE: dict[str, Callable[[Any, Sequence[Any]], tuple[float, Shares]]] = {
    "none": lambda rule, firms: (0.0, dict.fromkeys(firms, 0.0)),
    "pays": lambda rule, firms: (0.0, dict.fromkeys(firms, 0.0)),
    "seat": lambda rule, firms: from_three(rule.share, equally(firms)),
    "quarter": lambda rule, firms: from_three(0.25, equally(firms)),
    "pool_share": pool_share,
    "state_designated": lambda rule, firms: (0.0, shares({firm: firm.compute for firm in firms})),
}
SEATS_FOR_FIRMS = ("pays", "seat", "quarter", "pool_share", "state_designated")
VOTES_FOR_FIRMS = ("seat", "quarter", "pool_share", "state_designated")

VOTE_WEIGHT: dict[str, Formula] = {
    "equal": equal,
    "heads": equal,
    "capital": capital,
    "basic_and_gdp": basic_and("gdp"),
    "imf": basic_and("imf_quota"),
    "gdp": by("gdp"),
    "population": by("population"),
    "square_root": square_root,
    "degressive": degressive,
    "contribution": by_paid_or(equal),
    "capability": by("compute"),
    "use": use,
    "mixture": mixture,
}
DUES: dict[str, Formula] = {
    "equal": equal,
    "income_share": by("gdp"),
    "use_share": use,
    "un_scale": un_scale,
    "un_assessment": by("un_assessment"),
    "peacekeeping_levels": peacekeeping_levels,
    "classes": classes,
    "peacekeeping_scale": peacekeeping_scale,
    "wipo_classes": wipo_classes,
}
ALLOCATION: dict[str, Formula] = {
    "equal": equal,
    "per_head": by("population"),
    "need_gap": need_gap,
    "ldc_set_aside": ldc_set_aside,
    "ida": ida,
    "star": star,
    "star_bounded": lambda rule, members, row, paid: bounded(rule, star(rule, members, row, paid)),
    "global_fund": global_fund,
    "juste_retour": by_paid_or(by("gdp")),
    "sdr": by("imf_quota"),
}
