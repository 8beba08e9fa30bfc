"""Ties of a state to the leaders of a body and to their rival, through other bodies that were there before."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.estimation.risk_sets import Body, bodies, first_joining, iso3_codes, outcome_of
from sim.population import load_nations

__all__ = ["TIE_BODIES", "known_before", "led_ties", "ties"]

Reals = NDArray[np.float64]
# rosters of which a blank can be read; the mergers and copies of others are left out
TIE_BODIES: Final = (
    "COMMUNITY_OF_DEMOCRACIES_GC", "SCO", "APSCO", "BRICS", "BRI", "NDB", "AIIB", "ISA", "CPTPP", "GPAI",
    "ARTEMIS", "DCO", "RCEP", "ILRS", "DFI", "MSP", "REAIM_2023", "US_POL_DECL_MIL_AI", "BLETCHLEY",
    "SEOUL_MINISTERS", "BRICS_PARTNER", "AISI_NETWORK", "COE_AI", "PARIS_2025", "IOMED", "PAX_SILICA",
    "REAIM_2026",
)  # fmt: skip


@lru_cache(maxsize=4096)
def known_before(name: str, day: date) -> tuple[float, ...] | None:
    """Membership in a body as known on a day, (193,): 1 in, 0 out, NaN not known; None if it tells nothing.

    A join counts if it surely happened before the day. One whose date is only bounded by a later day, or missing
    where the roster is younger than the day, is not known. The states that led the body are in from its founding.
    """
    one = next(each for each in bodies() if each.name == name)
    if one.founded >= day:
        return None
    codes = iso3_codes()
    place = {code: at for at, code in enumerate(codes)}
    answer = np.zeros(len(codes))
    later = outcome_of(name, None)
    answer[np.isnan(later)] = 0.0  # an observer or applicant is not in
    unsure = 0
    for iso3, span in first_joining(name).items():
        surely = (span.last < day) if span.first is not None else (one.observed_until < day)
        may_be = span.first is None or span.first < day
        answer[place[iso3]] = 1.0 if surely else (np.nan if may_be else 0.0)
        unsure += not surely and may_be
    for code in one.leads:
        answer[place[code]] = 1.0
    if unsure > np.nansum(answer) or np.nansum(answer) < 2:
        return None  # most of the roster is not dated well enough to be used
    return tuple(answer.tolist())


def faded(name: str, one: Body, half_life: float) -> float:
    """Weight of an earlier body by its age: one half after `half_life` years; 1 where that is infinite."""
    first = next(each.founded for each in bodies() if each.name == name)
    return 0.5 ** ((one.founded - first).days / 365.25 / half_life)


def ties(one: Body, states: tuple[str, ...], rarity: float, half_life: float) -> Reals:
    """Share of the bodies a state sits in together with `states`, before a founding, (193,).

    Bodies count in which any of `states` sat; each weighs (size)**-rarity, so that a small club says more than a
    large one at `rarity` above 0, and fades with its age by `half_life` years. Unknown memberships leave both
    sums; a state without a known row gets 0. The body itself and what was founded on its day or later never count.
    """
    codes = np.array(iso3_codes())
    with_them = np.isin(codes, states)
    total, weight = np.zeros(len(codes)), np.zeros(len(codes))
    for name in TIE_BODIES:
        if name in (one.name, *one.aliases):
            continue
        row = known_before(name, one.founded)
        if row is None:
            continue
        inside = np.array(row)
        if not np.nansum(inside[with_them]) > 0:
            continue
        heavy = float(np.nansum(inside)) ** -rarity * faded(name, one, half_life)
        known = ~np.isnan(inside)
        total += np.where(known, inside, 0.0) * heavy
        weight += known * heavy
    return np.divide(total, weight, out=np.zeros(len(codes)), where=weight > 0)


def led_ties(one: Body, pole: str, rarity: float, half_life: float) -> Reals:
    """Weighted share of the bodies that a pole led, before a founding, in which a state sits, (193,)."""
    total, weight = np.zeros(len(iso3_codes())), np.zeros(len(iso3_codes()))
    for each in bodies():
        if each.name in (one.name, *one.aliases) or each.name not in TIE_BODIES or pole not in each.leads:
            continue
        row = known_before(each.name, one.founded)
        if row is None:
            continue
        inside = np.array(row)
        heavy = float(np.nansum(inside)) ** -rarity * faded(each.name, one, half_life)
        known = ~np.isnan(inside)
        total += np.where(known, inside, 0.0) * heavy
        weight += known * heavy
    return np.divide(total, weight, out=np.zeros_like(total), where=weight > 0)


def tie_count(one: Body, states: tuple[str, ...]) -> int:
    """How many earlier bodies the ties of a founding rest on."""
    with_them = np.isin(iso3_codes(), states)
    rows = (known_before(name, one.founded) for name in TIE_BODIES if name not in (one.name, *one.aliases))
    return sum(1 for row in rows if row is not None and np.nansum(np.array(row)[with_them]) > 0)


def oecd() -> NDArray[np.bool_]:
    """Members of the OECD, (193,): only to report a score within the others, never a covariate."""
    return load_nations().groups["oecd"]
