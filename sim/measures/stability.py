"""Measures of membership: who is inside by group of states, whether they would stay and others come."""

from __future__ import annotations

import numpy as np

from sim.measures.base import GROUPS, body_measure
from sim.phases.run import Run
from sim.phases.sides import per_percent
from sim.phases.worth import prospects, weigh_all
from sim.rules.coalitions import stable_inside, stable_outside
from sim.units import Array, Flags


@body_measure("states", by="group")
def inside_by_group(run: Run, body: str) -> Array:
    """Signatories and parties that belong to a group of states; gpai is its membership before it joined the OECD."""
    inside, groups = run.state.bodies[body].inside, run.plan.stage.nations.groups
    return np.stack([(inside & groups[name]).sum(axis=-1) for name in GROUPS], axis=-1)


@body_measure("states/year")
def expelled(run: Run, body: str) -> Array:
    """Parties put out by vote in the year."""
    return run.state.bodies[body].own.expelled


@body_measure("share", by="stability", undefined=True)
def coalition_by_stability(run: Run, body: str) -> Array:
    """Stability (d'Aspremont et al. 1983), by what membership is worth to each state, the others held.

    internal: share of those inside, the host left out, that would not rather be out; external: share of outsiders
    that may join and would not rather be in; potential: how much of what the dissatisfied inside lack, in money, the
    satisfied could pay and still not rather be out, 1 where transfers could hold all (Carraro, Eyckmans and Finus
    2006). Tastes count, costs of leaving and changes of mind do not. Taken at the start, half-way and at the end, as
    it costs a year's moves of all states; blank in other years, where there is nobody to ask, and potential also
    where the rule takes no account of money.
    """
    done = run.state.step / run.plan.steps_per_year
    if done not in (0, run.plan.years // 2, run.plan.years):
        return np.full((run.plan.runs, 3), np.nan)
    plan, state = run.plan.bodies[body], run.state.bodies[body]
    charter, inside = plan.at(run.year), state.inside
    seen = prospects(
        run, plan, charter, lambda key: getattr(state.own, key), state.own.in_force, state.own.contributed, inside
    )
    _, _, value, allowed = weigh_all(run, plan, charter, seen, inside)
    may = allowed.any(axis=-2) & np.isfinite(value)
    gain = np.where(may, value, 0.0) + state.own.constant + state.nations.taste
    members = inside & may & (np.arange(inside.shape[1]) != plan.host)
    outsiders = ~inside & may
    money = 0.01 * run.state.nations.gdp * gain  # bn USD a year times utility per percent of GDP
    lacking = np.where(members, np.maximum(-money, 0.0), 0.0).sum(axis=-1, keepdims=True)
    spare = np.where(members, np.maximum(money, 0.0), 0.0).sum(axis=-1, keepdims=True)
    potential = np.where(lacking > 0.0, np.minimum(spare / np.where(lacking > 0.0, lacking, 1.0), 1.0), 1.0)
    counts = per_percent(run.plan.rule("membership")) > 0.0
    return np.concatenate(
        [
            _share(stable_inside(gain, members), members),
            _share(stable_outside(gain, outsiders), outsiders),
            np.where(counts & members.any(axis=-1, keepdims=True), potential, np.nan),
        ],
        axis=-1,
    )


def _share(flags: Flags, among: Flags) -> Array:
    number = among.sum(axis=-1, keepdims=True)
    return np.where(number > 0, flags.sum(axis=-1, keepdims=True) / np.maximum(number, 1), np.nan)
