"""From bodies and states to the arrays of the model: covariates scaled, interactions formed, levels set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.estimation import covariates as facts
from sim.estimation.model import Data, Fit, Priors, fit, logistic, relevel
from sim.estimation.risk_sets import Body, eligible_states, iso3_codes, outcome
from sim.estimation.specification import COVARIATES, Specification
from sim.estimation.ties import led_ties, ties
from sim.population import load_nations

__all__ = ["LEVELS", "build", "eligible", "features", "fit_bodies", "level_terms", "priors_of", "raw", "risk"]

Reals = NDArray[np.float64]
LEVELS: Final = ("constant", "log_years", "values", "club", "treaty")


@lru_cache(maxsize=256)
def eligible(one: Body) -> NDArray[np.bool_]:
    """States that may join and do not lead, (193,)."""
    return eligible_states(one.eligible) & ~np.isin(iso3_codes(), one.leads)


@lru_cache(maxsize=256)
def risk(one: Body) -> Reals:
    """`outcome`, computed once; nothing but NaN for a body that is only described."""
    return np.full(len(iso3_codes()), np.nan) if one.role == "described" else outcome(one)


@lru_cache(maxsize=256)
def features(one: Body) -> dict[str, float]:
    """What stands on the day of founding: gate, aims and form, each 0 or 1, and the regime of the leading states.

    `lead_democracy` is their mean electoral democracy less one half, over 0.3: about -1 to 1.
    """
    before = facts.state_before(one.founded.year)
    return {
        "lead_democracy": float(before.democracy[facts.lead_rows(one)].mean() - 0.5) / 0.3,
        "values": float(one.gate == "values"),
        "club": float(one.gate == "invitation"),
        "development": float(one.aims == "development"),
        "treaty": float(one.form == "treaty"),
    }


def level_terms(one: Body) -> Reals:
    """Terms of a body's constant, (5,): constant, log of the years observed, values gate, club, treaty."""
    known = features(one)
    return np.array([1.0, log(one.exposure), known["values"], known["club"], known["treaty"]])


@lru_cache(maxsize=512)
def raw(one: Body, rarity: float, half_life: float) -> dict[str, Reals]:
    """Every covariate but `partners` in its own unit, each (193,), from what was known before the founding."""
    before, nations = facts.state_before(one.founded.year), load_nations()
    near, rival = facts.poles_of(one, before)
    leads, codes = facts.lead_rows(one), list(iso3_codes())
    observed = {"CHN": nations.trade_share_china, "USA": nations.trade_share_usa}
    trade = np.zeros(len(codes))
    for lead in leads:
        trade = trade + observed.get(codes[lead], facts.partners()[:, lead])
    ally = np.zeros(len(codes), dtype=bool)
    for lead in leads:
        ally |= facts.allied(codes[lead], one.founded.year)
    return {
        "distance": np.abs(before.ideal_point - before.ideal_point[leads].mean()),
        "regime_gap": np.abs(before.democracy - before.democracy[leads].mean()),
        "democracy": before.democracy,
        "income": before.income,
        "size": before.size,
        "ties": ties(one, one.leads, rarity, half_life),
        "ties_near": led_ties(one, near, rarity, half_life),
        "ties_rival": led_ties(one, rival, rarity, half_life),
        "allied": ally.astype(float),
        "allied_rival": facts.allied(rival, one.founded.year).astype(float),
        "kilometres": np.log(np.maximum(facts.kilometres()[:, leads].min(axis=-1), 100.0)),
        "neighbour": np.isin(nations.subregion, nations.subregion[leads]).astype(float),
        "trade": trade,
        "trade_rival": np.asarray(observed[rival]),
        "readiness_gap": np.maximum(nations.readiness[leads].mean() - nations.readiness, 0.0),
    }


# One standard deviation of each covariate over eligible states, averaged over the coded bodies: fixed once, from
# covariates alone, so that a prior means the same whichever bodies are left out.
SCALE: Final = {
    "distance": 0.7, "regime_gap": 0.22, "democracy": 0.26, "income": 1.5, "size": 2.4, "ties": 0.2,
    "ties_near": 0.2, "ties_rival": 0.2, "allied": 0.35, "allied_rival": 0.35, "kilometres": 0.6,
    "neighbour": 0.28, "trade": 0.12, "trade_rival": 0.1, "readiness_gap": 0.17, "partners": 0.15,
}  # fmt: skip


def _columns(one: Body, spec: Specification, partners: Reals | None) -> Reals:
    """Scaled covariates and interactions of one body, (193, terms), centred over the eligible states."""
    known, inside = raw(one, spec.rarity, spec.half_life), eligible(one)
    about = features(one)
    scaled: dict[str, Reals] = {}
    for name in spec.covariates:
        if name == "partners":
            values = np.zeros(len(inside)) if partners is None else partners
        else:
            values = known[name]
        scaled[name] = (values - values[inside].mean()) / SCALE[name]
    columns = [scaled[name] for name in spec.covariates]
    columns += [scaled[name] * about[feature] for name, feature in spec.interactions]
    return np.stack(columns, axis=-1)


def priors_of(spec: Specification) -> Priors:
    """Prior widths of a specification; the constant is free (10), the other terms of the level narrower."""
    slope = np.concatenate(
        [np.full(len(spec.covariates), spec.slope), np.full(len(spec.interactions), spec.interaction)]
    )
    level = np.full(len(LEVELS), spec.level)
    level[0] = 10.0
    varying = tuple(at for at, name in enumerate(spec.covariates) if name in spec.varying)
    return Priors(slope, level, spec.body, spec.state, spec.leaning, varying, spec.variation)


def build(chosen: Sequence[Body], spec: Specification, partners: Reals | None = None) -> Data:
    """Arrays of some bodies; `partners` (bodies, 193) is the share of partners expected inside."""
    rows = [_columns(one, spec, None if partners is None else partners[at]) for at, one in enumerate(chosen)]
    return Data(
        np.stack([risk(one) for one in chosen]),
        np.stack(rows),
        np.stack([level_terms(one) for one in chosen]),
        np.array([features(one)["lead_democracy"] for one in chosen]),
        np.ones(len(chosen)),
    )


def expected_partners(log_odds: Reals, chosen: Sequence[Body]) -> Reals:
    """Share of each state's partners expected inside, (bodies, 193); leading states are inside.

    The chances are brought to a mean of one half over the eligible states, so that the covariate tells who is
    expected and not how many.
    """
    shares = []
    for at, one in enumerate(chosen):
        inside = eligible(one)
        chance = np.zeros(len(inside))
        chance[inside] = logistic(relevel(log_odds[at][inside], 0.5 * float(inside.sum())))
        chance[facts.lead_rows(one)] = 1.0
        shares.append(facts.partners() @ chance)
    return np.stack(shares)


def fit_bodies(
    chosen: Sequence[Body], spec: Specification, ahead: Sequence[Body] = (), weight: Reals | None = None,
    outcomes: Reals | None = None,
) -> tuple[Fit, Reals, Reals]:  # fmt: skip
    """Fit to some bodies and look at others: the fit, log odds of `ahead` (bodies, 193), of `chosen` likewise.

    Log odds of `chosen` contain the effect of each body, those of `ahead` do not. `weight` (bodies,) counts a
    body several times or not at all; `outcomes` (bodies, 193) replaces the real lists (a cross-validation hides some).
    """
    known, number = (*chosen, *ahead), len(chosen)
    heavy = np.ones(number) if weight is None else weight
    answers = np.stack([risk(one) for one in chosen]) if outcomes is None else outcomes

    def fitted(arrays: Data, using: Specification) -> Fit:
        seen = Data(answers, arrays.slopes[:number], arrays.level[:number], arrays.side[:number], heavy)
        return fit(seen, priors_of(using))

    partners = None
    if spec.partners:
        names = tuple(name for name in spec.covariates if name != "partners")
        first_spec = replace(spec, covariates=names, state=0.0, leaning=0.0)
        arrays = build(known, first_spec)
        first = fitted(arrays, first_spec)
        partners = expected_partners(first.predict(arrays.slopes, arrays.level, arrays.side), known)
    arrays = build(known, spec, partners)
    found = fitted(arrays, spec)
    everyone = found.predict(arrays.slopes, arrays.level, arrays.side)
    own = found.body[:, None] + (arrays.slopes[:number] * found.body_slope[:, None, :]).sum(axis=-1)
    return found, everyone[number:], everyone[:number] + own


def unscaled(spec: Specification, found: Fit) -> dict[str, float]:
    """Slopes per unit of the covariate: log odds per standard deviation divided by that standard deviation."""
    return {name: float(found.slope[at]) / SCALE[name] for at, name in enumerate(spec.covariates)}


assert set(SCALE) == set(COVARIATES)
