"""Proxies for Sustainable Development Goals that the model can bear; each says which target it stands for and how far.

Education (4.4), access to technology (9.c) and climate (13) stand in `equity`: readiness, use and emissions per user.
"""

from __future__ import annotations

import numpy as np

from sim.measures.base import order_of, world_measure
from sim.measures.inequality import gini
from sim.phases.run import Run
from sim.units import Array, Flags

POOREST = 0.4  # SDG target 10.1 speaks of the bottom 40 per cent, within nations; here over the world's people


def _south(run: Run) -> Flags:
    return np.asarray(run.plan.stage.nations.groups["global_south"])[None, :]


@world_measure("kWh/person", better=-1)
def electricity_per_service(run: Run) -> Array:
    """Electricity of AI compute for each person fully served and year: energy intensity, a proxy for SDG 7.3."""
    nations = run.state.nations
    served = (nations.population * nations.ai_service).sum(axis=-1, keepdims=True)
    # TWh per million people is 1,000 kWh a person
    return 1e3 * nations.electricity.sum(axis=-1, keepdims=True) / served


@world_measure("index", better=-1)
def income_gini(run: Run) -> Array:
    """Gini of GDP per head over people, each at its nation's mean: inequality between nations, a proxy for SDG 10."""
    nations = run.state.nations
    return gini(nations.gdp / nations.population, nations.population, order_of(run, "income"))


@world_measure("percent", better=1)
def poorest_gain(run: Run) -> Array:
    """GDP above what it would be without AI, in percent, where the poorest 40 % of people live: a proxy for SDG 10.1.

    Nations in the order of GDP per head without AI; one that straddles the limit counts with the part below it.
    """
    nations = run.state.nations
    order = np.argsort(nations.gdp_base / nations.population, axis=-1, kind="stable")
    people, base, gdp = (
        np.take_along_axis(each, order, axis=-1) for each in (nations.population, nations.gdp_base, nations.gdp)
    )
    limit = POOREST * people.sum(axis=-1, keepdims=True)
    part = np.clip((limit - (people.cumsum(axis=-1) - people)) / people, 0.0, 1.0)
    before = (part * base).sum(axis=-1, keepdims=True)
    return 100.0 * ((part * gdp).sum(axis=-1, keepdims=True) - before) / before


@world_measure("bn USD/year", better=1)
def resources_to_south(run: Run) -> Array:
    """What the Global South receives from all bodies in the year, dues not deducted: a proxy for SDG 17.3."""
    total = np.zeros(run.state.world.shape)
    for body in run.state.bodies.values():
        total = total + np.where(_south(run), body.nations.receipts, 0.0).sum(axis=-1, keepdims=True)
    return total


@world_measure("share", undefined=True, better=1)
def south_in_partnership(run: Run) -> Array:
    """Share of the Global South's people in parties to at least one body: a proxy for SDG 17.16; blank without such."""
    south, people = _south(run), run.state.nations.population
    member = np.zeros(people.shape, dtype=bool)
    for body in run.state.bodies.values():
        member = member | body.parties
    whole = np.where(south, people, 0.0).sum(axis=-1, keepdims=True)
    held = np.where(south & member, people, 0.0).sum(axis=-1, keepdims=True)
    return np.where(whole > 0.0, held / np.where(whole > 0.0, whole, 1.0), np.nan)


@world_measure("H100e", better=1)
def compute_lent(run: Run) -> Array:
    """Idle compute that bodies' exchanges lend to members at the end of the year."""
    return run.state.nations.matched.sum(axis=-1, keepdims=True)
