"""Measures of equity: the divide within and between groups, who pays and who gains, and what a point of it costs."""

from __future__ import annotations

import numpy as np

from sim.measures.base import body_measure, by_income, order_of, world_measure
from sim.measures.inequality import (
    gini,
    kakwani,
    reynolds_smolensky,
    theil,
    theil_between,
    top_bottom,
)
from sim.phases.run import Run
from sim.units import Array, Flags


def _people_mean(run: Run, values: Array, inside: Flags | None = None) -> Array:
    people = run.state.nations.population if inside is None else np.where(inside, run.state.nations.population, 0.0)
    return np.asarray((values * people).sum(axis=-1, keepdims=True) / people.sum(axis=-1, keepdims=True))


def _south(run: Run) -> Flags:
    return run.plan.stage.nations.groups["global_south"][None, :]


@world_measure("index", better=-1)
def service_theil_between(run: Run) -> Array:
    """Part of Theil's T of AI service per head that lies between income groups."""
    nations = run.state.nations
    return theil_between(nations.ai_service, nations.population, run.plan.stage.nations.income_group)


@world_measure("index", better=-1)
def service_theil_within(run: Run) -> Array:
    """Part of Theil's T of AI service per head within income groups; with the part between it is the whole."""
    nations = run.state.nations
    return theil(nations.ai_service, nations.population) - service_theil_between(run)


@world_measure("ratio", better=-1)
def service_decile_ratio(run: Run) -> Array:
    """AI service per head of the best-served tenth of people over that of the worst-served tenth."""
    return top_bottom(run.state.nations.ai_service, run.state.nations.population, 0.1, order_of(run, "ai_service"))


@world_measure("ratio", better=1, undefined=True)
def service_south(run: Run) -> Array:
    """AI service per head in the Global South over that of the rest; blank where all nations are of one side."""
    south, nations = _south(run), run.state.nations
    if south.all() or not south.any():
        return np.full(run.state.world.shape, np.nan)
    return _people_mean(run, nations.ai_service, south) / np.maximum(
        _people_mean(run, nations.ai_service, ~south), 1e-12
    )


@world_measure("percent", better=1)
def gdp_gain_south(run: Run) -> Array:
    """GDP of the Global South above what it would be without what AI adds since the start; 0 without such a nation."""
    nations, south = run.state.nations, _south(run)
    base = np.where(south, nations.gdp_base, 0.0).sum(axis=-1, keepdims=True)
    gain = np.where(south, nations.gdp - nations.gdp_base, 0.0).sum(axis=-1, keepdims=True)
    return 100.0 * gain / np.maximum(base, 1e-9)


@world_measure("share", income=True, better=1)
def readiness_by_income(run: Run) -> Array:
    """Readiness for AI by income group, people-weighted: skills, as in SDG 4.4."""
    nations = run.state.nations
    return by_income(run, nations.readiness * nations.population) / np.maximum(
        by_income(run, nations.population), 1e-9
    )


@world_measure("share", income=True, better=1)
def ai_use_by_income(run: Run) -> Array:
    """Share of people who use AI by income group: access to technology, as in SDG 9.c."""
    nations = run.state.nations
    return by_income(run, nations.ai_use * nations.population) / np.maximum(by_income(run, nations.population), 1e-9)


@world_measure("kg CO2/person", better=-1)
def emissions_per_user(run: Run) -> Array:
    """Emissions of AI compute for each person who uses AI and year (SDG 13)."""
    nations = run.state.nations
    users = (nations.ai_use * nations.population).sum(axis=-1, keepdims=True)
    return 1e3 * nations.emissions.sum(axis=-1, keepdims=True) / np.maximum(users, 1e-9)


@world_measure("percent", better=1)
def compute_south(run: Run) -> Array:
    """Share of the world's AI compute in the Global South, in percent."""
    nations = run.state.nations
    held = np.where(_south(run), nations.compute, 0.0).sum(axis=-1, keepdims=True)
    return 100.0 * held / np.maximum(nations.compute.sum(axis=-1, keepdims=True), 1e-9)


# ---- a body's fund: all of it among active members, incomes per head, people as weights


def _incomes(run: Run, body: str) -> tuple[Array, Array, Array, Flags]:
    """Income per head before and after the fund (bn USD per million), people inside, and whether the fund moved."""
    state, nations = run.state.bodies[body], run.state.nations
    people = np.where(state.active, nations.population, 0.0)
    before = nations.gdp / nations.population
    net = (state.nations.receipts - state.nations.dues) / nations.population
    moved = (state.own.dues + state.own.allocations > 0.0) & (state.active.sum(axis=-1, keepdims=True) >= 2)
    return before, np.maximum(before + net, 0.0), people, moved


@body_measure("bn USD/year", by="income")
def net_by_income(run: Run, body: str) -> Array:
    """Received less paid by income group."""
    state = run.state.bodies[body]
    return by_income(run, state.nations.receipts - state.nations.dues)


@body_measure("index", undefined=True, better=1)
def receipts_kakwani(run: Run, body: str) -> Array:
    """Gini of income among parties less the concentration of receipts; above 0 favours the poor; blank without any."""
    state, nations = run.state.bodies[body], run.state.nations
    before, _, people, _ = _incomes(run, body)
    index = -kakwani(state.nations.receipts / nations.population, before, people, order_of(run, "income"))
    paid = (state.own.allocations > 0.0) & state.active.any(axis=-1, keepdims=True)
    return np.where(paid, index, np.nan)


def _incidence(run: Run, body: str) -> tuple[Array, Array, Flags]:
    """Reynolds-Smolensky index and fall of the Gini in points, and whether the fund moved; kept while measuring."""
    receipts, gdp = run.state.bodies[body].nations.receipts, run.state.nations.gdp
    known = run.fixed.get(f"incidence {body}")
    if known is not None and known[0] is receipts and known[1] is gdp:
        return known[2]
    before, after, people, moved = _incomes(run, body)
    none = np.full(moved.shape, np.nan)
    if moved.any():
        order = order_of(run, "income")
        index = 100.0 * reynolds_smolensky(before, after, people, order)
        fall = 100.0 * (gini(before, people, order) - gini(after, people))
        found = (np.where(moved, index, np.nan), np.where(moved, fall, np.nan), moved)
    else:
        found = (none, none, moved)
    run.fixed[f"incidence {body}"] = (receipts, gdp, found)
    return found


@body_measure("points", undefined=True, better=1)
def redistributed(run: Run, body: str) -> Array:
    """Reynolds-Smolensky index of the fund in Gini points (hundredths), among parties; blank where nothing moved."""
    return _incidence(run, body)[0]


@body_measure("points", undefined=True, better=-1)
def reranked(run: Run, body: str) -> Array:
    """Re-ranking by the fund in Gini points: Reynolds-Smolensky index less the fall of the Gini; at least 0."""
    index, fall, _ = _incidence(run, body)
    return np.maximum(index - fall, 0.0)


@body_measure("points", undefined=True, better=1)
def gini_removed(run: Run, body: str) -> Array:
    """Fall of the Gini of income among parties by the year's dues and receipts, in points; below 0 where it rises."""
    return _incidence(run, body)[1]


@body_measure("bn USD/point", undefined=True, better=-1)
def cost_per_point(run: Run, body: str) -> Array:
    """Allocations and costs of the year for each point of income Gini removed among parties.

    Blank where nothing moved, or where less than a millionth of a point was removed: a fund that removes nothing has
    no price per point.
    """
    _, fall, moved = _incidence(run, body)
    own = run.state.bodies[body].own
    enough = moved & (np.where(moved, fall, 0.0) > 1e-6)
    return np.where(enough, (own.allocations + own.costs) / np.where(enough, fall, 1.0), np.nan)


@body_measure("ppm", better=1)
def net_south_share(run: Run, body: str) -> Array:
    """What the Global South gains from the fund, in millionths of its GDP: how large it is for those it serves."""
    state, nations, south = run.state.bodies[body], run.state.nations, _south(run)
    net = np.where(south, state.nations.receipts - state.nations.dues, 0.0).sum(axis=-1, keepdims=True)
    product = np.where(south, nations.gdp, 0.0).sum(axis=-1, keepdims=True)
    return 1e6 * net / np.maximum(product, 1e-9)
