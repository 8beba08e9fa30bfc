"""Measures of the world: technology, economy, divide, safety, order, green."""

from __future__ import annotations

import numpy as np

from sim.measures.base import by_income, order_of, world_measure
from sim.measures.inequality import atkinson, gini, theil
from sim.phases.run import Run
from sim.units import Array


@world_measure("OOM")
def frontier(run: Run) -> Array:
    """Best capability of a firm, in orders of magnitude of effective training compute above the start's frontier."""
    return run.state.world.frontier


@world_measure("months")
def open_lag(run: Run) -> Array:
    """Lag of the best open model behind the frontier: the gap in OOM over the frontier's present speed."""
    world = run.state.world
    return 12.0 * (world.frontier - world.published) / np.maximum(world.pace, 0.05)


@world_measure("bn USD/year")
def investment(run: Run) -> Array:
    """World investment in AI compute."""
    return run.state.world.investment


@world_measure("bn USD/year")
def revenue(run: Run) -> Array:
    """AI revenue of all firms."""
    return run.state.world.revenue


@world_measure("points", better=-1)
def concentration(run: Run) -> Array:
    """Herfindahl-Hirschman index of AI revenue; 10,000 is a monopoly."""
    return run.state.world.concentration


@world_measure("firms")
def active_firms(run: Run) -> Array:
    """Firms in business, suppliers included."""
    return run.state.firms.active.sum(axis=-1, keepdims=True)


@world_measure("share")
def ai_use(run: Run) -> Array:
    """Share of the world's people who use AI."""
    nations = run.state.nations
    return (nations.ai_use * nations.population).sum(axis=-1, keepdims=True) / nations.population.sum(
        axis=-1, keepdims=True
    )


@world_measure("percent", headline=True, better=1)
def gdp_gain(run: Run) -> Array:
    """World product above what it would be without what AI adds since the start, in percent, losses deducted."""
    nations = run.state.nations
    base = nations.gdp_base.sum(axis=-1, keepdims=True)
    return 100.0 * (nations.gdp.sum(axis=-1, keepdims=True) - base) / base


@world_measure("percent", income=True, better=1)
def gdp_gain_by_income(run: Run) -> Array:
    """As gdp_gain, by income group."""
    nations = run.state.nations
    base = by_income(run, nations.gdp_base)
    return 100.0 * (by_income(run, nations.gdp) - base) / np.maximum(base, 1e-9)


@world_measure("index", headline=True, better=-1)
def service_gini(run: Run) -> Array:
    """The AI divide: Gini of AI service per head S over people (each nation's people at its mean)."""
    return gini(run.state.nations.ai_service, run.state.nations.population, order_of(run, "ai_service"))


@world_measure("index", better=-1)
def service_gini_nations(run: Run) -> Array:
    """Gini of AI service per head, every nation counting once."""
    return gini(run.state.nations.ai_service)


@world_measure("index", better=-1)
def service_theil(run: Run) -> Array:
    """Theil's T of AI service per head over people."""
    return theil(run.state.nations.ai_service, run.state.nations.population)


@world_measure("index", better=-1)
def service_atkinson(run: Run) -> Array:
    """Atkinson index (aversion 1) of AI service per head over people."""
    return atkinson(run.state.nations.ai_service, 1.0, run.state.nations.population)


@world_measure("ratio", better=-1)
def service_ratio(run: Run) -> Array:
    """AI service per head in high-income countries over that in low-income countries."""
    nations = run.state.nations
    served = by_income(run, nations.ai_service * nations.population) / np.maximum(
        by_income(run, nations.population), 1e-9
    )
    return served[:, 3:4] / np.maximum(served[:, 0:1], 1e-9)


@world_measure("share", income=True, better=1)
def service_by_income(run: Run) -> Array:
    """AI service per head by income group, people-weighted."""
    nations = run.state.nations
    return by_income(run, nations.ai_service * nations.population) / np.maximum(
        by_income(run, nations.population), 1e-9
    )


@world_measure("months", better=-1, income=True)
def capability_lag_by_income(run: Run) -> Array:
    """Lag of usable capability behind the frontier in months, people-weighted, by income group."""
    nations, world = run.state.nations, run.state.world
    gap = (world.frontier - nations.capability) / np.maximum(world.pace, 0.05) * 12.0
    return by_income(run, gap * nations.population) / np.maximum(by_income(run, nations.population), 1e-9)


@world_measure("share", headline=True, better=1)
def safety(run: Run) -> Array:
    """Safety effort of firms, weighted by market share, with what fellow members share."""
    firms = run.state.firms
    return (firms.safety_effective * firms.market_share).sum(axis=-1, keepdims=True)


@world_measure("events/year", better=-1)
def incidents(run: Run) -> Array:
    """Serious incidents of firms' systems in the year."""
    return run.state.world.incidents


@world_measure("events/year", better=-1)
def misuse(run: Run) -> Array:
    """Serious misuse of openly published models in the year."""
    return run.state.world.misuse


@world_measure("bn USD/year", headline=True, better=-1)
def expected_loss(run: Run) -> Array:
    """Harm expected in the year from the hazard path, integrated in closed form over sizes."""
    return run.state.world.expected_loss


@world_measure("bn USD/year", heavy=True, better=-1)
def realised_loss(run: Run) -> Array:
    """Harm that happened in the year; its tail is heavy: read quantiles, never a mean alone."""
    return run.state.world.realised_loss


@world_measure("events/year", better=-1)
def catastrophes(run: Run) -> Array:
    """Harms beyond the catastrophe threshold in the year."""
    return run.state.world.catastrophes


@world_measure("months", undefined=True, better=-1)
def containment(run: Run) -> Array:
    """Mean months from an incident to its containment; blank in a year without incidents."""
    world = run.state.world
    return np.where(world.incidents > 0.0, world.response_months / np.maximum(world.incidents, 1.0), np.nan)


@world_measure("share")
def tension(run: Run) -> Array:
    """Tension between the poles, 0 open exchange to 1 decoupling."""
    return run.state.world.tension


@world_measure("share")
def stringency(run: Run) -> Array:
    """Effective stringency of AI rules, GDP-weighted."""
    nations = run.state.nations
    return (nations.stringency_effective * nations.gdp).sum(axis=-1, keepdims=True) / nations.gdp.sum(
        axis=-1, keepdims=True
    )


@world_measure("share", headline=True, better=-1)
def fragmentation(run: Run) -> Array:
    """Partner-weighted root mean square disagreement of effective stringency between markets.

    Stringency is taken to the nearest 1/4096 and partners are multiples of 2**-15, so the sums are exact.
    """
    partners = run.plan.stage.partners
    level = np.rint(run.state.nations.stringency_effective * 4096.0) / 4096.0
    given, met = partners.sum(axis=-1), partners.sum(axis=0)
    own = (level * level * (given + met)).sum(axis=-1, keepdims=True)
    cross = (level * (level @ partners.T)).sum(axis=-1, keepdims=True)
    return np.sqrt(np.maximum(own - 2.0 * cross, 0.0) / given.sum())


@world_measure("share")
def spread_of_rules(run: Run) -> Array:
    """Standard deviation of effective stringency over nations."""
    return run.state.nations.stringency_effective.std(axis=-1, keepdims=True)


@world_measure("share")
def readiness(run: Run) -> Array:
    """Readiness for AI, people-weighted."""
    nations = run.state.nations
    return (nations.readiness * nations.population).sum(axis=-1, keepdims=True) / nations.population.sum(
        axis=-1, keepdims=True
    )


@world_measure("TWh/year", better=-1)
def electricity(run: Run) -> Array:
    """Electricity of AI compute."""
    return run.state.nations.electricity.sum(axis=-1, keepdims=True)


@world_measure("Mt CO2/year", better=-1)
def emissions(run: Run) -> Array:
    """Emissions of AI compute."""
    return run.state.nations.emissions.sum(axis=-1, keepdims=True)


@world_measure("share")
def shared_membership(run: Run) -> Array:
    """Share of world population in at least two bodies."""
    people = run.state.nations.population
    count = sum((body.inside.astype(float) for body in run.state.bodies.values()), np.zeros(people.shape))
    return np.where(count >= 2.0, people, 0.0).sum(axis=-1, keepdims=True) / people.sum(axis=-1, keepdims=True)
