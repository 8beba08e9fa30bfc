"""How fast states join and ratify, from dated records of which many dates are only bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from sim.estimation.risk_sets import Dates, body, dates, eligible_states, first_joining, iso3_codes
from sim.population import history

__all__ = ["JOIN_BODIES", "RATIFY_UNTIL", "Rate", "Spell", "joining", "looking", "rate", "ratifying", "yearly"]

Reals = NDArray[np.float64]
YEAR: Final = 365.25
CONFERENCE: Final = 90  # days after the founding counted as its conference (assumption)
# last day to which deposits of a body are recorded completely
RATIFY_UNTIL: Final = {
    "AIIB": date(2020, 3, 31), "ISA": date(2017, 12, 5), "IOMED": date(2025, 10, 20), "CPTPP": date(2024, 12, 31),
    "RCEP": date(2022, 3, 18),
}  # fmt: skip
# bodies whose later joiners are dated, at least by year or upper bound
JOIN_BODIES: Final = (
    "AIIB", "ARTEMIS", "NDB", "BRICS", "SCO", "DCO", "ILRS", "COE_AI", "PAX_SILICA", "MSP", "IOMED", "GPAI",
)  # fmt: skip
SIGNED: Final = ("founding_signatory", "founder", "signatory", "approved")


@dataclass(frozen=True)
class Spell:
    """Years until an event: between `low` and `high` (infinite: not yet), seen for `limit` years in all."""

    body: str
    iso3: str
    low: float
    high: float
    limit: float


@dataclass(frozen=True)
class Rate:
    """A constant hazard in events a year, with a 90 % interval over bodies, and what it rests on."""

    value: float
    low: float
    high: float
    spells: int
    events: int
    bodies: int
    draws: Reals


def _years(days: timedelta) -> float:
    return max(days.days / YEAR, 0.0)


def ratifying() -> list[Spell]:
    """Signature to party, one spell for each signatory of a body whose deposits are recorded.

    A state that acceded without a signature, and one whose signature is not dated, tell nothing. Deposits after
    the last complete day count as not yet.
    """
    found = []
    for name, until in RATIFY_UNTIL.items():
        one = body(name)
        for iso3, events in history(name).items():
            signed = [dates(text, how, one.founded) for status, text, how in events if status in SIGNED and text]
            party = [dates(text, how, one.founded) for status, text, how in events if status == "member" and text]
            if not signed or signed[0].first is None or signed[0].first > until:
                continue
            begin = signed[0]
            limit = _years(until - begin.last)
            low, high = limit, np.inf
            if party and party[0].first is not None and party[0].last <= until:
                low, high = _years(party[0].first - begin.last), _years(party[0].last - (begin.first or begin.last))
                high = max(high, 1 / YEAR)
            if limit > 0:
                found.append(Spell(name, iso3, min(low, limit), high, limit))
    return found


def joining(*, willing: bool) -> list[Spell]:
    """Founding conference to joining, for states that were not at the conference.

    With `willing` only those that joined by the day the roster speaks of, so that a rate is that of looking
    among states that want to; without it every eligible outsider, those that never joined censored.
    """
    found = []
    for name in JOIN_BODIES:
        one, spans = body(name), first_joining(name)
        start = one.founded + timedelta(days=CONFERENCE)
        limit = _years(one.observed_until - start)
        inside = eligible_states(one.eligible)
        for at, iso3 in enumerate(iso3_codes()):
            span = spans.get(iso3, Dates(date.max, date.max, True))
            if iso3 in one.leads or not inside[at] or span.first is None or span.last < start or limit <= 0:
                continue
            if span.first > one.observed_until:
                if not willing:
                    found.append(Spell(name, iso3, limit, np.inf, limit))
                continue
            low, high = _years(span.first - start), min(_years(span.last - start), limit)
            found.append(Spell(name, iso3, min(low, high), max(high, 1 / YEAR), limit))
    return found


def _log_likelihood(hazard: float, spells: Sequence[Spell], truncated: bool) -> float:
    low = np.array([one.low for one in spells])
    high = np.array([one.high for one in spells])
    limit = np.array([one.limit for one in spells])
    narrow = np.maximum(high - low, 1 / YEAR)  # an exact day is an interval of one day
    inside = np.where(np.isinf(high), 0.0, -np.expm1(-hazard * np.where(np.isinf(high), 1.0, narrow)))
    value = -hazard * low + np.where(np.isinf(high), 0.0, np.log(np.where(np.isinf(high), 1.0, inside)))
    if truncated:
        value = value - np.log(-np.expm1(-hazard * np.maximum(limit, 1 / YEAR)))
    return float(value.sum())


def estimate(spells: Sequence[Spell], truncated: bool = False) -> float:
    """The hazard under which interval-censored spells are likeliest, events a year.

    `truncated` for spells seen only because the event happened before `limit`.

    >>> exact = [Spell("", "", t, t + 1e-6, 10.0) for t in (0.5, 1.0, 1.5)]
    >>> round(estimate(exact), 2)
    1.0
    """
    found = minimize_scalar(
        lambda value: -_log_likelihood(float(np.exp(value)), spells, truncated), bounds=(-7.0, 4.0), method="bounded"
    )
    return float(np.exp(found.x))


def rate(spells: Sequence[Spell], truncated: bool = False, draws: int = 500) -> Rate:
    """The hazard with the interval of a bootstrap over bodies."""
    generator = np.random.default_rng(20261123)
    by_body = [[one for one in spells if one.body == name] for name in sorted({one.body for one in spells})]
    drawn = np.empty(draws)
    for at in range(draws):
        rows = generator.integers(0, len(by_body), len(by_body))
        drawn[at] = estimate([one for row in rows for one in by_body[row]], truncated)
    events = sum(1 for one in spells if np.isfinite(one.high))
    low, high = np.quantile(drawn, (0.05, 0.95))
    return Rate(estimate(spells, truncated), float(low), float(high), len(spells), events, len(by_body), drawn)


def looking(draws: int = 500) -> Rate:
    """How often an outsider that wants to join acts on it: timing among those that joined, truncated."""
    return rate(joining(willing=True), truncated=True, draws=draws)


def yearly(hazard: float) -> float:
    """Chance of at least one event in a year.

    >>> round(yearly(1.0), 4)
    0.6321
    """
    return float(-np.expm1(-hazard))
