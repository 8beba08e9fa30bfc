"""Chips to parties only: what each body's condition refuses, to firms and to sites, and what that adds to joining."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.charter_plan import Charter
from sim.phases.run import Run
from sim.rules.chips import rationed
from sim.units import Array, Flags

__all__ = ["Refusal", "chips_term", "ration_firms", "ration_sites", "refusals"]


@dataclass(frozen=True)
class Refusal:
    """What one body's condition does in a step: whom it meets, and the shares refused and redirected, (runs, 1)."""

    firms: Flags
    nations: Flags
    refused: Array
    redirected: Array


def _control(run: Run, body: str, members: Flags) -> Array:
    """Share of world chip supply of suppliers with a seat or at home in a member, (runs, 1)."""
    reached = (run.state.bodies[body].firms.seat | run.home_of(members).astype(bool)) & run.state.firms.active
    return np.where(reached, run.fixed["supplier_share"], 0.0).sum(axis=-1, keepdims=True)


def _bought(run: Run, members: Flags) -> Array:
    """Members' share of installed compute, which stands for their share of purchases, (runs, 1)."""
    compute = run.state.nations.compute
    return np.where(members, compute, 0.0).sum(axis=-1, keepdims=True) / compute.sum(axis=-1, keepdims=True)


def refusals(run: Run) -> list[Refusal]:
    """Conditions of the bodies that have one, in their order; leverage wears off by this step."""
    found = []
    for name, body in run.plan.bodies.items():
        rule, state = body.at(run.year).rules["chips"], run.state.bodies[name]
        if not rule.numbers:
            if state.own.leverage.any():  # the condition was given up
                state.own.leverage = state.own.refused = 0.0
            continue
        members = state.active
        state.own.leverage, state.own.refused, state.own.supply_elsewhere = rule(
            _control(run, name, members),
            _bought(run, members),
            state.own.supply_elsewhere,
            state.own.in_force,
            run.plan.dt,
        )
        reached = state.firms.seat | run.home_of(members).astype(bool)
        outside = run.state.firms.active & ~run.plan.stage.supplier & ~reached
        found.append(Refusal(outside, ~members, state.own.refused, rule.get("redirected")))
    return found


def ration_firms(run: Run, conditions: list[Refusal], after: Array) -> Array:
    """Firms' compute after an investment that conditions cut, (runs, firms)."""
    if not conditions:
        return after
    firms = run.state.firms
    kept = np.exp(-run.plan.rule("investment").get("depreciation", 0.2) * run.plan.dt)
    stays = np.where(firms.active, firms.compute, 0.0) * kept
    bought = np.maximum(after - stays, 0.0)
    for each in conditions:
        bought = rationed(bought, each.firms, each.refused, each.redirected)
    return stays + bought


def ration_sites(conditions: list[Refusal], hosted: Array, stays: Array) -> tuple[Array, Any]:
    """Nations' compute where conditions cut what is installed beyond what `stays`, and the part of it that is sold."""
    if not conditions:
        return hosted, 1.0
    wanted = bought = np.maximum(hosted - stays, 0.0)
    for each in conditions:
        bought = rationed(bought, each.nations, each.refused, each.redirected)
    total, left = wanted.sum(axis=-1, keepdims=True), bought.sum(axis=-1, keepdims=True)
    return stays + bought, np.where(total > 0.0, left / np.where(total > 0.0, total, 1.0), 1.0)


def chips_term(run: Run, body: str, charter: Charter) -> Array:
    """What outsiders are, or would be, refused: utility of the purchases saved by being inside, (runs, nations).

    Purchases are the world's investment by the place of installed compute; 0 before the first step.
    """
    rule, state, nations = charter.rules["chips"], run.state.bodies[body], run.state.nations
    control = _control(run, body, state.inside)
    always = np.ones(control.shape, dtype=bool)
    refused = rule(control, _bought(run, state.inside), state.own.supply_elsewhere, always, 0.0)[1]
    bought = run.state.world.investment * nations.compute / nations.compute.sum(axis=-1, keepdims=True)
    return np.asarray(rule.get("weight") * 100.0 * refused * bought / nations.gdp)
