"""The start of a block: columns at the end of 2026, tastes that make it the real world, derived columns."""

from __future__ import annotations

import numpy as np

from sim.charter_plan import BodyPlan, Charter
from sim.errors import RunError
from sim.phases import safety, technology
from sim.phases.run import Run
from sim.phases.worth import prospects, weigh_all
from sim.plan import Plan
from sim.rules.economy import usefulness
from sim.rules.membership import choose_tier, conditional_taste, level
from sim.sections import POLICY_DIMENSIONS
from sim.state import BodyState, Columns, State
from sim.units import Array, Flags

__all__ = ["begin"]


def begin(plan: Plan) -> Run:
    """A block at its start: every column of the state holds values, derived ones included.

    Raises `RunError` where a number of the scenario leads to one that is none.
    """
    try:
        return _begun(plan)
    except FloatingPointError as error:
        raise RunError(f"the start: {error}; a parameter is too large or too small") from None


def _begun(plan: Plan) -> Run:
    world = Columns("world", (plan.runs, 1))
    run = Run(plan, State(world, _nations(plan), _firms(plan), {}))
    world.tension = plan.rule("tension").get("start", 0.5)
    world.harm_memory = world.harm_percent = world.struck = 0.0
    world.pace = plan.rule("frontier").get("start_pace")
    world.frontier, world.published = 0.0, 0.0
    world.compute_cost = plan.rule("investment").get("price", 38000.0)
    world.investment = world.closing_year = 0.0
    world.world_product = run.state.nations.gdp.sum(axis=-1, keepdims=True)
    for group in (world, run.state.nations, run.state.firms):
        group.start_year()
    _facts(run)
    _preferences(run)
    for name, body in plan.bodies.items():
        run.state.bodies[name] = _body(run, body)
    safety.bind(run)
    technology.observe_frontier(run, 0.0)
    technology.reach(run)
    run.fixed["applied_start"] = _applied(run)
    technology.sell(run)
    technology.serve(run)
    run.state.firms.hazard = 0.0
    for body in plan.bodies.values():
        _join(run, body)
    safety.bind(run)
    technology.reach(run)
    technology.serve(run)
    run.fixed["applied_start"] = _applied(run)
    return run


def _nations(plan: Plan) -> Columns:
    facts = plan.stage.nations
    nations = Columns("nation", plan.nation_shape)
    nations.gdp_base = nations.gdp = facts.gdp[None, :]
    nations.gdp_gain = 0.0
    nations.population = facts.population[None, :]
    nations.readiness = nations.readiness_supported = facts.readiness[None, :]
    error = plan.draws.normal("AI use", plan.stage.nation_keys, per_future=True) * facts.ai_use_error
    nations.ai_use = np.clip(facts.ai_use * np.exp(error - 0.5 * facts.ai_use_error**2), 0.002, 0.9)
    nations.compute = facts.compute * plan.rule("investment").get("start_growth", 2.0)
    nations.position, nations.rights = facts.ideal_point[None, :], facts.rights[None, :]
    nations.stringency_effective = 0.3
    nations.regime = np.arange(plan.nation_shape[1])[None, :]
    nations.matched = 0.0
    nations.built = nations.granted = nations.trade_loss = nations.loss_rate = 0.0
    return nations


def _firms(plan: Plan) -> Columns:
    stage, facts = plan.stage, plan.stage.firms
    entrants = int(stage.entrant.sum())
    firms = Columns("firm", plan.firm_shape)
    padded = {
        key: np.concatenate([getattr(facts, key), np.full(entrants, value)])
        for key, value in {
            "capability": -6.0,
            "compute": 0.0,
            "openness": 0.6,
            "safety": 0.2,
            "capability_error": 0.0,
        }.items()
    }
    error = plan.draws.normal("capability", stage.firm_keys, per_future=True) * padded["capability_error"]
    raised = np.where(stage.supplier | stage.entrant, padded["capability"], padded["capability"] + error)
    works = ~(stage.supplier | stage.entrant)
    best = np.max(np.where(works, raised, -9.0), axis=-1, keepdims=True)
    firms.capability = np.where(works, raised - best, raised)
    firms.compute = padded["compute"] * plan.rule("investment").get("start_growth", 2.0)
    firms.openness, firms.safety, firms.safety_effective = (
        padded["openness"],
        padded["safety"],
        padded["safety"],
    )
    firms.active, firms.waiting = ~stage.entrant, stage.entrant
    firms.granted = firms.regime_cost = 0.0
    firms.hazard = 0.0
    return firms


def _facts(run: Run) -> None:
    """Constants of the block that the start fixes."""
    stage = run.plan.stage
    nations, firms = run.state.nations, run.state.firms
    entrants = np.zeros(int(stage.entrant.sum()))
    share = np.concatenate([stage.firms.market_share, entrants])
    revenue = np.concatenate([stage.firms.ai_revenue, entrants])
    supplier = np.where(stage.supplier, np.maximum(revenue, 0.1), 0.0)
    run.fixed["market_share"] = np.where(stage.supplier, 0.0, np.maximum(share, np.where(stage.entrant, 0.0, 1e-6)))
    run.fixed["revenue_start"] = float(np.where(stage.supplier, 0.0, revenue).sum())
    run.fixed["supplier_share"] = supplier / max(float(supplier.sum()), 1e-9)
    run.fixed["openness_start"] = firms.openness
    run.fixed["income_start"] = nations.gdp / nations.population


def _applied(run: Run) -> Array:
    from_rules = run.plan.rule("service")
    nations = run.state.nations
    phi = usefulness(nations.capability, from_rules.get("midpoint", 2.0), from_rules.get("width", 2.5))
    return np.asarray(phi * nations.ai_use)


def _preferences(run: Run) -> None:
    """Ideal policies of the future: a stated prior on observable positions plus an error."""
    plan, stage, facts = run.plan, run.plan.stage, run.plan.stage.nations
    prior = plan.rule("preferences")
    weight = np.where(stage.supplier, 0.0, np.concatenate([stage.firms.compute, np.zeros(int(stage.entrant.sum()))]))
    by_home = np.array([weight[stage.home == home].sum() for home in range(len(stage.homes))]) / max(weight.sum(), 1.0)
    frontier = np.zeros(len(facts.iso3))
    seated = stage.home_nation >= 0
    frontier[stage.home_nation[seated]] = by_home[seated]
    place = safety.pole_place(run)[0]
    observed = np.stack([facts.rights, np.log10(facts.gdp_per_capita_ppp) - 4.0, place, frontier])
    homes = stage.home_stands[stage.home]
    firm_observed = observed[:, homes].copy()
    firm_observed[3] = weight / max(weight.sum(), 1.0) * 3.0
    again = int(prior.numbers.get("draw", 0))
    which = f" {again}" if again else ""
    for group, keys, seen, scale in (
        (run.state.nations, stage.nation_keys, observed, "error"),
        (run.state.firms, stage.firm_keys, firm_observed, "firm_error"),
    ):
        shock = np.stack(
            [plan.draws.normal(f"ideal {name}{which}", keys, per_future=True) for name in POLICY_DIMENSIONS], axis=-2
        )
        found = prior(seen, shock, prior.get(scale))
        for number, name in enumerate(POLICY_DIMENSIONS):
            setattr(group, f"ideal_{name}", found[:, number])
    enacted = plan.rule("regulation").get("enacted", 1.0)
    run.state.nations.stringency = enacted * run.state.nations.ideal_stringency


def _body(run: Run, body: BodyPlan) -> BodyState:
    plan, charter = run.plan, body.at(run.plan.start_year)
    own = Columns("body", (plan.runs, 1))
    own.start_year()
    reached = bool(charter.in_force["reached"])
    own.in_force = np.full((plan.runs, 1), reached)
    own.reserve = own.surge = own.deadlock = own.gridlock = own.constant = 0.0
    own.contributed, own.protection = -9.0, 0.0
    own.gridlock_low, own.gridlock_high = 0.0, 1.0
    own.supply_elsewhere = own.leverage = own.refused = 0.0
    for name in POLICY_DIMENSIONS:
        setattr(own, name, charter.start[name])
    nations = Columns("body_nation", plan.nation_shape)
    nations.start_year()
    status = np.where(body.record == 3, 4 if reached else 3, body.record).astype(np.int8)
    if body.host >= 0 and body.record[body.host] == 0 and not body.has_record:
        status[body.host] = 4 if reached else 3
    nations.status = status[None, :]
    nations.tier = np.where(status >= 3, 0, -1).astype(np.int8)[None, :]
    nations.ratified = (status == 4)[None, :]
    nations.taste = 0.0
    nations.certified = False
    nations.tier_uniform = plan.draws.uniform("tier", plan.stage.nation_keys, 0, body.name)
    nations.arrears = nations.paid = nations.wins = nations.votes_cast = 0.0
    nations.served = nations.courted = nations.deterred = 0.0
    firms = Columns("body_firm", plan.firm_shape)
    firms.start_year()
    firms.seat, firms.found = False, 0.0
    firms.sanctioned = 0.0
    firms.compliance = plan.rule("seats").get("start_compliance")
    firms.seat_uniform = plan.draws.uniform("seat taste", plan.stage.firm_keys, 0, body.name)
    return BodyState(own, nations, firms)


def _values(run: Run, body: BodyPlan, charter: Charter) -> tuple[Array, Array, Flags]:
    """Utilities (runs, tiers, nations), inclusive value and allowed tiers of everyone under a charter at the start."""
    state = run.state.bodies[body.name]
    inside = state.inside
    seen = prospects(
        run,
        body,
        charter,
        lambda key: charter.start[key] + np.zeros((run.plan.runs, 1)),
        state.own.in_force,
        state.own.contributed,
        inside,
    )
    _, utility, value, allowed = weigh_all(run, body, charter, seen, inside)
    return utility, value, allowed


def _join(run: Run, body: BodyPlan) -> None:
    """Tastes conditional on what states did under the charter of the record; tiers of those inside; a conference.

    The constant is set so that, under that charter, the expected share of joiners is the recorded one; where
    there is no record the share is an assumption and a founding conference is held.
    """
    plan, state = run.plan, run.state.bodies[body.name]
    reference = body.reference or body.at(run.plan.start_year)
    _, value, allowed = _values(run, body, reference)
    can = allowed.any(axis=-2) & body.eligible
    joined = (body.record == 3)[None, :] & np.ones(plan.nation_shape, dtype=bool)
    uniform = plan.draws.uniform("taste", plan.stage.nation_keys, 0, body.name)
    steady = np.where(np.isfinite(value), value, -30.0)
    if run.plan.rule("membership").metadata.get("counterfactual"):  # payoffs alone decide
        state.own.constant = state.nations.taste = 0.0
        if not body.has_record:
            _confer(run, body)
    elif body.has_record:
        share = np.maximum(joined.sum(axis=-1, keepdims=True), 1) / np.maximum(
            (can | joined).sum(axis=-1, keepdims=True), 1
        )
        state.own.constant = level(steady, can | joined, np.minimum(share, 0.98))
        known = np.ones(plan.nation_shape, dtype=bool)
        state.nations.taste = conditional_taste(steady + state.own.constant, joined, known, uniform)
    else:
        share = body.numbers["expected_share"] if "expected_share" in body.numbers.values else 0.2
        state.own.constant = level(steady, can, share + np.zeros((plan.runs, 1)))
        unknown = np.zeros(plan.nation_shape, dtype=bool)
        state.nations.taste = conditional_taste(steady + state.own.constant, unknown, unknown, uniform)
        _confer(run, body)
    _take_tiers(run, body)


def _confer(run: Run, body: BodyPlan) -> None:
    """A founding conference: states look together, in rounds, each seeing who wanted in the round before."""
    state, mobility = run.state.bodies[body.name], run.plan.rule("mobility")
    charter = body.at(run.plan.start_year)
    counterfactual = run.plan.rule("membership").metadata.get("counterfactual")
    pull = mobility.get("invitation", 0.0) * (0.0 if counterfactual else 1.0)
    for _ in range(int(mobility.numbers["rounds"])):
        _, value, allowed = _values(run, body, charter)
        wants = (value + state.own.constant + state.nations.taste + pull > 0.0) & allowed.any(axis=-2)
        wants = wants & np.isfinite(value)
        if body.host >= 0:
            wants[:, body.host] = True
        inside = 4 if bool(charter.in_force["reached"]) else 3
        state.nations.status = np.where(wants, inside, np.minimum(state.nations.status, 2)).astype(np.int8)
        state.nations.ratified = wants & (inside == 4)


def _take_tiers(run: Run, body: BodyPlan) -> None:
    """Everyone inside takes a tier of the charter in force, by utility and the nation's fixed uniform."""
    state, charter = run.state.bodies[body.name], body.at(run.plan.start_year)
    utility, _, allowed = _values(run, body, charter)
    nesting = run.plan.rule("membership").lifted()["nesting"]
    open_ = allowed | ~allowed.any(axis=-2, keepdims=True)
    tier = choose_tier(utility, charter.tier["weight"], nesting, open_, state.nations.tier_uniform)
    state.nations.tier = np.where(state.inside, tier, -1).astype(np.int8)
