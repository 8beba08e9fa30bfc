"""Compute that members and firms lend through a body's exchange."""

from __future__ import annotations

import numpy as np

from sim.phases.run import Run
from sim.rules.matching import compute_wanted
from sim.units import Array

__all__ = ["compute_to_serve"]


def compute_to_serve(run: Run) -> Array:
    """Nations' own compute and what bodies' exchanges lend them in this step, (runs, nations)."""
    nations, firms = run.state.nations, run.state.firms
    matching = [name for name, body in run.plan.bodies.items() if body.at(run.year).rules["compute_matching"].numbers]
    if not matching:
        if nations.matched.any():  # a charter has given it up
            nations.matched = 0.0
        return np.asarray(nations.compute)
    service = run.plan.rule("service")
    wanted = compute_wanted(
        nations.ai_use, nations.capability, nations.population, run.elapsed,
        service.get("midpoint", 2.0), service.get("width", 2.5), service.get("compute_need"), service.get("efficiency"),
    )  # fmt: skip
    beyond, lent = np.maximum(nations.compute - wanted, 0.0), np.zeros(run.plan.nation_shape)
    for name in matching:
        rule, state = run.plan.bodies[name].at(run.year).rules["compute_matching"], run.state.bodies[name]
        guests = firms.active & state.firms.seat & ~run.home_of(state.active).astype(bool) & state.own.in_force
        offered = rule.get("idle") * np.where(state.active, beyond, 0.0).sum(axis=-1, keepdims=True)
        offered = offered + rule.get("firms_idle") * np.where(guests, firms.compute, 0.0).sum(axis=-1, keepdims=True)
        short = np.where(state.active, np.maximum(wanted - nations.compute - lent, 0.0), 0.0)
        lent = lent + rule(state.own.sharing * offered, short)
    nations.matched = lent
    return np.asarray(nations.compute + lent)
