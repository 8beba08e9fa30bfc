"""Phases of technology: research, entry and exit, the market, access, adoption and output."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.bound import Bound
from sim.phases import chips
from sim.phases.brands import matched
from sim.phases.matching import compute_to_serve
from sim.phases.regimes import spending
from sim.phases.run import Run
from sim.rules import access as access_rules
from sim.rules import firms as firm_rules
from sim.rules import market as market_rules
from sim.rules.economy import usefulness
from sim.rules.platforms import contribution
from sim.units import Array, Flags

__all__ = [
    "adopt",
    "enter_and_exit",
    "home_positions",
    "observe_frontier",
    "reach",
    "research",
    "sell",
    "serve",
]


def research(run: Run) -> None:
    """Firms invest in compute and their capability grows; nations' compute grows with the world's."""
    world, firms, dt = run.state.world, run.state.firms, run.plan.dt
    invest = run.plan.rule("investment")
    installed = run.state.nations.compute.sum(axis=-1, keepdims=True)
    after, spent, cost, added = invest(
        firms.compute,
        np.where(run.plan.stage.supplier, 0.0, firms.revenue - firms.regime_cost),
        firms.active,
        installed,
        world.world_product,
        run.elapsed,
        dt,
    )
    refusals = chips.refusals(run)
    after = chips.ration_firms(run, refusals, after) + firms.granted
    firms.granted = 0.0
    grown = run.plan.rule("frontier")(
        firms.capability, firms.compute, after, firms.safety, world.published, run.elapsed, dt
    )
    works = firms.active & ~run.plan.stage.supplier
    grown = np.where(works, grown, firms.capability)
    for name, body in run.plan.bodies.items():
        state, charter = run.state.bodies[name], body.at(run.year)
        bound = works & (state.firms.seat | run.home_of(state.active).astype(bool)) & state.own.in_force
        share = _bound_share(run, works, bound)
        rule = charter.rules["safeguards"]
        if rule.metadata.get("inspects"):
            luck = run.uniform("inspection", "firms", name)
            grown, found, protection, state.firms.sanctioned = rule(
                firms.capability, grown, bound, share, state.firms.compliance, luck, state.firms.sanctioned, dt
            )
        else:
            grown, found, protection = rule(firms.capability, grown, bound, share)
        state.firms.found, state.own.protection = found, protection
    world.compute_cost, world.investment = cost, spent * _host_compute(run, added, refusals)
    firms.compute, firms.capability = np.where(firms.active, after, firms.compute), grown
    observe_frontier(run, dt)


def _bound_share(run: Run, works: Flags, bound: Flags) -> Array:
    """1 where the best open model comes from a firm that a body binds, else 0, (runs, 1)."""
    firms, held_back = run.state.firms, run.plan.rule("access").get("held_back")
    open_ = firm_rules.published_capability(firms.capability, firms.openness, works, held_back)
    reached = firm_rules.published_capability(firms.capability, firms.openness, bound, held_back)
    # Both as they stand now: the world's column was observed before firms entered, left and changed their openness.
    return np.where((reached >= open_) & bound.any(axis=-1, keepdims=True), 1.0, 0.0)


def _host_compute(run: Run, added: Array, refusals: list[chips.Refusal]) -> Array | float:
    """Nations' compute wears and grows by additions, sited by the hosting rule, and grants; the part that is sold."""
    nations, dt = run.state.nations, run.plan.dt
    kept = np.exp(-run.plan.rule("investment").get("depreciation", 0.2) * dt)
    stays, granted = nations.compute * kept, nations.granted * dt
    hosted = run.plan.rule("hosting")(nations.compute, nations.gdp, nations.readiness, kept, added, granted)
    nations.compute, sold = chips.ration_sites(refusals, hosted, stays + granted)
    return sold


def observe_frontier(run: Run, dt: float) -> None:
    """The frontier, its speed, and the best open capability."""
    world, firms = run.state.world, run.state.firms
    works = firms.active & ~run.plan.stage.supplier
    best = np.max(np.where(works, firms.capability, -9.0), axis=-1, keepdims=True)
    if dt > 0.0:
        world.pace = world.pace + (np.maximum(best - world.frontier, 0.0) / dt - world.pace) * min(dt, 1.0)
    world.frontier = best
    held_back = run.plan.rule("access").get("held_back", 3.0)
    world.published = firm_rules.published_capability(firms.capability, firms.openness, works, held_back)


def enter_and_exit(run: Run) -> None:
    """Firms enter, give up or are bought; publication policies move."""
    world, firms, dt = run.state.world, run.state.firms, run.plan.dt
    works = firms.active & ~run.plan.stage.supplier
    help_ = np.ones(run.plan.nation_shape)
    obliged = np.zeros(run.plan.firm_shape)
    for name, body in run.plan.bodies.items():
        state, charter = run.state.bodies[name], body.at(run.year)
        help_ = help_ * charter.rules["ecosystems"](state.active)[0]
        bound = state.firms.seat & state.own.in_force
        obliged = np.maximum(obliged, bound * charter.rules["platform"].get("obliged") * state.own.sharing)
    entering, leaving, purchased, capability = run.plan.rule("entry")(
        works,
        firms.waiting,
        firms.capability,
        world.frontier,
        world.published,
        run.at_home(run.state.nations.readiness),
        run.at_home(help_),
        run.uniform("firm entry", "firms"),
        dt,
    )
    entry = run.plan.rule("entry")
    compute = np.where(entering, np.maximum(firms.compute, entry.get("entry_compute")), firms.compute)
    stays = works & ~leaving
    row, firm, heir = firm_rules.heirs(leaving, stays, firms.compute, run.plan.stage.home)
    inherits = (heir >= 0) & purchased[row, firm] if len(row) else np.zeros(0, dtype=bool)
    compute, granted = compute.copy(), firms.granted.copy()
    np.add.at(granted, (row[inherits], heir[inherits]), firms.compute[row[inherits], firm[inherits]])
    compute[row, firm] = 0.0
    for kind, flags in (("entry", entering), ("exit", leaving)):
        for place, who in zip(*np.nonzero(flags), strict=True):
            run.event(kind, int(place), agent=str(run.plan.stage.firm_id[who]))
    firms.compute, firms.granted, firms.capability = compute, granted, capability
    firms.active = (firms.active | entering) & ~leaving
    firms.waiting = firms.waiting & ~entering
    _publish(run, obliged)


def _publish(run: Run, obliged: Array) -> None:
    """Publication policies move; the year is kept in which the leading opener of the start no longer publishes."""
    world, firms = run.state.world, run.state.firms
    rule, works = run.plan.rule("openness"), firms.active & ~run.plan.stage.supplier
    weighed: tuple[Any, ...] = ()
    if rule.metadata.get("weighs"):
        held_back = run.plan.rule("access").get("held_back", 3.0)
        others = firm_rules.others_published(firms.capability, firms.openness, works, held_back)
        now = (firms.market_share, others, run.at_home(run.state.nations.ideal_sharing))
        weighed = (now, run.fixed.setdefault("publishing_start", (*now, firms.capability, world.frontier)))
    start = run.fixed["openness_start"]
    firms.openness = rule(
        firms.openness, start, firms.capability, world.frontier, obliged, run.plan.dt, *weighed
    )
    closed = firm_rules.leading_opener_closed(firms.capability, firms.openness, start, works)
    world.closing_year = np.where((world.closing_year == 0.0) & closed, run.year, world.closing_year)


def sell(run: Run) -> None:
    """Market shares by area, revenue and concentration."""
    world, nations, firms, stage = run.state.world, run.state.nations, run.state.firms, run.plan.stage
    market, works = run.plan.rule("market"), firms.active & ~stage.supplier
    spent = spending(run)
    total = spent.sum(axis=-1, keepdims=True)
    places = stage.home_nation[stage.area_home[:-1]]
    at_homes = np.take(spent, places, axis=-1)
    areas = np.concatenate([at_homes, total - at_homes.sum(axis=-1, keepdims=True)], axis=-1)
    strict = np.take(nations.stringency_effective, places, axis=-1)
    mean = nations.stringency_effective.mean(axis=-1, keepdims=True)
    # Anyone may serve what is openly published, so no firm sells less than that, and rising to it wins no market.
    offered = np.maximum(firms.capability, world.published)
    arguments = (
        firms.safety, stage.home, stage.area_home, areas, area_distance(run),
        np.concatenate([strict, mean], axis=-1), world.tension,
    )  # fmt: skip
    if "brand" not in firms.names():
        wanted = np.where(works, run.fixed["market_share"], 0.0)
        wanted = wanted / wanted.sum(axis=-1, keepdims=True)
        firms.brand = matched(market, wanted, offered, works, *arguments)
        number = np.maximum(works.sum(axis=-1, keepdims=True), 1)
        usual = np.where(works, firms.brand, 0.0).sum(axis=-1, keepdims=True) / number
        firms.brand = np.where(firms.waiting, usual + market.get("entry_brand"), firms.brand)
        run.fixed["revenue_per_spending"] = run.fixed["revenue_start"] / total
    else:
        firms.brand = market_rules.brand_after(
            firms.brand, firms.market_share, works, market.get("brand_decay"), market.get("loyalty"), run.plan.dt
        )
    firms.market_share = market(offered, works, firms.brand, *arguments)
    world.revenue = run.fixed["revenue_per_spending"] * total
    chips = run.plan.rule("investment").get("chips") * run.fixed["supplier_share"] * world.investment
    firms.revenue = np.where(stage.supplier, chips, firms.market_share * world.revenue)
    world.concentration = market_rules.concentration(firms.market_share)


def home_positions(run: Run) -> Array:
    """Foreign-policy positions of the homes (runs, homes); homes without a seat stand with the nearest ally."""
    stage = run.plan.stage
    return np.take(run.state.nations.position, stage.home_stands, axis=-1)


def area_distance(run: Run) -> Array:
    """Distance of positions between areas and homes, (runs, areas, homes); 0 for the rest of the world's mean."""
    homes = home_positions(run)
    areas = homes[:, run.plan.stage.area_home[:-1]]
    rest = run.state.nations.position.mean(axis=-1, keepdims=True)
    at = np.concatenate([areas, rest], axis=-1)
    return np.abs(at[:, :, None] - homes[:, None, :])


def reach(run: Run) -> None:
    """Capability each nation can use: its own channels first, then the platforms."""
    world, nations, firms, stage = run.state.world, run.state.nations, run.state.firms, run.plan.stage
    works = firms.active & ~stage.supplier
    best = access_rules.best_of_homes(firms.capability, works, stage.home, len(stage.homes))
    # The rule reads one home at a time: with nations side by side in memory that takes a third of the time.
    apart = nations.position[:, None, :] - home_positions(run)[:, :, None]
    distance = np.abs(apart, out=apart).swapaxes(1, 2)
    access = run.plan.rule("access")
    nowhere = np.full(run.plan.nation_shape, -9.0)
    nations.own_reach = access(best, stage.home_nation, distance, world.tension, world.published, nowhere)
    found = nations.own_reach
    for name, body in run.plan.bodies.items():
        state, charter = run.state.bodies[name], body.at(run.year)
        platform = charter.rules["platform"]
        taking_part = works & (state.firms.seat | run.home_of(state.active).astype(bool)) & state.own.in_force
        state.own.contributed = contribution(
            firms.capability,
            firms.openness,
            taking_part,
            state.own.sharing,
            _asked(run, platform, stage.home_nation[stage.home] == body.sponsor),
            access.get("held_back", 3.0),
        )
        lag = _of_tier(charter.tier["platform_lag"], state.nations.tier)
        found = np.maximum(found, platform(state.own.contributed, state.active, lag, state.own.sharing, world.pace))
    nations.capability = found


def _asked(run: Run, platform: Bound, at_sponsor: Flags) -> Array:
    """The share of what they hold back that a platform gets from firms at full sharing: (runs, 1) or (runs, firms)."""
    if platform.metadata.get("by") == "choice":
        behind = np.maximum(run.state.world.frontier - run.state.firms.capability, 0.0)
        return platform.get("eager") * (1.0 - np.exp(-behind))
    if platform.metadata.get("by") == "state":
        return platform.get("provided") * at_sponsor
    return platform.get("obliged")


def _of_tier(values: Array, tier: Array) -> Array:
    """A tier's number for each nation: values (runs, tiers, 1), tier (runs, nations); tier -1 counts as the first."""
    return np.take_along_axis(values[:, :, 0], np.maximum(tier, 0).astype(np.int64), axis=-1)


def serve(run: Run) -> None:
    """AI service per head, electricity and emissions."""
    nations = run.state.nations
    nations.ai_service = run.plan.rule("service")(
        nations.ai_use, nations.capability, compute_to_serve(run), nations.population, run.elapsed
    )
    saved = np.zeros(run.plan.nation_shape)
    for name, body in run.plan.bodies.items():
        share = body.at(run.year).rules["green_compute"](run.state.bodies[name].active)[0]
        saved = 1.0 - (1.0 - saved) * (1.0 - share)
    invest = run.plan.rule("investment")
    power = invest.get("draw", 1.4) * np.exp(-invest.get("draw_decline", 0.2) * run.elapsed)
    nations.electricity, nations.emissions = run.plan.rule("energy")(nations.compute, power, saved, run.elapsed)


def adopt(run: Run) -> None:
    """Use spreads, readiness follows income and programmes, and output follows use."""
    nations, dt = run.state.nations, run.plan.dt
    service = run.plan.rule("service")
    phi = usefulness(nations.capability, service.get("midpoint", 2.0), service.get("width", 2.5))
    nations.ai_use = run.plan.rule("adoption")(nations.ai_use, nations.readiness, phi, dt)
    built = nations.built * dt
    nations.readiness_supported = np.clip(nations.readiness_supported + built, 0.01, 1.0)
    nations.readiness = run.plan.rule("readiness")(
        nations.readiness,
        nations.readiness_supported,
        nations.gdp / nations.population,
        run.fixed["income_start"],
        built,
        run.elapsed,
        dt,
    )
    rates, people = run.plan.rule("growth")(run.plan.stage.nations.income_group[None, :], run.elapsed)
    nations.gdp_base = nations.gdp_base * np.exp(rates * dt)
    nations.population = nations.population * np.exp(people * dt)
    applied = phi * nations.ai_use
    nations.gdp, nations.gdp_gain = run.plan.rule("economy")(
        nations.gdp_base, applied, run.fixed["applied_start"], nations.loss_rate + nations.trade_loss
    )
    run.state.world.world_product = nations.gdp.sum(axis=-1, keepdims=True)
