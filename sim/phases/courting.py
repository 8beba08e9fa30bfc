"""What sponsors promise in a year: to states that look at joining, and to keep states out of a rival body."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.charter_plan import BodyPlan, Charter
from sim.phases.run import Run
from sim.phases.sides import deterring, payment_term, per_percent, recruits
from sim.phases.worth import Prospects, weigh_all
from sim.rules.courting import recruit
from sim.units import Array, Flags

__all__ = ["lapse", "promise"]

MOST = 0.05  # of GDP: the utility of money counts no more


def promise(run: Run, body: BodyPlan, charter: Charter, seen: Prospects, looks: Flags, shock: Array) -> Prospects:
    """Sponsors make their offers before the year's moves of a body, knowing who looks; returns what is seen then.

    The body's own sponsor offers first, then those of bodies that call it a rival, in the order of the file; each
    knows the offers before its own, and none the moves to come.
    """
    price = per_percent(run.plan.rule("membership")) * 100.0 / run.state.nations.gdp
    if not (recruits(run, charter) or deterring(run, body.name)) or not price.any():
        return seen
    price = np.where(price > 0.0, 1.0 / np.where(price > 0.0, price, 1.0), np.inf)
    most = MOST * run.state.nations.gdp
    state = run.state.bodies[body.name]
    _, _, value, allowed = weigh_all(run, body, charter, seen, state.inside)
    may = looks & allowed.any(axis=-2) & np.isfinite(value)
    sure = np.where(may, value, 0.0) + state.own.constant + state.nations.taste + shock
    before = seen.further["payment"]
    rule = run.plan.rule("membership")
    if charter.rules["side_payments"].metadata["aim"] == "recruit":
        committed = state.nations.courted.sum(axis=-1, keepdims=True)
        state.nations.courted = state.nations.courted + charter.rules["side_payments"](
            sure, may, price, committed, most
        )
    if rule.metadata.get("recruits"):
        own = charter.rules["side_payments"].get("budget") * (
            charter.rules["side_payments"].metadata["aim"] == "recruit"
        )
        committed = np.maximum(state.nations.courted.sum(axis=-1, keepdims=True) - own, 0.0)
        worth = sure + payment_term(run, body.name) - before
        state.nations.courted = state.nations.courted + recruit(
            worth, may, price, committed, most, budget=rule.get("budget"), premium=rule.get("premium")
        )
    for name in deterring(run, body.name):
        other = run.state.bodies[name].nations
        committed = other.deterred.sum(axis=-1, keepdims=True)
        worth = sure + payment_term(run, body.name) - before
        offers = run.plan.bodies[name].at(run.year).rules["side_payments"](worth, may, price, committed, most)
        other.deterred = other.deterred + offers
    return replace(seen, further={**seen.further, "payment": payment_term(run, body.name)})


def lapse(run: Run, body: BodyPlan, charter: Charter) -> None:
    """Promises end: for being inside with who is not, for staying out with who came in, all where none are made."""
    state = run.state.bodies[body.name]
    if state.nations.courted.any():
        state.nations.courted = np.where(state.inside & recruits(run, charter), state.nations.courted, 0.0)
    for name in deterring(run, body.name):
        other = run.state.bodies[name].nations
        other.deterred = np.where(state.inside, 0.0, other.deterred)
    aim = charter.rules["side_payments"].metadata["aim"]
    if aim != "deter" and state.nations.deterred.any():
        state.nations.deterred = 0.0
