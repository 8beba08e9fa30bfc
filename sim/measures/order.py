"""Measures of order: who depends on one provider, when weights close, what units prevent, how far rules are apart."""

from __future__ import annotations

import numpy as np

from sim.measures.base import body_measure, order_of, world_measure
from sim.measures.inequality import mean_difference
from sim.phases.run import Run
from sim.phases.technology import home_positions
from sim.rules.access import best_of_homes
from sim.rules.inspection import tipping_share
from sim.units import Array

NOTHING = -9.0  # OOM: what firms and platforms without anything to offer stand at
SECOND_CHOICE = 0.5  # OOM: a channel farther behind than this is no second choice (assumption)


def _weigh(run: Run, values: Array) -> Array:
    people = run.state.nations.population
    return np.asarray((values * people).sum(axis=-1, keepdims=True) / people.sum(axis=-1, keepdims=True))


def _channels(run: Run) -> tuple[Array, Array]:
    """Of every nation the HHI of its channels, and the OOM by which the second is behind the best; (runs, nations).

    Channels are the firms of each home, open weights and each body's platform; a channel counts exp(OOM behind the
    best). Kept for the moment of measuring, because two measures read it.
    """
    nations, world, stage = run.state.nations, run.state.world, run.plan.stage
    known = run.fixed.get("channels")
    if known is not None and known[0] is nations.capability:
        return known[1], known[2]
    access, homes = run.plan.rule("access"), home_positions(run)
    works = run.state.firms.active & ~stage.supplier
    best = best_of_homes(run.state.firms.capability, works, stage.home, len(stage.homes))
    offers = [np.broadcast_to(world.published - access.get("open_lag"), run.plan.nation_shape)]
    per_distance = access.get("control") * world.tension
    for home in range(best.shape[-1]):
        far = nations.position - homes[:, home : home + 1]
        far = np.multiply(per_distance, np.abs(far, out=far), out=far)  # in place: three quarters of the time
        offer = np.subtract(best[:, home : home + 1], np.add(access.get("foreign_lag"), far, out=far), out=far)
        if stage.home_nation[home] >= 0:
            offer[:, stage.home_nation[home]] = best[:, home]
        offers.append(offer)
    for name, body in run.plan.bodies.items():
        state, charter = run.state.bodies[name], body.at(run.year)
        tier = np.maximum(state.nations.tier, 0).astype(np.int64)
        lag = np.take_along_axis(charter.tier["platform_lag"][:, :, 0], tier, axis=-1)
        offers.append(
            charter.rules["platform"](state.own.contributed, state.active, lag, state.own.sharing, world.pace)
        )
    top = second = np.full(run.plan.nation_shape, -99.0)
    for offer in offers:
        second = np.maximum(second, np.minimum(top, offer))
        top = np.maximum(top, offer)
    whole, squares = np.zeros(top.shape), np.zeros(top.shape)
    for offer in offers:
        part = offer - top
        np.copyto(np.exp(part, out=part), 0.0, where=offer <= NOTHING)  # what offers nothing is no channel
        whole += part
        squares += np.square(part, out=part)
    found = (10000.0 * squares / (whole * whole), top - second)
    run.fixed["channels"] = (nations.capability, *found)
    return found


@world_measure("points", better=-1)
def provider_concentration(run: Run) -> Array:
    """Herfindahl index of the channels a nation can use, people-weighted mean; 10,000 is a single provider.

    A channel is the firms of one home, open weights or a platform; it counts exp(OOM behind the best channel).
    """
    return _weigh(run, _channels(run)[0])


@world_measure("share", better=-1)
def single_provider(run: Run) -> Array:
    """Share of people in nations whose second channel is more than half an OOM behind the best."""
    return _weigh(run, (_channels(run)[1] > SECOND_CHOICE).astype(float))


@world_measure("year", undefined=True, better=1)
def closing_date(run: Run) -> Array:
    """Year in which the leading of the firms that published at the start stopped; blank while it publishes."""
    year = run.state.world.closing_year
    return np.where(year > 0.0, year, np.nan)


@world_measure("OOM/year", better=1)
def innovation(run: Run) -> Array:
    """Speed of the frontier."""
    return run.state.world.pace


@world_measure("bn USD/year", heavy=True, better=1)
def prevented_loss(run: Run) -> Array:
    """Harm of the year that response units prevented."""
    return run.state.world.prevented_loss


@world_measure("bn USD/year", better=-1)
def false_alarm_cost(run: Run) -> Array:
    """Output of the year lost to false alarms."""
    return run.state.world.false_alarm_cost


@world_measure("share", better=-1)
def strategy_distance(run: Run) -> Array:
    """Distance of national strategies: mean difference of effective stringency between two people drawn at random."""
    nations = run.state.nations
    order = order_of(run, "stringency_effective")
    return mean_difference(nations.stringency_effective, nations.population, order)


@body_measure("share", undefined=True, better=-1)
def strategy_distance_inside(run: Run, body: str) -> Array:
    """The same among active members, every member counting once; blank with fewer than two of them."""
    active = run.state.bodies[body].active
    order = order_of(run, "stringency_effective")
    apart = mean_difference(run.state.nations.stringency_effective, active.astype(float), order)
    return np.where(active.sum(axis=-1, keepdims=True) >= 2, apart, np.nan)


@body_measure("share", better=1)
def adoption(run: Run, body: str) -> Array:
    """Share of world product that keeps the body's standard: active members and certified jurisdictions."""
    state, gdp = run.state.bodies[body], run.state.nations.gdp
    keeps = state.active | (state.nations.certified & state.own.in_force)
    return np.where(keeps, gdp, 0.0).sum(axis=-1, keepdims=True) / gdp.sum(axis=-1, keepdims=True)


@body_measure("share", undefined=True, better=-1)
def tipping(run: Run, body: str) -> Array:
    """Share of world product that must be inside for a ban to carry the standard to 95 % of world product.

    A nation adopts where strength * exposure * g**2, with trade spread evenly over the coalition's share g of world
    product, is above the cost of adopting; blank without certification, or where even all of the world is too little.
    """
    state, rule = run.state.bodies[body], run.plan.bodies[body].at(run.year).rules["trade"]
    if not rule.metadata.get("certifies"):
        return np.full(run.state.world.shape, np.nan)
    nations = run.state.nations
    cost = rule.get("adopting") * np.maximum(state.own.stringency - nations.stringency, 0.0)
    banned = rule.get("strength") * rule.get("exposure")
    needed = np.sqrt(cost / np.maximum(banned, 1e-12))
    share = tipping_share(needed, nations.gdp)
    return np.where(share <= 1.0, share, np.nan)


@body_measure("firms", undefined=True, better=-1)
def hidden_breaches(run: Run, body: str) -> Array:
    """Bound firms above an inspected cap that no inspection has found; blank where nothing is inspected."""
    state, rule, firms = run.state.bodies[body], run.plan.bodies[body].at(run.year).rules["safeguards"], run.state.firms
    if not rule.metadata.get("inspects"):
        return np.full(run.state.world.shape, np.nan)
    works = firms.active & ~run.plan.stage.supplier & state.own.in_force
    bound = works & (state.firms.seat | run.home_of(state.active).astype(bool))
    hidden = bound & (firms.capability > rule.get("cap")) & (state.firms.sanctioned <= 0.0)
    return hidden.sum(axis=-1, keepdims=True)


@body_measure("firms")
def sanctioned(run: Run, body: str) -> Array:
    """Firms under a sanction of inspectors, rightly or not."""
    return (run.state.bodies[body].firms.sanctioned > 0.0).sum(axis=-1, keepdims=True)
