"""Taking sides: dependence on powers, and terms of the utility that other powers and sponsors bring in."""

from __future__ import annotations

import numpy as np

from sim.bound import Bound
from sim.charter_plan import BodyPlan, Charter
from sim.phases.chips import chips_term
from sim.phases.run import Run
from sim.units import Array

__all__ = ["deterring", "further_terms", "payment_term", "per_percent", "recruits", "rival_pull"]


def rival_pull(run: Run, body: BodyPlan) -> Array:
    """Share of trade with the pole that does not sponsor the body, times tension, (runs, nations)."""
    stage, poles = run.plan.stage, run.plan.rule("poles")
    codes = list(stage.nations.iso3)
    ends = [codes.index(poles.numbers[end]) if poles.numbers[end] in codes else -1 for end in ("first", "second")]
    if min(ends) < 0 or body.sponsor < 0:
        return np.zeros(run.plan.nation_shape)
    position = run.state.nations.position
    gap = [np.abs(position[:, [body.sponsor]] - position[:, [end]]) for end in ends]
    trade = [_trade_with(run, end) for end in ends]
    nearer_first = gap[0] < gap[1]
    share = np.where(nearer_first, trade[1], trade[0])
    rival = np.where(nearer_first, ends[1], ends[0])
    share = np.where(np.arange(run.plan.nation_shape[1]) == rival, 1.0, share)
    return np.minimum(run.plan.rule("membership").get("dependence", 1.0) * share, 1.0) * run.state.world.tension


def _trade_with(run: Run, nation: int) -> Array:
    facts = run.plan.stage.nations
    named = {"CHN": "trade_share_china", "USA": "trade_share_usa"}.get(str(facts.iso3[nation]))
    share = getattr(facts, named) if named else run.plan.stage.partners[:, nation]
    return np.asarray(share)[None, :]


def per_percent(rule: Bound) -> Array:
    """Utility of one percent of GDP under a rule of membership, (runs, 1); 0 where it takes no account of money."""
    given = rule.metadata.get("per_percent")
    return rule.get("money", 0.0) if given is None else np.array([[float(given)]])


def recruits(run: Run, charter: Charter) -> bool:
    """Whether the sponsor of a body may pay states for joining."""
    paid = charter.rules["side_payments"].metadata["aim"] == "recruit"
    return paid or bool(run.plan.rule("membership").metadata.get("recruits"))


def deterring(run: Run, body: str) -> list[str]:
    """Bodies whose sponsors pay states for staying out of this one: they call it a rival."""
    return [
        name
        for name, other in run.plan.bodies.items()
        if other.at(run.year).rules["side_payments"].metadata["aim"] == "deter"
        and other.relations.get(body, ("", None))[0] == "rival"
    ]


def payment_term(run: Run, body: str) -> Array:
    """What promises for being inside add, less what promises for staying out take away; utility (runs, nations)."""
    promised = run.state.bodies[body].nations.courted
    for other in deterring(run, body):
        if other in run.state.bodies:  # at the start bodies arise one after the other
            promised = promised - run.state.bodies[other].nations.deterred
    return np.asarray(per_percent(run.plan.rule("membership")) * 100.0 * promised / run.state.nations.gdp)


def further_terms(run: Run, body: BodyPlan, charter: Charter) -> dict[str, Array]:
    """Terms that are the same for every tier and stand in the utility only where a charter asks for them.

    Where payoffs alone decide, payments and chips are the only ones.
    """
    found: dict[str, Array] = {}
    if recruits(run, charter) or deterring(run, body.name):
        found["payment"] = payment_term(run, body.name)
    if charter.rules["chips"].numbers:
        found["chips"] = chips_term(run, body.name, charter)
    if run.plan.rule("membership").metadata.get("counterfactual"):
        return found
    framing = charter.rules["framing"]
    codes = run.plan.stage.nations.iso3
    power = np.flatnonzero(codes == framing.numbers.get("power", ""))
    if len(power):
        place = int(power[0])
        share = np.where(np.arange(len(codes)) == place, 1.0, _trade_with(run, place))
        dependence = np.minimum(run.plan.rule("membership").get("dependence", 1.0) * share, 1.0)
        position = run.state.nations.position
        found["framing"] = framing(np.abs(position - position[:, [place]]), dependence)
    closer = charter.rules["observation"].numbers.get("closer")
    if closer is not None:
        found["observer"] = closer * (run.state.bodies[body.name].nations.status == 2)
    return found
