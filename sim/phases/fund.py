"""Phase of the fund: dues and levies in, costs and allocations out, the reserve in between, once a year."""

from __future__ import annotations

import numpy as np

from sim.charter_plan import Charter
from sim.phases.run import Run
from sim.phases.votes import firm_roll, roll, roll_columns
from sim.rules.programmes import developers_use
from sim.rules.roll import shares
from sim.state import BodyState
from sim.units import Array, Flags

__all__ = ["settle"]


def settle(run: Run) -> None:
    """Every fund closes its year; what is granted takes effect over the next."""
    granted, built = np.zeros(run.plan.nation_shape), np.zeros(run.plan.nation_shape)
    for name in run.plan.bodies:
        more, taught = _close(run, name)
        granted, built = granted + more, built + taught
    run.state.nations.granted, run.state.nations.built = granted, built


def _tier(charter: Charter, key: str, state: BodyState) -> Array:
    return np.take_along_axis(charter.tier[key][:, :, 0], np.maximum(state.nations.tier, 0).astype(np.int64), axis=-1)


def _close(run: Run, name: str) -> tuple[Array, Array]:
    state, charter = run.state.bodies[name], run.plan.bodies[name].at(run.year)
    nations, firms = run.state.nations, run.state.firms
    members = state.active
    meets = members.any(axis=-1, keepdims=True)
    columns = roll_columns(run)
    budget = charter.fund["envelope"] * 2.0 * state.own.redistribution * meets
    inside = firms.active & (state.firms.seat | run.home_of(members).astype(bool)) & meets
    levy = charter.rules["levy"](firm_roll(run, inside))
    other = charter.fund["other_income"] * meets
    # What is held beyond the target of a year's income is credited to the members before dues are assessed.
    yearly = budget + levy.sum(axis=-1, keepdims=True) + other
    surplus = np.maximum(state.own.reserve - charter.fund["reserve_target"] * yearly, 0.0)
    owed = np.maximum(budget - surplus, 0.0)
    share = charter.rules["dues"](roll(columns, members, state.nations.paid)) * _tier(charter, "dues", state)
    assessed = owed * share
    pays = ~_defaults(run, name, charter, members & (assessed > 0.0))
    dues = np.where(members & pays, assessed, 0.0)
    _keep_arrears(run, name, charter, members, pays & members)
    income = dues.sum(axis=-1, keepdims=True) + levy.sum(axis=-1, keepdims=True) + other
    costs, taught, pooled = _costs(run, charter, state, members, meets, income)
    left = np.maximum(income + state.own.reserve - costs - charter.fund["reserve_target"] * income, 0.0)
    eligible = members & (_tier(charter, "fund_share", state) > 0.0)
    if charter.fund["conditional"]:
        eligible = eligible & (nations.stringency_effective >= charter.fund["condition"] * state.own.stringency)
    weight = charter.rules["allocation"](roll(columns, eligible, state.nations.paid))
    receipts = left * shares(weight * _tier(charter, "fund_share", state), eligible)
    spent = receipts.sum(axis=-1, keepdims=True)
    own = state.own
    own.dues, own.levies, own.other_income = (
        dues.sum(axis=-1, keepdims=True),
        levy.sum(axis=-1, keepdims=True),
        other,
    )
    own.costs, own.allocations = costs, spent
    own.reserve = np.maximum(own.reserve + income - costs - spent, 0.0)  # below 0 by rounding alone
    state.nations.dues, state.nations.receipts, state.firms.levy = dues, receipts, levy
    state.nations.paid = state.nations.paid + dues
    _side_payments(state)
    return _effects(run, charter, receipts, taught, pooled, state, members)


def _side_payments(state: BodyState) -> None:
    """What the sponsor promised states passes through the books: a gift in, an allocation out, cash in their hands."""
    paid = state.nations.courted + state.nations.deterred
    if paid.any():
        total = paid.sum(axis=-1, keepdims=True)
        state.own.other_income, state.own.allocations = state.own.other_income + total, state.own.allocations + total
        state.nations.receipts = state.nations.receipts + paid


def _defaults(run: Run, name: str, charter: Charter, owing: Flags) -> Flags:
    """Poor members that do not pay what they owe: the chance falls from the stated rate to 0 with income."""
    group = run.plan.stage.nations.income_group[None, :]
    chance = charter.arrears["default_rate"] * np.maximum(2.0 - group, 0.0) / 2.0
    return owing & (run.uniform("default", "nations", name) < chance)


def _keep_arrears(run: Run, name: str, charter: Charter, members: Flags, paid: Flags) -> None:
    """Years of unpaid dues; long arrears suspend, and a suspended member may settle and return."""
    state = run.state.bodies[name]
    owed = np.where(
        members,
        np.where(paid, np.maximum(state.nations.arrears - 1.0, 0.0), state.nations.arrears + 1.0),
        state.nations.arrears,
    )
    limit = charter.arrears["years_to_suspend"]
    suspended = (state.nations.status == 4) & (owed >= limit)
    back = (state.nations.status == 5) & (run.uniform("repayment", "nations", name) < charter.arrears["repayment"])
    state.nations.arrears = np.where(back, 0.0, owed)
    state.nations.status = np.where(suspended, 5, np.where(back, 4, state.nations.status)).astype(np.int8)


def _costs(
    run: Run, charter: Charter, state: BodyState, members: Flags, meets: Flags, income: Array
) -> tuple[Array, Array, Array]:
    """What administration, programmes and units cost, within what there is; readiness taught; compute pooled."""
    nations = run.state.nations
    taught, training = charter.rules["capacity_building"](
        members & (run.plan.stage.nations.income_group[None, :] < 3),
        nations.population,
        nations.readiness,
        run.elapsed,
    )
    seated = state.firms.seat & run.state.firms.active & ~run.plan.stage.supplier
    pooled, research = charter.rules["joint_research"](seated.any(axis=-1, keepdims=True).astype(float))
    wished = training + research + charter.rules["green_compute"](members)[1] + charter.rules["ecosystems"](members)[1]
    for key in ("platform", "response", "standards", "safeguards", "recognition", "chips", "compute_matching"):
        wished = wished + charter.rules[key].get("cost")
    running = charter.fund["administrative_cost"] * income
    available = np.maximum(income + state.own.reserve - running, 0.0)
    wished = wished * meets
    part = np.minimum(1.0, available / np.maximum(wished, 1e-12))
    return running + wished * part, taught * part * meets, pooled * part * meets


def _effects(
    run: Run, charter: Charter, receipts: Array, taught: Array, pooled: Array, state: BodyState, members: Flags
) -> tuple[Array, Array]:
    """Compute granted (H100e a year) and readiness built (a year) by what was received; pooled compute for firms."""
    nations, firms, world = run.state.nations, run.state.firms, run.state.world
    # Cash buys what governments choose; the part they spend on the same things works like the rest.
    in_kind = 1.0 - charter.fund["cash_part"] * (1.0 - charter.fund["cash_use"])
    useful = receipts * (1.0 - charter.fund["leakage"]) * in_kind
    granted = useful * charter.fund["compute_part"] * 1e9 / world.compute_cost
    people = useful * (1.0 - charter.fund["compute_part"]) * 1e9 / charter.fund["connection_cost"]
    reached = np.minimum(people / (nations.population * 1e6), charter.fund["connection_limit"])
    seated = state.firms.seat & firms.active & ~run.plan.stage.supplier
    number = np.maximum(seated.sum(axis=-1, keepdims=True), 1)
    research = charter.rules["joint_research"]
    if research.metadata.get("splits"):
        own = research.get("nations_part")
        users = members & (run.plan.stage.nations.income_group[None, :] < 3)
        share = shares(nations.population * (1.0 - nations.ai_service), users)
        granted = granted + pooled * own * share * 1e9 / world.compute_cost
        each = developers_use(pooled, number, own, research.get("spillover"))
        firms.granted = firms.granted + np.where(seated, each * 1e9 / world.compute_cost, 0.0)
    else:
        firms.granted = firms.granted + np.where(seated, pooled * 1e9 / world.compute_cost / number, 0.0)
    return granted, taught + reached * (1.0 - nations.readiness)
