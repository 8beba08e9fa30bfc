"""What must hold after every process of every step, whatever the scenario: checked where a run is debugged.

Off by default and free then: the engine asks once a step. `WAICO_DEBUG=1` in the environment, or `waico --check run`
and so on, turns it on, in workers too. A broken invariant is a fault of the program, not of a scenario, and ends the
block with a `RunError` that names it, the process after which it was found, the run, the agent and the value.

To add one: write a function of the run and the state before the process, enrol it with `@invariant`, and yield what is
broken as (where, flags of shape (runs, agents) that are true where it is broken, values of that shape).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from sim.errors import RunError
from sim.phases.run import Run
from sim.state import Columns, State

__all__ = ["INVARIANTS", "check", "invariant", "wanted"]

Broken = Iterator[tuple[str, Any, Any]]
Invariant = Callable[[Run, State], Broken]
INVARIANTS: dict[str, Invariant] = {}
"""Every invariant by what it claims, in the order of checking."""

ROUNDING = 1e-9
SHARES = ("0-1", "share", "probability")
STOCKS = (
    "percent", "events", "USD", "bn USD", "bn USD/year", "points", "events/year", "months", "year", "years", "million",
    "H100e", "H100e/year", "TWh/year", "Mt CO2/year", "0-1 per year", "states/year", "OOM/year",
)  # fmt: skip
BELOW_ZERO = ("gdp_gain",)  # a share by its unit that may fall: what AI adds, against the start


def wanted() -> bool:
    """Whether runs are checked: `WAICO_DEBUG` in the environment is set and not 0."""
    return os.environ.get("WAICO_DEBUG", "0") not in ("", "0")


def invariant(claim: str) -> Callable[[Invariant], Invariant]:
    """Enrol an invariant under the sentence it claims."""

    def enrol(function: Invariant) -> Invariant:
        INVARIANTS[claim] = function
        return function

    return enrol


def check(run: Run, before: State, process: str) -> None:
    """Every invariant after a process; `RunError` with its name for the first that is broken.

    `before` is a copy of the state before the process (equal to the present one at the start of a run).
    """
    for claim, function in INVARIANTS.items():
        for where, broken, values in function(run, before):
            flags = np.asarray(broken)
            if flags.any():
                raise RunError(_told(run, claim, process, where, flags, np.broadcast_to(values, flags.shape)))


def _told(run: Run, claim: str, process: str, where: str, broken: Any, values: Any) -> str:
    row, agent = (int(each) for each in np.argwhere(broken)[0])
    spec, stage = run.plan.specs[row], run.plan.stage
    names = {len(stage.nations.iso3): stage.nations.iso3, len(stage.firm_id): stage.firm_id}.get(broken.shape[-1])
    who = f", {names[agent]}" if names is not None and broken.shape[-1] > 1 else ""
    place = f"run {row} (policy {spec.policy}, future {spec.future}, replicate {spec.replicate}){who}"
    return f"invariant broken after {process} in {run.year}: {claim}; found {where} = {values[row, agent]} in {place}"


def _groups(run: Run, state: State) -> Iterator[tuple[str, Columns]]:
    yield from (("world", state.world), ("nation", state.nations), ("firm", state.firms))
    for name, body in state.bodies.items():
        yield from ((name, body.own), (f"{name}'s nation", body.nations), (f"{name}'s firm", body.firms))


@invariant("every column is a finite number")
def finite(run: Run, before: State) -> Broken:
    """No NaN and no infinity."""
    for group, columns in _groups(run, run.state):
        for name in columns.names():
            values = getattr(columns, name)
            if values.dtype.kind == "f":
                yield f"{group}.{name}", ~np.isfinite(values), values


@invariant("shares lie in [0, 1], stocks, flows and counts are not negative")
def bounded(run: Run, before: State) -> Broken:
    """By the units that `sim/columns.py` declares."""
    for group, columns in _groups(run, run.state):
        for name in columns.names():
            values, unit = getattr(columns, name), columns._known[name].unit
            if name in BELOW_ZERO:
                yield f"{group}.{name}", values <= -1.0, values
            elif unit in SHARES:
                yield f"{group}.{name}", (values < -1e-12) | (values > 1.0 + 1e-12), values
            elif unit in STOCKS:
                yield f"{group}.{name}", values < -1e-12, values


@invariant("what is given stays as it is")
def given(run: Run, before: State) -> Broken:
    """No process replaces a given column by other values."""
    for (group, columns), (_, old) in zip(_groups(run, run.state), _groups(run, before), strict=True):
        for name in columns.names():
            if columns._known[name].kind == "given" and getattr(columns, name) is not getattr(old, name):
                yield f"{group}.{name}", getattr(columns, name) != getattr(old, name), getattr(columns, name)


@invariant("status, tier and instrument of a state agree")
def standing(run: Run, before: State) -> Broken:
    """Inside with a tier of the charter, outside without; parties have ratified a body that is in force."""
    for name, body in run.state.bodies.items():
        status, tier = body.nations.status, body.nations.tier
        tiers = len(run.plan.bodies[name].at(run.year).tiers)
        inside, party = body.inside, body.parties
        yield f"{name}.status", (status < 0) | (status > 6) | (status != np.floor(status)), status
        yield f"{name}.tier", np.where(inside, (tier < 0) | (tier >= tiers), tier != -1), tier
        yield f"{name}.ratified", body.nations.ratified & ~inside, status
        yield f"{name}.status", party & ~(body.nations.ratified & body.own.in_force), status
        old = before.bodies[name].own.in_force
        yield f"{name}.in_force", old & ~body.own.in_force, body.own.in_force


@invariant("market shares sum to 1 over working firms and are 0 for others")
def market(run: Run, before: State) -> Broken:
    """Suppliers and firms that have left or not entered sell no AI; without a working firm nobody does."""
    firms = run.state.firms
    if firms.market_share is before.firms.market_share and run.started:
        return  # entry and exit come before the market in a step
    working = firms.active & ~run.plan.stage.supplier
    total = firms.market_share.sum(axis=-1, keepdims=True)
    yield "firm.market_share", (firms.market_share != 0.0) & ~working, firms.market_share
    yield "sum of market shares", np.abs(total - working.any(axis=-1, keepdims=True)) > ROUNDING, total
    points = ((100.0 * firms.market_share) ** 2).sum(axis=-1, keepdims=True)
    yield "world.concentration", np.abs(run.state.world.concentration - points) > 1e-6, run.state.world.concentration


@invariant("who is not in business holds no seat, and nobody is active and waiting")
def business(run: Run, before: State) -> Broken:
    """Seats end with the business at the latest when seats are looked at; who left does not come back."""
    firms, old = run.state.firms, before.firms
    yield "firm.waiting", firms.active & firms.waiting, firms.waiting
    yield "firm.active", firms.active & ~old.active & ~old.waiting, firms.active
    for name, body in run.state.bodies.items():
        if body.firms.seat is not before.bodies[name].firms.seat:
            yield f"{name}.seat", body.firms.seat & ~firms.active, body.firms.seat


@invariant("world product is the sum of GDP, and nobody can use less than its own reach")
def sums(run: Run, before: State) -> Broken:
    """World totals are kept beside what they are sums of."""
    nations, world = run.state.nations, run.state.world
    total = nations.gdp.sum(axis=-1, keepdims=True)
    yield "world.world_product", np.abs(world.world_product - total) > ROUNDING * total, world.world_product
    yield "nation.capability", nations.capability < nations.own_reach, nations.capability
    yield "nation.gdp", nations.gdp <= 0.0, nations.gdp


@invariant("money is conserved: dues + levies + other income = allocations + costs + change of the reserve")
def money(run: Run, before: State) -> Broken:
    """Over every process, for every body; and what members and firms pay and get is what the books say."""
    for name, body in run.state.bodies.items():
        own, old = body.own, before.bodies[name].own
        if own.reserve is old.reserve and own.dues is old.dues:
            continue
        income = sum(getattr(own, key) - getattr(old, key) for key in ("dues", "levies", "other_income"))
        spent = sum(getattr(own, key) - getattr(old, key) for key in ("allocations", "costs", "reserve"))
        scale = np.maximum(1.0, own.dues + own.levies + own.other_income + own.reserve + old.reserve)
        yield f"{name}: income less what it became", np.abs(income - spent) > ROUNDING * scale, income - spent
        for whole, parts in (
            (own.dues, body.nations.dues), (own.allocations, body.nations.receipts), (own.levies, body.firms.levy),
        ):  # fmt: skip
            total = parts.sum(axis=-1, keepdims=True)
            yield f"{name}: sum of parts", np.abs(whole - total) > ROUNDING * scale, total


@invariant("counts agree: no more passed than proposed, no more won than voted, dues paid and votes cast never fall")
def counts(run: Run, before: State) -> Broken:
    """Counts that only grow, and parts that are no more than the whole."""
    for name, body in run.state.bodies.items():
        own, nations, old = body.own, body.nations, before.bodies[name].nations
        yield f"{name}.passed", own.passed > own.proposals, own.passed
        yield f"{name}.wins", nations.wins > nations.votes_cast, nations.wins
        for part, columns in (("nations", body.nations), ("firms", body.firms)):
            yield f"{name}.{part}.agreed", columns.agreed > columns.voted, columns.agreed
            yield f"{name}.{part}.decisive", columns.decisive > columns.agreed, columns.decisive
        yield f"{name}.consented", own.consented > own.passed + ROUNDING, own.consented
        for key in ("wins", "votes_cast", "paid"):
            yield f"{name}.{key}", getattr(nations, key) < getattr(old, key), getattr(nations, key)


@invariant("a working firm does not forget: its capability never falls")
def knowledge(run: Run, before: State) -> Broken:
    """Under any safeguard; firms that enter or leave are another matter."""
    firms, old = run.state.firms, before.firms
    kept = firms.active & old.active
    yield "firm.capability", kept & (firms.capability < old.capability - 1e-12), firms.capability
